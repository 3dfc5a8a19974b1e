"""The demo city's data, checked as the program would read it."""

import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, get_args

import yaml

from backend.measures.formula import Formulas
from backend.units.importing import find_problems, read_units
from backend.vocabulary.units import TIERS, UNIT_TYPES
from nlu.articles.search import load, not_covered_in
from nlu.city.power_list import PowerItem, PowerList
from nlu.dangers.emergency import NUMBERS
from nlu.gazetteer.elsewhere import Elsewhere
from nlu.gazetteer.places import Gazetteer
from nlu.vocabulary import Kind

DATA = Path(__file__).parents[2] / "data"
HELD_OUT = Path(__file__).parents[1] / "rasa"  # of `minhu rasa-test`
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


# A little wider than the city: from the Qiandao lake to the mouth of the river.
HANGZHOU = {"latitude": (29.15, 30.60), "longitude": (118.30, 120.75)}


def examples(folder: Path = DATA / "nlu") -> dict[str, list[str]]:
    by_intent: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                lines = block["examples"].splitlines()
                by_intent[block["intent"]] += [line.removeprefix("- ") for line in lines if line]
    return by_intent


def test_units_stand_in_one_tree_over_five_tiers() -> None:
    units = read_units(DATA / "units.csv")
    assert list(find_problems(units)) == []
    assert len(units) >= 60
    assert {unit.tier for unit in units} == set(TIERS)
    assert [unit.code for unit in units if unit.parent is None] == ["HZ-12345"]


def power_items() -> tuple[PowerItem, ...]:
    return PowerList.load(DATA / "power_list").items


def test_power_items_cover_domains_and_name_known_units() -> None:
    items = power_items()
    assert len(items) >= 300
    assert {item.domain for item in items} == DOMAINS
    assert all(set(item.unit_types) <= UNIT_TYPES and item.tier in TIERS for item in items)
    assert [item.code for item in items if not item.unit_types or not item.title] == []
    assert [item.code for item in items if not 0 < item.respond_days <= item.resolve_days] == []
    assert {item.size for item in items} == {"micro", "small", "hard"}


def test_power_items_fill_the_matter_tree() -> None:
    with (DATA / "matter_tree.csv").open(encoding="utf-8") as file:
        tree = {(row["domain"], row["matter"], row["detail"]) for row in csv.DictReader(file)}
    covered = {(item.domain, item.matter, item.detail) for item in power_items()}
    assert covered - tree == set()
    assert {branch for branch in tree - covered if branch[2] != "其他"} == set()


def test_power_items_have_many_short_keywords() -> None:
    items = power_items()
    assert [item.code for item in items if len(set(item.keywords)) < 10] == []
    assert [word for item in items for word in item.keywords if not 2 <= len(word) <= 8] == []
    assert [item.code for item in items if len(set(item.keywords)) < len(item.keywords)] == []


def test_power_list_has_the_date_of_its_version() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", PowerList.load(DATA / "power_list").version)


def test_every_power_list_unit_type_has_a_unit() -> None:
    there = {unit.unit_type for unit in read_units(DATA / "units.csv")}
    unit_types = {unit_type for item in power_items() for unit_type in item.unit_types}
    assert unit_types - there == set()


