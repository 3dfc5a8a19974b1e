import pytest

from backend.vocabulary.grades import GRADES, Grade, answers_how_it_went, find_grade, reason_beside


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


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ("不满意，根本没修，昨天晚上还是黑的", True),
        ("太差了，等了半个月", True),
        ("问题没解决", True),
        ("不满意", False),
        ("非常不满意！！", False),
        ("这次办理我很不满意", False),
        ("给你们差评", False),
    ],
)
def test_grade_with_reason_asks_for_no_reason(words: str, tells: bool) -> None:
    assert reason_beside(words) == (words if tells else None)


@pytest.mark.parametrize(
    ("words", "graded"),
    [
        ("挺好的，谢谢你们，修得快", True),
        ("问题没解决", True),
        ("差评！", True),
        ("谢谢", False),
        ("一般什么时候来修", False),
        ("还行吗？", False),
        ("不行，我要找领导", False),
        ("太差了" + "，天天来看也没有人管" * 5, False),
    ],
)
def test_what_is_said_to_how_did_it_go(words: str, graded: bool) -> None:
    assert answers_how_it_went(words) is graded
