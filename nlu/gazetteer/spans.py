"""Whole mentions of places around the names in them: 文三路189号2幢, 采荷新村菜场门口."""

import re
from collections.abc import Iterator, Sequence

# Between two places of one mention: space, 的, 和
_JOINT = re.compile(r"[\s,，的·]?|[与和跟、及至到/]")
# 189号, 2幢, 3-2-501
_HOUSE = re.compile(
    r"\s?(?:(?:[0-9]+[A-Za-z]?(?:[-—][0-9]+)*|[A-Za-z]|[一二三四五六七八九十]+)"
    r"\s?(?:号大街|号楼|号院|号门|号线|号口|号|弄|[幢栋]楼?|单元|室|楼|层|座|区|期|组|队|户|口)"
    r"|[0-9]+(?:[-—][0-9]+)+|(?:镇|乡|街道|大道|开发区)(?![\u4e00-\u9fff]政))"
)
# A further site behind a name: 菜场, 地铁站
_POI = re.compile(
    r"[\u4e00-\u9fff]{0,6}?(?:小区|公寓|花园|新村|家园|社区|大厦|广场|商场|中心|学校|小学|中学|大学|幼儿园|医院|公园|"
    r"市场|超市|酒店|地铁[站口]|公交站|车站|高架|大桥|立交|隧道|停车场|菜场|工地|工业园|产业园|创意园|科技园|软件园|派出所|"
    r"村(?!民)|苑|府|路(?![灯面况牌基人过障政])|街(?!道)|巷|弄|站|(?=[0-9]+[-号弄幢栋]))"
)
# Characters that such a site does not contain
_POI_STOP = re.compile(
    r"[的了是在有被把不没很又都就也我你他她这那请要让从到和与或及跟吗呢吧建去来住投诉反映门边旁对面多坏漏堵修吵灯]|停(?!车)"
)
# 门口, 附近, 交叉口
_NEARBY = re.compile(
    r"(?:与?交叉口|交界处?|交汇处|十字路口|路口|门口|大门口?|[东南西北]门口?|附近|旁边?|对面|对过|楼下|楼顶|楼上|"
    r"顶楼|地下车库|地下室|后面|前面|桥下|下面|路边|口子上|(?<=站)?[A-Z]口|口)"
)
_CITY_BEFORE = re.compile(r"(?:浙江省?)?杭州市?[\s,，]?$")
# An unlisted name by its ending: 幸福路
_GENERIC = re.compile(
    r"(?:[A-Z]\d{0,2}[市县区]){0,2}[\u4e00-\u9fff]{2,5}?(?:大道|路|街|巷|弄|小区|花园|公寓|新村|家园|苑|社区|村|街道|镇|广场|大厦|学校|医院|公园|地铁站)"
)
# Words at the start of such a match that are no part of the name: 我住在
_LEADING_WORDS = re.compile(
    r"^.*(?:[在住到是从于我你们他那这有叫去离]|位于|反映|投诉|举报|请问|咨询|建议|希望|地址|路过|经过|属于)"
)


def extend_and_merge(seeds: Sequence[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Extend each seed over house numbers and spots, and merge adjacent ones.

    `seeds` are spans [start, end) of names in text order.
    """
    index = 0
    while index < len(seeds):
        start, end = seeds[index]
        index += 1
        end = _extend_end(text, end)
        while index < len(seeds) and _touches(text, end, seeds[index][0]):
            end = _extend_end(text, max(end, seeds[index][1]))
            index += 1
        city = _CITY_BEFORE.search(text, 0, start)
        yield (city.start() if city else start), end


def _touches(text: str, end: int, start: int) -> bool:
    return start < end or _JOINT.fullmatch(text, end, start) is not None


def _extend_end(text: str, end: int) -> int:
    while True:
        match = _HOUSE.match(text, end) or _poi(text, end) or _NEARBY.match(text, end)
        if match is None or match.end() == end:
            return end
        end = match.end()


def _poi(text: str, end: int) -> re.Match[str] | None:
    match = _POI.match(text, end)
    return None if match is None or _POI_STOP.search(match.group()) else match


def generic_spans(text: str) -> list[tuple[int, int]]:
    """Spans of unlisted place names, by their generic ending."""
    spans = []
    for match in _GENERIC.finditer(text):
        lead = _LEADING_WORDS.match(match.group())
        start = match.start() + (lead.end() if lead else 0)
        if match.end() - start > 2:
            spans.append((start, match.end()))
    return spans
