import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.splitting import SENTENCE_ENDS, split_text

texts = st.text(st.sampled_from("路灯坏了。！？!?；;\n，a😀"), max_size=80)
limits = st.integers(1, 20)


@given(texts, limits)
def test_nothing_is_lost_or_added(text: str, longest: int) -> None:
    assert "".join(split_text(text, longest)) == text


@given(texts, limits)
def test_each_part_fits(text: str, longest: int) -> None:
    assert all(len(part) <= longest for part in split_text(text, longest))


@given(texts.filter(bool), limits)
def test_no_part_is_empty(text: str, longest: int) -> None:
    assert all(split_text(text, longest))


@given(texts, limits)
def test_parts_end_after_a_sentence_where_possible(text: str, longest: int) -> None:
    for part in split_text(text, longest)[:-1]:
        assert part[-1] in SENTENCE_ENDS or not set(part) & set(SENTENCE_ENDS)


@pytest.mark.parametrize(
    ("text", "longest", "parts"),
    [
        ("", 5, [""]),
        ("正好五个字", 5, ["正好五个字"]),
        ("一句。两句。三", 6, ["一句。两句。", "三"]),
        ("没有句号的长话", 3, ["没有句", "号的长", "话"]),
        ("一行\n两行", 4, ["一行\n", "两行"]),
    ],
)
def test_examples(text: str, longest: int, parts: list[str]) -> None:
    assert split_text(text, longest) == parts
