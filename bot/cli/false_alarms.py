"""`minhu false-alarms`: what staff called no emergency, for the detector's examples."""

import json


def false_alarms() -> None:
    """Print the false alarms as JSON Lines: kind, words and the reason of the staff."""
    from backend.conversations.emergencies import false_ones
    from backend.settings import Settings
    from bot.cli.setup import city_database

    with city_database(Settings()) as database, database.begin() as session:
        for row in false_ones(session):
            line = {"kind": row.kind, "words": row.words, "reason": row.reason}
            print(json.dumps(line, ensure_ascii=False))
