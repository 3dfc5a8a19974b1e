"""Size of a matter: 微事 for the community, 小事 for the street or one office, 难事 for several.

The power list gives the usual size for each item. Signs in the text increase it: many people, years
without a solution, offices that pass the matter on.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from nlu.city.power_list import PowerItem

MANY = 20  # households or people; so many are a crowd
_COMMUNITY_TIERS = ("property", "community")
_DISTRICT_OR_ABOVE = ("district", "city")

_HEADS = r"个?(?:户|人(?!民|次)|名|位|家(?!具|电)|业主|工人|村民|居民|家长)"  # not 5000人民币
# 30多户, 25名业主
_COUNTED = re.compile(rf"([0-9]{{1,6}})\s?(?:多|余|来|几)?\s?{_HEADS}")
# 几百人; 三年没解决; 踢皮球
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "many",
        re.compile(
            r"几百|上百|几十[户人名位家]|上千|几千|成百上千|数百|数千|全体(?:业主|村民|员工|职工|家长)"
            rf"|[二两三四五六七八九]十[一二三四五六七八九多余来几]?{_HEADS}"
            rf"|[一两二三四五六七八九]百[零一二三四五六七八九十多余来几]*{_HEADS}"
            r"|全村|整个小区|联名|集体(?:投诉|上访|反映|维权)|业主代表|我们(?:全体|全村|整栋|整幢)"
        ),
    ),
    (
        "long",
        re.compile(
            # Not 2024年, and not 二零二四年.
            r"(?<![零〇一二两三四五六七八九十0-9])(?:[二两三四五六七八九十]+|[2-9]|[1-9][0-9])"
            r"(?:多|来|几)?年(?:多|来|了|还|都|没|未|得不到|一直)|多年|好几年|几年了"
            r"|半年(?:多|了)[^，。]{0,8}(?:没|未|不)|历史遗留|久拖不决|长期(?:得不到|没有|未|无人)"
        ),
    ),
    (
        "passed on",
        re.compile(
            r"踢皮球|推来推去|推诿|扯皮|互相推|相互推|都说不(?:归|是)|都不管|没有一个部门"
            r"|多次(?:投诉|反映|上访|信访|打)[^，。]{0,12}(?:无果|没|未|不)|反映(?:了)?(?:多次|无数次|好几次)"
        ),
    ),
)


class Size(str, Enum):
    """Size of a matter, smallest first."""

    MICRO = "micro"
    SMALL = "small"
    HARD = "hard"


_NEXT_SIZE = {Size.MICRO: Size.SMALL, Size.SMALL: Size.HARD, Size.HARD: Size.HARD}


def size_of(text: str, item: PowerItem | None) -> tuple[Size, tuple[str, ...]]:
    """Size of a matter, and the words that increased it.

    It grows by one step when the text mentions many people or has signs of two kinds.
    """
    size = Size(item.size) if item else Size.SMALL
    words = {name: match.group() for name, p in _SIGNS if (match := p.search(text))}
    if "many" not in words and (crowd := _crowd(text)):
        words["many"] = crowd
    if "many" in words or len(words) > 1:
        size = _NEXT_SIZE[size]
    return size, tuple(words.values())


def _crowd(text: str) -> str | None:
    crowds = (m for m in _COUNTED.finditer(text) if int(m[1]) >= MANY)
    return next((match.group() for match in crowds), None)


def item_for_size(item: PowerItem, size: Size) -> PowerItem:
    """The item with its tier changed for the size: 微事 to the community, 难事 to the district."""
    return replace(item, tier=_tier(item, size))


def _tier(item: PowerItem, size: Size) -> str:
    near = {"community", "property_company"} & set(item.unit_types)
    if size is Size.MICRO and near and item.tier not in _COMMUNITY_TIERS:
        return "community"
    if size is Size.HARD and item.tier not in _DISTRICT_OR_ABOVE:
        return "district"
    return item.tier


def helpers_of(
    size: Size, lead: str, item: PowerItem | None, ranked: Sequence[tuple[str, float]]
) -> tuple[str, ...]:
    """Up to two unit types that assist the leading one in a hard matter.

    `ranked` are unit types with their scores, best first; those with half the best score count.
    """
    if size is not Size.HARD:
        return ()
    close = [code for code, score in ranked[1:] if score >= ranked[0][1] / 2]
    candidates = [*(item.unit_types if item else ()), *close]
    return tuple(dict.fromkeys(code for code in candidates if code != lead))[:2]
