"""China's provinces, prefectures and counties outside the city, and their names in messages.

A short name without its ending (慈溪 for 慈溪市) is unambiguous when it is no common word and no
place of the city. An ambiguous one counts only behind its prefecture or province (湖州长兴).
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from nlu.gazetteer.tables import read_rows

HOME_PROVINCE = "浙江省"
_ENDING = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|地区|盟)$")
_ETHNIC = re.compile(
    r"(?:[藏羌彝苗侗傣回]族|布依族|土家族|哈尼族|蒙古族?|景颇族|傈僳族|朝鲜族|柯尔克孜|"
    r"哈萨克)*自治州$"
)
# Variants that are no name by themselves: 宁波那边, 市区
SHORT = 2  # characters of 乌镇, which is also part of other names
_COMPOUND = re.compile(r"[这那]|市区$")
_PLACE_TAG = "ns"  # part-of-speech tag of a place name
_NEIGHBOUR_PROVINCES = frozenset("上海市 江苏省 安徽省 福建省 江西省".split())
# Short names that are also common words (天台: a rooftop), or places and firms of Hangzhou.
_COMMON_SHORT_NAMES = frozenset(
    "天台 三门 南湖 江北 象山 云和 路桥 金东 龙湾 普陀 文成 长兴 龙泉 太湖 东海 大同 日照 三明 "
    "来宾 平凉 安康 白银 海北 海东 海西 东方 兴安 红河 阿里 新星 白杨 中山 朝阳 和田 开封 通化 "
    "新乡 "
    "商城 平原 榆树 兴隆 江口 新安 明光 高阳 罗城 灵山 远安 独山 天等 武平 兴国 兴化 无为 天长 "
    "清流 大田 平和 政和 修水 上高 永新 万年 安福 万安".split()
)
# Full names that are common words or occur in every city: 东区, 矿区
_COMMON_FULL_NAMES = frozenset(
    "东区 西区 东城区 西城区 城东区 城西区 桥东区 桥西区 河东区 城区 郊区 矿区 市中区 新城区 "
    "老城区 城中区 城北区 市北区 市南区 合作市 东方市 资源县 公安县 "
    "港口区 平房区 回民区 工农区 前进区 南岸区 江岸区 江南区 运河区 东湖区 湖滨区".split()
)


@dataclass(frozen=True)
class Region:
    """A province, prefecture or county; `prefecture` and `province` name its parents."""

    name: str
    short: str
    prefecture: str
    province: str
    area_code: str  # telephone prefix: 0574

    @property
    def is_county(self) -> bool:
        """True if this is neither a prefecture nor a province."""
        return self.name not in (self.prefecture, self.province)

    def lies_in(self, other: "Region") -> bool:
        """True if `other` is a parent of this region."""
        return self != other and other.name in (self.prefecture, self.province)


@dataclass(frozen=True)
class Word:
    """A name for a region."""

    text: str
    region: Region
    is_full: bool  # with its ending: 慈溪市
    is_unambiguous: bool  # means the region also without a parent before it
    is_site: bool = False  # of the hand-checked names: 海宁皮革城

    @property
    def is_whole(self) -> bool:
        """True if nothing has to follow for it to be a name."""
        return self.is_full or self.is_site


def read_words(
    folder: Path, is_ours: Callable[[str], bool], tags: Callable[[], dict[str, str]]
) -> list[Word]:
    """Names for all regions outside the city.

    `folder` holds the tables, `is_ours` tells whether a name is a place of the city, `tags` returns
    the part of speech of each common word.
    """
    counties = list(_counties(folder))
    larger_regions = list(_provinces_and_prefectures(folder, {c.name for c in counties}))
    ours = Region(HOME_PROVINCE, HOME_PROVINCE[:-1], HOME_PROVINCE, HOME_PROVINCE, "")
    regions = list(dict.fromkeys(chain(larger_regions, counties)))
    name_counts = Counter(region.name for region in counties)
    short_counts = Counter(region.short for region in counties)
    short_counts.update({region.short: 1 for region in larger_regions})
    vetted = _checked_names(folder)
    words = [
        Word(name, ours, is_full=False, is_unambiguous=False) for name in (ours.name, ours.short)
    ]
    for region in regions:
        is_unique = not is_ours(region.short) and (
            short_counts[region.short] == 1 or not region.is_county
        )
        tag = tags().get(region.short, "")
        is_short_clear = is_unique and (
            region.short in vetted.get(region.name, ()) or _short_is_clear(region, tag)
        )
        is_full_clear = (
            name_counts[region.name] < 2
            and not is_ours(region.name)
            and _full_is_clear(region, tag)
        )
        words.append(Word(region.name, region, is_full=True, is_unambiguous=is_full_clear))
        if region.short and region.short != region.name:
            words.append(Word(region.short, region, is_full=False, is_unambiguous=is_short_clear))
        words += (
            Word(w, region, is_full=False, is_unambiguous=True, is_site=len(w) > SHORT)
            for w in vetted.get(region.name, ())
        )
    return words


def _short_is_clear(region: Region, tag: str) -> bool:
    """True if the short name is unambiguous: 慈溪, 南通; not 天桥, 和平, 天台, which are words."""
    if region.short in _COMMON_SHORT_NAMES:
        return False
    if not region.is_county or region.province == HOME_PROVINCE:
        return True
    if region.name[-1] not in "县市":
        return False
    return tag == _PLACE_TAG or (region.province in _NEIGHBOUR_PROVINCES and not tag)


def _full_is_clear(region: Region, tag: str) -> bool:
    """True if the full name is unambiguous: 长兴县, 柯桥区; not 和平区, 合作市."""
    if region.name in _COMMON_FULL_NAMES:
        return False
    if region.province == HOME_PROVINCE or not region.is_county or region.name[-1] in "县旗":
        return True
    return tag in ("", _PLACE_TAG) or region.province in _NEIGHBOUR_PROVINCES


def _provinces_and_prefectures(folder: Path, counties: Collection[str]) -> Iterator[Region]:
    for row in read_rows(folder / "elsewhere.csv"):
        name, province = row["name"], row["province"]
        if name in counties or (name.endswith("区") and "自治" not in name and name[-2:] != "地区"):
            continue
        short = _ENDING.sub("", _ETHNIC.sub("", name))
        yield Region(name, short if len(short) > 1 else "", name, province, row["area_code"])


def _counties(folder: Path) -> Iterator[Region]:
    for row in read_rows(folder / "counties.csv"):
        yield Region(
            row["name"], row["short"], row["prefecture"], row["province"], row["area_code"]
        )


def _checked_names(folder: Path) -> dict[str, list[str]]:
    """Hand-checked names by region that are unambiguous: 乌镇 for 桐乡市."""
    return {
        row["name"]: [w for w in row["said"].split("|") if w and not _COMPOUND.search(w)]
        for row in read_rows(folder / "elsewhere.csv")
    }
