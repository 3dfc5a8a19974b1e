"""Corrections: what is wrong, what is right, and where it stands."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialogue.corrections import Correction, Part, correct_place, correct_text, find


@pytest.mark.parametrize(
    ("words", "wrong", "right", "part", "rest"),
    [
        ("不是文三路是文二路", "文三路", "文二路", "place", ""),
        ("是文二路不是文三路", "文三路", "文二路", "place", ""),
        ("不是文三路，文二路", "文三路", "文二路", "place", ""),
        ("是在文二路，不是在文三路", "文三路", "文二路", "place", ""),
        ("搞错了，我说的不是文三路，是文二路", "文三路", "文二路", "place", ""),
        ("不是文三路，是文二路，谢谢", "文三路", "文二路", "place", ""),
        ("地址不对，不是文三路，是文二路", "文三路", "文二路", "place", ""),
        ("不是文三路是文二路那里的路灯坏了", "文三路", "文二路", "place", "那里的路灯坏了"),
        ("说错了，不是浣纱路，是中河路", "浣纱路", "中河路", "place", ""),
        ("弗是三幢，是四幢", "三幢", "四幢", "place", ""),
        ("三楼不是四楼", "四楼", "三楼", "place", ""),
        ("是三单元，不是二单元，快点", "二单元", "三单元", "place", ""),
        ("你把462号写成426号了", "426号", "462号", "place", ""),
        ("把文三路改成文二路", "文三路", "文二路", "place", ""),
        ("门牌写错了，是462号", None, "462号", "place", ""),
        ("门牌写错了是462号", None, "462号", "place", ""),
        ("门牌不对，应该是462号，谢谢", None, "462号", "place", ""),
        ("改成3号楼", None, "3号楼", "place", ""),
        ("地址应该是文二路", None, "文二路", "place", ""),
        ("区写错了，是滨江区", None, "滨江区", "place", ""),
        ("你听错了，我说的是文二路", None, "文二路", "place", ""),
        ("是春建乡咸康村", None, "春建乡咸康村", "place", ""),
        ("不对，是春建乡咸康村", None, "春建乡咸康村", "place", ""),
        ("不对是春建乡咸康村", None, "春建乡咸康村", "place", ""),
        ("不对，462号", None, "462号", "place", ""),
        ("应该是七号楼", None, "七号楼", "place", ""),
        ("时间写错了，是晚上", None, "晚上", "time", ""),
        ("时间错了是前天晚上", None, "前天晚上", "time", ""),
        ("时间不对，是昨天夜里开始的", None, "昨天夜里开始", "time", ""),
        ("时间改一下，是上个礼拜三", None, "上个礼拜三", "time", ""),
        ("日期不对，11月20号", None, "11月20号", "time", ""),
        ("不对，是早上不是半夜", "半夜", "早上", "time", ""),
        ("不是五毛，是一块", "五毛", "一块", None, ""),
        ("对，但是不是五毛，是一块", "五毛", "一块", None, ""),
        ("应该是五天不是三天", "三天", "五天", None, ""),
        ("不是一天，是一个礼拜", "一天", "一个礼拜", None, ""),
        ("不是物业，是施工队", "物业", "施工队", None, ""),
        ("金额不对，是三千", None, "三千", "matter", ""),
        ("不是投诉是建议", "投诉", "suggestion", "kind", ""),
        ("也不是投诉，就是提个建议，多划点车位", "投诉", "suggestion", "kind", "多划点车位"),
        ("不是问，没用的，你帮我投诉物业", "问", "complaint", "kind", "你帮我投诉物业"),
        ("我不是要投诉，我是想问一下", "要投诉", "inquiry", "kind", ""),
        ("不是举报，我是来表扬的", "举报", "praise", "kind", ""),
        ("我要投诉，不是咨询", "咨询", "complaint", "kind", ""),
        ("类型不对，是建议", None, "suggestion", "kind", ""),
        ("改成投诉", None, "complaint", "kind", ""),
        ("电话不对，是13812345678", None, "13812345678", "contact", ""),
        ("手机号错了，138 1234 5678", None, "13812345678", "contact", ""),
        ("号码不对，是13812345678，别打错了", None, "13812345678", "contact", "别打错了"),
        ("名字写错了，我叫陈美芳", None, "陈美芳", "name", ""),
        ("写错了，我叫陈美芳", None, "陈美芳", "name", ""),
        ("号码写错了", None, None, "contact", ""),
        ("地点不对", None, None, "place", ""),
        ("内容不对", None, None, "matter", ""),
        ("地址错了", None, None, "place", ""),
        ("时间也不对", None, None, "time", ""),
        ("门牌号打错了，应该是351号", None, "351号", "place", ""),
        ("门牌输错了，是35号", None, "35号", "place", ""),
        ("是的，哦单元错了，是2单元", None, "2单元", "place", ""),
        ("哦，幢号写错了，5幢", None, "5幢", "place", ""),
        ("对了单元记错了是四单元", None, "四单元", "place", ""),
        ("路口错了，是保俶路路口", None, "保俶路路口", "place", ""),
        ("地址是天目山西路", None, "天目山西路", "place", ""),
        ("地点是凯旋路", None, "凯旋路", "place", ""),
        ("不对，地址是凯旋路18号", None, "凯旋路18号", "place", ""),
        ("我说的地址是九堡镇", None, "九堡镇", "place", ""),
        ("在凯旋路，不在秋涛路", "秋涛路", "凯旋路", "place", ""),
        ("不在秋涛路，在凯旋路", "秋涛路", "凯旋路", "place", ""),
        ("名字写错了，是茗珠幼儿园", None, "茗珠幼儿园", None, ""),
        ("名字写错了，叫茗珠幼儿园", None, "茗珠幼儿园", None, ""),
        ("店名写错了，叫老张面馆", None, "老张面馆", None, ""),
        ("公司名称记错了，是宏大电子厂", None, "宏大电子厂", None, ""),
        ("名字写错了，是陈美芳", None, "陈美芳", "name", ""),
        ("名字写错了，我叫茗珠", None, "茗珠", "name", ""),
        ("不是东门，你写成西门了", "西门", "东门", "place", ""),
        ("是东门，你们写成西门了", "西门", "东门", "place", ""),
        ("东门，你给我写成了西门", "西门", "东门", "place", ""),
        ("你写成西门了，是东门", "西门", "东门", "place", ""),
        ("是三路公交不是四路", "四路", "三路公交", None, ""),
        ("人数打错了，是十二个人", None, "十二个人", "matter", ""),
        ("也谈不上投诉，算个建议吧，希望扩大一点", "投诉", "suggestion", "kind", "希望扩大一点"),
        ("算不上投诉", "投诉", "suggestion", "kind", ""),
        ("这也称不上投诉，就是提个建议", "投诉", "suggestion", "kind", ""),
        ("谈不上举报，就是反映一下", "举报", "help", "kind", ""),
        ("算不上举报，我想问一下", "举报", "inquiry", "kind", ""),
        ("倒谈不上什么投诉，盼着快点修", "投诉", "suggestion", "kind", "盼着快点修"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_what_is_right(
    words: str, wrong: str | None, right: str | None, part: str | None, rest: str
) -> None:
    assert find(words) == Correction(wrong, right, Part(part) if part else None, rest=rest)


@pytest.mark.parametrize(
    ("words", "part", "rest"),
    [
        ("把我电话删掉，别写上去", Part.CONTACT, ""), ("我的手机号去掉吧", Part.CONTACT, ""),
        ("能不能把我的手机号删了", Part.CONTACT, ""), ("电话别写上去", Part.CONTACT, ""),
        ("别写我名字", Part.NAME, ""), ("不要写我的名字", Part.NAME, ""),
        ("把名字去掉，我要匿名", Part.NAME, "我要匿名"),
    ],
)  # fmt: skip
def test_what_shall_be_taken_out(words: str, part: Part, rest: str) -> None:
    assert find(words) == Correction(None, None, part, removes=True, rest=rest)


@pytest.mark.parametrize(
    "words",
    "不是我说你们，太慢了|不是第一次了|是不是没人管|不但吵还臭|又不是我弄的|不是说好昨天来的吗|绿化带改成停车位"
    "|他们把车库改成住房|不是一天两天了，是三年了|不是我弄的|物业把我电话删掉了|医院把我名字写错了"
    "|要不是我拦着，是要出人命的|不是人待的地方，臭死了|对|路灯坏了|好像不是很亮，是灯坏了|是楼上漏水|不是不报，是没空"
    "|不是没人管，是管不好|把一楼改成商铺|我家不是漏水就是停电|不是堵就是臭|不是堵，就是臭|不是停水吗，是不是该通知一下"
    "|不是故意的，是不小心||我叫陈美芳|电话打不通|名字叫宏达的厂|不是滋味"
    "|地址是对的|地址是我们小区|地点是没错|谈不上多吵，就是臭|算不上大事|地址是哪里|位置是什么|单元门坏了"
    "|幢幢楼都漏水|在凯旋路挖坑|地方是有的，就是不让停|名字很难听|店名是违规的|路口堵车".split("|"),
)
def test_no_correction(words: str) -> None:
    assert find(words) is None


@pytest.mark.parametrize(
    ("text", "words", "corrected"),
    [
        ("从前天夜里开始停水，没来", "时间不对，是昨天夜里开始的", "从昨天夜里开始停水，没来"),
        ("每天早上八点施工", "时间写错了，是晚上", "每天晚上八点施工"),
        ("昨天早上八点楼下施工", "时间不对，是前天", "前天早上八点楼下施工"),
        ("没有时间的内容", "时间不对，是前天", None),
        ("快递柜超时要收费五毛", "不是五毛，是一块", "快递柜超时要收费一块"),
        ("收费十五毛", "不是五毛，是一块", None),
        ("四楼漏水，4楼地板泡了", "三楼不是四楼", "三楼漏水，三楼地板泡了"),
        ("文三路18号漏水", "不是18号是118号", "文三路118号漏水"),
        ("饭店油烟大，在登云路426号", "门牌写错了，是462号", "饭店油烟大，在登云路462号"),
        ("用过期的肉，我电话13868017702", "把我电话删掉，别写上去", "用过期的肉"),
        ("我电话13868017702，漏水", "电话不对，是13812345678", "我电话13812345678，漏水"),
        ("我叫陈美方，楼上漏水", "名字写错了，我叫陈美芳", "我叫陈美芳，楼上漏水"),
        ("路灯坏了", "不是五毛，是一块", None),
        ("路灯坏了", "内容不对", None),
        ("登云路426号楼下烧烤", "门牌错了，是462号", "登云路462号楼下烧烤"),
        ("426号楼上漏水", "不是426号是462号", "462号楼上漏水"),
        ("3号楼下堆垃圾", "楼号错了，是5号楼", "5号楼下堆垃圾"),
        ("四路公交挤不上", "是三路公交不是四路", "三路公交挤不上"),
        ("6幢3单元电梯坏了", "不是3单元，是6幢2单元", "6幢2单元电梯坏了"),
        ("明珠幼儿园门口堵", "名字写错了，是茗珠幼儿园", "茗珠幼儿园门口堵"),
        ("在春芽幼儿园门口堵", "名字写错了，是春苗幼儿园", "在春苗幼儿园门口堵"),
        ("老章面馆油烟大", "店名写错了，叫老张面馆", "老张面馆油烟大"),
        ("天目山路在挖路", "路名错了，是天目山西路", "天目山西路在挖路"),
        ("我叫陈美方，漏水", "名字写错了，是茗珠幼儿园", None),
        ("东城幼儿园和西城幼儿园都堵", "名字写错了，是茗珠幼儿园", None),
        ("要投诉物业", "不是投诉是建议", None),
    ],
)  # fmt: skip
def test_the_text_is_corrected_in_place(text: str, words: str, corrected: str | None) -> None:
    correction = find(words)
    assert correction is not None
    assert correct_text(text, correction) == corrected


@pytest.mark.parametrize(
    ("place", "words", "corrected"),
    [
        ("登云路426号", "门牌写错了，是462号", "登云路462号"),
        ("登云路426号", "门牌写错了，是462", "登云路462号"),
        ("解放路和浣纱路路口", "说错了，不是浣纱路，是中河路", "解放路和中河路路口"),
        ("西溪花园2幢3单元", "改成3号楼", "西溪花园3幢3单元"),
        ("西溪花园2幢3单元", "不是2幢3单元是5幢6单元", "西溪花园5幢6单元"),
        ("西湖区浦沿街道江三村", "区写错了，是滨江区", "滨江区浦沿街道江三村"),
        ("登云路1426号", "不是426号是462号", None),
        ("登云路", "门牌写错了，是462号", None),
        ("文三路18号", "不对，是春建乡咸康村", None),
        ("文三路18号", "时间写错了，是晚上", None),
    ],
)  # fmt: skip
def test_the_place_is_corrected_in_place(place: str, words: str, corrected: str | None) -> None:
    correction = find(words)
    assert correction is not None
    assert correct_place(place, correction) == corrected


WORDS = st.text("文三二路四楼号123毛块昨天晚上，不是", min_size=1, max_size=6)
TEXTS = st.text("文三二路四楼号123毛块昨天晚上，不是坏了", max_size=20)


@given(TEXTS, WORDS, WORDS, st.sampled_from([None, *Part]))
@example("晚", "晚", "天晚", Part.TIME)
def test_what_is_wrong_does_not_stay(text: str, wrong: str, right: str, part: Part | None) -> None:
    correction = Correction(wrong, right, part)
    corrected = correct_text(text, correction)
    if corrected is not None:
        assert wrong not in corrected.replace(right, "\n")


@given(TEXTS, st.none() | WORDS, WORDS, st.sampled_from([None, *Part]))
def test_a_correction_twice_is_a_correction_once(
    text: str, wrong: str | None, right: str, part: Part | None
) -> None:
    correction = Correction(wrong, right, part)
    for put in (correct_text, correct_place):
        corrected = put(text, correction)
        if corrected is not None:
            assert put(corrected, correction) in (corrected, None)


@given(st.text(max_size=40) | TEXTS)
def test_every_text_has_an_answer(words: str) -> None:
    correction = find(words)
    assert correction is None or correction.rest in words or "，" in correction.rest


@pytest.mark.parametrize("piece", ["不是三是四", "就", "一", "不是一，", "把", "路", "是", "，"])
def test_reading_time_grows_linearly_with_text_length(piece: str) -> None:
    words = (piece * 10_000)[:10_000]
    start = time.process_time()
    find(words)
    assert time.process_time() - start < 2
