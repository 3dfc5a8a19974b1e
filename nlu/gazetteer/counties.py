"""China's provinces, prefectures and counties outside the city, and the words people say for them.

A short name without its ending (慈溪 of 慈溪市) is `safe` when it is no everyday word and no place
of our own city; an unsafe one counts only behind its prefecture or province (湖州长兴).
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

NEAR = "浙江省"
_ENDING = re.compile(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|地区|盟)$")
_ETHNIC = re.compile(
    r"(?:[藏羌彝苗侗傣回]族|布依族|土家族|哈尼族|蒙古族?|景颇族|傈僳族|朝鲜族|柯尔克孜|"
    r"哈萨克)*自治州$"
)
_COMPOUND = re.compile(r"[这那]|市区$")
_PLACE_TAG = "ns"  # jieba's letters for a place name
_AROUND = frozenset("上海市 江苏省 安徽省 福建省 江西省".split())
# Short names that are also words (天台: a rooftop), or places and firms of Hangzhou.
_WORDS_TOO = frozenset(
    "天台 三门 南湖 江北 象山 云和 路桥 金东 龙湾 普陀 文成 长兴 龙泉 太湖 东海 大同 日照 三明 "
    "来宾 平凉 安康 白银 海北 海东 海西 东方 兴安 红河 阿里 新星 白杨 中山 朝阳 和田 开封 通化 "
    "新乡 "
    "商城 平原 榆树 兴隆 江口 新安 明光 高阳 罗城 灵山 远安 独山 天等 武平 兴国 兴化 无为 天长 "
    "清流 大田 平和 政和 修水 上高 永新 万年 安福 万安".split()
)
# Full names that are everyday words or lie in every city.
_COMMON_FULL_NAMES = frozenset(
    "东区 西区 东城区 西城区 城东区 城西区 桥东区 桥西区 河东区 城区 郊区 矿区 市中区 新城区 "
    "老城区 城中区 城北区 市北区 市南区 合作市 东方市 资源县 公安县 "
    "港口区 平房区 回民区 工农区 前进区 南岸区 江岸区 江南区 运河区 东湖区 湖滨区".split()
)


@dataclass(frozen=True)
class Region:
    """A province, prefecture or county; the names above it are those of its parents."""

    name: str
    short: str
    prefecture: str
    province: str
    area_code: str

    @property
    def is_county(self) -> bool:
        return self.name not in (self.prefecture, self.province)

    def lies_in(self, other: "Region") -> bool:
        return self != other and other.name in (self.prefecture, self.province)


@dataclass(frozen=True)
class Word:
    """What people say for a region; `alone` tells whether it needs no parent before it."""

    text: str
    region: Region
    whole: bool  # with its ending: 慈溪市
    alone: bool


def read_words(
    folder: Path, is_ours: Callable[[str], bool], tags: Callable[[], dict[str, str]]
) -> list[Word]:
    """Words for all regions outside the city. `is_ours` knows the names of our own places."""
    counties = list(_counties(folder))
    larger = list(_provinces_and_prefectures(folder, {c.name for c in counties}))
    ours = Region(NEAR, NEAR[:-1], NEAR, NEAR, "")
    regions = list(dict.fromkeys(chain(larger, counties)))
    names = Counter(region.name for region in counties)
    shorts = Counter(region.short for region in counties)
    shorts.update({region.short: 1 for region in larger})
    vetted = _vetted(folder)
    words = [Word(name, ours, whole=False, alone=False) for name in (ours.name, ours.short)]
    for region in regions:
        clear = not is_ours(region.short) and (shorts[region.short] == 1 or not region.is_county)
        tag = tags().get(region.short, "")
        alone = clear and (
            region.short in vetted.get(region.name, ()) or _short_is_clear(region, tag)
        )
        whole = names[region.name] < 2 and not is_ours(region.name) and _is_clear(region, tag)
        words.append(Word(region.name, region, whole=True, alone=whole))
        if region.short and region.short != region.name:
            words.append(Word(region.short, region, whole=False, alone=alone))
        words += (Word(w, region, whole=False, alone=True) for w in vetted.get(region.name, ()))
    return words


def _short_is_clear(region: Region, tag: str) -> bool:
    """慈溪 and 南通 are clear; 天桥, 和平 and 天台 are words."""
    if region.short in _WORDS_TOO:
        return False
    if not region.is_county or region.province == NEAR:
        return True
    if region.name[-1] not in "县市":
        return False
    return tag == _PLACE_TAG or (region.province in _AROUND and not tag)


def _is_clear(region: Region, tag: str) -> bool:
    """长兴县 is clear, and so is 柯桥区; 和平区 and 合作市 are not."""
    if region.name in _COMMON_FULL_NAMES:
        return False
    if region.province == NEAR or not region.is_county or region.name[-1] in "县旗":
        return True
    return tag in ("", _PLACE_TAG) or region.province in _AROUND


def _provinces_and_prefectures(folder: Path, counties: Collection[str]) -> Iterator[Region]:
    for row in _rows(folder / "elsewhere.csv"):
        name, province = row["name"], row["province"]
        if name in counties or (name.endswith("区") and "自治" not in name and name[-2:] != "地区"):
            continue
        short = _ENDING.sub("", _ETHNIC.sub("", name))
        yield Region(name, short if len(short) > 1 else "", name, province, row["area_code"])


def _counties(folder: Path) -> Iterator[Region]:
    for row in _rows(folder / "counties.csv"):
        yield Region(
            row["name"], row["short"], row["prefecture"], row["province"], row["area_code"]
        )


def _vetted(folder: Path) -> dict[str, list[str]]:
    """Words of the hand-made list that mean a region by themselves: 乌镇 is in 桐乡市."""
    return {
        row["name"]: [w for w in row["said"].split("|") if w and not _COMPOUND.search(w)]
        for row in _rows(folder / "elsewhere.csv")
    }


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
