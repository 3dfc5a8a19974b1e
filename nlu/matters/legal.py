"""Appeals that only a court can decide (S22), recognised by the patterns of `data/legal.yml`.

Examples are loans between people, online purchases and pending lawsuits. The bot promises no
outcome for them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.folders import parse_yaml


@dataclass(frozen=True)
class LegalType:
    """A type of legal matter.

    A text is of this type when `about` and `and_says` match and `but_not` does not.
    """

    code: str
    label: str
    partner: str | None  # unit type that answers too; None when only a court can
    path: str  # advice for the resident
    about: re.Pattern[str]
    and_says: re.Pattern[str] | None
    but_not: re.Pattern[str] | None


@dataclass(frozen=True)
class Legal:
    """A recognised legal matter, its matching words and the version of the list."""

    type: LegalType
    words: tuple[str, ...]
    version: str

    def as_evidence(self) -> dict[str, Any]:
        """The finding as JSON for the case's evidence."""
        return {
            "what": "legal",
            "code": self.type.code,
            "partner": self.type.partner,
            "words": list(self.words),
            "version": self.version,
        }


@dataclass(frozen=True)
class LegalList:
    """The types of `data/legal.yml`."""

    version: str
    types: tuple[LegalType, ...]  # in order; the first match counts

    @classmethod
    def load(cls, path: Path) -> "LegalList":
        """Read the YAML file. Raises ValueError for a malformed legal_type."""
        try:
            content: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"))
            types = tuple(_read(code, entry) for code, entry in content["types"].items())
            return cls(str(content["version"]), types)
        except (yaml.YAMLError, AttributeError, KeyError, TypeError, re.error) as error:
            raise ValueError(f"{path.name}: {error}") from error

    def find(self, text: str) -> Legal | None:
        """The first type that a normalised text matches; None without legal_type."""
        for legal_type in self.types:
            words = _words(legal_type, text)
            if words:
                return Legal(legal_type, words, self.version)
        return None


def _words(legal_type: LegalType, text: str) -> tuple[str, ...]:
    about = legal_type.about.search(text)
    says = legal_type.and_says.search(text) if legal_type.and_says else about
    if about is None or says is None or (legal_type.but_not and legal_type.but_not.search(text)):
        return ()
    return tuple(dict.fromkeys((about.group(), says.group())))


def _read(code: str, entry: Mapping[str, Any]) -> LegalType:
    return LegalType(
        code=code,
        label=entry["label"],
        partner=entry["partner"],
        path=entry["path"],
        about=re.compile("|".join(entry["about"])),
        and_says=_pattern(entry, "and_says"),
        but_not=_pattern(entry, "but_not"),
    )


def _pattern(entry: Mapping[str, Any], name: str) -> re.Pattern[str] | None:
    return re.compile("|".join(entry[name])) if entry.get(name) else None
