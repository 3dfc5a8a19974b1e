"""Merging of two answers into one place: 小河直街, then 拱墅区小河街道. Pure.

A part that the second answer contradicts (the same level with another name) is replaced. A wider
second answer never removes the precise part of the first. All texts are normalised.
"""

import re
from collections.abc import Iterable, Sequence

from nlu.city.loaded import gazetteer
from nlu.places.parts import LONGEST, Level, Part, clusters_in, numbers_in

# 厂名叫宏达电子
_FIRM_NAMED = re.compile(
    r"(?:[厂店]|公司|单位|饭店|老板|饭馆)?的?(?:名字?|全称|招牌)?(?:就?叫做?|名叫|名为|"
    r"[厂店]名[是为:：]?|公司名[是为:：]?|名字?是)"
    r"([^\s，。,.！!？?、的]{2,15})"
)
# 叫什么不知道
_NO_FIRM_NAME = re.compile(r"什么|啥|不[知晓清]|哪|忘")
# 的一个电子厂
_SOME_FIRM = re.compile(
    r"的?(?:[一某]|那|这)[个家](?:[^\s，。,的]{0,6})(?:厂|店|馆|公司|工地|酒吧|超市|作坊)$"
)
# Marks and particles at the ends of a part
_JOINTS = re.compile(r"^[\s，,、的呀啊]+|[\s，,、。的呀啊嘛呢]+$")
_UNIT = re.compile(r"(号楼|号|幢|栋|单元|弄|室|楼|层|期|组|排|区|座)$")
_SAME_UNIT = {"栋": "幢", "号楼": "幢", "层": "楼", "座": "幢"}
_SHORT_ANSWER = 12  # characters; a short answer may correct a number alone


def merge(old: str, new: str) -> str:
    """The place after a second answer; `new` alone when `old` is empty."""
    old, new = old[:LONGEST].strip(), new[:LONGEST].strip()
    firm = _firm_in(new)
    if firm:
        new = _JOINTS.sub("", new[: new.find(firm)])
        new = _JOINTS.sub("", _FIRM_NAMED.sub("", _strip_announcement(new)))
    parts_new = _parts(new) or (numbers_in(new) if len(new) <= _SHORT_ANSWER else [])
    if not old or not (parts_new or firm):
        return old or new
    parts_old = _parts(old)
    areas = _areas(parts_old, parts_new)
    if (unmoved := _drop_moved(parts_old, parts_new)) != parts_old:
        old, parts_old = "".join(part.text for part in unmoved), unmoved
    precise = _precise_part(old, parts_old, new, parts_new)
    if firm:
        precise = _add_firm(precise, firm)
    return areas + precise


def names_firm(text: str) -> bool:
    """True if the words only say what a firm is called: 厂名叫荣盛五金."""
    match = _FIRM_NAMED.match(text)
    return match is not None and not _JOINTS.sub("", text[match.end() :]) and bool(_firm_in(text))


def is_only_number(text: str) -> bool:
    """True if the words are numbers of a house, a floor or a room and no more: 23幢2单元."""
    numbers = numbers_in(text[:LONGEST])
    return bool(numbers) and "".join(number.text for number in numbers) == text


def _firm_in(text: str) -> str | None:
    """Name of a firm in the answer: 宏达电子 in 厂名叫宏达电子."""
    match = _FIRM_NAMED.search(text)
    return match[1] if match and not _NO_FIRM_NAME.search(match[1]) else None


def _strip_announcement(text: str) -> str:
    """The answer without the words that announce the firm's name."""
    return re.sub(
        r"[，,。\s]*(?:我们)?(?:[厂店]|公司|单位|饭店)?的?(?:名字?|全称|招牌)?(?:就?叫做?|名叫|"
        r"名为|是|为|:|：)?$",
        "",
        text,
    )


def _add_firm(precise: str, firm: str) -> str:
    """The place with the firm's name in place of 的一个电子厂, or else appended."""
    if firm in precise:
        return precise
    return _JOINTS.sub("", _SOME_FIRM.sub("", precise)) + firm


def _parts(text: str) -> list[Part]:
    return [part for cluster in clusters_in(text, gazetteer()) for part in cluster]


