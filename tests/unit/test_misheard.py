"""Misheard words are repaired by their sound, and right texts stay as they are."""

import pytest

from nlu.city.loaded import power_list
from nlu.city.misheard import readable
from nlu.matters.matter import classify
from nlu.trained import case_model


@pytest.mark.parametrize(
    ("transcript", "repaired"),
    [
        ("文三路路登不亮", "文三路路灯不亮"),
        ("楼道登坏了", "楼道灯坏了"),
        ("店梯又坏了三天", "电梯又坏了三天"),
        ("门口的警盖没了", "门口的井盖没了"),
        ("物叶不管垃圾", "物业不管垃圾"),
        ("下水到堵了", "下水道堵了"),
        ("消防童道被占了", "消防通道被占了"),
        ("烧考店油烟太大", "烧烤店油烟太大"),
        ("垃极没人清", "垃圾没人清"),
        ("电平车在楼道里充电", "电瓶车在楼道里充电"),
        ("小区的充电庄坏了", "小区的充电桩坏了"),
        ("老板三个月没发工次了", "老板三个月没发工资了"),
        ("施公到半夜", "施工到半夜"),
        ("楼上造音太大了睡不着", "楼上噪音太大了睡不着"),
        ("楼上楼水漏到我家厨房", "楼上漏水漏到我家厨房"),
        ("房东不退压金", "房东不退押金"),
        ("路口违张停车太多", "路口违章停车太多"),
        ("地铁战台没有灯", "地铁站台没有灯"),
    ],
)
def test_a_misheard_object_is_repaired(transcript: str, repaired: str) -> None:
    assert readable(transcript) == repaired


@pytest.mark.parametrize(
    "text",
    [
        "文三路路灯不亮",
        "五楼水很大",
        "三楼水管坏了",
        "他在楼下砸门",
        "叫我们搬车",
        "那家店没有营业执照",
        "就在翠苑一区大门口",
        "拱宸桥西历史街区太吵",
        "下水道该通了",
        "菜场的秤不准",
        "井盖补好了，谢谢",
        "浙一庆春院区挂不上号",
        "你别往上送了",
        "我补个线索",
        "我们一家就在这里住",
        "地址是拱墅区大关路",
        "工头欠我九千七",
        "三楼水压太低",
    ],
)
def test_a_right_text_stays(text: str) -> None:
    assert readable(text) == text


@pytest.mark.model
def test_the_router_reads_a_misheard_object() -> None:
    matter = classify("文三路路登不亮", power_list(), case_model())
    assert matter.duty is not None
    assert matter.duty.duty.object == "路灯"
