"""True if a short name is a place or a common word: 和睦 in 邻里和睦, 蓬布 for 彭埠."""

import re
from collections.abc import Sequence

from nlu.gazetteer.place import Mention
from nlu.language.words import common, tags

_SHORTEST_UNGUARDED = 3
_WINDOW = 12  # characters looked at on each side

_STREET_ENDING = re.compile(r"(畲族乡|街道|镇|乡)$")
_DISTRICT_ENDING = re.compile(r"(区|县|市)$")
# Short forms that are common words, or rivers and roads through several areas. They count as places
# only beside a district, after 在/住/位于, or before a word such as 附近.
_COMMON_WORD_LIST = (
    "凯旋 小河 和睦 大关 天水 武林 石桥 北山 西湖 留下 长河 望江 紫阳 蜀山 新塘 靖江 南阳 新街 "
    "河上 进化 五常 仁和 百丈 春江 东洲 永昌 常绿 常安 龙门 大源 上官 环山 玲珑 锦城 太阳 板桥 "
    "南苑 东湖 运河 白杨 临江 前进 旧县 城南 富春江 分水 钟山 文昌 石林 江南 中洲 安阳 新安江 "
    "莲花 大洋 大同 李家 清波 南星 天目山 青山湖 中泰 文新 东新 西溪 湖滨 半山 长庆 金峰 富文 "
    "新合 合村 清凉峰 城中村 左邻右舍 文明小区 君临天下 上郡 望城 绿园 新坝 东村 山庄 新民 "
    "城北 新城 阳光"
)
_COMMON_WORDS = frozenset(_COMMON_WORD_LIST.split())
# Not of another city: 宁波东站
_STATIONS = frozenset({"东站", "城站"})
_BEFORE_STATION = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|[在到去从往来是的和跟离近过回]|杭州|火车|高铁|地铁)$"
)
_BORDER = re.compile(r"^$|[，,。；;！!\s]$|^[，,。；;！!\s]")
# 住在, 位于
_CUE_BEFORE = re.compile(r"(?:在|住|位于|地址|属于|来自|去|到|家住|杭州)[是：: ]?$")
# …街道, …附近
_CUE_AFTER = re.compile(
    r"(?:街道|镇|乡|小区|花园|公寓|社区|村|这边|那边|这里|这儿|附近|一带|地铁站|老街|派出所|居委|片区|这块|新村|"
    r"[东南西北]?[一二三四五六七八九十]{0,2}苑|[东南西北]?[一二三四五六七八九十]区)"
)
# Stronger cue before the name, for misheard names: 家住
_PLACE_VERB = re.compile(r"(?:住在|家住|位于|地址|就在|^在)[是：: ]?$")
# Words that a name does not contain: 的, 是, 请
_FUNCTION_WORD = re.compile(r"[的是在让走要请问打把被给和也都有这那到和与]|[一二三四五六七八九十]$")
# Behind a short name, another name: …路, …大桥, …集团
_ROAD_AFTER = re.compile(
    r"(?:[东南西北中]?(?:路|街(?!道)|大道|巷|弄)|大桥|高架|塘[河路]|江(?!干|[南北][\u4e00-\u9fff]{0,3}[城苑园府庭])|集团|物业公司|管)"
)
# 新农村 sounds like 兴龙村, and 建议社区 like 江一社区.
_NEVER_MISHEARD = re.compile(r"[农乡]村$|^建议")
# A word that crosses into the name: 马|路, 晚|上
_WORD_BEFORE = re.compile(r"(?:[马晚早网线]|长)$")
_FREQUENT = 250  # occurrences in jieba's corpus: 示范 has 981, the mountains 文山 40
# Generic ending of a place name: 彭埠街道, 西溪诚园; 宜家时代 has none.
_PLACE_ENDING = re.compile(
    r"(?:街道|社区|居委会|小区|公寓|新村|山庄|广场|大厦|大道|[镇乡村区苑园庭府城湾里路街巷弄桥坊])$"
)


def reads_as_place(mention: Mention, text: str) -> bool:
    """True if a spelled name is a place in its context."""
    before, after = _beside(mention, text)
    if mention.text in _STATIONS:
        return _BEFORE_STATION.search(before) is not None
    if not _is_short_form(mention):
        return True
    if _ROAD_AFTER.match(after) or (len(mention.text) == 2 and _WORD_BEFORE.search(before)):
        return False
    if mention.text not in _COMMON_WORDS and mention.level in ("district", "street"):
        return True
    if mention.text not in _COMMON_WORDS and _BORDER.search(before) and _BORDER.match(after):
        return True  # …，浙一
    return bool(_CUE_BEFORE.search(before) or _CUE_AFTER.match(after))


def _beside(mention: Mention, text: str) -> tuple[str, str]:
    """Up to `_WINDOW` characters before and after the mention."""
    start = max(0, mention.start - _WINDOW)
    return text[start : mention.start], text[mention.end : mention.end + _WINDOW]


def _is_short_form(mention: Mention) -> bool:
    if mention.text in _COMMON_WORDS:
        return True
    if mention.level == "district":
        return not _DISTRICT_ENDING.search(mention.text)
    if mention.level == "street":
        return not _STREET_ENDING.search(mention.text)
    return len(mention.text) < _SHORTEST_UNGUARDED


def stands_beside_district(mention: Mention, accepted: Sequence[Mention]) -> bool:
    """True if an accepted district that contains the place stands right before the mention."""
    return any(
        district.level == "district"
        and 0 <= mention.start - district.end <= 1
        and any(p.agrees(c) for p in mention.candidates for c in district.candidates)
        for district in accepted
    )


def sounds_like_place(mention: Mention, text: str) -> bool:
    """True if words that only sound like a place name are a misheard place.

    Dictionary words (市民, 工地) and parts of words (反映农村) are not. A short name needs a place
    word beside it. So does a name of common words (示范村, 公园小区) and one without a generic
    ending (一家四代). Any other must have the last character of the name.
    """
    before, after = _beside(mention, text)
    joints = (before[-1:] + mention.text[0], mention.text[-1] + after[:1])
    if any(len(word) == 2 and word in tags() for word in (*joints, mention.text)):
        return False
    if mention.text in tags() or _FUNCTION_WORD.search(mention.text):
        return False
    if _NEVER_MISHEARD.search(mention.text):
        return False
    if len(mention.text) < _SHORTEST_UNGUARDED or not _reads_as_name(mention.text):
        return bool(_CUE_AFTER.match(after) or _PLACE_VERB.search(before))
    return any(mention.text[-1] == place.name[-1] for place in mention.candidates)


def _reads_as_name(words: str) -> bool:
    """True if words look like a place name: generic ending, and no frequent word before it.

    A recogniser prefers known words, so a rare one (文山路) may still be a misheard name.
    """
    ending = _PLACE_ENDING.search(words)
    if ending is None:
        return False
    return ending[0] == "街道" or common().FREQ.get(words[: ending.start()], 0) < _FREQUENT
