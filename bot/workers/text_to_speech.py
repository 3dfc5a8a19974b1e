"""The process that speaks (nlu.speech.speaker), seen from the app."""

import base64
from pathlib import Path

from bot.workers.child_process import Child

LONGEST_SECONDS = 120.0  # for half a minute of speech, its model read first, on a busy machine


class Speaker:
    """Used by one thread, but for `stop`."""

    def __init__(self, model_dir: Path) -> None:
        given = {"model_dir": str(model_dir)}
        self._child = Child("nlu.speech.speaker", given, longest_seconds=LONGEST_SECONDS)
        self.rest, self.stop = self._child.rest, self._child.stop

    def say(self, words: str, form: str) -> bytes:
        """`words` in a form of nlu.speech.encode. Raises ChildFailed."""
        return base64.b64decode(self._child.ask({"words": words, "form": form})["sound"])
