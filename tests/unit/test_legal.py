"""What the law decides is recognised by the list, and everyday trouble is not taken for it."""

from pathlib import Path

import pytest

from backend.cases.partners import legal_in, partner
from backend.routing.rules import RoutableUnit
from nlu.matters.legal import LegalList

LIST = """
version: v1
types:
  loans: {label: 借钱, partner: police, path: 请报警。, about: [网贷], and_says: [跑路]}
"""
UNITS = [
    RoutableUnit("C", "市局", "city", "police", "R", "3301"),
    RoutableUnit("D", "区局", "district", "police", "R", "330106"),
    RoutableUnit("J", "司法局", "city", "justice", "R", "3301"),
]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("法院已经判了，对方一直不执行，求帮忙", "in_court"),
        ("案子正在审理，法官偏袒对方", "in_court"),
        ("法院判了他赔我三万，一年了一分没给", "in_court"),
        ("我不服一审判决，法院判得不公", "in_court"),
        ("劳动仲裁裁决书下来了，老板不给执行", "in_court"),
        ("我在P2P平台投了十万，平台跑路了", "p2p"),
        ("理财平台爆雷，本金取不出来", "p2p"),
        ("村里有人搞非法集资，卷款失联", "p2p"),
        ("网购的手机是假货，商家不退款", "online_purchase"),
        ("直播间买的玉是假的，不给退货", "online_purchase"),
        ("在拼多多下单，一个月了没发货", "online_purchase"),
        ("路灯坏了三天没人修", None),
        ("楼下超市买的牛奶过期了，要求退款", None),
        ("法院门口路面塌了一块，已经好几天", None),
        ("我想起诉邻居，还没有立案，先请社区调解", None),
        ("小区快递柜老是坏，淘宝快递员态度差，乱放", None),
        ("公司拖欠工资三个月", None),
        ("网络信号太差，打不了电话", None),
        ("", None),
    ],
)
def test_what_the_law_decides(text: str, code: str | None) -> None:
    matter = legal_in(text)
    assert (matter.type.code if matter else None) == code


def test_the_list_says_its_version_and_the_words(tmp_path: Path) -> None:
    (tmp_path / "legal.yml").write_text(LIST, encoding="utf-8")
    matter = LegalList.load(tmp_path / "legal.yml").find("网贷的人跑路了")
    assert matter is not None
    assert matter.as_evidence() == {
        "what": "legal",
        "code": "loans",
        "partner": "police",
        "words": ["网贷", "跑路"],
        "version": "v1",
    }


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "version: 1",
        "types: {}",
        LIST.replace("[网贷]", "['(']"),
        LIST.replace("label: 借钱, ", ""),
        ":",
    ],
)
def test_a_list_that_cannot_be_read_says_so(tmp_path: Path, broken: str) -> None:
    (tmp_path / "legal.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(ValueError, match=r"legal\.yml"):
        LegalList.load(tmp_path / "legal.yml")


def test_legal_answers_are_short_and_promise_nothing() -> None:
    for text in ("法院已经判了", "P2P平台跑路了", "网购的是假货"):
        matter = legal_in(text)
        assert matter is not None
        sentences = matter.type.path.split("。")
        assert max(map(len, sentences)) <= 25
        assert not any(word in matter.type.path for word in ("保证", "一定", "负责到底"))


@pytest.mark.parametrize(
    ("unit_type", "area", "code"),
    [
        ("police", "330106001", "D"),
        ("police", "330102", "C"),
        ("police", "", "C"),
        ("justice", "330106", "J"),
        ("market", "330106", None),
        (None, "330106", None),
    ],
)
def test_partner_is_the_districts_else_the_citys(
    unit_type: str | None, area: str, code: str | None
) -> None:
    unit = partner(UNITS, unit_type, area)
    assert (unit.code if unit else None) == code
