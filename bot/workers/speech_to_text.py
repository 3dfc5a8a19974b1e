"""Client of the speech recognition process (nlu.speech.listener)."""

from pathlib import Path

from backend.vocabulary.messages import Transcript
from bot.workers.child_process import Child
from nlu.speech.recognise import Choice

LONGEST_SECONDS = 120.0  # loading the model and a minute of sound, on a busy machine


class NotHeard(Exception):
    """The recording cannot be decoded; a second attempt would fail too."""


class Listener:
    """One thread uses it; any thread may call `stop`."""

    def __init__(self, choice: Choice) -> None:
        options = {
            "engine": choice.engine,
            "model_dir": choice.model_dir and str(choice.model_dir),
            "own_folder": str(choice.own_folder),
        }
        self._child = Child("nlu.speech.listener", options, longest_seconds=LONGEST_SECONDS)
        self.rest, self.stop = self._child.rest, self._child.stop

    def hear(self, recording: Path) -> Transcript:
        """Raises NotHeard or ChildFailed."""
        answer = self._child.ask(str(recording))
        if "heard" in answer:
            return Transcript(**answer["heard"])
        raise NotHeard(answer["problem"])