def appeals() -> list[tuple[str, dict[str, Any]]]:
    """Each past case with the place to look for it."""
    return [
        (f"{path.name}, line {number}", json.loads(line))
        for path in sorted((DATA / "appeals").glob("*.jsonl"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]


def test_past_cases_are_judged_in_known_words() -> None:
    rows = appeals()
    assert len(rows) >= 2000
    assert [where for where, row in rows if not row["text"].strip()] == []
    assert [where for where, row in rows if row["kind"] not in get_args(Kind)] == []
    assert [where for where, row in rows if row["domain"] not in DOMAINS] == []
    for where, row in rows:
        unit_types = row["unit_types"]
        assert unit_types, where
        assert set(unit_types) <= UNIT_TYPES, where
        assert len(set(unit_types)) == len(unit_types), where


def test_past_cases_cover_domains_and_kinds_without_duplicates() -> None:
    rows = [row for _, row in appeals()]
    assert {row["domain"] for row in rows} == DOMAINS
    assert {row["kind"] for row in rows} == set(get_args(Kind))
    texts = Counter(re.sub(r"\s", "", row["text"]) for row in rows)
    assert [text for text, times in texts.items() if times > 1] == []


def test_dangers_have_known_kinds_without_duplicates() -> None:
    dangers = yaml.safe_load((DATA / "danger.yml").read_text(encoding="utf-8"))
    assert set(dangers) == {*NUMBERS, "none"}
    assert min(map(len, dangers.values())) >= 40
    repeats = Counter(text for texts in dangers.values() for text in texts)
    assert [text for text, times in repeats.items() if times > 1 or not text.strip()] == []


def test_what_is_not_covered_is_no_articles_question() -> None:
    topics = not_covered_in(DATA / "not_covered.yml")
    assert topics
    assert [topic for topic, questions in topics.items() if not questions] == []
    repeats = Counter(question for questions in topics.values() for question in questions)
    assert [question for question, times in repeats.items() if times > 1] == []
    articles = load(DATA / "knowledge")
    answered = {question for a in articles for question in (a.title, *a.questions)}
    assert answered & set(repeats) == set()


def test_articles_are_many_and_ask_different_questions() -> None:
    articles = load(DATA / "knowledge")
    assert len(articles) >= 40
    assert all(article.domain in DOMAINS and article.office for article in articles)
    questions = Counter(question for article in articles for question in article.questions)
    assert [question for question, times in questions.items() if times > 1] == []


def test_examples_cover_the_intents_without_repeats() -> None:
    by_intent = examples()
    assert set(by_intent) == INTENTS
    assert sum(map(len, by_intent.values())) >= 1200
    assert min(map(len, by_intent.values())) >= 40
    repeats = Counter(line for lines in by_intent.values() for line in lines)
    assert [line for line, times in repeats.items() if times > 1] == []


def test_held_out_lines_cover_intents_and_are_untrained() -> None:
    held_out = examples(HELD_OUT)
    assert set(held_out) == INTENTS
    assert min(map(len, held_out.values())) >= 15
    trained = {_bare(line) for lines in examples().values() for line in lines}
    assert [line for lines in held_out.values() for line in lines if _bare(line) in trained] == []


def _bare(line: str) -> str:
    """The words alone: no marks, no names of entities."""
    return re.sub(r"\W", "", re.sub(r"\[([^]]*)\]\(\w+\)", r"\1", line))


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


def test_census_covers_every_district_and_sums_to_city() -> None:
    districts = {row["code"]: row["name"] for row in _rows("districts")}
    with (DATA / "census.csv").open(encoding="utf-8") as file:
        city, *rest = csv.DictReader(file)
    assert {row["code"]: row["name"] for row in rest} == districts
    assert int(city["population"]) == sum(int(row["population"]) for row in rest)


def test_every_version_of_the_measures_can_be_read() -> None:
    formulas = Formulas.load(DATA / "measures")
    assert all(formula.approved for formula in formulas.versions.values())


def test_points_lie_in_the_city_and_its_places() -> None:
    points = _rows("points")
    for axis, (least, most) in HANGZHOU.items():
        assert [p["name"] for p in points if not least <= float(p[axis]) <= most] == []
    names = {row["code"]: row["name"] for level in ("districts", "streets") for row in _rows(level)}
    assert [p["name"] for p in points if names.get(p["code"]) != p["name"]] == []
    assert {row["code"] for row in _rows("districts")} <= {p["code"] for p in points}
    places = Counter((p["code"], p["latitude"], p["longitude"]) for p in points)
    assert [place for place, times in places.items() if times > 1] == []


def test_places_elsewhere_are_not_local_names() -> None:
    elsewhere = [
        word
        for row in _rows("elsewhere")
        for word in (row["name"], *filter(None, row["said"].split("|")))
    ]
    levels = ("districts", "former_districts", "streets", "communities", "estates", "roads")
    own = {row["name"] for level in levels for row in _rows(level)}
    assert set(elsewhere) & own == set()
    assert [word for word, times in Counter(elsewhere).items() if times > 1] == []
    register = Elsewhere.load(DATA / "areas", Gazetteer.load(DATA / "areas"))
    assert [word for word in elsewhere if register.find(word) is None] == []
    assert [name for name in own if register.find(name)] == []


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "areas" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
