import pytest

from nlu.language.openings import is_question_announcement


@pytest.mark.parametrize(
    "words",
    ["我想问问这个事情", "我想咨询一下", "想问个问题", "你好，请问一下", "能不能问你们一件事？"],
)
def test_a_question_is_coming(words: str) -> None:
    assert is_question_announcement(words)


@pytest.mark.parametrize(
    "words", ["我想问问医保", "请问老年证怎么办", "有个事情", "问题没解决", "问问", "我要投诉", ""]
)
def test_a_question_or_something_else(words: str) -> None:
    assert is_question_announcement(words) is (words == "问问")
