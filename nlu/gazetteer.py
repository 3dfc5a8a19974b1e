"""Which places a text names, and the district, street and community they settle on.

Codes nest: a community's 12 digits begin with its street's 9, and those with its district's 6.
So two places agree when one code begins with the other, and what several places have in common
is a common beginning of their codes.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import ahocorasick  # type: ignore[import-untyped,import-not-found,unused-ignore]

Level = Literal["district", "street", "community", "estate", "road"]

DISTRICT_DIGITS, STREET_DIGITS, COMMUNITY_DIGITS = 6, 9, 12
_CODE_LENGTHS = (COMMUNITY_DIGITS, STREET_DIGITS, DISTRICT_DIGITS)
_ADMINISTRATIVE = frozenset({"district", "street", "community"})
_SHORTEST_UNGUARDED = 3

_STREET_ENDING = re.compile(r"(畲族乡|街道|镇|乡)$")
_DISTRICT_ENDING = re.compile(r"(区|县|市)$")

# Short forms that are everyday words, or rivers and roads through several places. They count as
# places only beside a district, after 在/住/位于, or before a word such as 附近.
_EVERYDAY_WRITTEN = (
    "凯旋 小河 和睦 大关 天水 武林 石桥 北山 西湖 留下 长河 望江 紫阳 蜀山 新塘 靖江 南阳 新街 "
    "河上 进化 五常 仁和 百丈 春江 东洲 永昌 常绿 常安 龙门 大源 上官 环山 玲珑 锦城 太阳 板桥 "
    "南苑 东湖 运河 白杨 临江 前进 旧县 城南 富春江 分水 钟山 文昌 石林 江南 中洲 安阳 新安江 "
    "莲花 大洋 大同 李家 清波 南星 天目山 青山湖 中泰 文新 东新 西溪 湖滨 半山 长庆 金峰 富文 "
    "新合 合村 清凉峰 城中村 左邻右舍 文明小区 君临天下 上郡 望城 绿园 新坝 东村 山庄 新民 "
    "城北 新城 阳光"
)
_EVERYDAY = frozenset(_EVERYDAY_WRITTEN.split())
_LIKE_A_ROAD = re.compile(r"[路街巷弄桥河山湖江港门站]$")
_CUE_BEFORE = re.compile(r"(?:在|住|位于|地址|属于|来自|去|到|家住|杭州)[是：: ]?$")
_CUE_AFTER = re.compile(
    r"(?:街道|镇|乡|小区|花园|公寓|社区|村|这边|那边|这里|这儿|附近|一带|地铁站|老街|派出所|居委|片区|这块)"
)
_ROAD_AFTER = re.compile(
    r"(?:[东南西北中]?(?:路|街(?!道)|大道|巷|弄)|大桥|高架|塘[河路]|江(?!干)|集团|物业公司|管)"
)
_WORD_BEFORE = re.compile(r"(?:[马晚早网线]|长)$")

_JOINT = re.compile(r"[\s,，的·]?|[与和跟、及至到/]")
_HOUSE = re.compile(
    r"\s?(?:(?:[0-9]+[A-Za-z]?(?:[-—][0-9]+)*|[A-Za-z]|[一二三四五六七八九十]+)"
    r"\s?(?:号大街|号楼|号院|号门|号线|号口|号|弄|[幢栋]楼?|单元|室|楼|层|座|区|期|组|队|户|口)"
    r"|[0-9]+(?:[-—][0-9]+)+|(?:镇|乡|街道|大道|开发区)(?![\u4e00-\u9fff]政))"
)
_POI = re.compile(
    r"[\u4e00-\u9fff]{0,6}?(?:小区|公寓|花园|新村|家园|社区|大厦|广场|商场|中心|学校|小学|中学|大学|幼儿园|医院|公园|"
    r"市场|超市|酒店|地铁[站口]|公交站|车站|高架|大桥|立交|隧道|停车场|菜场|工地|工业园|产业园|创意园|科技园|软件园|派出所|"
    r"村(?!民)|苑|府|路(?![灯面况牌基人过障政])|街(?!道)|巷|弄|站|(?=[0-9]+[-号弄幢栋]))"
)
_POI_STOP = re.compile(
    r"[的了是在有被把不没很又都就也我你他她这那请要让从到和与或及跟吗呢吧建去来住投诉反映门边旁对面多坏漏堵修吵灯]|停(?!车)"
)
_NEARBY = re.compile(
    r"(?:与?交叉口|交界处?|交汇处|十字路口|路口|门口|大门口?|[东南西北]门口?|附近|旁边?|对面|对过|楼下|楼顶|楼上|"
    r"顶楼|地下车库|地下室|后面|前面|桥下|下面|路边|口子上|(?<=站)?[A-Z]口|口)"
)
_CITY_BEFORE = re.compile(r"(?:浙江省?)?杭州市?[\s,，]?$")
_GENERIC = re.compile(
    r"(?:[A-Z]\d{0,2}[市县区]){0,2}[\u4e00-\u9fff]{2,5}?(?:大道|路|街|巷|弄|小区|花园|公寓|新村|家园|苑|社区|村|街道|镇|广场|大厦|学校|医院|公园|地铁站)"
)
_LEADING_WORDS = re.compile(
    r"^.*(?:[在住到是从于我你们他那这有叫去离]|位于|反映|投诉|举报|请问|咨询|建议|希望|地址|路过|经过|属于)"
)


@dataclass(frozen=True)
class Place:
    level: Level
    name: str
    code: str  # the deepest code it fixes; an estate and a road fix a district

    def agrees(self, other: "Place") -> bool:
        return self.code.startswith(other.code) or other.code.startswith(self.code)


@dataclass(frozen=True)
class Mention:
    text: str
    start: int
    end: int
    level: Level
    candidates: tuple[Place, ...]


@dataclass(frozen=True)
class Named:
    code: str
    name: str


@dataclass(frozen=True)
class Area:
    """Where it is; `candidates` has more than one place when the words leave it open."""

    district: Named | None = None
    street: Named | None = None
    community: Named | None = None
    words: tuple[str, ...] = ()
    candidates: tuple[Place, ...] = ()

    @property
    def code(self) -> str | None:
        deepest = self.community or self.street or self.district
        return deepest.code if deepest else None

    @property
    def is_ambiguous(self) -> bool:
        return len(self.candidates) > 1

    def as_json(self) -> dict[str, Any]:
        parts = {"district": self.district, "street": self.street, "community": self.community}
        return {level: asdict(part) if part else None for level, part in parts.items()}


@dataclass(frozen=True)
class Span:
    text: str
    start: int
    end: int


class Gazetteer:
    """Place names in an Aho-Corasick automaton; reads once, answers in one pass."""

    def __init__(self, places: Iterable[tuple[str, Place]]) -> None:
        self._names: dict[str, str] = {}
        by_word: dict[str, list[Place]] = {}
        for word, place in places:
            by_word.setdefault(word, [])
            if place not in by_word[word]:
                by_word[word].append(place)
            if place.level in _ADMINISTRATIVE:
                self._names.setdefault(place.code, place.name)
        self._words = ahocorasick.Automaton()
        for word, found in by_word.items():
            self._words.add_word(word, (word, tuple(found)))
        self._words.make_automaton()

    @classmethod
    def load(cls, folder: Path) -> "Gazetteer":
        return cls(_read_places(folder))

    def find(self, text: str) -> list[Mention]:
        """Place names in order; of overlapping ones the longest stands."""
        if not len(self._words):
            return []
        hits = sorted(self._hits(text), key=lambda m: (m.start - m.end, m.start))
        taken: list[Mention] = []
        doubtful: list[Mention] = []
        for hit in hits:
            if any(hit.start < t.end and t.start < hit.end for t in taken):
                continue
            if _reads_as_place(hit, text):
                taken.append(hit)
            else:
                doubtful.append(hit)
        taken += [d for d in doubtful if _stands_beside_district(d, taken)]
        return sorted(taken, key=lambda m: m.start)

    def _hits(self, text: str) -> Iterator[Mention]:
        for last, (word, places) in self._words.iter(text):
            start = last + 1 - len(word)
            yield Mention(word, start, last + 1, places[0].level, places)

    def resolve(self, text: str) -> Area:
        mentions = _drop_contradicted(self.find(text))
        return self._settle(mentions) if mentions else Area()

    def _settle(self, mentions: Sequence[Mention]) -> Area:
        scored = [
            ((_support(place, m, mentions), place.level in _ADMINISTRATIVE, len(place.code)), place)
            for m in mentions
            for place in m.candidates
        ]
        best = max(score for score, _ in scored)
        chosen = list(dict.fromkeys(place for score, place in scored if score == best))
        code = _common_code([place.code for place in chosen])
        return Area(
            district=self._named(code, DISTRICT_DIGITS),
            street=self._named(code, STREET_DIGITS),
            community=self._named(code, COMMUNITY_DIGITS),
            words=tuple(dict.fromkeys(m.text for m in mentions)),
            candidates=tuple(chosen) if len({p.code for p in chosen}) > 1 else (),
        )

    def _named(self, code: str, digits: int) -> Named | None:
        if len(code) < digits:
            return None
        return Named(code[:digits], self._names.get(code[:digits], code[:digits]))

    def without_places(self, text: str) -> str:
        """The text with place names blanked, so that 和睦社区 does not speak for 社区."""
        for mention in self.find(text):
            blank = " " * (mention.end - mention.start)
            text = text[: mention.start] + blank + text[mention.end :]
        return text

    def locate(self, text: str) -> Span | None:
        """The whole mention of a place, as the text says it: "文三路189号2幢"."""
        spans = self.spans(text)
        return max(spans, key=lambda s: (s.end - s.start, -s.start), default=None)

    def spans(self, text: str) -> list[Span]:
        """Every whole mention; by the ending of their names where the lists have none."""
        spans = list(_join([(m.start, m.end) for m in self.find(text)], text))
        spans = spans or list(_join(_generic_spans(text), text))
        return [Span(text[start:end], start, end) for start, end in spans]


def _support(place: Place, own: Mention, mentions: Sequence[Mention]) -> int:
    others = (m for m in mentions if m is not own and m.text != own.text)
    return sum(any(place.agrees(c) for c in other.candidates) for other in others)


def _common_code(codes: Sequence[str]) -> str:
    for digits in _CODE_LENGTHS:
        if len({code[:digits] for code in codes}) == 1 and len(codes[0]) >= digits:
            return codes[0][:digits]
    return ""


def _drop_contradicted(mentions: Sequence[Mention]) -> list[Mention]:
    """A name right after a district or street means the one inside it, or nothing we know."""
    kept: list[Mention] = []
    for mention in mentions:
        before = kept[-1] if kept and mention.start - kept[-1].end <= 1 else None
        if before is None or before.level not in ("district", "street"):
            kept.append(mention)
            continue
        inside = tuple(p for p in mention.candidates if any(p.agrees(c) for c in before.candidates))
        if inside:
            kept.append(Mention(mention.text, mention.start, mention.end, inside[0].level, inside))
        elif mention.level in ("district", "street"):
            kept.append(mention)
    return kept


def _reads_as_place(mention: Mention, text: str) -> bool:
    before, after = text[: mention.start], text[mention.end :]
    if not _is_short_form(mention):
        return True
    if _ROAD_AFTER.match(after) or (len(mention.text) == 2 and _WORD_BEFORE.search(before)):
        return False
    if mention.text not in _EVERYDAY and mention.level in ("district", "street"):
        return True
    return bool(_CUE_BEFORE.search(before) or _CUE_AFTER.match(after))


def _is_short_form(mention: Mention) -> bool:
    if mention.text in _EVERYDAY:
        return True
    if mention.level == "district":
        return not _DISTRICT_ENDING.search(mention.text)
    if mention.level == "street":
        return not _STREET_ENDING.search(mention.text)
    return len(mention.text) < _SHORTEST_UNGUARDED


def _stands_beside_district(mention: Mention, taken: Sequence[Mention]) -> bool:
    return any(
        t.level == "district"
        and 0 <= mention.start - t.end <= 1
        and any(p.agrees(c) for p in mention.candidates for c in t.candidates)
        for t in taken
    )


def _join(seeds: Sequence[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Grows each place over its house number and tail, and over the next place beside it."""
    index = 0
    while index < len(seeds):
        start, end = seeds[index]
        index += 1
        end = _grow(text, end)
        while index < len(seeds) and _touches(text, end, seeds[index][0]):
            end = _grow(text, max(end, seeds[index][1]))
            index += 1
        city = _CITY_BEFORE.search(text, 0, start)
        yield (city.start() if city else start), end


