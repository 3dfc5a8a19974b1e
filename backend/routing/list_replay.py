"""What a changed power list would change: its items, and the routes of the newest cases."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models.cases import Case
from backend.routing.past_case_models import model_in_use
from backend.routing.replay import NOBODY
from backend.routing.service import routable_units, route_with_list
from backend.vocabulary.units import TIERS, UNIT_TYPES
from nlu.city.power_list import PowerItem, PowerList, read_items

MOST_CASES = 200
MOST_ITEMS = 5000
_NEWEST = 500  # cases whose versions are counted


@dataclass(frozen=True)
class ItemChange:
    """A column of an item, or the whole item when `column` is empty."""

    code: str
    title: str
    column: str = ""
    before: str = ""
    after: str = ""


@dataclass
class ListReplay:
    """Differences between the list in use and a changed one; routes with how many cases."""

    added: list[PowerItem] = field(default_factory=list)
    removed: list[PowerItem] = field(default_factory=list)
    changed: list[ItemChange] = field(default_factory=list)
    cases: int = 0
    items: Counter[tuple[str, str]] = field(default_factory=Counter)  # titles before and after
    units: Counter[tuple[str, str]] = field(default_factory=Counter)  # names before and after


def read_list(lines: Iterable[str], name: str, in_use: PowerList) -> PowerList:
    """The list with the file's items in place of all items of its domains. Raises ValueError."""
    items = list(read_items(lines, name))
    if not 0 < len(items) <= MOST_ITEMS:
        raise ValueError(f"{name}: 1 to {MOST_ITEMS} items")
    codes = Counter(item.code for item in items)
    if twice := [code for code, times in codes.items() if times > 1]:
        raise ValueError(f"{name}: there twice: {', '.join(twice[:10])}")
    domains = {item.domain for item in items}
    others = [item for item in in_use.items if item.domain not in domains]
    if unknown := domains - {item.domain for item in in_use.items}:
        raise ValueError(f"{name}: unknown domain {', '.join(sorted(unknown))[:100]}")
    if doubled := codes.keys() & {item.code for item in others}:
        raise ValueError(f"{name}: codes of another domain: {', '.join(sorted(doubled)[:10])}")
    for item in items:
        _check(item, name)
    return PowerList([*others, *items], f"{in_use.version}+{name}")


def _check(item: PowerItem, name: str) -> None:
    if not (item.code and item.title and item.unit_types):
        raise ValueError(f"{name}: {item.code or 'an item'} needs code, title and unit types")
    if unknown := set(item.unit_types) - set(UNIT_TYPES):
        raise ValueError(f"{name}: {item.code}: unknown unit type {', '.join(sorted(unknown))}")
    if item.tier not in TIERS:
        raise ValueError(f"{name}: {item.code}: unknown tier {item.tier!r}")


def compare(session: Session, before: PowerList, after: PowerList) -> ListReplay:
    """The changed items, and the newest cases routed by both lists."""
    result = ListReplay(
        added=[item for item in after.items if item.code not in before.by_code],
        removed=[item for item in before.items if item.code not in after.by_code],
        changed=[
            change
            for item in after.items
            if item.code in before.by_code
            for change in _differences(before.by_code[item.code], item)
        ],
    )
    _replay(session, before, after, result)
    return result


def _differences(before: PowerItem, after: PowerItem) -> list[ItemChange]:
    return [
        ItemChange(after.code, after.title, one.name, _shown(old), _shown(new))
        for one in fields(PowerItem)
        if (old := getattr(before, one.name)) != (new := getattr(after, one.name))
    ]


def _shown(value: object) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value)


def _replay(session: Session, before: PowerList, after: PowerList, result: ListReplay) -> None:
    model, units = model_in_use(session), routable_units(session)
    query = select(Case.text, Case.location["text"].astext).order_by(Case.id.desc())
    for text, place in session.execute(query.limit(MOST_CASES)):
        old, new = (route_with_list(items, units, text, place, model) for items in (before, after))
        result.cases += 1
        old_item, new_item = _title(old.power_item), _title(new.power_item)
        if old_item != new_item:
            result.items[old_item, new_item] += 1
        if old.unit != new.unit:
            names = (old.unit.name if old.unit else NOBODY, new.unit.name if new.unit else NOBODY)
            result.units[names] += 1


def _title(item: PowerItem | None) -> str:
    return item.title if item else NOBODY


def versions_used(session: Session) -> Sequence[tuple[str, int]]:
    """Versions of the list by which the newest cases were routed, with how many."""
    newest = select(Case.routing["evidence"]).order_by(Case.id.desc()).limit(_NEWEST)
    versions = Counter(
        str(entry.get("version"))
        for evidence in session.scalars(newest)
        for entry in evidence or ()
        if entry.get("what") == "power_list"
    )
    return sorted(versions.items(), reverse=True)
