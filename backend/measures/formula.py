"""The formula of the measures: one file in `data/measures` per version, strictly validated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from backend.versioned_formula import Name, Share, StrictModel, VersionedFormula, Versions, Weight

Code = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]


class Satisfaction(StrictModel):
    satisfied_from: Annotated[int, Field(ge=2, le=5)]  # the lowest grade that counts as satisfied
    solved_outcomes: Annotated[list[Code], Field(min_length=1)]
    shrink_answers: Annotated[float, Field(ge=0, le=1000)]  # m: answers that the mean stands for
    exclusions: Annotated[dict[Code, Name], Field(min_length=1)]  # reason code -> label


class Efficiency(StrictModel):
    """The weights of the parts; a part without data is left out."""

    on_time: Weight
    response: Weight
    resolution: Weight
    satisfaction: Weight
    not_reopened: Weight
    not_passed_on: Weight
    panel: Weight

    @model_validator(mode="after")
    def refuse_no_weight(self) -> "Efficiency":
        if sum(self.parts.values()) <= 0:
            raise ValueError("at least one weight must be above 0")
        return self

    @property
    def parts(self) -> Mapping[str, float]:
        return dict(self)


class BuckPassing(StrictModel):
    refused_return: Weight  # points for a return of a case that was the unit's own job
    repeat_bounce: Weight  # additional points if the case had bounced before
    unsigned_hour: Weight  # points per working hour that a case lay unsigned beyond its limit
    population_leverage: Annotated[float, Field(ge=1, le=10)]  # expected over dispatched, at most
    worst: Annotated[float, Field(gt=0, le=1000)]  # from this index on the efficiency part is 0
    alert_over: Annotated[float, Field(gt=0, le=1000)]


class Boards(StrictModel):
    most: Annotated[int, Field(ge=1, le=100)]  # units on each board
    red_from: Share  # 红榜: minimum efficiency
    black_below: Share  # 黑榜: efficiency below this
    progress_by: Share  # 进步榜: minimum gain over the previous period


class Publishing(StrictModel):
    rank_from: Annotated[int, Field(ge=1, le=1000)]  # units with fewer cases are not ranked
    suppress_below: Annotated[int, Field(ge=2, le=100)]  # smaller counts are not published
    z: Annotated[float, Field(ge=0.5, le=5)]  # of the confidence intervals: 1.96 for 95 %


class Formula(VersionedFormula):
    satisfaction: Satisfaction
    efficiency: Efficiency
    buck_passing: BuckPassing
    boards: Boards
    publishing: Publishing


class Formulas(Versions[Formula]):
    """All versions of a city."""

    def __init__(self, versions: list[Formula]) -> None:
        super().__init__(versions, subject="measures", label="测评办法")

    @classmethod
    def load(cls, folder: Path) -> "Formulas":
        """Raises ValueError."""
        return cls([Formula.load(path) for path in sorted(folder.glob("*.yml"))])