def _touches(text: str, end: int, start: int) -> bool:
    return start < end or _JOINT.fullmatch(text, end, start) is not None


def _grow(text: str, end: int) -> int:
    while True:
        match = _HOUSE.match(text, end) or _poi(text, end) or _NEARBY.match(text, end)
        if match is None or match.end() == end:
            return end
        end = match.end()


def _poi(text: str, end: int) -> re.Match[str] | None:
    match = _POI.match(text, end)
    return None if match is None or _POI_STOP.search(match.group()) else match


def _generic_spans(text: str) -> list[tuple[int, int]]:
    """Places by their ending alone, for names that the lists lack."""
    spans = []
    for match in _GENERIC.finditer(text):
        lead = _LEADING_WORDS.match(match.group())
        start = match.start() + (lead.end() if lead else 0)
        if match.end() - start > 2:
            spans.append((start, match.end()))
    return spans


def _read_places(folder: Path) -> Iterator[tuple[str, Place]]:
    yield from _districts_and_streets(folder)
    yield from _former_districts(folder)
    for row in _rows(folder / "communities.csv"):
        place = Place("community", row["name"], row["code"])
        yield from _words_for(place, _said_for_community(row["name"]))
    for row in _rows(folder / "estates.csv"):
        yield row["name"], Place("estate", row["name"], row["district_code"])
    for row in _rows(folder / "roads.csv"):
        for code in _split(row["district_codes"]):
            yield row["name"], Place("road", row["name"], code)


