"""The formula of the measures: one file in `data/measures` per version, strictly validated."""

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
    satisfied_from: Annotated[int, Field(ge=2, le=5)]  # the lowest grade that counts as satisfied
    solved_outcomes: Annotated[list[Code], Field(min_length=1)]
    shrink_answers: Annotated[float, Field(ge=0, le=1000)]  # m: answers that the mean stands for
    exclusions: Annotated[dict[Code, Name], Field(min_length=1)]  # reason code -> label


class Efficiency(_Strict):
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


class BuckPassing(_Strict):
    refused_return: Weight  # points for a return of a case that was the unit's own job
    repeat_bounce: Weight  # additional points if the case had bounced before
    unsigned_hour: Weight  # points per working hour that a case lay unsigned beyond its limit
    population_leverage: Annotated[float, Field(ge=1, le=10)]  # expected over dispatched, at most
    worst: Annotated[float, Field(gt=0, le=1000)]  # from this index on the efficiency part is 0
    alert_over: Annotated[float, Field(gt=0, le=1000)]


class Boards(_Strict):
    most: Annotated[int, Field(ge=1, le=100)]  # units on each board
    red_from: Share  # 红榜: minimum efficiency
    black_below: Share  # 黑榜: efficiency below this
    progress_by: Share  # 进步榜: minimum gain over the previous period


class Publishing(_Strict):
    rank_from: Annotated[int, Field(ge=1, le=1000)]  # units with fewer cases are not ranked
    suppress_below: Annotated[int, Field(ge=2, le=100)]  # smaller counts are not published
    z: Annotated[float, Field(ge=0.5, le=5)]  # of the confidence intervals: 1.96 for 95 %


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
        """Read one version. Raises ValueError that names the file and all its problems."""
        try:
            content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
            formula = cls.model_validate(content)
        except ValidationError as error:
            raise ValueError(f"{path.name}: {'; '.join(_problems(error))}") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ValueError(f"{path.name}: {error}") from None
        if path.stem != formula.version:
            raise ValueError(f"{path.name}: it says that it is version {formula.version!r}")
        return formula


def _problems(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(map(str, problem['loc'])) or 'the file'}: {problem['msg']}"
        for problem in error.errors()
    ]


class Formulas:
    """All versions of a city; a period uses the newest version valid at its beginning."""

    def __init__(self, versions: list[Formula]) -> None:
        self._in_order = sorted(versions, key=lambda formula: formula.valid_from)
        days = [formula.valid_from for formula in self._in_order]
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
        return {formula.version: formula for formula in self._in_order}

    def of(self, begins: date, version: str | None = None) -> Formula:
        """The formula named `version`, else the one for a period that begins on `begins`.

        A period before the first version uses the first. Raises BadFilter for an unknown version.
        """
        if version is not None:
            return self._named(version)
        valid = [formula for formula in self._in_order if formula.valid_from <= begins]
        return valid[-1] if valid else self._in_order[0]

    def _named(self, version: str) -> Formula:
        if version not in self.versions:
            raise BadFilter(f"没有“{version}”这一版测评办法，有的是：{'、'.join(self.versions)}")
        return self.versions[version]
