"""Which other city or county a message, or a bare place, says to be in."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.city.loaded import elsewhere, names, power_list
from nlu.language.text import normalise

AREAS = Path(__file__).parents[2] / "data" / "areas"


def full_name(text: str) -> str | None:
    city = elsewhere().named_in(normalise(text))
    return city.full_name if city else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # Nothing but the place.
        ("德清", "湖州市德清县"),
        ("义乌", "金华市义乌市"),
        ("海宁的", "嘉兴市海宁市"),
        ("在余姚呢", "宁波市余姚市"),
        ("绍兴柯桥区", "绍兴市柯桥区"),
        ("苏州吴江", "苏州市吴江区"),
        ("安吉县递铺街道", "湖州市安吉县"),
        ("慈溪市观海卫镇", "宁波市慈溪市"),
        ("浙江省台州市温岭市泽国镇", "台州市温岭市"),
        ("南昌西湖区", "南昌市西湖区"),  # ours has that name too
        ("我在北京朝阳区", "北京市朝阳区"),
        ("歙县", "黄山市歙县"),
        ("上海", "上海市"),
        ("大连", "大连市"),
        ("江西上饶婺源", "上饶市婺源县"),
        ("景宁畲族自治县", "丽水市景宁畲族自治县"),
        ("乌镇", "嘉兴市桐乡市"),
        # A message that says where somebody is.
        ("我在安吉，隔壁采石场灰大得很", "湖州市安吉县"),
        ("我在上海浦东新区，垃圾没人收", "上海市浦东新区"),
        ("喂喂同志啊我在海盐呀垃圾没人收的呀", "嘉兴市海盐县"),
        ("那个那个我们厂在诸暨店口镇老板跑路了", "绍兴市诸暨市"),
        ("房子在嘉兴，物业不管", "嘉兴市"),
        ("这里是安徽广德，放炮震裂我家墙", "宣城市广德市"),
        ("我老婆和我在永康打工，工资没拿到", "金华市永康市"),
        ("我从杭州来义乌打工，老板不给钱", "金华市义乌市"),
        ("我人现在在长兴县，这边矿山扬尘😡", "湖州市长兴县"),
        ("我在武义县城", "金华市武义县"),
        ("公司开在无锡江阴，欠薪三个月", "无锡市江阴市"),
        # What it is about stands there, whoever and wherever the others are.
        ("我在宁波鄞州买的房子，开发商是杭州的，一直不给办房产证", "宁波市鄞州区"),
        ("我人在杭州，老家安徽的房子被强拆了", "安徽省"),
        ("杭州的公司在南京的工地欠我工资", "南京市"),
        ("在嘉兴买了一套商品房，开发商跑路了，我住杭州", "嘉兴市"),
        ("绍兴柯桥的房子漏水，我人在杭州上班", "绍兴市柯桥区"),
        ("我海宁的商铺租给别人，租客不交租", "嘉兴市海宁市"),
        ("宁波的工地拖欠工资，老板是杭州的", "宁波市"),
        ("我是杭州的，德清的墓地要收管理费", "湖州市德清县"),
        ("我老家衢州的路烂了没人修，我在杭州打工", "衢州市"),
        ("我在海宁，厂里欠工资，老板是杭州的", "嘉兴市海宁市"),
        # A message that begins with the place.
        ("宁波慈溪的快递丢了", "宁波市慈溪市"),
        ("嘉善的厂子半夜排黑水", "嘉兴市嘉善县"),
        ("诸暨那边停水了", "绍兴市诸暨市"),
        ("义乌市人社局不给我办社保", "金华市义乌市"),
        ("绍兴的公司拖欠工资", "绍兴市"),
        # Our city's hotline, offices and distance are no place.
        ("我在宁波余姚，厂里偷排，你们杭州12345管不管", "宁波市余姚市"),
        ("我打杭州12345，德清这边能管吗", "湖州市德清县"),
        ("我在绍兴，杭州市政府管得到吗", "绍兴市"),
        ("离杭州不远的德清县，路坏了", "湖州市德清县"),
        ("我在海宁，靠近杭州", "嘉兴市海宁市"),
        ("宁波杭州湾新区的厂排废气", "宁波市"),
    ],
)
def test_a_place_elsewhere(text: str, name: str | None) -> None:
    assert full_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        # Origin, destination and comparison.
        "杭州到宁波的高速堵死了",
        "从绍兴来杭州打工，老板不发钱",
        "我从温州来，老板不发工资",
        "我是宁波人，住在西湖区文三路",
        "我是安徽人，工资没拿到",
        "你们比宁波差远了",
        "我去宁波的火车票退不了",
        "宁波的医保怎么转到杭州",
        "户口在德清县，想在这里买房",
        "老家安吉的，住翠苑一区",
        "我在上海买的车",
        "我在宁波上的大学，现在住文三路",
        "我在绍兴的房子漏水，现在住西湖区文三路",
        "温州的房子我不管，杭州这边楼上漏水",
        "宁波路的房子漏水",
        "绍兴新村的房子漏水",
        "富阳买的房子延期交房",
        "我在杭州，宁波的朋友买的房子漏水",
        # Persons and goods.
        "网上买的宁波慈溪的电器，店在杭州下沙",
        "快递从慈溪发过来三天没到",
        "义乌商家不给退货",
        "网购的海宁皮衣是假的",
        "温州的老板不发工资",
        "安吉白茶是假的",
        "上海市民来旅游",
        "我儿子在宁波上学，楼下路灯坏了",
        "一个安吉的老板欠我钱",
        # Roads, shops, banks, schools and estates.
        "绍兴路和德胜路口的红绿灯坏了，在拱墅区",
        "德清路",
        "上海路12号",
        "我住安吉路5号",
        "安吉路小学",
        "绍兴老酒店",
        "宁波海鲜楼",
        "桐庐土菜馆",
        "宁波银行不给我销户",
        "嵊州小笼包店油烟太大",
        "东阳沙县小吃",
        "重庆火锅太吵",
        "绍兴新村",
        "永康苑",
        "浙江大学",
        # Our own.
        "杭州",
        "西湖区",
        "朝阳新村",
        "江干",
        "我住富阳",
        "建德",
        "我家在南阳，路灯坏了",  # 萧山 has a 南阳街道
        "我在杭州，宁波的朋友来了",
        "我住在临平，公司在桐乡",
        "公司在桐乡，人住临平，公司欠薪",
        "家在富阳，在绍兴打工，工资没发",
        "杭州湾大桥",
        # Words.
        "我在天台上看到楼下烧烤",
        "三门都关了",
        "在临海边上",
        "国际合作市场",
        "创建生态示范县",
        "合同是和县里签的",
        "我们都在永康复中心",
        "",
        " ",
    ],
)
def test_no_place_elsewhere(text: str) -> None:
    assert full_name(text) is None


def test_a_county_comes_with_its_prefecture_and_hotline() -> None:
    city = elsewhere().named_in("我在慈溪")
    assert city is not None
    assert (city.name, city.prefecture, city.province) == ("慈溪市", "宁波市", "浙江省")
    assert (city.full_name, city.hotline) == ("宁波市慈溪市", "0574-12345")


@pytest.mark.parametrize(
    ("place", "hotline"),
    [
        ("我在安吉", "0572-12345"),
        ("我在嘉善", "0573-12345"),
        ("我在象山县", "0574-12345"),
        ("我在诸暨", "0575-12345"),
        ("我在临海", "0576-12345"),
        ("我在乐清", "0577-12345"),
        ("我在缙云", "0578-12345"),
        ("我在义乌", "0579-12345"),
        ("我在龙游", "0570-12345"),
        ("我在嵊泗", "0580-12345"),
        ("我在上海浦东", "021-12345"),
        ("我在苏州吴江", "0512-12345"),
        ("我在宜兴", "0510-12345"),
        ("我在南京江宁区", "025-12345"),
        ("我在广德", "0563-12345"),
        ("我在婺源", "0793-12345"),
        ("我在晋江", "0595-12345"),
        ("我在鄂州", "12345"),  # not sure enough to say one
    ],
)
def test_hotline_of_the_prefecture(place: str, hotline: str) -> None:
    city = elsewhere().named_in(place)
    assert city is not None
    assert city.hotline == hotline


def counties() -> list[dict[str, str]]:
    with (AREAS / "counties.csv").open(encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


def test_every_chinese_county_is_recognised_after_its_prefecture() -> None:
    rows = counties()
    assert len(rows) > 2800
    unknown = []
    for row in rows:
        city = elsewhere().named_in(f"我在{row['prefecture']}{row['name']}")
        if city is None or city.name != row["name"]:
            unknown.append(row["name"])
    assert unknown == []


def test_the_counties_around_us_have_a_telephone_code() -> None:
    around = ("浙江省", "江苏省", "上海市", "安徽省", "福建省", "江西省")
    assert [r for r in counties() if r["province"] in around and not r["area_code"]] == []


def test_no_place_of_ours_is_elsewhere() -> None:
    with (AREAS / "elsewhere.csv").open(encoding="utf-8") as rows:
        others = {row["name"] for row in csv.DictReader(rows)}
    keywords = {word for item in power_list().items for word in item.keywords}
    ours = set(names()) - keywords - others
    assert [name for name in ours if full_name(name)] == []
    assert [name for name in ours if full_name(f"我家在{name}，路灯坏了")] == []


@pytest.mark.parametrize(
    "piece", ["我在宁波慈溪这边的工厂", "在我们是", "慈溪", "宁波我是", "杭州"]
)
def test_long_texts_are_read_in_linear_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    elsewhere().named_in(text)
    start = time.process_time()
    elsewhere().named_in(text)
    assert time.process_time() - start < 0.5


@given(
    st.text(st.sampled_from("宁波慈溪市德清县上海浦东安吉路的人在我住从到这边，杭州西湖区12345"))
)
def test_any_text_is_read(text: str) -> None:
    city = elsewhere().named_in(text)
    assert city is None or (city.hotline.endswith("12345") and city.full_name.endswith(city.name))
