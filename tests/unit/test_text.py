import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.text import (
    NumberSpan,
    digits_of,
    find_case_nos,
    find_phones,
    is_blank,
    normalise,
    normalise_aligned,
    remove_disfluencies,
    simplify,
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("ＨＺ２０２６", "HZ2026"),
        ("路灯\u200b坏\x00了", "路灯坏了"),
        ("你好，世界！（真的）？", "你好，世界！（真的）？"),
        ("  a\u3000 b\t c ", "a b c"),
        ("第一行\r\n\r\n 第二行", "第一行\n第二行"),
        ("\u202e反着写\u202c", "反着写"),
        ("①路灯②井盖", "①路灯②井盖"),
        ("\ud800坏字符", "坏字符"),
        ("路燈壞了，電梯裡沒人", "路灯坏了，电梯里没人"),
        ("", ""),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@given(st.text())
def test_normalise_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


# Without 蕭: 蕭乾, a name, is the one word here that a second reading changes (萧乾, 萧干).
TRADITIONAL = "路燈壞了電梯裡後面頭髮乾淨幹部臺灣麵條著火，１２ＡＢ㎡ﬁⅷ 💡"


@given(st.text(st.sampled_from(TRADITIONAL)))
def test_so_it_is_with_traditional_characters(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert simplify(once) == once


@pytest.mark.parametrize(
    ("traditional", "plain"),
    [
        ("西湖區文三路路燈壞了", "西湖区文三路路灯坏了"),
        ("頭髮和發財", "头发和发财"),
        ("皇后在後面", "皇后在后面"),
        ("乾淨的幹部", "干净的干部"),
        ("乾隆年間", "乾隆年间"),
        ("路灯坏了", "路灯坏了"),
        ("lift 坏了", "lift 坏了"),
    ],
)
def test_simplified(traditional: str, plain: str) -> None:
    assert simplify(traditional) == plain


def test_aligned_changes_one_character_for_one() -> None:
    assert normalise_aligned("ＨＺ２０區，㎡ﬁ！") == "HZ20区，㎡ﬁ！"  # ㎡ and ﬁ would become two


@given(st.text(st.one_of(st.characters(), st.sampled_from(TRADITIONAL))))
def test_simplified_and_aligned_keep_positions(text: str) -> None:
    assert len(simplify(text)) == len(text)
    assert len(normalise_aligned(text)) == len(text)
    assert normalise_aligned(normalise_aligned(text)) == normalise_aligned(text)


def test_half_a_surrogate_pair_keeps_its_place_too() -> None:
    assert len(simplify("路燈\ud800壞了")) == 5
    assert len(normalise_aligned("路燈\ud800壞了")) == 5


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("喂喂你好", "你好"),
        ("嗯路灯坏了", "路灯坏了"),
        ("嗯 那个 路灯坏了", "  路灯坏了"),
        ("那个那个电梯坏了", "那个电梯坏了"),
        ("我要反映 我要反映路灯", "我要反映路灯"),
        ("漏水漏水漏水", "漏水"),
        ("快点，快点来", "快点来"),
        ("我跟你讲我家漏水", "我家漏水"),
        # What is no stumbling.
        ("谢谢", "谢谢"),
        ("天天吵", "天天吵"),
        ("高高兴兴", "高高兴兴"),
        ("那个小区", "那个小区"),
        ("这个路灯坏了", "这个路灯坏了"),
        ("138 138", "138 138"),
        ("", ""),
    ],
)
def test_without_stumbling(words: str, text: str) -> None:
    assert remove_disfluencies(words) == text


@given(st.text(st.sampled_from("嗯喂那个我要反映路灯坏了，。 a")))
def test_without_stumbling_adds_nothing(text: str) -> None:
    characters = iter(text)
    assert all(character in characters for character in remove_disfluencies(text))


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_kept_and_searched(text: str) -> None:
    clean = normalise(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert len(digits_of(text)) == len(text)
    for match in (*find_phones(text), *find_case_nos(text)):
        assert 0 <= match.start < match.end <= len(text)


@pytest.mark.parametrize(
    ("text", "blank"),
    [("？？！", True), ("😀👍", True), (" \n", True), ("", True), ("好", False), ("1", False)],
)
def test_is_blank(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("我电话13800138000谢谢", ["13800138000"]),
        ("+86 138-0013-8000", ["13800138000"]),
        ("幺三八零零幺三八零零零", ["13800138000"]),
        ("0571-88123456转801", ["0571-88123456-801"]),
        ("(0571)88123456", ["0571-88123456"]),
        ("电话是88123456", ["88123456"]),
        ("身份证330102199001011234", []),
        ("工单HZ20261123000042", []),
        ("欠了我120000块", []),
        ("打12345没人接", []),
        ("13800138000或13900139000", ["13800138000", "13900139000"]),
    ],
)
def test_phones(text: str, values: list[str]) -> None:
    assert [match.value for match in find_phones(text)] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("查HZ20261123000042", [NumberSpan("HZ20261123000042", 1, 17)]),
        ("hz 20261123 000042", [NumberSpan("HZ20261123000042", 0, 18)]),
        ("尾号0042", [NumberSpan("0042", 2, 6, partial=True)]),
        ("最后四位是零零四二", [NumberSpan("0042", 5, 9, partial=True)]),
        ("HZ2026112300004", []),
        ("1HZ202611230000421", []),
    ],
)
def test_case_numbers(text: str, expected: list[NumberSpan]) -> None:
    assert find_case_nos(text) == expected
