import pytest

from nlu.appeals.parts import clean, read


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("您好，桥下的灯灭了", "桥下的灯灭了"),
        ("喂喂，同志啊，我家水管爆了", "我家水管爆了"),
        ("喂 你好 我是想说 厕所堵了", "我是想说，厕所堵了"),
        ("领导好！巷子口的窨井盖没了，辛苦你们了", "巷子口的窨井盖没了"),
        ("不好意思打扰一下，楼上在砸墙", "楼上在砸墙"),
        ("我跟你讲啊，隔壁又在放炮仗", "隔壁又在放炮仗"),
        ("是这样的，学校门口没有红绿灯", "学校门口没有红绿灯"),
        ("我想反映一个问题，车库进水了", "车库进水了"),
        ("我要投诉，外卖柜乱收钱", "外卖柜乱收钱"),
        ("要投诉的是这家店不退钱，谢谢啦", "要投诉的是这家店不退钱"),
        ("喂是12345吗，我们这边停水了", "我们这边停水了"),
        ("师傅你听我说，煤气味道很大", "煤气味道很大"),
        ("好的知道了，继续刚才那个井盖的事", ""),
        ("哦晓得了，说回刚才那个洗车店", ""),
        ("继续说垃圾", ""),
        ("不等了，水还没来", "水还没来"),
        ("算了我自己说，灯坏了", "灯坏了"),
        ("问这么多干什么", ""),
        ("刚才都说过了呀", ""),
        ("还能在哪里啊", ""),
        ("你先听我讲完", ""),
        ("听懂了吗", ""),
        ("等一下", ""),
        ("有人吗", ""),
        ("谢谢你们了", ""),
        ("那你帮我登记一下吧", ""),
        ("算了这个不投诉了", ""),
        ("我要跟人说，不想跟机器人讲", ""),
        ("不是投诉，就是提个建议，操场多开两个小时", "操场多开两个小时"),
        ("千万别告诉他们是我说的，饭店用死猪肉", "饭店用死猪肉"),
        ("", ""),
        ("😡😡", ""),
    ],
)
def test_talk_to_us_is_taken_out(message: str, rest: str) -> None:
    assert clean(message) == rest


@pytest.mark.parametrize(
    "message",
    [
        "喂流浪猫的人把楼道弄得很臭",
        "那个坑还没补",
        "就是不给修",
        "但是到现在也没修",
        "第二次来还是没修好",
        "请人来修花了三百",
        "我妈的房子漏水",
        "我他妈的医保卡停了",
        "感谢民警小陈帮我找到孩子",
        "继续施工到半夜，吵得睡不着",
        "打了三次电话给物业都没人来",
        "说了好几次他们都不听",
        "废品站的废物堆得到处都是",
        "我们那里的热线广告贴满了电梯",
        "领导的车停在消防通道上",
        "好的坏的垃圾都混在一起",
        "公交车等了四十分钟",
    ],
)
def test_what_belongs_to_the_matter_stays(message: str) -> None:
    assert clean(message) == message


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("你们就是摆设！！！河里漂满死鱼，吃白饭的吗", "河里漂满死鱼"),
        ("一群饭桶！打了五次12345都没用！物业断我家电", "物业断我家电"),
        ("你们他妈的管不管啊，楼上天天砸墙", "楼上天天砸墙"),
        ("气死我了，快递被人拿走了", "快递被人拿走了"),
        ("忍无可忍！对门养了八只狗", "对门养了八只狗"),
        ("12345都打了四遍了，围墙还没修", "围墙还没修"),
        ("你们是死人啊，三天没水了", "三天没水了"),
        ("养你们有什么用！路灯还没修", "路灯还没修"),
        ("狗屁物业半年不扫楼道", "物业半年不扫楼道"),
    ],
)
def test_anger_is_heard_and_not_read_back(message: str, text: str) -> None:
    reading = read(message)
    assert [appeal.text for appeal in reading.appeals] == [text]
    assert reading.is_angry
    assert all(word not in reading.appeals[0].matter for word in ("摆设", "饭桶", "12345", "狗屁"))


@pytest.mark.parametrize(
    "message",
    [
        "路灯坏了",
        "楼上吵死了",
        "这东西要烧起来的呀吓煞人",
        "我跟他说了三次他不听",
        "停水了！",
        "老人急死了",
    ],
)
def test_who_is_only_upset_is_not_angry(message: str) -> None:
    assert not read(message).is_angry


@pytest.mark.parametrize(
    "message",
    [
        "有个问题你们管不管",
        "你们到底管不管事的啊",
        "我想反映个问题",
        "社区里的",
        "我要投诉",
        "就是那个事",
        "有件事想麻烦你们",
        "太不像话了",
        "小区里的问题",
        "我要举报",
        "出事了",
        "你好，我想咨询个事",
        "还让不让人活了",
        "有事跟你们说",
        "有件事想跟你们说说",
        "有点事跟你讲",
        "我有桩事情要和你们反映",
        "跟你们说个事",
        "想向您反映一个问题",
        "我有两件事",
        "有三个问题要反映",
        "我家的事说来话长",
        "这事一言难尽啊",
    ],
)
def test_that_something_comes_is_no_matter(message: str) -> None:
    reading = read(message)
    assert reading.is_vague
    assert reading.appeals == ()


@pytest.mark.parametrize(
    "message", ["你好", "谢谢", "好的", "喂", "西湖区三墩镇", "老年卡怎么办", "楼道没灯", ""]
)
def test_these_are_not_vague(message: str) -> None:
    assert not read(message).is_vague
