"""`minhu voice` and `minhu say`: setting up and trying the voice that reads replies aloud."""

from pathlib import Path
from typing import Annotated

import typer


def voice(
    archive: Annotated[Path, typer.Argument(help="kokoro-js-1.2.1.tgz, by `npm pack`")],
    folder: Annotated[Path, typer.Argument(help="for MINHU_SPEAK_MODEL_DIR")],
) -> None:
    """Put a voice together from installed packages and an archive, and check it."""
    from nlu.speech.voice_folder import assemble

    assemble(archive, folder)
    print(f"the voice is in {folder}: set MINHU_SPEAK_MODEL_DIR to it")


def say(
    words: Annotated[str, typer.Argument(help="as a resident would be told them")],
    out: Annotated[Path, typer.Argument(dir_okay=False, help="an .ogg file")],
) -> None:
    """Read `words` aloud into a file, with the voice of the settings."""
    from backend.settings import Settings
    from nlu.speech.aloud import spoken_text
    from nlu.speech.encode import OGG, encode_audio
    from nlu.speech.speak import RATE, NoVoice, Voice

    folder = Settings().speak_model_dir
    if folder is None:
        raise NoVoice("set MINHU_SPEAK_MODEL_DIR; see `minhu voice`")
    out.write_bytes(encode_audio(Voice(folder).say(spoken_text(words)), RATE, OGG))
