"""Unlisted place names, recognised by their generic ending: 西溪诚园, 宏盛大厦.

The part before the ending must be a proper name: not 自己小区, 上五点多跳广场, 继续说路灯.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from nlu.language.words import cut, tags

MOST_ENDINGS = 60  # examined in one text
_LONGEST_NAME = 8  # characters before the ending
_SHORTEST_NAME = 2  # characters before the ending

# 路 (not 路灯), 小区, 大厦, 桥
_ENDING = re.compile(
    r"大道|大街|(?<![线绕让修堵问带走赶迷拦挡占铺])路(?![灯面况牌基过人费政段线途由标障子])|(?<!满)街(?![道坊边上头])|"
    r"巷(?!子)|弄(?![堂得不坏好了的到来出脏死丢清])"
    r"|住宅小区|小区|新村|公寓|花园|家园|公馆|社区|居委会|村(?![民委干长])|苑|"
    r"(?<![校菜果田公])园(?!区|林)"
    r"|广场|大厦|医院|卫生院|学校|[小中大]学(?!路)|学院|幼儿园|公园|商场|市场|菜场|礼堂|公交站|"
    r"地铁站|车站|[火高]铁?车?站"
    r"|工业园区?|产业园区?|科技园区?|创意园区?|开发区|(?<![政])府(?!上)|"
    r"城(?![管市区里中东西南北乡投建镇])|桥(?![墩梁])|庭(?![审院长前后])|湾|邸|墅"
    r"|门(?=地铁|码头|那边?|附近|这边|一带)|坊|轩|阁|郡|街道|镇(?!上|里)|乡(?![下村亲])|"
    r"[一二三四五六七八九十]区"
)
# Endings that may follow a single character: 丁桥
_AFTER_ONE = frozenset("镇 乡 村 桥".split())
# Characters that are no such name: 一村, 小桥
_NO_SINGLE = "一二三四五六七八九十这那本老小大过上下断修拆各同天立板农进全外邻主原每新旧该此城集"
_BUS_LINES = frozenset(f"{digit}路" for digit in range(10))  # B支7路
_STREET = 2  # level of a street or town
_AREA = frozenset({"街道", "镇", "乡"})
_COMMUNITY = frozenset({"社区", "村", "居委会"})
# Characters before which no name can begin: punctuation, 的, 在, 我
_STOP = re.compile(
    r"[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff\s\u0000-\u002f\u003a-\u0040，。！？；：、（）“”~～的了在是我你他她它您们这那被把给让请吗呢吧啊呀哦嗯嘛么哪谁就也又还没很不找说叫住问]"
)
# Part-of-speech tags that no proper name has: pronouns, adverbs, prepositions, particles, times.
_NO_NAME_TAGS = frozenset("r d p c u uj ul uv ud uz ug y e o t k h vd".split())
_PROPER = frozenset({"ns", "nr", "nz", "nt"})
# Names that occur in every city: 人民医院
_NO_WHOLE_NAMES = frozenset(
    "人民医院 省人民医院 市人民医院 人民政府 三甲医院 中心小学 中心医院 地铁站".split()
)
# Words of one character that are not part of a name, so that it begins behind them: 去, 修, 很.
_NO_CHARACTERS = frozenset(
    "去来到走跑打看说讲问叫给拿买卖吃喝开关停堵坏漏流排倒砸吵闹跳住在进出过"
    "回找报投拆占挖装拖欠骗罚收交付管做办写等要想会能"
    "有是没把被让请用换放搬抢坐站骑撞摔掉烧冒抽咬遛推拉踢贴喷晒挂种砍剪扫洗"
    "送寄修建设很只最更太挺蛮真越可便刚已总各共仅从"
    "对往为以由跟与或但而因且将使比按之所着地得个条座些位只张辆件次年分钟块"
    "号等和吧呀啊哦嘛呢么吗了的我你他她它这那"
    "又就也还再才别不弄满"
)
# Verbs that occur in names: 建设路, 复兴路
_VERBS_IN_NAMES = frozenset(
    "建设 解放 复兴 跃进 振兴 创业 创新 奋斗 学习 胜利 团结 开化 奉化".split()
)
# Common nouns that are not part of a proper name: 孩子, 物业, 附近
_NO_NAMES = frozenset(
    "孩子 小孩 儿子 女儿 孙子 孙女 外孙 外孙女 老伴 老公 老婆 媳妇 女婿 爸爸 妈妈 "
    "老人 老板 邻居 业主 居民 住户 物业 保安 城管 社区 小区 村民 楼上 楼下 "
    "隔壁 附近 旁边 对面 门口 "
    "前面 后面 里面 外面 边上 上面 下面 周边 周围 垃圾 油烟 噪音 污水 车子 车辆 电动车 电瓶车 "
    "汽车 路灯 井盖 工地 学校 医院 "
    "公司 单位 政府 街道 部门 领导 家长 学生 老师 公共 全部 所有 其他 别的 另外 人行 机动车 高速 "
    "高速公路 马 铁 公 水泥 柏油 "
    "石子 道 整个 全 本 某 条 个 座 老 破 烂 同 每 各 全市 全城 自己 自家 家里 人家 农村 乡村 "
    "城市 城里 市里 村里 "
    "一 一条 一个 两个 几个 多 半 十字 丁字 三岔 商业 步行 菜 果 工业 停车 健身 篮球 广场 公园 "
    "路 街 村 电话 地址 地方 位置 "
    "意思 事情 问题 时间 东西 消防 派出所 居委会 市民 群众 大家 有人 人 车 狗 水 电 网上 网络 "
    "示范 美丽 文明 和谐 城中 老旧 "
    "一家 几家 两家 那家 这家 哪家 某家 几条 两条 几座 高档 安置 拆迁 回迁 封闭 开放 民办 公办 "
    "私立 公立 重点 市区 本市 杭州 杭州市 浙江 浙江省 市 省 区 县 投诉 反映 举报 "
    "建议 请问 咨询 希望 你好 您好 同志 阿拉 伊拉 侬 俺 俺们 咱 咱们 "
    "一下 表扬 感谢 谢谢 夸奖 点赞".split()
)
# Last characters of what a shop or stall is called by its trade: 铝合金店, 早餐摊
_SHOPS = frozenset("店摊馆厂铺站行厅吧档坊点")
_COUNTED = re.compile(r"[一二两三四五六七八九十几半每各0-9]+$")


def generic_names(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and level of the names in a text: 2 street, 3 community, 4 any other."""
    name: tuple[int, int, int] | None = None
    for ending in islice(_ENDING.finditer(text), MOST_ENDINGS):
        if text[ending.start() - 1 : ending.end()] in _BUS_LINES:
            continue
        end_before = name[1] if name else 0
        if name and name[2] == _STREET + 2 and ending.start() == end_before:
            name = name[0], ending.end(), _level(ending[0])  # 龙翔桥地铁站
            continue
        start = name_start(text, max(end_before, ending.start() - _LONGEST_NAME), ending.start())
        full_name = text[start : ending.end()] if start is not None else ""
        if (
            start is not None
            and full_name not in _NO_WHOLE_NAMES
            and _is_long_enough(text, start, ending)
        ):
            if name:
                yield name
            name = start, ending.end(), _level(ending[0])
    if name:
        yield name


