"""Where a place ends: docs/decisions/0012-what-a-place-mention-is.md, by table and by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.messages.borders import correct_place_ends
from nlu.messages.marks import Mark

ODD = (
    "",
    "路",
    "路" * 10_000,
    "🚧🚧那个🚧店",
    "mixed 文三路 road那家shop门口",
    "\u0000那家店\ud83d",
)


def place(marked: str) -> tuple[str, Mark]:
    """`在[古墩路]那个店` → the text, and the mark between the brackets."""
    start, end = marked.index("["), marked.index("]") - 1
    return marked.replace("[", "").replace("]", ""), Mark("location", start, end)


@pytest.mark.parametrize(
    ("marked", "whole"),
    [
        ("在[古墩路]那个理发店充了钱", "古墩路那个理发店"),
        ("在[莫干山路]的一家门店签的", "莫干山路的一家门店"),
        ("[我家后面]那条弄堂堵了", "我家后面那条弄堂"),
        ("[春波小区12-1-101]那户人家圈了院子", "春波小区12-1-101那户人家"),
        ("[采荷新村菜场]门口乱停车", "采荷新村菜场门口"),
        ("[大虎东苑]里头", "大虎东苑里头"),
        ("[丁桥大塘苑北门]进来两百米", "丁桥大塘苑北门进来两百米"),
        ("[楼下]那家面馆门口往东十米", "楼下那家面馆门口往东十米"),
        # A thing is no part of the place, and nor is what stands there after 的.
        ("[紫金港路]那排梧桐树压线", "紫金港路"),
        ("[紫金港路那排梧桐树]压线", "紫金港路"),
        ("[金沙湖边上那个塔吊]太亮", "金沙湖边上"),
        ("[朝晖六区]的老房子漏水", "朝晖六区"),
        ("[文三路]那个公交站牌倒了", "文三路"),
        ("[西湖]上海游客多", "西湖"),
        ("[双菱路]三个人", "双菱路"),
        # A number, a part and a body of an area go on.
        ("[闻涛花园11幢3单元]501着火了", "闻涛花园11幢3单元501"),
        ("[昌西村上马]组没有路灯", "昌西村上马组"),
        ("[金汇花园]幺二杠三杠六零二", "金汇花园幺二杠三杠六零二"),
        ("[双浦镇]组织了一次", "双浦镇"),
        ("[市二医院]住院部的护工", "市二医院住院部"),
        ("[双浦镇灵山村]这一片都没信号", "双浦镇灵山村这一片"),
        ("[滨江区]图书馆座位不够", "滨江区图书馆"),
        ("[滨江区]有个图书馆", "滨江区"),
        # What leads to the place is no part of it.
        ("从[从采荷小学南门]出来", "采荷小学南门"),
        ("[夸夸翠苑四区门口]的师傅", "翠苑四区门口"),
        ("[住院部三楼]没有热水", "住院部三楼"),
        ("[五楼五楼]快来", "五楼"),
    ],
)
def test_a_place_ends_where_the_decision_says(marked: str, whole: str) -> None:
    text, mark = place(marked)
    (settled_mark,) = correct_place_ends(text, [mark])
    assert text[settled_mark.start : settled_mark.end] == whole


def test_place_ends_before_the_next_part() -> None:
    text = "文三路门口昨天"
    marks = [Mark("location", 0, 3), Mark("time", 4, 7)]
    assert correct_place_ends(text, marks) == marks


def test_a_time_stays_as_it_is() -> None:
    assert correct_place_ends("昨天里面", [Mark("time", 0, 2)]) == [Mark("time", 0, 2)]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts(text: str) -> None:
    marks = [Mark("location", 0, 1)] if text else []
    for mark in correct_place_ends(text, marks):
        assert 0 <= mark.start < mark.end <= len(text)


@given(st.text("那这的一个家户店路灯里门口往东米 文三在，", max_size=30), st.data())
def test_places_stay_inside_in_order_and_apart(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    marks = [Mark("location", a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    places = correct_place_ends(text, marks)
    assert len(places) == len(marks)
    assert all(old.start <= new.start < old.end for new, old in zip(places, marks, strict=True))
    edges = [edge for mark in places for edge in (mark.start, mark.end)]
    assert edges == sorted(edges)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in places)
