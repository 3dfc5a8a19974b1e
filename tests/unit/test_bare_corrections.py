"""What corrects the read-back without saying so, and what is put into text and place at once."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.corrections import Appeal, Correction, Part, apply, find, find_bare


@pytest.mark.parametrize(
    ("words", "text", "place", "wrong", "right", "part"),
    [
        ("81号", "紫荆花路18号门口积水", "西湖区紫荆花路18号门口", "18号", "81号", "place"),
        ("哦，是81号", "门口积水", "紫荆花路18号门口", "18号", "81号", "place"),
        ("81", "门口积水", "紫荆花路18号", "18", "81", "place"),
        ("2单元", "6幢3单元电梯坏", "翠苑6幢三单元", "三单元", "2单元", "place"),
        ("二单元呀", "电梯坏了", "翠苑6幢3单元", "3单元", "二单元", "place"),
        ("5幢1单元", "电梯坏", "翠苑6幢3单元", "6幢3单元", "5幢1单元", "place"),
        ("七幢", "楼顶漏水", "大关西苑3栋", "3栋", "七栋", "place"),
        ("3楼", "漏水", "翠苑6幢5楼", "5楼", "3楼", "place"),
        ("应该是402室", "楼上滴水", "翠苑6幢401室", "401室", "402室", "place"),
        ("462号", "烧烤油烟大", "登云路426号楼下", "426号", "462号", "place"),
        ("是十二个人", "厂里欠八个人工资", "余杭区", "八个人", "十二个人", None),
        ("12个", "八个人没发工资", "", "八个人", "12个人", None),
        ("三天", "停水两天了", "", "两天", "三天", None),
        ("四天了", "停水两天了", "", "两天", "四天", None),
        ("五块", "停车收三块钱一小时", "", "三块钱", "五块钱", None),
        ("是五块钱", "停车一小时收三块", "", "三块", "五块", None),
        ("五个月", "工资拖了三个月", "", "三个月", "五个月", None),
        ("两周", "垃圾一个星期没收", "", "一个星期", "两个星期", None),
        ("七次", "报修三次没人来", "", "三次", "七次", None),
        ("一共20户", "12户停水", "", "12户", "20户", None),
        ("6路", "5路车早上挤不上", "", "5路", "6路", None),
        ("晚上", "早上八点施工", "", "早上", "晚上", "time"),
        ("是半夜", "工地中午打桩", "", "中午", "半夜", "time"),
        ("昨天", "今天停水", "", None, "昨天", "time"),
        ("上个礼拜三", "昨天树倒了", "", None, "上个礼拜三", "time"),
    ],
)  # fmt: skip
def test_a_short_answer_corrects(
    words: str, text: str, place: str, wrong: str | None, right: str, part: str | None
) -> None:
    expected = Correction(wrong, right, Part(part) if part else None)
    assert find_bare(words, text, place) == expected


@pytest.mark.parametrize(
    ("words", "text", "place"),
    [
        ("81号的路灯也坏", "路灯坏", "翠苑路18号"), ("301室", "漏水", "翠苑6幢3单元"),
        ("三天了", "路灯坏", ""), ("18号", "积水", "翠苑路18号"), ("十八号", "积水", ""),
        ("好的", "积水", "翠苑路18号"), ("1", "积水", "翠苑路18号"), ("2", "积水", "翠苑路18号"),
        ("12345", "积水", "翠苑路18号"), ("81号？", "积水", "翠苑路18号"),
        ("81号吗", "积水", "翠苑路18号"), ("五百块", "押金三百块，水费五十块", ""),
        ("晚上", "早上和中午都施工", ""), ("晚上", "路灯坏了", ""),
        ("文二路", "路灯坏了", "文三路"),
        ("还有81号", "路灯坏", "翠苑路18号"), ("", "路灯坏", "翠苑路18号"), ("对", "停水三天", ""),
        ("5幢1单元", "电梯坏", "翠苑6幢"), ("早上", "早上施工", ""), ("13812345678", "停水", "1号"),
        ("5号", "三月18号停水", ""), ("两个路灯", "一个路灯坏了", ""), ("3楼", "1楼和2楼漏水", ""),
    ],
)  # fmt: skip
def test_no_bare_correction(words: str, text: str, place: str) -> None:
    assert find_bare(words, text, place) is None


@pytest.mark.parametrize(
    ("words", "text", "place", "both"),
    [
        ("地址是天目山西路", "天目山路那个工地很吵", "西湖区天目山路",
         ("天目山西路那个工地很吵", "西湖区天目山西路")),
        ("地址是上城区凯旋路18号", "天目山路128号那个工地很吵", "西湖区天目山路128号",
         ("凯旋路18号那个工地很吵", "上城区凯旋路18号")),
        ("哦单元错了，是2单元", "6幢3单元电梯坏了", "西湖区翠苑一区6幢3单元",
         ("6幢2单元电梯坏了", "西湖区翠苑一区6幢2单元")),
        ("地点是凯旋路", "路灯坏了", "西湖区天目山路", ("路灯坏了", "西湖区凯旋路")),
        ("是三路公交不是四路", "四路公交挤不上", "余杭区良渚街道",
         ("三路公交挤不上", "余杭区良渚街道")),
        ("名字写错了，是茗珠幼儿园", "明珠幼儿园门口堵", "西湖区明珠幼儿园",
         ("茗珠幼儿园门口堵", "西湖区茗珠幼儿园")),
        ("区写错了，是拱墅区", "西湖区翠苑一区路灯不亮", "西湖区翠苑一区",
         ("拱墅区翠苑一区路灯不亮", "拱墅区翠苑一区")),
        ("地址是天目山西路", "天目山路路灯坏", "", ("天目山西路路灯坏", "天目山西路")),
        ("不对，是春建乡咸康村", "路灯坏了", "", ("路灯坏了", "春建乡咸康村")),
        ("不是天目山路18号，是凯旋路20号", "天目山路18号漏水", "西湖区天目山路",
         ("凯旋路20号漏水", "西湖区凯旋路20号")),
        ("不是翠苑一区，是九莲新村", "翠苑一区的路灯坏了", "西湖区翠苑一区",
         ("九莲新村的路灯坏了", "西湖区九莲新村")),
        ("不是3楼，是4楼", "3楼漏水", "翠苑6幢", ("4楼漏水", "翠苑6幢")),
        ("楼号错了，是5号楼", "三号楼电梯坏了", "西湖区翠苑一区3号楼",
         ("5号楼电梯坏了", "西湖区翠苑一区5号楼")),
        ("门牌打错了，是462号", "登云路426号楼下烧烤油烟大", "拱墅区登云路426号楼下",
         ("登云路462号楼下烧烤油烟大", "拱墅区登云路462号楼下")),
        ("不是东门，你写成西门了", "西溪花园西门没灯", "西湖区西溪花园西门",
         ("西溪花园东门没灯", "西湖区西溪花园东门")),
        ("在凯旋路，不在秋涛路", "秋涛路挖路", "上城区秋涛路", ("凯旋路挖路", "上城区凯旋路")),
    ],
)  # fmt: skip
def test_text_and_place_say_the_same(
    words: str, text: str, place: str, both: tuple[str, str]
) -> None:
    correction = find(words)
    assert correction is not None
    assert apply(text, place, correction) == Appeal(*both)


@pytest.mark.parametrize(
    ("words", "text", "place"),
    [("不是五毛，是一块", "路灯坏了", "文三路"), ("时间错了，是前天", "路灯坏了", "文三路"),
     ("内容不对", "路灯坏了", "文三路"), ("店名写错了，叫老张面馆", "路灯坏了", "文三路")],
)  # fmt: skip
def test_what_fits_neither_is_not_placed(words: str, text: str, place: str) -> None:
    correction = find(words)
    assert correction is not None
    assert apply(text, place, correction) is None


SHORT = st.text("三八12号幢单元天块晚早上，", max_size=8)
LONG = st.text("三八12号幢单元天块晚早上，路灯坏", max_size=30)


@given(SHORT, LONG, LONG)
def test_what_is_wrong_stands_in_text_or_place(words: str, text: str, place: str) -> None:
    correction = find_bare(words, text, place)
    assert (
        correction is None
        or correction.wrong is None
        or correction.wrong in text
        or correction.wrong in place
    )


@pytest.mark.parametrize("piece", ["18号", "三天", "晚上", "明珠幼儿园", "路", "1"])
def test_reading_time_grows_linearly_with_text_length(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    start = time.process_time()
    find_bare("81号", text, text)
    find_bare(text, text, text)
    for correction in (
        Correction(None, "茗珠幼儿园", None),
        Correction("18号", "81号", Part.PLACE),
    ):
        apply(text, text, correction)
    assert time.process_time() - start < 3
