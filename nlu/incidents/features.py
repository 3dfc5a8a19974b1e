"""Features of a message: weighted terms of its matter, and the places that it names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nlu.city.loaded import duties, power_list
from nlu.incidents.message import Message
from nlu.incidents.places import NamedPlaces, blank, places_in
from nlu.language.text import normalise
from nlu.language.word_borders import Borders
from nlu.language.words import common, tags

LONGEST = 400  # characters read; residents name the matter and the place first
CONCEPT_MARK = "§"  # first character of a term that stands for a thing, whatever its word
_TITLE_TERM = 2.0  # weight of a word in the title
_DUTIES_READ, _ITEMS_READ = 3, 3
_CONCEPT = 0.8  # weight of the first thing, relative to a word
_LATER = 0.7  # weight of each further duty or item, relative to the one before
# Parts of speech that tell nothing of the matter: pronouns, particles, numerals, adverbs
_EMPTY_TAGS = frozenset("r u uj ul uv ud uz ug y e o m q p c d t f".split())
# Words of a message to an authority, whatever its matter
_EMPTY_WORDS = frozenset(
    (
        "投诉 举报 反映 请问 咨询 建议 求助 希望 领导 部门 政府 有关 相关 解决 "
        "处理 问题 情况 你好 您好 谢谢 感谢 尊敬 书记 市长 居民 业主 市民 小区 "
        "我们 你们 是不是 有没有 能不能 有人 大家 没有 不是 知道 打电话 电话 回复 "
        "答复 严重 影响 一直 现在 已经 今天 昨天 明天 晚上 早上 麻烦 管管 老百姓 "
        "生活 附近 门口 地方 时间 真的 不能 可以 怎么 为什么 什么"
    ).split()
)
# Words of one character that are no part of a name
_EMPTY_SINGLES = frozenset(
    "的了着过我你您他她它们这那是有在就都也还又很太把被给让叫和跟与及或但而因为以由从到往对向去来说讲想要会能可"
    "吗吧呢啊呀哦嘛么啦哈伐没不无个只条张次年月日时分点天几多少谁哪怎什上下里外前后左右中边于之其所将请等再才刚"
)


@dataclass(frozen=True)
class TextFeatures:
    """Features of a text alone."""

    terms: Mapping[str, float]
    places: NamedPlaces


def features_of(message: Message) -> TextFeatures:
    """Features of a message's title, text and place."""
    title, body = normalise(message.title[:LONGEST]), normalise(message.text[:LONGEST])
    plain = f"{title}。{body}" if title else body
    places = places_in(plain)
    matter = blank(plain, places)
    terms = dict(_concepts(matter))
    for word, start in _words(matter):
        terms.setdefault(word, _TITLE_TERM if start < len(title) else 1.0)
    return TextFeatures(terms, _with_place(places, message.place))


def _with_place(places: NamedPlaces, place: str | None) -> NamedPlaces:
    if not place:
        return places
    more = places_in(normalise(place[:LONGEST]))
    return NamedPlaces(places.sites | more.sites, places.areas | more.areas)


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Words with their start; a single character also with its neighbours, for unlisted names."""
    start, before = 0, ""
    for word in common().cut(text.lower(), HMM=False):
        if len(word) > 1 and word not in _EMPTY_WORDS and tags().get(word) not in _EMPTY_TAGS:
            yield word, start
        part = word if _may_be_in_name(word) else ""
        if before and part and 1 in (len(before), len(part)):
            yield before + part, start
        start, before = start + len(word), part


def _may_be_in_name(word: str) -> bool:
    if len(word) == 1:
        return word.isalnum() and word not in _EMPTY_SINGLES
    return word.isalnum() and word not in _EMPTY_WORDS and tags().get(word) not in _EMPTY_TAGS


def _concepts(text: str) -> Iterator[tuple[str, float]]:
    """Things in the table of duties and items of the power list, which join synonyms."""
    borders = Borders(common().cut(text, HMM=False))
    for rank, duty_match in enumerate(duties().match(text, borders)[:_DUTIES_READ]):
        yield f"{CONCEPT_MARK}{duty_match.duty.object}", _CONCEPT * _LATER**rank
    items = power_list().match(text, limit=_ITEMS_READ, borders=borders)
    for rank, item_match in enumerate(items):
        yield f"{CONCEPT_MARK}{item_match.item.code}", _CONCEPT * _LATER**rank
