"""Voices: how well the recogniser of the settings hears, and places that were misheard."""

import csv
import json
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

from backend.settings import DATA_FOLDER, PROJECT_FOLDER, Settings
from nlu.city.loaded import gazetteer
from nlu.gazetteer.place import Area
from nlu.language.text import normalise
from nlu.speech.listen import Recognition, listen
from nlu.speech.numbers import convert_numerals
from nlu.speech.recognise import Choice, recogniser
from tests.eval import codecs

SHARED = PROJECT_FOLDER.parent / "shared" / "data"
AUDIO = SHARED / "audio"
MOST_PLACES = 400
SENTENCES = (
    "我住在{}这边，楼下路灯坏了好几天",
    "{}门口天天有人乱停车",
    "麻烦你们到{}来看一下，垃圾没人收",
)


@dataclass(frozen=True)
class Clip:
    transcript: str
    recognition: Recognition
    seconds_of_work: float  # of one core


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _as_it_is(content: bytes) -> bytes:
    return content


@cache
def clips(sent: Callable[[bytes], bytes] = _as_it_is) -> list[Clip]:
    """Each recording as `sent`, by the packaged model or that of MINHU_SPEECH_MODEL_DIR."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        choice = Choice(settings.speech_engine, settings.speech_model_dir, Path(folder))
        hearing = recogniser(choice)
        assert hearing is not None, "nothing to listen with: requirements/speech.txt"
        results = []
        for row in _lines(AUDIO / "transcripts.jsonl"):
            content, started_at = sent((AUDIO / row["file"]).read_bytes()), time.process_time()
            recognition = listen(content, hearing)
            results.append(Clip(row["text"], recognition, time.process_time() - started_at))
        return results


def character_error_rate() -> float:
    """Both sides simplified, every number in figures, no punctuation. Prints each error."""
    return _error_rate(clips(), shows=True)


def error_rate_by_opus() -> float:
    """The same recordings at 16 kbit/s, as Telegram's voice notes."""
    return _error_rate(clips(_opus))


def error_rate_by_amr() -> float:
    """The same recordings by AMR-NB, as WeChat's and the telephone's."""
    return _error_rate(clips(_amr))


def error_rate_in_noise() -> float:
    return _error_rate(clips(codecs.in_noise))


def _opus(content: bytes) -> bytes:
    return codecs.through(content, codecs.OPUS)


def _amr(content: bytes) -> bytes:
    return codecs.through(content, codecs.AMR)


def _error_rate(recordings: Sequence[Clip], *, shows: bool = False) -> float:
    wrong = total = 0
    for clip in recordings:
        transcript, recognised = _plain(clip.transcript), _plain(clip.recognition.text)
        errors = Levenshtein.distance(transcript, recognised)
        if errors and shows:
            print(f"  {errors} of {len(transcript)}: {transcript} -> {recognised}")
        wrong, total = wrong + errors, total + len(transcript)
    return wrong / total


def _plain(text: str) -> str:
    return re.sub(r"\W", "", convert_numerals(normalise(text).replace(" ", ""), shortest=1)).lower()


def real_time_factor() -> float:
    return sum(c.seconds_of_work for c in clips()) / sum(c.recognition.seconds for c in clips())


def misheard_places() -> float:
    """Streets and communities whose rarest character was written as the commonest that sounds so.

    That is what recognisers do with names that they do not know. Tones may differ.
    """
    recovered = [_is_found(*one) for one in islice(_misheard(), MOST_PLACES)]
    return sum(recovered) / len(recovered)


def _misheard() -> Iterator[tuple[str, str, str]]:
    """(level, code, sentence with the name as it is misheard)."""
    places = _places()
    for number, (level, name, code) in enumerate(places[:: len(places) // MOST_PLACES or 1]):
        recognised = _recognised_text(name)
        if recognised is not None:
            yield level, code, SENTENCES[number % len(SENTENCES)].format(recognised)


def _recognised_text(name: str) -> str | None:
    rarest = min(name[:-2], key=lambda character: _character_counts()[character])
    alike = [c for c in _by_syllable().get(_syllable(rarest), ()) if c not in name]
    return name.replace(rarest, alike[0], 1) if alike else None


@cache
def _character_counts() -> Counter[str]:
    """How often each character stands in residents' messages."""
    return Counter("".join(row["text"] for row in _lines(SHARED / "messages_dev.jsonl")))


@cache
def _by_syllable() -> dict[str, list[str]]:
    """The characters of each syllable, the commonest first."""
    names: dict[str, list[str]] = defaultdict(list)
    for character, _ in _character_counts().most_common():
        if "\u4e00" <= character <= "\u9fff":
            names[_syllable(character)].append(character)
    return names


def _syllable(character: str) -> str:
    """As it is read, without its tone; finer than what the gazetteer compares."""
    return lazy_pinyin(character)[0]


def _places() -> list[tuple[str, str, str]]:
    places = []
    for level, suffix in (("street", "街道"), ("community", "社区")):
        name = "streets.csv" if level == "street" else "communities.csv"
        with (DATA_FOLDER / "areas" / name).open(encoding="utf-8") as rows:
            places += [(level, r["name"], r["code"]) for r in csv.DictReader(rows)
                      if r["name"].endswith(suffix)]  # fmt: skip
    return places


def _is_found(level: str, code: str, sentence: str) -> bool:
    area: Area = gazetteer().resolve(normalise(sentence))
    area_name = getattr(area, level)
    return (area_name and area_name.code == code) or code in {
        place.code for place in area.candidates
    }
