"""Services of Open311: the items of the power list that concern public places."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backend.settings import DATA_FOLDER
from nlu.city.loaded import power_list
from nlu.city.power_list import PowerItem
from nlu.folders import parse_yaml

MOST_KEYWORDS = 12


@dataclass(frozen=True)
class Service:
    code: str
    name: str
    description: str
    group: str
    keywords: tuple[str, ...]


@cache
def services() -> Mapping[str, Service]:
    return load(DATA_FOLDER / "open311.yml", power_list().by_code)


@cache
def other() -> Service:
    """The service for a matter in a public place that is on no list."""
    return _other(_read(DATA_FOLDER / "open311.yml"))


def load(path: Path, items: Mapping[str, PowerItem]) -> dict[str, Service]:
    """Raises ValueError for an item that is not on the power list."""
    content = _read(path)
    codes = content["items"].split()
    unknown = [code for code in codes if code not in items]
    if unknown:
        raise ValueError(f"{path.name}: not on the power list: {', '.join(unknown)}")
    listed = {code: _service(items[code]) for code in codes}
    last = _other(content)
    return listed | {last.code: last}


def of_case(power_item_code: str | None) -> Service:
    return services().get(power_item_code or "") or other()


def listed_items() -> list[str]:
    return [code for code in services() if code != other().code]


def _read(path: Path) -> Any:
    return parse_yaml(path.read_text(encoding="utf-8"))


def _service(item: PowerItem) -> Service:
    return Service(
        item.code,
        item.title,
        f"{item.detail}：{item.title}，{item.resolve_days} 个工作日内办结",
        item.detail,
        item.keywords[:MOST_KEYWORDS],
    )


def _other(content: Any) -> Service:
    row = content["other"]
    return Service(row["code"], row["name"], row["name"], row["group"], tuple(row["keywords"]))