def _districts_and_streets(folder: Path) -> Iterator[tuple[str, Place]]:
    """余杭 alone is the district, though a street has that name too."""
    aliases: set[str] = set()
    for row in _rows(folder / "districts.csv"):
        aliases.update(_split(row["aliases"]))
        yield from _words_for(Place("district", row["name"], row["code"]), _split(row["aliases"]))
    for row in _rows(folder / "streets.csv"):
        short = _STREET_ENDING.sub("", row["name"])
        usable = len(short) > 1 and short not in aliases
        yield from _words_for(Place("street", row["name"], row["code"]), [short] if usable else [])


def _former_districts(folder: Path) -> Iterator[tuple[str, Place]]:
    """An old name points at today's districts, several when it was divided."""
    for row in _rows(folder / "former_districts.csv"):
        short = _DISTRICT_ENDING.sub("", row["name"])
        words = (
            [row["name"], short] if len(short) == 2 and row["name"][-1] == "区" else [row["name"]]
        )
        for name, code in zip(_split(row["becomes"]), _split(row["becomes_codes"]), strict=True):
            for word in words:
                yield word, Place("district", name, code)


def _said_for_community(name: str) -> list[str]:
    """翠苑一区社区 is also 翠苑一区; 定安路 alone stays a road."""
    if not name.endswith("社区") or len(name) <= 3:
        return []
    short = name[:-2]
    also = len(short) > 3 and not _LIKE_A_ROAD.search(short)
    return [short + "居委会", short] if also else [short + "居委会"]


def _words_for(place: Place, aliases: Iterable[str]) -> Iterator[tuple[str, Place]]:
    for word in (place.name, *aliases):
        yield word, place


def _split(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: (value or "").strip() for key, value in row.items() if key}
