"""Appeals that the law decides and no office may: loans between people, purchases on the net, what
is before a court (S22). Recognised by `data/legal.yml`, so that nobody is promised an outcome.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class LegalType:
    """One of the types. A text is of it when it says one of `about` and one of `and_says`, and none
    of `but_not`."""

    code: str
    label: str
    partner: str | None  # the unit type that answers together with us; None: the courts' own path
    path: str  # told to the resident
    about: re.Pattern[str]
    and_says: re.Pattern[str] | None
    but_not: re.Pattern[str] | None


@dataclass(frozen=True)
class Legal:
    """What was recognised, by which version of the list, and the words that told."""

    type: LegalType
    words: tuple[str, ...]
    version: str

    def as_evidence(self) -> dict[str, Any]:
        return {
            "what": "legal",
            "code": self.type.code,
            "partner": self.type.partner,
            "words": list(self.words),
            "version": self.version,
        }


@dataclass(frozen=True)
class LegalList:
    version: str
    types: tuple[LegalType, ...]  # the first that fits

    @classmethod
    def load(cls, path: Path) -> "LegalList":
        """Raises ValueError."""
        try:
            written: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
            types = tuple(_read(code, one) for code, one in written["types"].items())
            return cls(str(written["version"]), types)
        except (yaml.YAMLError, AttributeError, KeyError, TypeError, re.error) as error:
            raise ValueError(f"{path.name}: {error}") from error

    def find(self, text: str) -> Legal | None:
        """`text` as `nlu.language.text.normalise` leaves it."""
        for one in self.types:
            words = _words(one, text)
            if words:
                return Legal(one, words, self.version)
        return None


def _words(one: LegalType, text: str) -> tuple[str, ...]:
    about = one.about.search(text)
    says = one.and_says.search(text) if one.and_says else about
    if about is None or says is None or (one.but_not and one.but_not.search(text)):
        return ()
    return tuple(dict.fromkeys((about.group(), says.group())))


def _read(code: str, written: Mapping[str, Any]) -> LegalType:
    return LegalType(
        code=code,
        label=written["label"],
        partner=written["partner"],
        path=written["path"],
        about=re.compile("|".join(written["about"])),
        and_says=_pattern(written, "and_says"),
        but_not=_pattern(written, "but_not"),
    )


def _pattern(written: Mapping[str, Any], name: str) -> re.Pattern[str] | None:
    return re.compile("|".join(written[name])) if written.get(name) else None
