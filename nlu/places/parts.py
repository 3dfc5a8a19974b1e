"""Parts of a place in a text: district, street, community, site, number, spot, firm.

元成小区呀钱塘区的十二幢 has the parts 元成小区, 钱塘区 and 十二幢. Adjacent parts form a cluster,
which is one place; its name has the wider area first.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import islice, pairwise

from nlu.city.loaded import duties
from nlu.gazetteer.generic_names import (
    generic_names,
    has_proper_name,
    is_name,
    may_be_name,
    may_end_as_name,
    name_start,
    upto_ending,
)
from nlu.gazetteer.place import Mention
from nlu.gazetteer.places import Gazetteer

_NUMERAL = r"(?:[0-9]{1,6}[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十百两]{1,4}|[甲乙丙丁])"
# 12号, 3幢, 二单元, 3-2-501
NUMBER = re.compile(
    rf"(?:{_NUMERAL}\s?(?:号大街|号院|号楼(?![下上道梯顶])|号门(?!口)|号口|号(?!码|线)|弄|"
    rf"[幢栋](?:楼(?![下上道梯顶]))?"
    r"|单元|室(?![内外])|楼(?![下上道梯顶盘栋])|层(?!楼)|座(?![位椅])|期(?!间)|组(?!织)|"
    r"排(?![队水污烟放气风])|区(?![政别间域])|队(?!伍)|村(?![民委干口]))"
    r"|[东西南北中]区(?=[0-9一二三四五六七八九十])"
    r"|(?<=[苑园墅城邸府村寓])[东西南北中][区苑园](?=[\s，,、楼门的]|$)"
    r"|[0-9]{1,6}(?:[-—][0-9]{1,6})+(?:号|室)?)"
)
# 门口, 路口, 地下车库
SPOT = re.compile(
    r"的?(?:交叉口|十字路口|丁字路口|路口)|交界处?|交汇处|[大正]?门[口外前]|[东南西北正后侧]+门口?|附近|"
    r"旁边|旁|边上|对面|对过"
    r"|楼(?:[下上顶]|道(?!灯))|地下车库|地下室|车库|地库|后面|前面|桥下|路边|尽头|口子上|公交站台?|[A-Z]口|"
    r"(?<=[村站路街巷弄])口"
)
_FIRM_END = (
    r"(?:[^书]店(?!铺?老板)|[餐饭面菜茶宾旅会]馆|厂(?!家)|公司|超市|工地|酒吧|酒楼|网吧|KTV|"
    r"棋牌室|麻将馆|快递站|驿站|幼儿园|诊所"
    r"|药房|浴室|仓库|大排档|大酒店|酒店|宾馆|早餐铺|水果摊|烧烤摊|夜宵摊|洗车行|健身房|培训班)"
)
# A character of a firm's name
_NO_FIRM = r"[^\s\W的了是在有把被没不就都也又很让请从到我你他她它们这那个坏漏堵吵]"
# A site behind an area's name: 三墩小学, 翠苑菜场
_POI = re.compile(
    r"(?:地铁|公交)?站(?![着在起不了的台])|第?[一二三四五六七八九十]{1,2}(?:[小中]学|[小中](?![\u4e00-\u9fff]))"
    r"|[小中]学|学校|幼儿园|菜场|市场|超市|社区|小区|花园|"
    r"公寓|新村|家园|医院|广场"
    r"|公园|停车场|派出所|老街|工业园|[\u4e00-\u9fff]{2}[苑阁轩庭](?!区)"
)
# 的那家面馆, 上的宏达电子厂
FIRM = re.compile(
    rf"[上里]?的?(?:[那这某]|[那这]?[一几两])(?:个|家){_NO_FIRM}{{0,8}}?{_FIRM_END}"
    rf"|(?:[上里]?的(?=[^\s\W]{{1,8}}?[店馆楼档厂])|上)?{_NO_FIRM}{{1,8}}?{_FIRM_END}"
)
# Between two parts of one place: 呀 and 的 in 元成小区呀钱塘区的十二幢
_GAP = re.compile(r"[\s,，、·]?(?:[呀啊嘛呢哦么]|[里上]面?的?|的|那个|这个|那边的?)?[\s,，]?的?")
_OTHER_ROAD = re.compile(r"([^\s\W的了在是有从走过去到跟和]{2,4}(?:路|街|巷|大道))[和与跟、]$")
_ROAD_END = re.compile("(?:路|街|巷|大道)$")
_NO_ROADS = frozenset("马路 公路 小路 大路 道路 铁路 十字路 人行道路".split())
_OFFICE = re.compile("法院|检察院|政府|公安|派出所|[局委办队]$")
_OF = re.compile("的")
_COMMA = re.compile(r"[,，、\s]")
AND = re.compile(r"\s?[和与跟、/到至及]\s?")
_SPACE = re.compile(r"\s?")
_SPACES = re.compile(r"\s+")
_AREA_ENDING = re.compile(r"(?:[区县市镇乡村]|街道|社区)$")
LONGEST = 2000  # characters
_ON_ROAD = re.compile(r"[路街巷弄道号]$")  # behind a road the order stays: 文三路翠苑一区门口
_HOUSEHOLD = re.compile(r"[\u4e00-\u9fff]{1,2}家")  # 老李家门口
_LONGEST_BEHIND = 10  # characters of an unlisted name behind a listed one
_LONGEST_SPAN = 30  # characters of a mention by the tagger
_MOST_NAMES = 50  # in one text
_LONGEST_GAP = 4  # characters
_DAMAGE = re.compile("[渗漏积冒反返停滴]水|坏|堵|塌|破损|开裂")
_QUANTITY = re.compile("[几数多每]|处$")
_SHORTEST_BETWEEN, _LONGEST_BETWEEN, _OBJECT_LENGTHS = 3, 6, (2, 3, 4)  # characters
# 杭州市 before a listed name
_ALSO_A_CITY = re.compile(r"(?:浙江省?)?杭州市?[\s,，]?$")


class Level(IntEnum):
    """Kind of a part, from wide to precise."""

    CITY = 0
    DISTRICT = 1
    STREET = 2
    COMMUNITY = 3
    SITE = 4
    NUMBER = 5
    SPOT = 6
    FIRM = 7


_OF_MENTION = {
    "district": Level.DISTRICT,
    "street": Level.STREET,
    "community": Level.COMMUNITY,
    "estate": Level.SITE,
    "road": Level.SITE,
}


@dataclass(frozen=True)
class Part:
    """A part of a place at [start, end) of a text."""

    text: str
    start: int
    end: int
    level: Level
    codes: tuple[str, ...] = ()  # of the listed places that the name may mean
    is_sure: bool = True  # listed, or with a generic ending or a building's number


Cluster = tuple[Part, ...]  # adjacent parts: one place


def clusters_in(
    text: str, gazetteer: Gazetteer, spans: Iterable[tuple[int, int]] = ()
) -> list[Cluster]:
    """Places of a normalised text in order; the parts of each are in text order.

    `spans` are mentions [start, end) by the trained tagger.
    """
    parts = _crossings(_names(text, gazetteer, spans), text)
    clusters: list[list[Part]] = []
    for part in parts:
        if clusters and _belongs(clusters[-1][-1], part, text):
            clusters[-1].append(part)
        elif not clusters or part.start >= clusters[-1][-1].end:
            clusters.append([part])
        clusters[-1][-1] = _extend_to_site(clusters[-1][-1], text)
        clusters[-1].extend(_tail(text, clusters[-1][-1]))
    return [tuple(cluster) for cluster in clusters]


def _names(text: str, gazetteer: Gazetteer, spans: Iterable[tuple[int, int]]) -> list[Part]:
    """Listed names, names with a generic ending, names before a number; without overlaps."""
    spans = [(start, _before_damage(text, start, end)) for start, end in spans]
    listed = [_of_mention(m, text) for m in gazetteer.find(text)[:_MOST_NAMES]]
    others = [Part(text[a:b], a, b, Level(level)) for a, b, level in generic_names(text)]
    longer = _longer_names(others, listed)
    behind = list(_tagged_behind(text, spans, listed))
    unlisted = [
        *_with_level_of(behind, others),
        *_names_after_areas(text, listed),
        *(part for part in others if part not in longer),
        *_names_before_numbers(text),
        *_tagged_names(text, spans, listed),
    ]
    is_covered = bytearray(len(text))
    names: list[Part] = []
    for part in (*longer, *listed, *unlisted):
        if not any(is_covered[part.start : part.end]):
            names.append(part)
            is_covered[part.start : part.end] = b"\1" * (part.end - part.start)
    return sorted(names, key=lambda p: p.start)


def _before_damage(text: str, start: int, end: int) -> int:
    """End of a mention that the tagger carried into what is broken: 隧道|渗水."""
    damage = _DAMAGE.search(text, max(0, start), end + 1)
    return damage.start() if damage else end


def _tagged_behind(
    text: str, spans: Iterable[tuple[int, int]], listed: Sequence[Part]
) -> Iterator[Part]:
    """Names whose borders the tagger knows: 西兴街道|铂金时代, 横村镇|横村路."""
    for low, high in islice(spans, _MOST_NAMES):
        start = max((p.end for p in listed if low <= p.start and p.end <= high), default=low)
        stop = next((match.start() for match in _OF.finditer(text, start, high)), high)
        finer = [pattern.search(text, start, stop) for pattern in (NUMBER, SPOT)]
        end = min((match.start() for match in finer if match), default=stop)
        name = upto_ending(text[start:end])
        end = start + len(name)
        may_be = (start > low and may_be_name(name)) or may_end_as_name(text[start:stop])
        if 2 <= len(name) <= _LONGEST_BEHIND and may_be and not _OFFICE.search(name):
            yield Part(name, start, end, Level.SITE, is_sure=False)


def _with_level_of(behind: Sequence[Part], others: Sequence[Part]) -> Iterator[Part]:
    """Of the names behind listed ones those that end like no other, or are longer than it."""
    starts = {part.end: part for part in others}
    for part in behind:
        other = starts.get(part.end)
        if other is None:
            yield part
        elif part.start <= other.start:
            yield replace(part, level=other.level, is_sure=True)


def _longer_names(others: Iterable[Part], listed: Iterable[Part]) -> list[Part]:
    """Generic names that extend a listed one to the left, or an area's short name to the right:
    小石桥村 for 石桥村, 乔司农贸市场 for 乔司.

    Not those that begin inside another listed name: 乡咸康村 in 春建乡咸康村.
    """
    listed = list(listed)
    starts, ends = {part.end: part.start for part in listed}, {part.end for part in listed}
    areas = {
        p.start: p.end
        for p in listed
        if p.level is Level.STREET and not _AREA_ENDING.search(p.text)
    }
    return [
        p
        for p in others
        if (p.start < starts.get(p.end, 0) or areas.get(p.start, p.end) < p.end)
        and ends.isdisjoint({*range(p.start + 1, p.end)} - {areas.get(p.start)})
    ]


def _of_mention(mention: Mention, text: str) -> Part:
    codes = tuple(place.code for place in mention.candidates)
    start = mention.start
    city = _ALSO_A_CITY.search(text, max(0, start - 7), start)
    if city:
        start = city.start()
    return Part(text[start : mention.end], start, mention.end, _OF_MENTION[mention.level], codes)


def _names_before_numbers(text: str) -> Iterator[Part]:
    """Names before a building number: 东方丽都 in 东方丽都二号楼."""
    for number in islice(_BUILDING.finditer(text), _MOST_NAMES):
        start, end = max(0, number.start() - 8), number.start()
        is_sure = number.lastgroup is not None
        yield from _proper(text, start, end, is_sure=is_sure)


def _tagged_names(
    text: str, spans: Iterable[tuple[int, int]], listed: Sequence[Part]
) -> Iterator[Part]:
    """Mentions by the tagger that can be proper names, without the listed names in them."""
    for low, end in islice(spans, _MOST_NAMES):
        if not 0 <= low < end <= min(len(text), low + _LONGEST_SPAN):
            continue
        start = max((p.end for p in listed if low <= p.start and p.end <= end), default=low)
        if _OFFICE.search(text, start, end) or (start > low and not may_be_name(text[start:end])):
            continue
        if end - start >= 2 and is_name(text[start:end]):
            yield Part(text[start:end], start, end, Level.SITE, is_sure=False)
        else:
            yield from _proper(text, start, end, is_sure=False)


def _proper(text: str, low: int, high: int, *, is_sure: bool) -> Iterator[Part]:
    start = name_start(text, low, high)
    if start is None or _HOUSEHOLD.fullmatch(text, start, high):
        return
    if high - start >= 2 and has_proper_name(text[start:high]):
        yield Part(text[start:high], start, high, Level.SITE, is_sure=is_sure)


def _names_after_areas(text: str, areas: Iterable[Part]) -> Iterator[Part]:
    """Names right behind a listed area: 利一村 in 宁围街道利一村."""
    for area in areas:
        if not _AREA_ENDING.search(area.text):
            continue
        if match := _NAME_IN_AREA.match(text, area.end):
            level = Level.COMMUNITY if match[1] in ("村", "社区") else Level.SITE
            yield Part(match[0], match.start(), match.end(), level)
        elif end := _end_before_object(text, area.end):
            yield Part(text[area.end : end], area.end, end, Level.SITE, is_sure=False)


def _end_before_object(text: str, start: int) -> int | None:
    """End of a name between an area and an object of a duty: 西兴街道|铂金时代|电梯."""
    for end in range(start + _SHORTEST_BETWEEN, min(start + _LONGEST_BETWEEN, len(text)) + 1):
        is_before_object = any(duties().names(text[end : end + n]) for n in _OBJECT_LENGTHS)
        name = text[start:end]
        if is_before_object and may_be_name(name) and not _QUANTITY.search(name):
            return end
    return None


# Behind an area: …利一村, …花园
_NAME_IN_AREA = re.compile(
    r"(?![一两几某][个条家座])[^\s\W的了是在有被把没不很又都就也修建堵停拆挖]{1,5}?"
    r"(村(?![民委干长])|社区|新村|小区|[苑庭府]|(?<!线)路(?![灯面况牌基过人费])|街(?!道)|公寓|"
    r"花园|家园|大厦|广场|[小中]学)"
)
# Behind an unlisted name: …二号楼, …3-2, …门口
_BUILDING = re.compile(
    r"(?P<sure>(?:[0-9]{1,4}|[一二三四五六七八九十]{1,3})(?:号楼|幢|栋|期(?!间))"
    r"|(?<=[\u4e00-\u9fff])[0-9]+-[0-9]+)|门口|对面|楼下"
)


def _belongs(last: Part, part: Part, text: str) -> bool:
    """True if `part` continues the place that ends with `last`."""
    gap = text[last.end : part.start]
    if part.start < last.end or len(gap) > _LONGEST_GAP or not _GAP.fullmatch(gap):
        return False
    if _COMMA.search(gap):
        return part.level < last.level or last.level < Level.SITE
    return True


def _extend_to_site(part: Part, text: str) -> Part:
    """The part extended to a site behind it: 三墩 → 三墩小学."""
    if part.level >= Level.SITE or _AREA_ENDING.search(part.text):
        return part
    poi = _POI.match(text, part.end)
    if poi is None:
        return part
    return replace(part, text=part.text + poi[0], end=poi.end(), level=Level.SITE)


def _tail(text: str, last: Part) -> Iterator[Part]:
    """House numbers, spots and firms that follow a part."""
    end, in_gap = last.end, True
    while True:
        gap = (_GAP if in_gap else _SPACE).match(text, end)
        at = gap.end() if gap else end
        number = NUMBER.match(text, at) or NUMBER.match(text, end)
        spot = None if number else SPOT.match(text, end) or _POI.match(text, end)
        firm = None if number or spot else FIRM.match(text, end)
        match = number or spot or firm
        if match is None or match.end() == end:
            return
        level = Level.NUMBER if number else Level.SPOT if spot else Level.FIRM
        yield Part(match[0], match.start(), match.end(), level)
        end, in_gap = match.end(), False


def _crossings(parts: Sequence[Part], text: str) -> list[Part]:
    """Join the two roads of a crossing to one part: 解放路和浣纱路."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last and _is_crossing(last, part, text):
            crossing = text[last.start : part.end]
            joined[-1] = replace(last, text=crossing, end=part.end)
        else:
            joined.append(_with_other_road(part, text, last.end if last else 0))
    return joined


