"""Extraction of the place from an answer to "where?" or from a whole message. Pure.

Filler (还能在哪, 问那么多干嘛) and vague places (楼下, 我们三号楼) are no places. All texts are
normalised.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from nlu.city.loaded import gazetteer
from nlu.gazetteer.generic_names import may_be_name
from nlu.gazetteer.vague import is_vague
from nlu.places.merge import area_of as area_of
from nlu.places.merge import merge
from nlu.places.parts import AND, LONGEST, Cluster, Level, clusters_in, numbers_in, place_name

__all__ = ["has_support", "is_only_place", "is_whole_city", "merge", "place_in"]

# Words around a place in an answer: 就在, 我们小区, 你好
_FILLER = re.compile(
    r"(?:[\s,，。.!！?？、~～…😀-🙏]|就?在|就是|是|的|呀|啊|哦|嗯|呢|嘛|哎|唉|喂|吧|了|么|那个|"
    r"这个|那边|这边|这里|那里|这儿|一带|我们?|咱们?"
    r"|家里?|人|住|租|小区|位于|地址|地点|位置|地方|具体|对|好的?|你好|您好|同志|师傅|喏|喽|呗|"
    r"刚才|刚刚|已经|前面|不是"
    r"|想起来了?|记起来了?|说过|说了|讲过|讲了|过|吗|业主|住户|居民|村民|租户|现在|目前|离|还|都|也|里|上|有|事发|事情|"
    r"发生)*"
)
# 全市都这样, 到处都是
_WHOLE_CITY = re.compile(
    r"全市|全城|全杭州|整个杭州|整个(?:城市|市区)|杭州(?:市区?)?(?:到处|哪里都|各个?区|全市|"
    r"所有)|各个?区都|(?:到处|哪里|哪儿|处处)(?:都是|都有|都这样|都一样|全是)"
    r"|满大街都?是?|没有?具体(?:的)?(?:地[方点址]|位置)|不(?:是|止|光|单)(?:哪|某)?一个地方|"
    r"每个(?:小区|区|地方|街道)都"
)
# Before a place that is ruled out: 不是, 写错了
_DENIED = re.compile(r"(?:不是|不在|并非|写错|说错)(?:了?[是在])?$")

# Ends of a trip: 从城站坐地铁…, 打车到东站, 送孩子去学军小学的路上
_VEHICLE = (
    r"打车|打的|打滴|[坐乘][^，。\s]{0,5}(?:车|线|路|地铁|公交)|叫[^，。]{0,3}车|骑车|开车|拼车"
)
_BY_VEHICLE = re.compile(rf"(?:这[边里]|那[边里])?(?:{_VEHICLE}|出发|上车|过来|回家|回来)")
_TRIP_TO = re.compile(
    rf"(?:{_VEHICLE})(?:去|到|回|往)?$|(?:{_VEHICLE})[^，。\s]{{0,4}}(?:去|到|回|往)$"
    "|(?:要|想|准备|打算|急着|赶着|赶)(?:去|到|回)$"
)
_GOING = re.compile("(?:去|到|往|回)$")
_TO_DO = re.compile("(?:赶|坐|乘|接人|上班|上学|上课|看病|办事|开会|买菜)|的(?:路上|途中)")


def place_in(text: str, spans: Sequence[tuple[int, int]] = ()) -> str | None:
    """The place that a text names, the wider area first; None without one.

    `spans` are mentions [start, end) by the trained tagger, which may be wrong.
    """
    text = text[:LONGEST]
    clusters = clusters_in(text, gazetteer(), spans)
    best = _best(text, [cluster for cluster in clusters if not is_vague(place_name(cluster))])
    return place_name(best) if best else None


# Words around the place in an answer to "where?": 就在…这里
_MORE_THAN_A_PLACE = re.compile(
    r"[，,。；;！!？?\s]|[没不很太]|了|有人|着|坏|漏|吵|乱|停[车电水]|怎么|什么|[是有被把]"
)
_AROUND = re.compile(
    r"^(?:就|是|在|位于|我家|我们|地址|地点|[：:，, ])*"
    r"|(?:这里|这边|那里|那边|[呀啊哦的吧。！!，, ])*$"
)
_LONGEST_BUILDING = 8  # characters
LONGEST_ANSWER = 25  # characters
LONGEST_NAME = 10  # characters


def whole_answer(words: str, place: str) -> str:
    """The whole answer to "where?" when it goes on after `place`; else `place`.

    滨江区西兴街道铂金时代 names an estate that no list has. An answer that begins with the place,
    is short and has no comma is nothing but the place.
    """
    answer = _AROUND.sub("", words)
    goes_on = answer.startswith(place) and len(answer) <= LONGEST_ANSWER
    return answer if goes_on and not _MORE_THAN_A_PLACE.search(answer[len(place) :]) else place


def name_in(words: str) -> str | None:
    """An answer to "where?" that is nothing but a name which no list has: 铂金时代."""
    name = _AROUND.sub("", words)
    is_name = 2 <= len(name) <= LONGEST_NAME and may_be_name(name) and not is_vague(name)
    return name if is_name else None


def with_area_of(place: str, wider: str) -> str:
    """The place with the area that another place names, where it may lie in that area."""
    area = area_of(wider)
    ours, theirs = clusters_in(place, gazetteer()), clusters_in(area, gazetteer())
    if not area or area_of(place) or not all(_agree(theirs[0], cluster) for cluster in ours):
        return place
    return f"{area}{place}"


def is_spot_of_area(place: str) -> bool:
    """True if the place is a spot somewhere in an area: 紫阳街道楼梯上. Nobody can find it."""
    area = area_of(place)
    return bool(area) and place != area and is_vague(place.removeprefix(area))


def is_crossing(place: str) -> bool:
    """True if the place is where two listed roads cross: 凤起路、环城东路交叉口."""
    roads = [mention for mention in gazetteer().find(place[:LONGEST]) if mention.level == "road"]
    return any(AND.fullmatch(place, a.end, b.start) for a, b in pairwise(roads))


def without_spot(place: str) -> str:
    """The place up to the spot or the firm in it: of 翠苑一区3幢楼上 翠苑一区3幢."""
    parts = (part for cluster in clusters_in(place, gazetteer()) for part in cluster)
    spot = next((part for part in parts if part.level >= Level.SPOT and part.start), None)
    return place[: spot.start] if spot else place


def building_at_start(text: str) -> str:
    """The building with which the text begins, 3幢 of 3幢门口停了好多车; "" for none."""
    numbers = numbers_in(text[:_LONGEST_BUILDING])
    return numbers[0].text if numbers and not numbers[0].start else ""


def has_support(place: str) -> bool:
    """True if the place can be found on a map: a listed name, or one with a generic ending."""
    clusters = clusters_in(place[:LONGEST], gazetteer())
    return any(
        part.level <= Level.SITE and part.is_sure for cluster in clusters for part in cluster
    )


def is_whole_city(text: str) -> bool:
    """True if the text says that the matter has no single place: 全市都这样."""
    return _WHOLE_CITY.search(text[:LONGEST]) is not None


def is_only_place(text: str) -> bool:
    """True if the text is nothing but a place with filler: 就在…的呀."""
    text = text[:LONGEST]
    clusters = clusters_in(text, gazetteer())
    if not clusters:
        return False
    remainder, end_before = [], 0
    for part in (part for cluster in clusters for part in cluster):
        remainder.append(text[end_before : part.start])
        end_before = max(end_before, part.end)
    remainder.append(text[end_before:])
    return all(_FILLER.fullmatch(piece) for piece in remainder)


def _best(text: str, clusters: Sequence[Cluster]) -> Cluster | None:
    """The most precise place, with the wider area that another clause names."""
    affirmed = [
        c for c in clusters if not _DENIED.search(text[max(0, c[0].start - 4) : c[0].start])
    ]
    if not affirmed:
        return None
    best = max(affirmed, key=lambda c: (not _ends_trip(text, c), _exactness(c), -c[0].start))
    if any(part.level <= Level.DISTRICT for part in best):
        return best
    wider = (c for c in affirmed if _names_only_area(c) and _agree(c, best))
    return (*next(wider, ()), *best)


def _ends_trip(text: str, cluster: Cluster) -> bool:
    """True if the place is only where somebody came from or was going to: 打车到东站."""
    before, after = text[max(0, cluster[0].start - 12) : cluster[0].start], text[cluster[-1].end :]
    if _TRIP_TO.search(before) or (_GOING.search(before) and _TO_DO.match(after)):
        return True
    return before.endswith(("从", "由")) and _BY_VEHICLE.match(after) is not None


def _exactness(cluster: Cluster) -> int:
    """Precision in bits: a site or community, a number, a street, a district."""
    levels = {part.level for part in cluster}
    has_site = bool(levels & {Level.SITE, Level.COMMUNITY})
    bits = (has_site, *(level in levels for level in (Level.NUMBER, Level.STREET, Level.DISTRICT)))
    return sum(bit << at for at, bit in enumerate(reversed(bits)))


def _names_only_area(cluster: Cluster) -> bool:
    return all(part.level <= Level.STREET for part in cluster)


def _agree(area: Cluster, place: Cluster) -> bool:
    """True if all listed names of `place` may lie in `area`."""
    listed = [part for part in place if part.codes]
    codes = [code for part in area for code in part.codes]
    return all(
        any(a.startswith(b) or b.startswith(a) for a in codes for b in part.codes)
        for part in listed
    )
