"""The five grades of 好差评, and which of them are low."""

from enum import IntEnum


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

# Said by residents, the telling ones first: 非常不满意 holds 不满意, which holds 满意.
_SAID = (
    (Grade.VERY_DISSATISFIED, "非常不满 很不满 太差 极差 差评 一星 1星 1分 一分"),
    (Grade.DISSATISFIED, "不满意 不太满意 不怎么样 不行 没解决 两分 2分 两星"),
    (Grade.FAIRLY_SATISFIED, "基本满意 还行 还可以 一般 凑合 马马虎虎 3分 三分 三星"),
    (Grade.VERY_SATISFIED, "非常满意 很满意 十分满意 特别满意 太好了 五星 5星 5分 五分"),
    (Grade.SATISFIED, "满意 不错 挺好 蛮好 好评 4分 四分 四星"),
)


def find_grade(words: str) -> Grade | None:
    """The grade that `words` give, or None when they only speak of rating."""
    return next(
        (grade for grade, said in _SAID if any(word in words for word in said.split())), None
    )
