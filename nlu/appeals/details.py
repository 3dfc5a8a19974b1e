"""Wish, time and affected people of a matter, in the resident's own words. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nlu.appeals.clauses import Clause
from nlu.dates import times

_LONGEST_SEARCHED = 240  # characters searched for times and people
# Words before a request: 我们强烈…
_BEGINS = (
    r"(?:我们?|大家|所以|因此|也|就|只|只是|强烈|再|还|在此|特|现在|真心|诚恳|但是?|我就"
    r"|不知道?|是不是)*"
)
# Request words: 希望, 请, 能不能
_ASKS = (
    r"(?P<ask>希望(?!小学|小区|路|新村|大厦|工程|村)|请求|恳请|恳求|要求(?=[\u4e00-\u9fff])"
    r"|建议(?!书|[两三四几]条|如下|有)|呼吁|盼望?(?=[\u4e00-\u9fff]{2})"
    r"|请(?![人问示假客帖柬来过了教]|律师|师傅|工人|保姆|护工)|麻烦(?![了大死的事]|得很)|拜托"
    r"|求(?![助医职是知真])|能不能|可不可以|能否|可否|是否可以"
    r"|(?:想|要)(?:他们?|物业|商家|老板|对方|店家)?(?=退|赔|道歉|补偿|还钱|申请|加装)|(?:帮"
    r"|给)我们?(?=修|处理|解决|协调|管|查|清|换))"
)
# A whole clause: 希望尽快换灯
_WISH = re.compile(rf"{_BEGINS}{_ASKS}(?P<what>.{{2,}})")
# Behind the trouble in one clause: 路灯坏了希望尽快修
_WISH_INSIDE = re.compile(
    r"(?P<ask>希望(?=你们|能|政府|有关|相关|尽快|可以|早日)|麻烦(?=你们|帮|给|派|尽快|重新|来)"
    r"|请(?=你们|尽快|派|有关|相关|帮|管|来人)"
    r"|能不能(?=给|帮|派|装|修|加|来|把|叫|让|管)|要求(?=退|赔|道歉|整改|拆)|建议(?=你们|增|加"
    r"|在|把|能))(?P<what>.{2,})"
)
# Request words that stay in the shown wish
_SHOWN_REQUEST_WORDS = frozenset({"希望", "建议", "呼吁"})
_SHORTEST_BEFORE = 4  # characters before a wish inside a clause
# 请你们帮忙, at the start of a wish
_POLITE = re.compile(r"^(?:麻烦|请|拜托)?(?:[你您]们?)?(?:能?帮忙|帮我们?)?")
# …好吗, …谢谢, at the end of a wish
_PARTICLES = re.compile(
    r"(?:一下子)?(?:谢谢[你您]?们?|好吗|好伐|伐|好不好|行吗|可以吗|吗|吧|啊|呀|哦|呢|啦|嘛|了吧)+$"
)

# 你们, 有关部门
_ADDRESSEE = (
    "(?:[你您]们?|贵(?:部门|单位|局|办)|政府|有关|相关|各级|主管|部门|领导|单位|社区"
    "|街道|12345|热线|城管|平台|组织|同志|方面)*"
)
# 处理, 解决
_ACTS = (
    "(?:处理|解决|管理|管|查处|查实|查|看看|看|核实|核查|协调|回复|答复|回应|调查|重视|整治"
    "|整改|关注|落实|反馈|督促|出面|过问|介入|跟进|上门|过来|维修|检修|修复|抢修|修理|修好|修"
    "|想想?办法|给个?(?:说法|答复|交代|回复))"
)
# A request without a content of its own: 请有关部门尽快处理
_GENERAL_WISH = re.compile(
    rf"{_BEGINS}(?:希望|请求?|恳请|恳求|望|盼望?|要求|麻烦|拜托|求(?![是知真])|帮|能不能|可不可以|能否"
    rf"|可否)*{_ADDRESSEE}(?:能够?|可以|来人?|派人|安排人?|抽空|给予|予以|进行|认真|好好|真正"
    rf"|切实|尽快|尽早|及时|早日|马上|立即|赶紧|赶快|快点|快|给|帮忙?|帮我们?|给我们?|过来|出来"
    rf"|加强|协助|一起|上门|把这(?:个|件)事|高度)*"
    rf"(?:{_ACTS}(?:一|和|并|、|下)?)+(?:一?下|[管查看修]|此事|这个?(?:事情?|问题)|这件事情?"
    rf"|问题|情况|{_PARTICLES.pattern[:-1]}|了)*"
)
# At least one of these makes it a request
_REQUEST_WORD = re.compile(
    "希望|请|望|盼|要求|麻烦|拜托|求(?![是知真])|帮|能不能|可不可以|能否|可否|尽快|尽早|及时|马上|立即|赶紧"
    "|赶快|快点|给我|你们?来"
)
_LONGEST_GENERAL = 30

_COUNT = r"(?:\d{1,4}|[一二两三四五六七八九十百半几好]{1,4})"
_UNIT = (
    r"(?:天|(?:个[多半]?)?(?:星期|礼拜)|周|个[多半]?月|年半?|个(?:多|半)?(?:小时|钟头)|小时|晚上?)"
)
# A duration: 已经三个月了, 好久没…
_DURATION = re.compile(
    rf"(?:已经|都|整整|快|将近|差不多|足足)*(?P<said>(?:{_COUNT}[多来]?{_UNIT}[多半]?|好久|很久"
    rf"|很长时间|老长时间|大半[年天夜]|半天|长期|常年))"
    r"(?P<after>左右|以上|时间|光景)?(?![工的之前内后以到]|租金|房租|一次|一[趟遍]|保质|费|押"
    r"|份|[不没]到)(?P<on>了|没|都|不|还|没有|一直)?"
)
# An age behind a time: 今年七十岁
_AGE_AFTER = re.compile(r"(?:都|已经|快)?(?:\d{2}|[一二三四五六七八九十]{2,3})(?:多|岁|了|，)")
# 自从, before a time
_FROM = re.compile(r"(?:自从|从|自)$")

_KIN = (
    "(?:妈妈?|爸爸?|母亲|父亲|婆婆|公公|奶奶|爷爷|外婆|外公|老公|老婆|爱人|儿子|女儿|孩子"
    "|小孩|孙子|孙女|岳父|岳母|丈母娘|老伴|老人|宝宝|娃)"
)
_AGE = (
    r"(?:(?:\d{2,3}|[一二三四五六七八九十]{2,4})多?岁?多?|(?:\d"
    r"|[一二两三四五六七八九十])(?:个月|岁)(?:多|半)?)了?"
)
# 独居, 坐轮椅
_STATE = (
    r"(?:一个人住|一个人(?:在家|生活)|独居|瘫痪(?:在床)?|残疾|坐轮椅|腿脚不(?:好|方便|便)"
    r"|行动不便|怀孕|卧床|住院|聋哑?|眼睛看不[见到])"
)
# 我妈八十岁, 三十多户业主, 整幢楼
_AFFECTED = re.compile(
    rf"我(?:们)?(?:家)?(?:里)?的?{_KIN}(?:今年|已经|都|快|[，, ]|她|他"
    rf"|是)*(?:{_AGE}(?:[，, ]?{_STATE})?|{_STATE})"
    rf"|(?:她|他)(?:今年|已经|都|快)*{_AGE}(?:[，, ]?{_STATE})?"
    r"|(?:我们)?(?P<many>(?:[一二两三四五六七八九十百几上]{1,4}|\d{1,5})[多来几]?(?:个|户|名"
    r"|位)(?:人家?|工人|业主|老人|孩子|小孩|住户|居民|村民|学生|员工|家庭"
    r"|同事)?(?![月小钟星礼问坑路大事]))(?=都|没|的|一起|工资|[三两一二四五六]|[，。 ]|$|被|还"
    r"|全|也)"
    r"|整(?:幢|栋|个)(?:楼|单元|小区|村)(?=都|的|没|停|人|全|[，。 ]|$)|(?:全|一)(?:楼|村|小区"
    r"|单元)的?人"
)
# The counted are people: 三十户, 五个工人
_COUNTED = re.compile("人|户|工人|业主|老人|孩子|小孩|住户|居民|村民|学生|员工|家庭|同事")


@dataclass(frozen=True)
class Wish:
    """A request of the resident; `is_general` when it names no action (请处理)."""

    words: str = ""
    clauses: tuple[Clause, ...] = ()  # the clauses without the wish
    is_general: bool = False


def wish_of(clauses: Sequence[Clause]) -> Wish:
    """The first specific wish in the clauses, or else the first general one."""
    general: Wish | None = None
    for index, clause in enumerate(clauses):
        parts = wish_in(clause.words)
        if parts is None:
            continue
        words, before = parts
        remaining = (*clauses[:index], replace(clause, words=before), *clauses[index + 1 :])
        wish = Wish(words, remaining, is_general_wish(clause.words))
        if not wish.is_general:
            return wish
        general = general or wish
    return general or Wish(clauses=tuple(clauses))


def wish_in(words: str) -> tuple[str, str] | None:
    """The wish in a clause and the words before it; None without a wish."""
    if is_general_wish(words):
        return _plain(words), ""
    match = _WISH.fullmatch(words)
    if match:
        return _shown_wish(match), ""
    match = _WISH_INSIDE.search(words)
    if match and match.start() >= _SHORTEST_BEFORE:
        return _shown_wish(match), words[: match.start()]
    return None


def _shown_wish(match: re.Match[str]) -> str:
    content = _PARTICLES.sub("", match["what"])
    if match["ask"] in _SHOWN_REQUEST_WORDS:
        return f"{match['ask']}{content}"
    return _POLITE.sub("", content) or content


def _plain(words: str) -> str:
    return _PARTICLES.sub("", _POLITE.sub("", words)) or words


def is_general_wish(words: str) -> bool:
    """True if the words are a request without a content of its own: 请尽快处理."""
    return (
        2 <= len(words) <= _LONGEST_GENERAL
        and _REQUEST_WORD.search(words) is not None
        and _GENERAL_WISH.fullmatch(words) is not None
    )


def since_of(text: str) -> str:
    """The first expression of time or duration in a normalised text; empty without one."""
    start, end = next(iter(spans_of_time(text)), (0, 0))
    return text[_extend_to_from(text, start) : end]


def spans_of_time(text: str) -> list[tuple[int, int]]:
    """Spans of times and durations at the start of a normalised text, in text order."""
    head = text[:_LONGEST_SEARCHED]
    spans = [
        (start, start + len(head[start:end].rstrip("在")))
        for start, end in times.find(head)
        if not _AGE_AFTER.match(head, end)
    ]
    lengths = [match.span("said") for match in _DURATION.finditer(head) if _is_duration(match)]
    return sorted({*spans, *lengths})


def _extend_to_from(text: str, start: int) -> int:
    before = _FROM.search(text[max(0, start - 2) : start])
    return start - len(before.group()) if before else start


def _is_duration(match: re.Match[str]) -> bool:
    """True if the match is a duration (三天没人倒), not part of a price (一天二十块)."""
    before = match.string[max(0, match.start() - 1) : match.start()]
    return (
        match["on"] is not None
        or match["after"] is not None
        or match.group() != match["said"]
        or match.end() == len(match.string)
        or match.string[match.end()] in "，。！？；,!?;\n "
    ) and before not in ("每", "第", "上", "下", "这", "那", "保")


def affected_people(text: str) -> str:
    """The first mention of the affected people (我妈八十岁, 三十户业主); empty without one."""
    for match in _AFFECTED.finditer(text[:_LONGEST_SEARCHED]):
        many = match["many"]
        if many is None:
            return match.group().rstrip("了，, ")
        if _COUNTED.search(many):
            return many
    return ""