def _with_other_road(part: Part, text: str, low: int) -> Part:
    """A crossing whose other road is in no list: 市心路跟金城路."""
    other = _OTHER_ROAD.search(text, low, part.start) if _ROAD_END.search(part.text) else None
    if other is None or other[1] in _NO_ROADS:
        return part
    return replace(part, text=text[other.start() : part.end], start=other.start())


def _is_crossing(last: Part, part: Part, text: str) -> bool:
    between = text[last.end : part.start] if part.start - last.end <= 3 else "?"
    return last.level == part.level and AND.fullmatch(between) is not None


def numbers_in(text: str) -> list[Part]:
    """House numbers in an answer without a place name: 是462号."""
    return [
        Part(m[0], m.start(), m.end(), Level.NUMBER)
        for m in islice(NUMBER.finditer(text), _MOST_NAMES)
    ]


def place_name(cluster: Iterable[Part]) -> str:
    """Name of the place: areas from wide to narrow, then the other parts, without repetitions."""
    parts = list(cluster)
    on_road = {b.start for a, b in pairwise(parts) if _ON_ROAD.search(a.text)}
    areas = [p for p in parts if p.level < Level.COMMUNITY]
    areas += [p for p in parts if p.level == Level.COMMUNITY and p.start not in on_road]
    areas.sort(key=lambda p: p.level)
    others = [p for p in parts if p not in areas]
    texts = [p.text for p in (*areas, *others)]
    name = "".join(
        text for text, is_repeated in zip(texts, _repeats(texts), strict=True) if not is_repeated
    )
    return _SPACES.sub("", name)


def _repeats(texts: Sequence[str]) -> list[bool]:
    return [False, *(a == b for a, b in pairwise(texts))] if texts else []
