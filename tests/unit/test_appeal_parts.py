import pytest

from nlu.appeals.parts import read


@pytest.mark.parametrize(
    ("message", "wish"),
    [
        ("车位线看不清，麻烦重新画一下", "重新画一下"),
        ("车位太少，希望多划几个", "希望多划几个"),
        ("培训班跑路了，要求退钱", "退钱"),
        ("摊子占道，请管一管", "管一管"),
        ("能不能在村口装个路灯", "在村口装个路灯"),
        ("建议地铁口加个雨棚", "建议地铁口加个雨棚"),
        ("树枝压到电线了你们派人来剪一下希望尽快处理", "希望尽快处理"),
        ("桥栏杆断了，请尽快派人维修，希望装个不锈钢的", "希望装个不锈钢的"),
        ("路灯坏了", ""),
        ("物业要求我们交两次钱", ""),
        ("希望小学门口的斑马线磨掉了", ""),
        ("请人来修花了三百", ""),
        ("麻烦大了，水漫到电表了", ""),
    ],
)
def test_wish(message: str, wish: str) -> None:
    assert read(message).appeals[0].wish == wish


@pytest.mark.parametrize(
    ("message", "since"),
    [
        ("化粪池三天没人抽了", "三天"),
        ("从大前天早上开始停电", "从大前天早上"),
        ("隔壁每天半夜拖桌子", "每天半夜"),
        ("剩菜桶摆了一个多礼拜都发臭了", "一个多礼拜"),
        ("电梯坏了半个月了", "半个月"),
        ("健身器材断了好久了", "好久"),
        ("保洁已经两个月没来了", "两个月"),
        ("路面有个大坑", ""),
        ("停车一天二十块太贵", ""),
        ("拖欠三个月工资不发", ""),
    ],
)
def test_since(message: str, since: str) -> None:
    assert read(message).appeals[0].since == since


@pytest.mark.parametrize(
    ("message", "sufferer"),
    [
        ("我妈八十七岁一个人住，电梯坏了下不了楼", "我妈八十七岁一个人住"),
        ("包工头欠着7个人的工钱", "7个人"),
        ("工头欠我们二十几个工人的钱", "二十几个工人"),
        ("停水了，整幢楼都没有水", "整幢楼"),
        ("路面有两个坑", ""),
        ("我去了三个地方都不给办", ""),
    ],
)
def test_who(message: str, sufferer: str) -> None:
    assert read(message).appeals[0].affected == sufferer


@pytest.mark.parametrize(
    ("message", "matter"),
    [
        ("楼上养狗天天叫，我要投诉，滨江区长河街道", "楼上养狗天天叫"),
        ("减速带断了，麻烦换一根新的，谢谢", "减速带断了"),
        ("还让不让人活了，楼上天天蹦迪", "楼上天天蹦迪"),
        ("建议全市的快递车都装号牌，现在到处乱闯", "建议全市的快递车都装号牌，现在到处乱闯"),
        ("建议地铁口加个雨棚", "建议地铁口加个雨棚"),
        ("西溪路的井盖没了", "西溪路的井盖没了"),
        ("我是来投诉的，出租车绕路", "出租车绕路"),
        ("我们弄堂里路灯勿亮，黑得来", "我们弄堂里路灯勿亮，黑得来"),
    ],
)
def test_matter_is_what_is_wrong(message: str, matter: str) -> None:
    assert read(message).appeals[0].matter == matter


def test_a_voice_note_without_marks() -> None:
    reading = read(
        "喂喂同志啊我是留下那个杨家小区的呀阿拉楼里煤气罐么都摆在过道里漏起来要爆的呀吓煞人"
    )
    (appeal,) = reading.appeals
    assert appeal.text == "阿拉楼里煤气罐么都摆在过道里漏起来要爆的呀"
    assert reading.home == "留下那个杨家小区"
    assert not reading.is_angry


def test_a_long_voice_note_is_put_in_short() -> None:
    story = (
        "喂是12345吗我想反映一下我们这里那个老小区嘛住的都是老人然后那个化粪池么天天往外面冒那个粪水"
        "臭得来窗都不敢开我去找过社区社区说找物业我去找物业物业说没有钱然后我也不晓得找哪个好了"
        "麻烦你们来看一看好不好"
    )
    (appeal,) = read(story).appeals
    assert "粪水" in appeal.matter
    assert len(appeal.matter) <= 70
    assert "12345" not in appeal.text


@pytest.mark.parametrize("words", ["第一件", "第一件事", "首先", "第一个事情是"])
def test_a_heading_alone_is_no_matter(words: str) -> None:
    reading = read(words)
    assert reading.appeals == ()
    assert reading.is_vague