def area_of(place: str) -> str:
    """District and street in a place, in its own words: 上城区望江街道."""
    wide = (Level.DISTRICT, Level.STREET)
    return "".join(part.text for part in _parts(place[:LONGEST]) if part.level in wide)


def _areas(old: Sequence[Part], new: Sequence[Part]) -> str:
    """District, street and community: the newer name of each level, older ones where they agree."""
    newest = {part.level: part for part in new if part.level < Level.SITE}
    agreeing = {
        part.level: part
        for part in old
        if part.level < Level.SITE
        and part.level not in newest
        and _may_contain(part, newest.values())
    }
    both = {**agreeing, **newest}
    return "".join(both[level].text for level in sorted(both))


def _may_contain(part: Part, others: Iterable[Part]) -> bool:
    return all(
        not other.codes
        or not part.codes
        or any(a.startswith(b) or b.startswith(a) for a in part.codes for b in other.codes)
        for other in others
    )


def _drop_moved(old: Sequence[Part], new: Sequence[Part]) -> list[Part]:
    """Old parts without a contradicted community and the numbers and spots that follow it."""
    areas = [part for part in new if part.level < Level.SITE]
    remaining: list[Part] = []
    is_moved = False
    for part in old:
        if part.level == Level.COMMUNITY:
            is_moved = _is_moved(part, areas)
        elif part.level <= Level.SITE:
            is_moved = False
        if not is_moved:
            remaining.append(part)
    return remaining


def _is_moved(community: Part, areas: Sequence[Part]) -> bool:
    others = [part for part in areas if part.level == Level.COMMUNITY]
    if others:
        return all(part.text != community.text for part in others)
    return not _may_contain(community, areas)


def _precise_part(old: str, parts_old: Sequence[Part], new: str, parts_new: Sequence[Part]) -> str:
    """The precise part: from the answer that has one, or the old one corrected by the new one."""
    exact_old, exact_new = _strip_areas(old, parts_old), _strip_areas(new, parts_new)
    if not exact_new or exact_new in exact_old:
        return exact_old
    if not exact_old or exact_old in exact_new:
        return exact_new
    sites_new = [part for part in parts_new if part.level == Level.SITE]
    if not sites_new:
        return _add_numbers(exact_old, [p for p in parts_new if p.level > Level.SITE])
    return _combine_sites(exact_old, parts_old, exact_new, sites_new)


def _strip_areas(text: str, parts: Sequence[Part]) -> str:
    """The text without areas; without filler where its parts are recognised."""
    finer = [part for part in parts if part.level >= Level.SITE]
    if finer:
        return re.sub(r"\s+", "", "".join(part.text for part in finer))
    return "" if parts else _JOINTS.sub("", text)


def _combine_sites(
    exact_old: str, parts_old: Sequence[Part], exact_new: str, sites_new: Sequence[Part]
) -> str:
    """Combine sites: road before estate; a road replaces a road, an estate an estate."""
    sites_old = [part for part in parts_old if part.level == Level.SITE]
    if not sites_old:
        return exact_new + exact_old  # 十六楼, then 三里亭苑
    if any(new.text in old.text for new in sites_new for old in sites_old):
        return _add_numbers(exact_old, [p for p in _parts(exact_new) if p.level > Level.SITE])
    kinds_old, kinds_new = ({is_road(p) for p in sites} for sites in (sites_old, sites_new))
    if kinds_old & kinds_new:
        return exact_new
    return exact_new + exact_old if True in kinds_new else exact_old + exact_new


def is_road(part: Part) -> bool:
    return re.search(r"(?:路|街|巷|弄|大道)(?:口|路口|交叉口)?$", part.text) is not None


def _add_numbers(exact: str, numbers: Sequence[Part]) -> str:
    """Add numbers and spots; one with the same unit (幢, 单元) is replaced."""
    for number in numbers:
        if number.text in exact:
            continue
        unit = _unit(number.text)
        old = next((p for p in _parts(exact) if unit and _unit(p.text) == unit), None)
        exact = exact.replace(old.text, number.text) if old else exact + number.text
    return exact


def _unit(text: str) -> str:
    match = _UNIT.search(text)
    return _SAME_UNIT.get(match[1], match[1]) if match else ""
