"""`minhu transcript-corrections`: transcripts as staff corrected them, for learning."""

import json


def transcript_corrections() -> None:
    """Print the corrections as JSON Lines: before (recognised) and after (by staff)."""
    from backend.desk.transcript_corrections import corrections
    from backend.settings import Settings
    from bot.cli.setup import city_database

    with city_database(Settings()) as database, database.begin() as session:
        for before, after in corrections(session):
            print(json.dumps({"before": before, "after": after}, ensure_ascii=False))
