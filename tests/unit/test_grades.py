import pytest

from backend.ratings.scale import GRADES, Grade, find_grade


@pytest.mark.parametrize(
    ("words", "grade"),
    [
        ("非常满意", 5), ("很满意，谢谢", 5), ("五星好评", 5), ("太好了", 5), ("5分", 5),
        ("满意", 4), ("还不错", 4), ("挺好的", 4), ("好评", 4), ("4分", 4),
        ("基本满意", 3), ("一般般", 3), ("还行吧", 3), ("三分", 3), ("凑合", 3),
        ("不满意", 2), ("不太满意", 2), ("没解决", 2), ("两分", 2),
        ("非常不满意", 1), ("很不满意", 1), ("太差了", 1), ("差评", 1), ("一星", 1),
        ("不是很满意", 2), ("不怎么满意", 2), ("不算满意", 2), ("谈不上满意", 2),
        ("没有很满意", 2), ("不是特别满意", 2), ("不能说满意", 2), ("不够满意", 2),
        ("没有不满意，非常满意", 5), ("极不满意", 1), ("十分不满意", 1), ("特别不满意", 1),
        ("我要评价", None), ("满意度调查", None), ("评个分", None), ("", None),
        ("10分", None), ("15分钟就来了", None),
    ],
)  # fmt: skip
def test_the_grade_that_words_give(words: str, grade: int | None) -> None:
    assert find_grade(words) == grade


def test_there_are_five_grades_the_best_first() -> None:
    assert [grade.label for grade in GRADES] == [
        "非常满意", "满意", "基本满意", "不满意", "非常不满意",
    ]  # fmt: skip


@pytest.mark.parametrize("grade", GRADES)
def test_every_label_means_itself(grade: Grade) -> None:
    assert find_grade(grade.label) is grade


def test_two_grades_are_low() -> None:
    assert [grade for grade in GRADES if grade.is_low] == [2, 1]
