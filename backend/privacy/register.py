"""The register of `data/privacy.yml`: what is stored about whom, why, and for how long."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from backend.settings import DATA_FOLDER
from nlu.folders import parse_yaml

FILE = DATA_FOLDER / "privacy.yml"


class Class(StrEnum):
    NONE = "none"
    WORK = "work"
    ID = "id"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105  the name of a class


READERS = frozenset({"nobody", "operator", "staff", "scope", "public"})


@dataclass(frozen=True)
class Table:
    name: str
    purpose: str
    readers: str
    retention: str
    columns: dict[str, Class]
    rows: str | None = None  # SQL condition: the rows of the resident `:resident`
    erase: dict[str, str] = field(default_factory=dict)  # column → SQL value
    delete_by: str | None = None  # column with the time that counts
    delete_after: timedelta | None = None

    @property
    def exported(self) -> list[str]:
        """Columns that a resident may have a copy of."""
        return [name for name, kind in self.columns.items() if kind is not Class.SECRET]


@cache
def register() -> dict[str, Table]:
    """Tables by name. Raises ValueError."""
    content = parse_yaml(FILE.read_text(encoding="utf-8"))
    return {name: _table(name, entry) for name, entry in content.items()}


def _table(name: str, entry: dict[str, Any]) -> Table:
    columns = {
        column: Class(kind) for kind, names in entry["columns"].items() for column in names.split()
    }
    if entry["readers"] not in READERS:
        raise ValueError(f"{FILE.name}: {name}: unknown readers {entry['readers']!r}")
    days = entry.get("delete_after")
    return Table(
        name=name,
        purpose=entry["purpose"],
        readers=entry["readers"],
        retention=entry["kept"],
        columns=columns,
        rows=entry.get("rows"),
        erase=entry.get("erase", {}),
        delete_by=entry.get("delete_by"),
        delete_after=timedelta(days=days) if days is not None else None,
    )
