"""Value types: places of the city, their mentions in a text, and the resulting area.

Codes nest: a community's 12 digits begin with its street's 9, and those with its district's 6.
Two places agree when one code is a prefix of the other. Several places share the area of their
common prefix.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["district", "street", "community", "estate", "road"]

DISTRICT_DIGITS, STREET_DIGITS, COMMUNITY_DIGITS = 6, 9, 12


@dataclass(frozen=True)
class Place:
    """A named place of the city."""

    level: Level
    name: str
    code: str  # code of the smallest known area around it; of a road that is the district

    def agrees(self, other: "Place") -> bool:
        """True if one of the places may lie in the other."""
        return self.code.startswith(other.code) or other.code.startswith(self.code)


@dataclass(frozen=True)
class Mention:
    """A place name at [start, end) of a text, and the places that it may mean."""

    text: str
    start: int
    end: int
    level: Level
    candidates: tuple[Place, ...]
    misheard: bool = False  # sounds like the name, but is written otherwise


@dataclass(frozen=True)
class AreaName:
    """Code and name of a district, street or community."""

    code: str
    name: str


@dataclass(frozen=True)
class Area:
    """The area that a text settles on; several `candidates` when it is ambiguous."""

    district: AreaName | None = None
    street: AreaName | None = None
    community: AreaName | None = None
    words: tuple[str, ...] = ()
    misheard: tuple[tuple[str, str], ...] = ()  # (word in the text, place name), for misheard names
    candidates: tuple[Place, ...] = ()

    @property
    def code(self) -> str | None:
        """Code of the smallest known unit."""
        deepest = self.community or self.street or self.district
        return deepest.code if deepest else None

    @property
    def is_ambiguous(self) -> bool:
        """True if the text leaves several places open."""
        return len(self.candidates) > 1

    def as_json(self) -> dict[str, Any]:
        """Code and name for each level, or None."""
        parts = {"district": self.district, "street": self.street, "community": self.community}
        return {level: asdict(part) if part else None for level, part in parts.items()}


@dataclass(frozen=True)
class Span:
    """A whole mention of a place with its numbers and surroundings, at [start, end)."""

    text: str
    start: int
    end: int
