"""The five grades of 好差评, and what residents' words say of grade, reason and solution. Pure.

Satisfied and solved are two separate answers: neither is inferred from the other.
"""

import re
from enum import IntEnum, StrEnum


class Grade(IntEnum):
    VERY_SATISFIED = 5
    SATISFIED = 4
    FAIRLY_SATISFIED = 3
    DISSATISFIED = 2
    VERY_DISSATISFIED = 1

    @property
    def label(self) -> str:
        return GRADE_LABELS[self]

    @property
    def is_low(self) -> bool:
        return self <= Grade.DISSATISFIED


GRADE_LABELS = {
    Grade.VERY_SATISFIED: "非常满意",
    Grade.SATISFIED: "满意",
    Grade.FAIRLY_SATISFIED: "基本满意",
    Grade.DISSATISFIED: "不满意",
    Grade.VERY_DISSATISFIED: "非常不满意",
}
GRADES = tuple(sorted(Grade, reverse=True))

# Patterns of residents' words, the more specific first: 非常不满意 contains 不满意 and 满意.
_DEGREE = r"(?:是|算|能说|怎么|够|大|太|很|特别|非常|十分|那么|多)*"
_MARK = r"(?<![\d一二三四五六七八九十])(?:{})[分星](?!钟|之)"
_GRADE_PATTERNS = tuple(
    (grade, re.compile("|".join(patterns)))
    for grade, *patterns in (
        (
            Grade.VERY_DISSATISFIED,
            r"(?:非常|很|极其?|十分|特别|太|相当)不满",
            "太差|极差|差评",
            _MARK.format("一|1"),
        ),
        (
            Grade.DISSATISFIED,
            rf"(?:不|没有?|谈不上|算不上|说不上){_DEGREE}满意",
            "不怎么样|不行|没解决",
            _MARK.format("二|两|2"),
        ),
        (
            Grade.FAIRLY_SATISFIED,
            "基本满意|还行|还可以|一般|凑合|马马虎虎",
            _MARK.format("三|3"),
        ),
        (
            Grade.VERY_SATISFIED,
            r"(?:非常|很|十分|特别)满意|太好了",
            _MARK.format("五|5"),
        ),
        (
            Grade.SATISFIED,
            r"满意|不错|挺好|蛮好|好评",
            _MARK.format("四|4"),
        ),
    )
)
_NO_GRADE = re.compile("满意度|没(?:有|什么|有什么)?不满意")  # no grade, or a double no
_FILLER = re.compile(
    r"这次|这件|办理|处理|结果|服务|工单|评价|[你您]们?|我们?|对|给|打|评|个|很|太|真|就|都|是|的|了|吧|啊|呢|分|"
    r"[，,。！!？?~～ ]"
)
SHORTEST_REASON = 3  # characters besides the grade
_QUESTION = re.compile(r"[吗呢？?]$|什么|怎么|多少|几|哪|人工|领导|12345")
LONGEST_GRADING = 40  # characters; a longer text is an appeal
_UNSOLVED = re.compile(
    r"没有?(?:完全|彻底|真正|给)?(?:解决|处理|办|弄|修)好?|(?:解决|处理|办|弄|修)不了|未解决|不算解决"
    r"|还是(?:老样子|那样|不行)|解决(?:了)?(?:一半|一部分|一点)|部分解决"
)
_SOLVED = re.compile(r"(?:解决|处理|办|弄|修)好?了|解决|好了|没问题了")
LONGEST_ANSWER = 12  # characters; a longer text is no answer


def find_grade(words: str) -> Grade | None:
    """The grade that `words` give; None when they give none."""
    statement = _NO_GRADE.sub("", words)
    return next((grade for grade, pattern in _GRADE_PATTERNS if pattern.search(statement)), None)


def reason_beside(words: str) -> str | None:
    """`words` when they give a reason besides the grade, as in 不满意，根本没修; else None."""
    rest = words
    for _, pattern in _GRADE_PATTERNS:
        rest = pattern.sub("", rest)
    has_reason = len(_FILLER.sub("", rest)) >= SHORTEST_REASON
    return words if has_reason or _UNSOLVED.search(words) else None


def answers_how_it_went(words: str) -> bool:
    """True if `words` are a grading answer to 办得怎么样, as 挺好的，修得快 or 问题没解决."""
    if len(words) > LONGEST_GRADING or _QUESTION.search(words):
        return False
    return find_grade(words) is not None


class LowReason(StrEnum):
    """The coded reason of a low rating."""

    UNSOLVED = "unsolved"
    SLOW = "slow"
    ATTITUDE = "attitude"
    OTHER = "other"


_REASONS = (  # the more specific first: 态度还是不好 is about the attitude
    (LowReason.UNSOLVED, re.compile(r"没有?(?:给)?(?:解决|处理|办|弄|修)好?(?!法)")),
    (LowReason.ATTITUDE, re.compile(r"态度|凶|不耐烦|敷衍|骂")),
    (LowReason.SLOW, re.compile(r"太?慢|拖|等了?(?:太|很|好)?久|迟迟|不及时")),
    (LowReason.UNSOLVED, re.compile(r"还是|仍然|依然|照样|老样子")),
)


def reason_of(words: str) -> LowReason:
    """The reason that `words` give for a low rating."""
    matches = (reason for reason, pattern in _REASONS if pattern.search(words))
    return next(matches, LowReason.OTHER)


def find_solved(words: str) -> bool | None:
    """What a short answer to 解决了吗 says; None when it says neither yes nor no."""
    if len(words) > LONGEST_ANSWER or words.endswith(("吗", "吗？", "?", "？", "没")):
        return None
    if _UNSOLVED.search(words):
        return False
    return True if _SOLVED.search(words) else None


class NoticeState(StrEnum):
    """The state of a notice of a low rating."""

    WAITING = "waiting"
    LATE = "late"
    ACKNOWLEDGED = "acknowledged"

    @property
    def label(self) -> str:
        return NOTICE_LABELS[self]


NOTICE_LABELS = {
    NoticeState.WAITING: "待阅知",
    NoticeState.LATE: "逾期未阅知",
    NoticeState.ACKNOWLEDGED: "已阅知",
}
