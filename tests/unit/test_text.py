import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import Found, digits_of, find_case_nos, find_phones, is_blank, normalise


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
        ("", ""),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@given(st.text())
def test_normalise_is_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_kept_and_searched(text: str) -> None:
    clean = normalise(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert len(digits_of(text)) == len(text)
    for found in (*find_phones(text), *find_case_nos(text)):
        assert 0 <= found.start < found.end <= len(text)


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
    assert [found.value for found in find_phones(text)] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("查HZ20261123000042", [Found("HZ20261123000042", 1, 17)]),
        ("hz 20261123 000042", [Found("HZ20261123000042", 0, 18)]),
        ("尾号0042", [Found("0042", 2, 6, partial=True)]),
        ("最后四位是零零四二", [Found("0042", 5, 9, partial=True)]),
        ("HZ2026112300004", []),
        ("1HZ202611230000421", []),
    ],
)
def test_case_numbers(text: str, expected: list[Found]) -> None:
    assert find_case_nos(text) == expected