def _level(ending: str) -> int:
    if ending in _AREA:
        return _STREET
    return _STREET + 1 if ending in _COMMUNITY else _STREET + 2


def _is_long_enough(text: str, start: int, ending: re.Match[str]) -> bool:
    """True if enough precedes the ending: 丁桥 and 曹村 count, 一村 and 小桥 do not."""
    length = ending.start() - start
    if length >= _SHORTEST_NAME:
        return True
    return ending[0] in _AFTER_ONE and text[start] not in _NO_SINGLE


def name_start(text: str, low: int, high: int) -> int | None:
    """Start of the proper name in [low, high) that ends at `high`; None without one."""
    window = text[low:high]
    stops = [m.end() for m in _STOP.finditer(window)]
    low += stops[-1] if stops else 0
    names: list[str] = []
    for token in reversed(_cut(text[low:high])):
        if not _may_be_in_name(token):
            break
        names.insert(0, token)
    names = _drop_lead(names)
    start = high - sum(map(len, names))
    if not names or names == ["家"] or all(_COUNTED.fullmatch(name) for name in names):
        return None
    return start


def is_name(text: str) -> bool:
    """True if a text can be a proper name: 绿汀曼舞; not 问那么多, 消防通道."""
    if _STOP.search(text) or not has_proper_name(text):
        return False
    return not any(t in _NO_NAMES or tags().get(t, "") in _NO_NAME_TAGS for t in _cut(text))


def may_be_name(text: str) -> bool:
    """True if a text behind the name of an area can be a name: 铂金时代; not 物业, 没路灯."""
    if _STOP.search(text):
        return False
    words = _cut(text)
    if len(words) == 1 and tags().get(text) == "n":
        return False  # 仓库
    if [tags().get(word, "")[:1] for word in words[-2:]] == ["v", "a"]:
        return False  # 河水|发|绿
    return all(map(_may_be_in_name, words))


def may_end_as_name(text: str) -> bool:
    """True if a text whose borders are known can be a name by its ending: 滨和路, 横村路."""
    if _STOP.search(text) or not _ENDING.search(text, _SHORTEST_NAME):
        return False
    return all(len(word) == 1 or _may_be_in_name(word) for word in _cut(text))


def upto_ending(text: str) -> str:
    """The text up to its last ending of a name: 三阳村 of 三阳村河水; all of it without one."""
    ends = [match.end() for match in _ENDING.finditer(text, _SHORTEST_NAME)]
    return text[: ends[-1]] if ends else text


def has_proper_name(text: str) -> bool:
    """True if a word of the text is no common noun: 肯德基, 东方丽都; not 消防通道, 铝合金店."""
    words = _cut(text)
    if words and words[-1] in _SHOPS:
        words = words[:-1]
    return any(
        word not in _NO_NAMES and (len(word) == 1 or tags().get(word, "nz")[:2] in _PROPER)
        for word in words
    )


def _drop_lead(names: list[str]) -> list[str]:
    """Drop leading classifiers (一家) and words that belong to what precedes (里, 旁)."""
    while names and (
        tags().get(names[0], "") == "q"
        or names[0] in ("里", "外", "内", "旁", "边", "前", "后", "上", "下", "到", "去", "和")
        or (len(names) > 1 and _COUNTED.fullmatch(names[0]) and tags().get(names[1], "") == "q")
    ):
        names = names[1:]
    return names


def _may_be_in_name(token: str) -> bool:
    if token in _NO_NAMES:
        return False
    if len(token) == 1:
        return token not in _NO_CHARACTERS
    tag = tags().get(token, "")
    if tag.startswith("v") and tag != "vn":
        return token in _VERBS_IN_NAMES
    return tag not in _NO_NAME_TAGS


@lru_cache(maxsize=4096)
def _cut(window: str) -> Sequence[str]:
    return cut(window)
