import pytest

from nlu.appeals.parts import mask_identity, read


@pytest.mark.parametrize(
    ("message", "name", "phone", "home", "text"),
    [
        (
            "我叫周美琴，电话13957120011，住拱墅区和睦街道和睦新村3幢，楼上天天半夜剁骨头",
            "周美琴", "13957120011", "拱墅区和睦街道和睦新村3幢", "楼上天天半夜剁骨头",
        ),
        ("我姓王，楼道没灯", "王", None, None, "楼道没灯"),
        ("我是丁香小区的业主，车库漏水", None, None, "丁香小区", "车库漏水"),
        ("我住瓜沥，门口路面塌了", None, None, "瓜沥", "门口路面塌了"),
        ("我在绍兴柯桥，河边染坊半夜排污", None, None, "绍兴柯桥", "河边染坊半夜排污"),
        ("我叫沈建国 手机138-0013-8000 隔壁油烟大", "沈建国", "13800138000", None, "隔壁油烟大"),
        ("6幢垃圾没人清，请打我手机13800138001", None, "13800138001", None, "6幢垃圾没人清"),
        ("姓名：李小明，电话：13800138002，路灯坏了", "李小明", "13800138002", None, "路灯坏了"),
        ("我是王女士，健身房不退钱", "王女士", None, None, "健身房不退钱"),
    ],
)  # fmt: skip
def test_who_tells_it(
    message: str, name: str | None, phone: str | None, home: str | None, text: str
) -> None:
    reading = read(message)
    assert (reading.name, reading.phone, reading.home) == (name, phone, home)
    assert [appeal.text for appeal in reading.appeals] == [text]


@pytest.mark.parametrize(
    "message",
    [
        "写我老伴的电话，13606512279",
        "打我电话13606512279",
        "你记一下我儿子的号码13606512279",
        "留我女儿电话吧13606512279",
        "电话换成13606512279",
        "联系我老公13606512279",
        "用这个号码13606512279",
        "号码写我爱人的：13606512279",
        "有事打13606512279",
        "打电话找我女儿，13606512279",
        "13606512279，打这个",
    ],
)
def test_a_number_with_its_label_is_no_matter(message: str) -> None:
    message_parts = read(message)
    assert (message_parts.phone, message_parts.appeals) == ("13606512279", ())


@pytest.mark.parametrize(
    "message",
    [
        "我叫张师傅来修，他不来",
        "我叫了三次物业都不来",
        "骗子的电话是13900001111，骗了我两万块",
        "店家不退钱，他的号码是15800002222",
        "我是上个月买的热水器，坏了不给换",
        "我住院的时候医生收红包",
        "我在小区里被狗咬了",
        "我是高中生，学校天天补课",
        "停车费涨了，在拱墅区上塘街道",
        "住五楼的那户天天往下扔烟头",
        "我家在五楼，楼下饭店的油烟直接往上冲",
        "我是三墩镇的老李，路口红绿灯坏了",
        "我是你们的老用户了，宽带又断了",
        "老板电话打不通，工资也不发，老板电话13711112222",
        "我在幼儿园门口看到一辆面包车超载",
    ],
)
def test_what_is_no_contact_stays_in_the_text(message: str) -> None:
    reading = read(message)
    assert (reading.name, reading.phone, reading.home) == (None, None, None)
    assert [appeal.text for appeal in reading.appeals] == [message]


def test_a_place_by_itself_is_where_they_are() -> None:
    assert read("萧山区新塘街道").home == "萧山区新塘街道"
    assert read("就拱墅区米市巷街道的呀").home == "拱墅区米市巷街道"
    assert read("萧山区新塘街道").appeals == ()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "我叫李大明，电话13800138222，住西湖区嘉绿苑8幢302，举报棋牌室，李大明敬上",
            "我叫＊，电话＊，住西湖区嘉绿苑＊，举报棋牌室，＊敬上",
        ),
        ("我家住3幢501，楼上601天天漏水", "我家住＊，楼上601天天漏水"),
        ("我是王芳，我家3幢2单元501漏水", "我是＊，我家＊漏水"),
        ("我家楼上601漏水", "我家楼上601漏水"),
        ("饭店老板叫李大明，3幢底楼", "饭店老板叫李大明，3幢底楼"),
        ("棋牌室在3幢101", "棋牌室在3幢101"),
        ("身份证330102199001011234", "身份证＊"),
    ],
)
def test_anonymous_text_names_no_author(text: str, masked: str) -> None:
    assert mask_identity(text) == masked
