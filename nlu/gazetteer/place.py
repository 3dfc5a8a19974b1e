"""Places of the city, and where a text says it is.

Codes nest: a community's 12 digits begin with its street's 9, and those with its district's 6.
So two places agree when one code begins with the other, and what several places have in common
is a common beginning of their codes.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["district", "street", "community", "estate", "road"]

DISTRICT_DIGITS, STREET_DIGITS, COMMUNITY_DIGITS = 6, 9, 12


@dataclass(frozen=True)
class Place:
    level: Level
    name: str
    code: str  # the deepest code it fixes; an estate and a road fix a district

    def agrees(self, other: "Place") -> bool:
        return self.code.startswith(other.code) or other.code.startswith(self.code)


@dataclass(frozen=True)
class Mention:
    text: str
    start: int
    end: int
    level: Level
    candidates: tuple[Place, ...]
    misheard: bool = False  # it only sounds like the name


@dataclass(frozen=True)
class Named:
    code: str
    name: str


@dataclass(frozen=True)
class Area:
    """Where it is; `candidates` has more than one place when the words leave it open."""

    district: Named | None = None
    street: Named | None = None
    community: Named | None = None
    words: tuple[str, ...] = ()
    misheard: tuple[tuple[str, str], ...] = ()  # what was said, and the name it was taken for
    candidates: tuple[Place, ...] = ()

    @property
    def code(self) -> str | None:
        deepest = self.community or self.street or self.district
        return deepest.code if deepest else None

    @property
    def is_ambiguous(self) -> bool:
        return len(self.candidates) > 1

    def as_json(self) -> dict[str, Any]:
        parts = {"district": self.district, "street": self.street, "community": self.community}
        return {level: asdict(part) if part else None for level, part in parts.items()}


@dataclass(frozen=True)
class Span:
    text: str
    start: int
    end: int
