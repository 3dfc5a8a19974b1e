"""Who must act, on `routes.csv`: short messages of our own, alone and with a story around them.

The lines were written from the guideline alone, by another hand than the table of duties and the
training lines. A story (an earlier call, a way, a building nearby) says nothing about the matter.
"""

import csv
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from backend.routing.service import matter_of
from backend.settings import settings
from nlu.language.text import normalise
from nlu.matters.confidence import calibration
from nlu.matters.matter import Matter

FILE = Path(__file__).parent / "routes.csv"
Line = dict[str, str]

EARLIER_CALLS = (
    "打了三次12345都没用，",
    "上个月给市长热线打过两回，到今天没人理，",
    "跟派出所、社区都讲过了，",
    "上次你们派的人来看了一眼就走了，",
    "110也报过，",
)
WAYS = (
    "今早送孙子上学，",
    "我从医院配药出来，",
    "下班坐公交回家，",
    "在银行取完钱出来，",
    "陪老伴去税务局办事，",
)
BUILDINGS = (
    "工商银行门口，",
    "小学后门那边，",
    "人民医院斜对面，",
    "法院旁边，",
    "派出所隔壁，",
    "地铁口出来，",
    "幼儿园围墙外面，",
    "菜市场边上，",
)


@cache
def lines() -> list[Line]:
    with FILE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def matter(text: str) -> Matter:
    return matter_of(normalise(text))


def first_right() -> float:
    return _share(_is_right(line) for line in lines())


def kind_right() -> float:
    return _share(matter(line["text"]).kind in line["kinds"].split("|") for line in lines())


def first_right_after_calls() -> float:
    return _right_after(EARLIER_CALLS)


def first_right_after_ways() -> float:
    return _right_after(WAYS)


def first_right_beside_buildings() -> float:
    """Only for lines in which no body is praised or asked: these name a building themselves."""
    return _right_after(BUILDINGS)


def sure_share() -> float:
    return _share(_is_sure(line) for line in lines())


def sure_right() -> float:
    return _share(_is_right(line) for line in lines() if _is_sure(line))


def _right_after(stories: Iterable[str]) -> float:
    """Of the lines that are right alone and tell of a trouble."""
    return _share(
        _is_right(line, story)
        for line in lines()
        if _is_right(line) and not _asks_or_praises(line)
        for story in stories
    )


def _asks_or_praises(line: Line) -> bool:
    return line["kinds"] in ("inquiry", "praise", "suggestion")


def _is_right(line: Line, before: str = "") -> bool:
    unit_types = matter(before + line["text"]).unit_types
    return bool(unit_types) and unit_types[0][0] in line["unit_types"].split("|")


def _is_sure(line: Line) -> bool:
    by_our_lines = calibration()
    return by_our_lines.likelihood(matter(line["text"])) >= by_our_lines.bar_for(
        settings().dispatch_precision
    )


def _share(results: Iterable[bool]) -> float:
    judged = list(results)
    return sum(judged) / len(judged)


MEASURES: dict[str, tuple[Callable[[], float], float | None]] = {
    "routes: first unit type": (first_right, 0.84),
    "routes: the same after an earlier call": (first_right_after_calls, 0.98),
    "routes: the same after a way": (first_right_after_ways, 0.98),
    "routes: the same beside a building": (first_right_beside_buildings, 0.98),
    "routes: kind": (kind_right, 0.80),
    "routes: sure enough to dispatch, share": (sure_share, 0.40),
    "routes: sure enough to dispatch, right": (sure_right, 0.95),
}
