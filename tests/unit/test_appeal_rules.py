"""Messages that lost their matter: a place and a short trouble, lists, curses beside a person."""

import time

import pytest

from nlu.appeals.lists import mark_entries
from nlu.appeals.parts import read
from nlu.language.text import normalise


def texts(message: str) -> list[str]:
    return [part.text for part in read(normalise(message)).appeals]


@pytest.mark.parametrize(
    "message",
    "西湖区留下街道荆山路的河面全是油|上城区清波街道河坊街的千岛湖鱼庄卖死鱼|富阳区春江街道的厂在冒黑烟|临平区塘栖镇的河发绿"
    "|拱墅区半山街道的桥下面全是尿|西湖区转塘街道的井盖会响|上城区采荷街道的鸡半夜叫|余杭区良渚街道的公园没有厕所"
    "|滨江区长河街道的早餐摊卖隔夜豆浆|西湖区双浦镇的路挖开三个月了没人填|萧山区衙前镇的井盖不见了|临安区锦城街道的水发黄"
    "|西湖区文三路都是狗屎|拱墅区和睦新村的灯半夜不亮|钱塘区白杨街道的树压着电线|西湖区北山街道的石凳断了|桐庐县城南街道的鱼塘死鱼"
    "|建德市新安江街道的滩上全是烟头|临平区南苑街道的路净是坑|上城区九堡街道的狗天天叫|西湖区文三路的河面飘油花|拱墅区和睦新村的鸽子飞"
    .split("|"),
)  # fmt: skip
def test_a_place_with_a_trouble_is_a_matter(message: str) -> None:
    assert texts(message) == [message]
    assert texts(f"{message}，举报") == [message]


@pytest.mark.parametrize(
    "message",
    "滨江区浦沿街道的江边|西湖区三墩镇的文鼎苑|拱墅区和睦街道的和睦新村|西湖区文三路的路口|就拱墅区米市巷街道的呀"
    "|上城区望江街道|萧山区北干街道的小学门口|西湖区翠苑街道小卖部旁边|余杭区良渚街道的公园里"
    .split("|"),
)  # fmt: skip
def test_a_place_alone_is_no_matter(message: str) -> None:
    assert texts(message) == []
    assert read(normalise(message)).home


@pytest.mark.parametrize(
    ("message", "matter"),
    [
        ("你们这帮吃闲饭的！西湖区双浦镇的路挖开三个月了没人填，眼瞎了吗",
         "西湖区双浦镇的路挖开三个月了没人填"),
        ("楼上那个王八蛋天天半夜跺脚", "楼上那个人天天半夜跺脚"),
        ("隔壁那个神经病半夜唱歌", "隔壁那个人半夜唱歌"),
        ("楼下那帮混蛋天天烧烤到半夜", "楼下那帮人天天烧烤到半夜"),
        ("楼上的畜生往下扔垃圾", "楼上的人往下扔垃圾"),
        ("那个狗东西把垃圾堆在我家门口", "那个人把垃圾堆在我家门口"),
        ("换一个，我们村的公交一天就两班", "我们村的公交一天就两班"),
        ("那换一件，楼道灯坏了", "楼道灯坏了"), ("换个事，楼道灯坏了", "楼道灯坏了"),
        ("灯泡坏了，给我们换一个", "灯泡坏了，给我们换一个"),
        ("你们这帮王八蛋！路灯坏了三天", "路灯坏了三天"),
        ("眼瞎了吗，路灯坏了三天", "路灯坏了三天"),
        ("小区里的疯狗咬人", "小区里的疯狗咬人"),
        ("我孙子在小区里被狗咬了", "我孙子在小区里被狗咬了"),
        ("那个孙女士的狗天天叫", "那个孙女士的狗天天叫"),
    ],
)  # fmt: skip
def test_the_matter_without_anger(message: str, matter: str) -> None:
    assert texts(message) == [matter]


@pytest.mark.parametrize(
    ("message", "matters"),
    [
        ("A路灯不亮 B垃圾桶满了 C电梯老是停", ["路灯不亮", "垃圾桶满了", "电梯老是停"]),
        ("A路灯不亮B垃圾桶满了没人倒", ["路灯不亮", "垃圾桶满了没人倒"]),
        ("A.路灯不亮，B.广场舞吵", ["路灯不亮", "广场舞吵"]),
        ("a、路灯不亮；b、电梯坏了", ["路灯不亮", "电梯坏了"]),
        ("①路灯不亮②垃圾满了③电梯坏了", ["路灯不亮", "垃圾满了", "电梯坏了"]),
        ("1.路灯不亮2.垃圾桶满了没人倒3.电梯坏了", ["路灯不亮", "垃圾桶满了没人倒", "电梯坏了"]),
        ("1、路灯不亮，2、垃圾桶满了没人倒", ["路灯不亮", "垃圾桶满了没人倒"]),
        ("1 路灯不亮 2 公交太少 3 狗没拴绳", ["路灯不亮", "公交太少", "狗没拴绳"]),
        ("1)楼道灯不亮 2)楼上漏水", ["楼道灯不亮", "楼上漏水"]),
        ("我反映几个：A路灯不亮 B垃圾桶满了", ["路灯不亮", "垃圾桶满了"]),
    ],
)  # fmt: skip
def test_a_list_is_several_matters(message: str, matters: list[str]) -> None:
    assert texts(message) == matters


@pytest.mark.parametrize(
    "message",
    "A座和B座的电梯都坏了|A区路灯不亮，B区垃圾没人收|地铁A口路灯不亮，B口也不亮"
    "|A路灯不亮 B路灯也不亮"
    "|1.5米的坑2.5米深|买了1斤肉2斤鱼都臭了"
    "|3幢A单元电梯坏了，B单元也坏了|物业1.不修电梯2.电梯乱收费|1、2号楼停水|AB两个车位被占"
    .split("|"),
)  # fmt: skip
def test_no_list(message: str) -> None:
    assert mark_entries(normalise(message)) == normalise(message)
    assert len(texts(message)) == 1


@pytest.mark.parametrize(
    "message",
    "大件垃圾旧沙发往哪扔|旧家具扔到哪里|老年卡噶个办办|狗证哪里办|社保卡咋办|医保哪能报销|居住证怎么样办|旧床垫怎么处理|过期药往哪里丢"
    "|公积金咋提取|身份证哪里补办|废电池放哪里"
    .split("|"),
)  # fmt: skip
def test_how_to_is_a_question(message: str) -> None:
    reading = read(normalise(message))
    assert reading.appeals == ()
    assert reading.questions == (message,)


@pytest.mark.parametrize(
    "message",
    "物业把垃圾扔到我家门口|垃圾没人处理怎么办啊|楼上往下扔垃圾|车往哪里都停不进去".split("|"),
)
def test_a_grievance_is_no_question(message: str) -> None:
    assert texts(message) == [message]


@pytest.mark.parametrize("message", ["我就想知道还有没有人管", "到底还有没有人管啊", "有没有人管"])
def test_only_whether_anybody_cares_is_vague(message: str) -> None:
    reading = read(normalise(message))
    assert reading.appeals == ()
    assert reading.is_vague


@pytest.mark.parametrize(
    "unit", ["A路灯B垃圾", "1.路灯2.垃圾", "换一个，", "那个王八蛋天天", "的全是油"]
)
def test_work_grows_with_the_text(unit: str) -> None:
    start = time.process_time()
    read((unit * 10_000)[:10_000])
    assert time.process_time() - start < 6
