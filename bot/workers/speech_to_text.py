"""The process that listens (nlu.speech.listener), seen from the app."""

from pathlib import Path

from backend.vocabulary.messages import Transcript
from bot.workers.child_process import Child
from nlu.speech.recognise import Choice

LONGEST_SECONDS = 120.0  # for a minute of sound, its model read first, on a busy machine


class NotHeard(Exception):
    """This recording cannot be played; trying again will not help."""


class Listener:
    """Used by one thread, but for `stop`."""

    def __init__(self, choice: Choice) -> None:
        given = {
            "engine": choice.engine,
            "model_dir": choice.model_dir and str(choice.model_dir),
            "own_folder": str(choice.own_folder),
        }
        self._child = Child("nlu.speech.listener", given, longest_seconds=LONGEST_SECONDS)
        self.rest, self.stop = self._child.rest, self._child.stop

    def hear(self, recording: Path) -> Transcript:
        """Raises NotHeard or ChildFailed."""
        answer = self._child.ask(str(recording))
        if "heard" in answer:
            return Transcript(**answer["heard"])
        raise NotHeard(answer["problem"])
