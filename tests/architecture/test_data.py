"""The demo city's data, checked as the program would read it."""

import csv
import re
from collections import Counter
from pathlib import Path

import yaml

from backend.routing.importing import find_problems, read_units
from backend.routing.rules import TIERS, UNIT_TYPES
from nlu.articles import load
from nlu.power_list import PowerList

DATA = Path(__file__).parents[2] / "data"
DOMAINS = frozenset(
    "城乡建设 党务政务 国土资源 环境保护 纪检监察 交通运输 经济管理 科技与信息产业"
    " 民政 农村农业 商贸旅游 卫生计生 政法 教育文体 劳动和社会保障".split()
)
INTENTS = frozenset(
    "lodge_appeal ask_question check_progress add_detail chase_case withdraw_case rate_case"
    " request_human inform_location inform_contact affirm deny cancel greet thank goodbye"
    " ask_help repeat emergency out_of_scope".split()
)
ENTITIES = frozenset({"location", "time", "case_no", "phone"})


def examples() -> dict[str, list[str]]:
    found = {}
    for path in sorted((DATA / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                lines = block["examples"].splitlines()
                found[block["intent"]] = [line.removeprefix("- ") for line in lines if line]
    return found


def test_units_stand_in_one_tree_over_five_tiers() -> None:
    units = read_units(DATA / "units.csv")
    assert list(find_problems(units)) == []
    assert len(units) >= 60
    assert {unit.tier for unit in units} == set(TIERS)
    assert [unit.code for unit in units if unit.parent is None] == ["HZ-12345"]


def test_power_items_cover_every_domain_and_name_known_units() -> None:
    items = PowerList.load(DATA / "power_list.csv").items
    assert len(items) >= 120
    assert {item.domain for item in items} == DOMAINS
    assert all(set(item.unit_types) <= UNIT_TYPES and item.tier in TIERS for item in items)
    assert all(item.keywords and item.resolve_days > 0 for item in items)


def test_every_unit_type_on_the_power_list_has_a_unit() -> None:
    there = {unit.unit_type for unit in read_units(DATA / "units.csv")}
    wanted = {kind for i in PowerList.load(DATA / "power_list.csv").items for kind in i.unit_types}
    assert wanted - there == set()


def test_articles_are_many_and_ask_different_questions() -> None:
    articles = load(DATA / "knowledge")
    assert len(articles) >= 40
    assert all(article.domain in DOMAINS and article.office for article in articles)
    asked = Counter(question for article in articles for question in article.questions)
    assert [question for question, times in asked.items() if times > 1] == []


def test_examples_cover_the_intents_without_repeats() -> None:
    by_intent = examples()
    assert set(by_intent) == INTENTS
    assert sum(map(len, by_intent.values())) >= 1200
    assert min(map(len, by_intent.values())) >= 40
    said = Counter(line for lines in by_intent.values() for line in lines)
    assert [line for line, times in said.items() if times > 1] == []


def test_examples_mark_only_the_four_entities() -> None:
    marked = {
        entity
        for lines in examples().values()
        for line in lines
        for entity in re.findall(r"\]\((\w+)\)", line)
    }
    assert marked == ENTITIES


def test_areas_belong_together() -> None:
    districts = {row["code"] for row in _rows("districts")}
    streets = {row["code"]: row["district_code"] for row in _rows("streets")}
    assert len(districts) == 13
    assert set(streets.values()) <= districts
    assert {row["street_code"] for row in _rows("communities")} <= set(streets)
    assert {row["district_code"] for row in _rows("estates")} <= districts


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "areas" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
