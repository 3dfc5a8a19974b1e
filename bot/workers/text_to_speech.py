"""Client of the speech synthesis process (nlu.speech.speaker)."""

import base64
from pathlib import Path

from bot.workers.child_process import Child

LONGEST_SECONDS = 120.0  # loading the model and half a minute of speech, on a busy machine


class Speaker:
    """One thread uses it; any thread may call `stop`."""

    def __init__(self, model_dir: Path) -> None:
        options = {"model_dir": str(model_dir)}
        self._child = Child("nlu.speech.speaker", options, longest_seconds=LONGEST_SECONDS)
        self.rest, self.stop = self._child.rest, self._child.stop

    def say(self, words: str, form: str) -> bytes:
        """The sound of `words` in a form of nlu.speech.encode. Raises ChildFailed."""
        return base64.b64decode(self._child.ask({"words": words, "form": form})["sound"])
