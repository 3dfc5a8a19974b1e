import pytest

from dialogue.care import agreed, care_needs, says_only_that

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("words", "needs"),
    [
        ("我独居", ("独居",)), ("我一个人住，楼道灯坏了", ("独居",)), ("我是残疾人", ("残障",)),
        ("我腿脚不方便", ("行动不便",)), ("我独居，走不动路", ("独居",)),
        ("我是独居老人，我坐轮椅", ("独居", "行动不便")),
        ("我邻居是独居老人", ()), ("我妈腿脚不好", ()), ("我不是残疾人", ()), ("我没有残疾证", ()),
        ("我家楼下坐轮椅的人多", ()), ("残疾人证怎么办", ()), ("路灯坏了", ()), ("", ()),
    ],
)  # fmt: skip
def test_only_what_they_say_of_themselves(words: str, needs: tuple[str, ...]) -> None:
    assert care_needs(words) == needs


@pytest.mark.parametrize(
    ("words", "only"),
    [("我独居", True), ("你好，我是残疾人，行动不便", True), ("我一个人住，楼道灯坏了三天", False)],
)
def test_whether_a_matter_is_told_too(words: str, *, only: bool) -> None:
    assert says_only_that(words) == only


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("可以记下", True), ("1", True), ("好的", True), ("同意", True), ("2", False),
        ("不用记", False), ("不用了", False), ("不要", False), ("算了", False),
        ("可以的，谢谢", True), ("记下吧", True), ("那就记吧", True), ("帮我记下来", True),
        ("好呀麻烦你了", True), ("要记", True), ("好的呀", True), ("先不记", False),
        ("我不想记", False), ("没必要", False), ("不用了，谢谢", False), ("别", False),
        ("不用记，我要投诉楼上装修", False),
        ("路灯坏了", None), ("3", None), ("", None), ("可以问一下社保吗", None),
        ("好的，我家门口垃圾没人收", None), ("等一下", None), ("记错账了", None),
    ],
)  # fmt: skip
def test_nothing_but_a_yes_is_a_yes(words: str, *, answer: bool | None) -> None:
    assert agreed(words) is answer
