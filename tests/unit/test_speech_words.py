import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.speech.numbers import convert_numerals
from nlu.speech.tidy import is_made_up, tidy

NUMBERS = {
    "三百二十八万一千一百三十八点四八": "3281138.48",
    "328万1138.48": "3281138.48",
    "三百零五千三百三十四": "305334",
    "两万三": "23000",
    "两万三千": "23000",
    "三百五元": "350元",
    "一千零五十元": "1050元",
    "幺三八零零一二三四五六七": "138001234567",
    "二零二六年": "2026年",
    "三点五米": "3.5米",
    "一一七社区": "一一七社区",
    "五六二村": "五六二村",
    "十五奎巷": "十五奎巷",
    "千万别": "千万别",
    "百货大楼一些人": "百货大楼一些人",
}
TIDIED = {
    "樓道 的燈壞了,沒人修?": "楼道的灯坏了，没人修？",
    " 我 住在 三百零二 室 ": "我住在302室",
}
MADE_UP = [
    "", "。。。。", "Thank you.", "嗯嗯嗯嗯嗯嗯嗯嗯", "我们我们我们我们我们我们",
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "字幕由Amara.org社群提供", "谢谢观看",
    "优优独播剧场",
]  # fmt: skip
INTENDED = [
    "救命救命救命救命救命", "着火了着火了着火了着火了", "我要给社区的王大姐点赞", "谢谢大家",
    "电视上的字幕太小了老人看不清", "12345", "楼下太吵太吵了",
]  # fmt: skip


@pytest.mark.parametrize(("words", "figures"), NUMBERS.items())
def test_spoken_numbers_are_written_in_figures(words: str, figures: str) -> None:
    assert convert_numerals(words) == figures


@pytest.mark.parametrize(
    ("words", "value"),
    [("三百五", "350"), ("三百零五", "305"), ("两万三", "23000"), ("十五", "15")],
)
def test_words_omitted_at_the_end_are_understood(words: str, value: str) -> None:
    assert convert_numerals(words, shortest=1) == value


@given(st.integers(min_value=100, max_value=9999))
def test_a_number_read_out_is_that_number(number: int) -> None:
    assert convert_numerals(_read_out(number), shortest=1) == str(number)


def _read_out(number: int) -> str:
    text, is_gap = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += ("零" if is_gap and text else "") + "零一二三四五六七八九"[digit] + unit
        is_gap = not digit
    return text


@given(st.text(max_size=40))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(("recognised", "text"), TIDIED.items())
def test_what_was_heard_is_written_as_we_write(recognised: str, text: str) -> None:
    assert tidy(recognised) == text


@pytest.mark.parametrize("text", MADE_UP)
def test_what_models_write_for_noise_is_no_speech(text: str) -> None:
    assert is_made_up(tidy(text))


@pytest.mark.parametrize("text", INTENDED)
def test_what_a_resident_means_is_kept(text: str) -> None:
    assert not is_made_up(tidy(text))
