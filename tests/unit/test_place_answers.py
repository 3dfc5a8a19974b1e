"""What of an answer, or of a whole message, is a place."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.text import normalise
from nlu.places.answers import (
    has_support,
    is_crossing,
    is_only_place,
    is_whole_city,
    name_in,
    place_in,
    with_area_of,
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # Answers.
        ("拱墅区", "拱墅区"),
        ("就在翡翠城嘛", "翡翠城"),
        ("和睦新村，我上面讲过的呀", "和睦新村"),
        ("景芳五区呀上城区的8幢", "上城区景芳五区8幢"),  # the wider area goes first
        ("余杭区闲林街道的呀", "余杭区闲林街道"),
        ("莫干山路100号翠苑一区3幢", "莫干山路100号翠苑一区3幢"),  # as it was said
        ("我住丁桥", "丁桥"),
        ("下沙高教园区", "下沙高教园区"),
        ("住在 文二路 128 号", "文二路128号"),
        ("三里亭三区27幢2单元", "三里亭三区27幢2单元"),
        ("浙江省杭州市滨江区江南大道288号", "浙江省杭州市滨江区江南大道288号"),
        ("古荡小学门口", "古荡小学门口"),
        ("麦当劳对面", "麦当劳对面"),
        ("𠮷庆里楼下", "𠮷庆里楼下"),  # a character beyond the first plane
        ("🙏🙏翡翠城🙏", "翡翠城"),
        # Names that no list has.
        ("我是云栖蓝庭的住户", "云栖蓝庭"),
        ("东方丽都二号楼", "东方丽都二号楼"),
        ("萧山区宁围街道顺坝村", "萧山区宁围街道顺坝村"),
        ("就大石桥村文化礼堂旁边", "大石桥村文化礼堂旁边"),
        ("喂喂同志啊我是下沙那个景园小区的呀我们格里停水啦", "下沙景园小区"),
        # Messages.
        ("临平区星桥街道隐秀社区井盖没了", "临平区星桥街道隐秀社区"),
        ("庆春路和建国北路路口的斑马线看不清", "庆春路和建国北路路口"),
        ("绍兴路和沈半路口红灯太长，在拱墅区", "拱墅区绍兴路和沈半路口"),
        ("莫干山路上的富阳面馆油烟大", "莫干山路上的富阳面馆"),
        ("钱塘区义蓬街道的一个服装厂拖欠工资", "钱塘区义蓬街道的一个服装厂"),
        ("九堡一个服装厂欠薪", "九堡一个服装厂"),
        ("拱墅区石灰坝社区5幢下水道堵了", "拱墅区石灰坝社区5幢"),
        ("临平区一条路全是坑", "临平区"),
        ("滨江区长河街道江三村口的栏杆断了", "滨江区长河街道江三村口"),
        ("不是文三路，是文二路", "文二路"),
        ("不是文一路而是文三路", "文三路"),
        ("在文三路，不在文一路", "文三路"),
        ("从文三路到古翠路都堵死了", "文三路到古翠路"),
        ("文三路上班，住在翠苑一区三幢", "翠苑一区三幢"),
        ("文三路的路灯不亮", "文三路"),
        ("上城区双菱路那家银行门口地砖翘了", "上城区双菱路"),
    ],
)
def test_the_place_that_words_name(text: str, place: str) -> None:
    assert place_in(normalise(text)) == place


@pytest.mark.parametrize(
    "text",
    [
        # Filler.
        "还能在哪里啊",
        "你管我在哪",
        "问这么多干什么",
        "那我该打给谁呢",
        "哦好的，接着讲路灯",
        "继续讲停车场的事",
        "稍等我去看下门牌",
        "刚才不是讲过了吗",
        "不知道叫什么路",
        "就这些了",
        "对的，谢谢",
        "算了不讲了",
        # Only somebody on the spot understands it.
        "楼下呀，吵死了",
        "就在我们五号楼",
        "自己小区里面啊",
        "我家门口",
        "学校门口",
        "隔壁小区",
        "老李家门口",
        "3幢2单元",
        "这条路",
        "一条路上全是坑",
        "就我们村",
        "公园里面",
        # Words torn from others.
        "路面塌了",
        "多开一路车",
        "电话一路打不通",
        "早上六点多跳广场舞",
        "不是文一路",
        "希望多开一路公交到山脚",
        "满街都是传单",
        "农村的路没人修",
        "检查站乱收费",
        "三甲医院停车难",
        "发展经济和社区商业",
        "12路车不准时",
        "去年3号在小区摔了",
        "门牌写错了，是462号",
        "没有具体地方，全市都一样",
        "",
        " ",
        "🙏",
    ],
)
def test_no_place(text: str) -> None:
    assert place_in(normalise(text)) is None


@pytest.mark.parametrize(
    ("text", "spans", "place"),
    [
        ("绿汀曼舞的电梯坏了", [(0, 4)], "绿汀曼舞"),
        ("滨江区长河街道杰立晨曦那边", [(0, 11)], "滨江区长河街道杰立晨曦"),
        ("还能在哪", [(0, 4)], None),
        ("楼下呀吵死了", [(0, 2)], None),
        ("垃圾没清", [(0, 4)], None),
        ("占用消防通道", [(2, 6)], None),
        ("停车场", [(0, 3)], None),
        ("短", [(0, 9)], None),
        ("短", [(-3, -1)], None),
        ("采荷新村 挨着菜场后门", [(0, 4), (7, 11)], "采荷新村"),
        ("文三路上班，住在翠苑一区三幢", [(0, 3), (8, 14)], "翠苑一区三幢"),
    ],
)
def test_a_taggers_mention_is_checked(
    text: str, spans: Sequence[tuple[int, int]], place: str | None
) -> None:
    assert place_in(text, spans) == place


@pytest.mark.parametrize(
    ("place", "is_known"),
    [
        ("文三路", True),
        ("余杭区", True),
        ("云栖蓝庭", True),
        ("东方丽都二号楼", True),
        ("顺坝小学", True),
        ("麦当劳门口", False),
        ("我们五号楼", False),
        ("楼下", False),
        ("小区", False),
        ("一路", False),
        ("12号", False),
        ("", False),
    ],
)
def test_support(place: str, is_known: bool) -> None:
    assert has_support(place) is is_known


@pytest.mark.parametrize(
    ("text", "is_city"),
    [
        ("全市都一样的", True),
        ("全杭州", True),
        ("整个杭州都这样", True),
        ("没有具体的地方", True),
        ("到处都是", True),
        ("不止一个地方", True),
        ("西湖区", False),
        ("小区里到处找不到车位", False),
        ("这条路整个塌了", False),
        ("全是坑", False),
        ("", False),
    ],
)
def test_the_whole_city(text: str, is_city: bool) -> None:
    assert is_whole_city(text) is is_city


@pytest.mark.parametrize(
    ("text", "is_only"),
    [
        ("西湖区转塘街道", True),
        ("就在翡翠城的呀", True),
        ("景芳五区呀上城区的8幢", True),
        ("我们家在和睦新村12幢", True),
        ("和睦新村，刚才说过了", True),
        ("想起来了，在天目山路", True),
        ("想起来了，天目山路的灯不亮", False),
        ("文三路，路灯坏了", False),
        ("临平区星桥街道隐秀社区井盖没了", False),
        ("楼下", False),
        ("垃圾没清", False),
        ("", False),
    ],
)
def test_nothing_but_a_place(text: str, is_only: bool) -> None:
    assert is_only_place(text) is is_only


_STORY = "楼下烧烤店每天开到两点多油烟很大睡不着，打了好几次电话没有人来，社区说归城管，"
_PIECES = ["庆春路和建国北路", "路", "12号", "东方丽都二号楼", "在和睦新村住了十年", "小区的呀"]


@pytest.mark.parametrize("piece", [_STORY, *_PIECES])
def test_work_grows_linearly(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        place_in(text)
        start = time.process_time()
        for _ in range(5):
            place_in(text)
        return (time.process_time() - start) / 5

    assert seconds(1_000) < 0.05  # 1 to 4 ms on a machine with nothing else to do
    assert seconds(10_000) < 0.1


_CHARACTERS = "西湖区文三路和睦新村翡翠城的呀在是我们楼下12号幢二门口，一路灯小区广场𠮷🙏 "


@given(st.text(st.sampled_from(_CHARACTERS)))
def test_place_contains_only_characters_of_the_text(text: str) -> None:
    place = place_in(text)
    assert place is None or (place and set(place) <= set(text))
    assert place is None or not place.isspace()
    has_support(text)
    is_only_place(text)


@given(st.text(), st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50))))
def test_any_text_and_any_spans_are_read(text: str, spans: list[tuple[int, int]]) -> None:
    place_in(text, spans)
    is_whole_city(text)


@pytest.mark.parametrize(
    ("text", "mention", "place"),
    [
        ("滨江区西兴街道铂金时代电梯坏了", "滨江区西兴街道铂金时代", None),
        ("滨江区西兴街道铂金时代2幢电梯坏了", "滨江区西兴街道铂金时代2幢", None),
        ("滨江区江陵路铂金时代电梯坏了", "滨江区江陵路铂金时代", None),
        ("拱墅区大关西苑3幢电梯坏了", "拱墅区大关西苑3幢", None),
        ("余杭区仓前街道欧美金融城停车乱收费", "余杭区仓前街道欧美金融城", None),
        ("临平区望梅路上的银泰城后门油烟大", "", "临平区望梅路银泰城后门"),
        ("市心路跟金城路的十字路口老是堵车", "金城路", "市心路跟金城路的十字路口"),
        ("人民路和建设路的路口没有斑马线", "", "人民路和建设路的路口"),
        ("滨江区西兴街道物业不作为", "滨江区西兴街道物业", "滨江区西兴街道"),
        ("起诉到萧山区人民法院", "萧山区人民法院", "萧山区"),
        ("西湖区双浦镇三阳村河水发绿", "西湖区双浦镇三阳村河水发绿", "西湖区双浦镇三阳村"),
        ("桐庐县横村镇横村路把路压烂了", "桐庐县横村镇横村路", None),
        ("滨江区滨和路地铁站A口", "滨江区滨和路地铁站A口", None),
        (
            "西湖区文三路昌地火炬大厦的停车场",
            "西湖区文三路昌地火炬大厦的停车场",
            "西湖区文三路昌地火炬大厦",
        ),
        ("滨江区西兴街道没路灯", "滨江区西兴街道没路灯", "滨江区西兴街道"),
    ],
)
def test_a_mention_behind_an_area_is_whole(text: str, mention: str, place: str | None) -> None:
    start = text.find(mention)
    spans = [(start, start + len(mention))] if mention else []
    assert place_in(text, spans) == (place or mention)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("铂金时代", "铂金时代"),
        ("就在锦绣天下那边", "锦绣天下"),
        ("西溪里", "西溪里"),
        ("烦死了", None),
        ("老地方", None),
        ("问物业去", None),
        ("我家门口", None),
        ("三号楼", None),
        ("随便你们", None),
        ("上次那里", None),
        ("快递站那个路口", None),
    ],
)
def test_an_unlisted_name_is_an_answer(answer: str, name: str | None) -> None:
    assert name_in(answer) == name


@pytest.mark.parametrize(
    ("place", "wider", "whole"),
    [
        ("江南大道", "滨江长河街道", "滨江长河街道江南大道"),
        ("江南大道", "西湖区", "江南大道"),  # it is not there
        ("铂金时代", "滨江区江陵路", "滨江区铂金时代"),
        ("滨江区江南大道", "西湖区", "滨江区江南大道"),
    ],
)
def test_a_place_lies_in_the_area_told(place: str, wider: str, whole: str) -> None:
    assert with_area_of(place, wider) == whole


@pytest.mark.parametrize(
    ("place", "is_one"),
    [
        ("凤起路、环城东路交叉口", True),
        ("文三路和学院路路口", True),
        ("凤起路", False),
        ("人民路和建设路的路口", False),  # in which district?
    ],
)
def test_a_crossing_of_listed_roads(place: str, is_one: bool) -> None:
    assert is_crossing(place) is is_one
