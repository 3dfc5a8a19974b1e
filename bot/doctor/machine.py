"""Checks of `minhu doctor` on the machine: settings, disk, models, Rasa, speech."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from backend.errors import BadInput
from backend.settings import Settings, settings_file
from bot.doctor.finding import Finding
from bot.rasa import training
from bot.rasa.client import Rasa
from bot.rasa.process import PYTHON
from nlu.folders import IS_CHECKOUT
from nlu.speech.recognise import is_on
from nlu.speech.recogniser import NoRecogniser

LEAST_FREE_BYTES = 2 * 2**30


def machine(settings: Settings) -> Iterator[Finding]:
    yield _file_of_settings(settings)
    yield _disk(settings.data_dir)
    yield _model()
    yield _rasa(settings)
    yield _speech(settings)


def _file_of_settings(settings: Settings) -> Finding:
    path = settings_file()
    if not path.exists():
        return Finding("settings", f"mode {settings.mode}, from the environment alone")
    if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("settings", f"others may read {path}", f"chmod 600 {path}")
    return Finding("settings", f"mode {settings.mode}, from {path}")


def _disk(folder: Path) -> Finding:
    existing = next(it for it in (folder, *folder.parents) if it.exists())
    free = shutil.disk_usage(existing).free
    size = f"{free / 2**30:.1f} GB free for {folder}"
    if not os.access(existing, os.W_OK):
        return Finding("disk", f"{existing} cannot be written", "give it to the user of Minhu")
    if free < LEAST_FREE_BYTES:
        return Finding("disk", size, "make room: photos and voices are refused on a full disk")
    return Finding("disk", size)


def _model() -> Finding:
    if not training.MODEL.exists():
        return Finding("model", f"there is no {training.MODEL}", "run `make setup`")
    try:
        is_current = training.is_current()
    except BadInput:  # no checkout: the model was brought from elsewhere
        return Finding("model", f"{training.MODEL}")
    if not is_current:
        return Finding("model", "older than what it is trained on", "run `minhu train`, restart")
    return Finding("model", "current")


def _rasa(settings: Settings) -> Finding:
    if settings.rasa_url is None:
        if not PYTHON.exists():
            remedy = "run `make setup`" if IS_CHECKOUT else "set MINHU_RASA_URL"
            return Finding("rasa", f"not installed at {PYTHON}; the app understands alone", remedy)
        return Finding("rasa", "each worker starts its own")
    if not Rasa(settings.rasa_url).is_up():
        return Finding("rasa", f"{settings.rasa_url} does not answer", "start it, or unset the URL")
    return Finding("rasa", f"{settings.rasa_url} answers")


def _speech(settings: Settings) -> Finding:
    try:
        listens = is_on(settings.speech)
    except NoRecogniser as problem:
        return Finding("speech", str(problem), "install the model, or MINHU_SPEECH_ENGINE=off")
    return Finding("speech", "voices are transcribed" if listens else "off: staff listen to voices")
