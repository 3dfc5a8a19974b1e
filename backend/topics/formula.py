"""The formula of heat: one file in `data/heat` per version, strictly validated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from backend.versioned_formula import Share, StrictModel, VersionedFormula, Versions, Weight

Count = Annotated[int, Field(ge=1, le=100_000)]
Factor = Annotated[float, Field(ge=0.1, le=3)]
Days = Annotated[int, Field(ge=1, le=366)]


class Weights(StrictModel):
    """Weights of the parts of heat."""

    size: Weight
    people: Weight
    support: Weight
    growth: Weight
    recency: Weight

    @model_validator(mode="after")
    def refuse_no_weight(self) -> "Weights":
        if self.total <= 0:
            raise ValueError("at least one weight must be above 0")
        return self

    @property
    def total(self) -> float:
        return sum(self.parts.values())

    @property
    def parts(self) -> Mapping[str, float]:
        return dict(self)


class Full(StrictModel):
    """Numbers from which a part is 1."""

    messages: Count
    people: Count
    support: Count


class Flood(StrictModel):
    """Copies of one text that count as one voice."""

    accounts: Annotated[int, Field(ge=2, le=1000)]  # at least so many accounts
    seconds: Annotated[int, Field(ge=1, le=86_400)]  # within this time
    alike: Share  # share of common character pairs from which two texts are copies


class HeatFormula(VersionedFormula):
    weights: Weights
    full: Full
    down_vote: Share  # taken off the support for each vote against
    growth_days: Days  # the last days against as many before them
    half_life_days: Days  # recency halves in this time after the last message
    people_from: Annotated[int, Field(ge=2, le=100)]  # topics of fewer people have heat 0
    flood: Flood
    # Weights by domain (S56); 1 for one that is not named.
    categories: dict[str, Factor] = Field(default_factory=dict)

    def factor_of(self, domain: str | None) -> float:
        """The weight of the category (S56)."""
        return self.categories.get(domain or "", 1.0)


class HeatFormulas(Versions[HeatFormula]):
    """All versions of a city."""

    def __init__(self, versions: list[HeatFormula]) -> None:
        super().__init__(versions, subject="heat", label="热度办法")

    @classmethod
    def load(cls, folder: Path) -> "HeatFormulas":
        """Raises ValueError."""
        return cls([HeatFormula.load(path) for path in sorted(folder.glob("*.yml"))])
