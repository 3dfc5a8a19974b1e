"""Chinese labels for the values of the dimensions."""

import csv
from collections.abc import Mapping
from functools import cache

from backend.measures.city_units import City
from backend.measures.dimensions import MODES, TOP_DOMAINS
from backend.measures.query import NONE
from backend.settings import DATA_FOLDER
from backend.sources.registry import NETS
from backend.vocabulary.labels import CHANNEL_LABELS, KIND_LABELS, TIER_LABELS, UNIT_TYPE_LABELS
from nlu.city.loaded import power_list

_NOBODY = {"unit": "还没有派", "first_contact": "还没有派"}
_BY_LABEL: Mapping[str, Mapping[str, str]] = {
    "tier": TIER_LABELS,
    "unit_type": UNIT_TYPE_LABELS,
    "kind": KIND_LABELS,
    "channel": CHANNEL_LABELS,
    "top_domain": TOP_DOMAINS,
    "net": NETS,
    "mode": MODES,
}


def label_of(dimension: str, value: str | None, city: City) -> str:
    if value is None or value == NONE:
        return _NOBODY.get(dimension, "不明")
    if dimension in ("unit", "first_contact"):
        return city.name_of(value) or value
    return known_values(dimension).get(value, value)


def known_values(dimension: str) -> Mapping[str, str]:
    """Label by value; empty for units, whose names are in the database."""
    if dimension in _BY_LABEL:
        return _BY_LABEL[dimension]
    if dimension in ("district", "street"):
        return _areas(f"{dimension}s")
    return _domains() if dimension == "domain" else {}


@cache
def _areas(level: str) -> Mapping[str, str]:
    with (DATA_FOLDER / "areas" / f"{level}.csv").open(encoding="utf-8") as rows:
        return {row["code"]: row["name"] for row in csv.DictReader(rows)}


@cache
def _domains() -> Mapping[str, str]:
    domains = {item.domain for item in power_list().items}
    return {domain: domain for domain in sorted(domains)}
