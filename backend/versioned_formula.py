"""Formulas of the city: each version is one YAML file, strictly validated and never edited."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Generic, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.errors import BadFilter
from nlu.folders import parse_yaml

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=100)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class StrictModel(BaseModel):
    """A part of a formula: unknown names and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Approval(StrictModel):
    by: Name
    day: date


class VersionedFormula(StrictModel):
    """Fields that every version of a formula has."""

    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")]
    valid_from: date
    approved: Annotated[list[Approval], Field(min_length=1)]
    note: Annotated[str, Field(max_length=2000)]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read one version. Raises ValueError that names the file and all its problems."""
        try:
            content: Any = parse_yaml(path.read_text(encoding="utf-8"))
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


AnyFormula = TypeVar("AnyFormula", bound=VersionedFormula)


class Versions(Generic[AnyFormula]):
    """All versions of one formula; a day uses the newest version valid on it."""

    def __init__(self, versions: Sequence[AnyFormula], *, subject: str, label: str) -> None:
        self._in_order = sorted(versions, key=lambda formula: formula.valid_from)
        self._label = label  # for people, in Chinese
        days = [formula.valid_from for formula in self._in_order]
        if not versions:
            raise ValueError(f"there is no version of the {subject}")
        if len(set(days)) < len(days):
            raise ValueError(f"two versions of the {subject} are valid from the same day")

    @cached_property
    def versions(self) -> Mapping[str, AnyFormula]:
        return {formula.version: formula for formula in self._in_order}

    def of(self, begins: date, version: str | None = None) -> AnyFormula:
        """The formula named `version`, else the one for a period that begins on `begins`.

        A period before the first version uses the first. Raises BadFilter for an unknown version.
        """
        if version is not None:
            return self._find(version)
        valid = [formula for formula in self._in_order if formula.valid_from <= begins]
        return valid[-1] if valid else self._in_order[0]

    def _find(self, version: str) -> AnyFormula:
        if version not in self.versions:
            versions = "、".join(self.versions)
            raise BadFilter(f"没有“{version}”这一版{self._label}，有的是：{versions}")
        return self.versions[version]
