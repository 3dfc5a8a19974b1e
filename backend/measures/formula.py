"""How the measures are reckoned: a file of `data/measures` for each version, read strictly."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from backend.errors import BadFilter

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=100)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Approval(_Strict):
    by: Name
    day: date


class Satisfaction(_Strict):
    satisfied_from: Annotated[int, Field(ge=2, le=5)]  # the lowest grade that is satisfied
    solved_outcomes: Annotated[list[Code], Field(min_length=1)]
    shrink_answers: Annotated[float, Field(ge=0, le=1000)]  # m: so many answers is the mean worth
    exclusions: Annotated[dict[Code, Name], Field(min_length=1)]  # code -> what it is


class Efficiency(_Strict):
    """The weights of the parts; a part that there is nothing to reckon from is left out."""

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


class BuckPassing(_Strict):
    refused_return: Weight  # points for a return that was found to be the unit's own job
    repeat_bounce: Weight  # and so many more when the case had bounced before
    unsigned_hour: Weight  # for each working hour that a case lay unsigned beyond its time
    population_leverage: Annotated[float, Field(ge=1, le=10)]
    worst: Annotated[float, Field(gt=0, le=1000)]  # the index that leaves nothing of this part
    alert_over: Annotated[float, Field(gt=0, le=1000)]


class Boards(_Strict):
    most: Annotated[int, Field(ge=1, le=100)]  # units on each board
    red_from: Share  # 红榜: efficiency of at least
    black_below: Share  # 黑榜: efficiency under
    progress_by: Share  # 进步榜: so much better than in the period before


class Publishing(_Strict):
    rank_from: Annotated[int, Field(ge=1, le=1000)]  # with fewer cases a unit is not ranked
    suppress_below: Annotated[int, Field(ge=2, le=100)]  # smaller counts are not published
    z: Annotated[float, Field(ge=0.5, le=5)]  # of the intervals: 1.96 for 95 %


class Formula(_Strict):
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")]
    valid_from: date
    approved: Annotated[list[Approval], Field(min_length=1)]
    note: Annotated[str, Field(max_length=2000)]
    satisfaction: Satisfaction
    efficiency: Efficiency
    buck_passing: BuckPassing
    boards: Boards
    publishing: Publishing

    @classmethod
    def load(cls, path: Path) -> "Formula":
        """Raises ValueError with the file and everything that is wrong in it."""
        try:
            written: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
            found = cls.model_validate(written)
        except ValidationError as error:
            raise ValueError(f"{path.name}: {'; '.join(_problems(error))}") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ValueError(f"{path.name}: {error}") from None
        if path.stem != found.version:
            raise ValueError(f"{path.name}: it says that it is version {found.version!r}")
        return found


def _problems(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in error.errors()
    ]


class Formulas:
    """All versions that a city has had; the newest that was valid when a period began counts."""

    def __init__(self, versions: list[Formula]) -> None:
        self._in_order = sorted(versions, key=lambda one: one.valid_from)
        days = [one.valid_from for one in self._in_order]
        if not versions:
            raise ValueError("there is no version of the measures")
        if len(set(days)) < len(days):
            raise ValueError("two versions of the measures are valid from the same day")

    @classmethod
    def load(cls, folder: Path) -> "Formulas":
        """Raises ValueError."""
        return cls([Formula.load(path) for path in sorted(folder.glob("*.yml"))])

    @cached_property
    def versions(self) -> Mapping[str, Formula]:
        return {one.version: one for one in self._in_order}

    def of(self, begins: date, version: str | None = None) -> Formula:
        """The version that is asked for, else the one for a period. Raises BadFilter."""
        if version is not None:
            return self._named(version)
        valid = [one for one in self._in_order if one.valid_from <= begins]
        return valid[-1] if valid else self._in_order[0]

    def _named(self, version: str) -> Formula:
        if version not in self.versions:
            raise BadFilter(f"没有“{version}”这一版测评办法，有的是：{'、'.join(self.versions)}")
        return self.versions[version]
