"""An answer to the read-back that corrects a part: the part is replaced, the rest stays."""

import pytest

from dialogue.draft import Draft
from tests.support.plain_chat import Chat

pytestmark = pytest.mark.model

YARD = "西湖区翠苑街道翠苑一区隔壁邻居养狗太吵，天天半夜狗叫"
LEAK = "上城区采荷街道采荷新村楼上漏水"
LIFT = "拱墅区小河街道小河佳苑3幢电梯坏了"
NOISE = "滨江区浦沿街道楼下烧烤店太吵"
FEE = "余杭区良渚街道的物业乱收停车费三百块，欠我的"
SITE = "拱墅区康桥街道的工地昨天早上打桩太吵"
AT_NIGHT = "拱墅区康桥街道的工地前天晚上打桩太吵"
CART = "滨江区长河街道的垃圾车早上六点收垃圾太吵"
WATER = "滨江区长河街道没水，堵了三天了"
STALL = "上城区望江街道望江路有人占道摆摊"
LAMP = "萧山区城厢街道人民路的路灯坏了"
SMOKE = "西湖区古荡街道文三路90号楼下太臭"
STAIRS = "西湖区紫荆花路紫荆家园3幢的楼道灯坏了"


def _draft_after(message: str, *answers: str) -> Draft:
    chat = Chat()
    chat.hears(message)
    for answer in answers:
        chat.hears(answer)
    assert chat.state.draft is not None
    return chat.state.draft


@pytest.mark.parametrize(
    ("message", "answer", "text"),
    [
        (YARD, "不对，是养鸡", YARD.replace("狗", "鸡")),
        (YARD, "不是养狗，是养鸡", YARD.replace("狗", "鸡")),
        (YARD, "错了，养的是鸡", YARD.replace("狗", "鸡")),
        (YARD, "是鸡不是狗", YARD.replace("狗", "鸡")),
        (LEAK, "不对，是楼下", "上城区采荷街道采荷新村楼下漏水"),
        (LEAK, "写错了，是隔壁漏水", "上城区采荷街道采荷新村隔壁漏水"),
        (LIFT, "错了，是单元门坏了", LIFT.replace("电梯", "单元门")),
        (LIFT, "不是电梯，是门禁", LIFT.replace("电梯", "门禁")),
        (LIFT, "电梯？我说的是单元门坏了", LIFT.replace("电梯", "单元门")),
        (NOISE, "不对，是油烟", f"{NOISE}\n更正：油烟"),
        (FEE, "不对，是五百", FEE.replace("三百", "五百")),
        (FEE, "我说的是物业费", FEE.replace("停车费", "物业费")),
        (FEE, "停车费写错了，是物业费", FEE.replace("停车费", "物业费")),
        (SITE, "时间说错了，是前天晚上", SITE.replace("昨天早上", "前天晚上")),
        (SITE, "时间是前天晚上", SITE.replace("昨天早上", "前天晚上")),
        (f"{SITE}，今天又打", "时间说错了，是前天晚上", f"{AT_NIGHT}，今天又打"),
        (CART, "应该是晚上收的不是早上", CART.replace("早上", "晚上")),
        (CART, "不是早上，晚上收的", CART.replace("早上", "晚上")),
        (CART, "早上说错了，是晚上", CART.replace("早上", "晚上")),
        (CART, "六点不对，是五点", CART.replace("六点", "五点")),
        (CART, "哦不对不对是五点", CART.replace("六点", "五点")),
        (WATER, "不止三天，一个星期了", WATER.replace("三天", "一个星期")),
        (WATER, "时间不对，一个星期了", WATER.replace("三天", "一个星期")),
        (WATER, "对的，五天了，不是三天", WATER.replace("三天", "五天")),
        (SITE, "打桩是今天开始的", SITE.replace("昨天", "今天")),
        (SITE, "昨天写错，是上周开始的", SITE.replace("昨天", "上周")),
        (LIFT, "不是电梯，单元门", LIFT.replace("电梯", "单元门")),
        (NOISE, "不是烧烤店，是酒吧", NOISE.replace("烧烤店", "酒吧")),
        (FEE, "不对，是两百八", FEE.replace("三百", "两百八")),
        (WATER, "我讲快了，不是三天，一个月都不止了", WATER.replace("三天", "一个月")),
        (SITE, "时间不对，晚上也打", f"{SITE}\n晚上也打"),
        (WATER, "不止没水，电也停了", f"{WATER}\n不止没水，电也停了"),
    ],
)  # fmt: skip
def test_the_text_is_corrected(message: str, answer: str, text: str) -> None:
    assert _draft_after(message, answer).text == text


@pytest.mark.parametrize(
    ("message", "answer", "place", "never"),
    [
        (STALL, "不是望江，我说错了，在近江", "上城区近江", "望江"),
        (STALL, "我说错了，不是望江路，是在婺江路", "上城区望江街道婺江路", "望江路"),
        (STALL, "位置不对，婺江路那边", "上城区望江街道婺江路", "望江路"),
        (STALL, "说错地方了，是婺江路", "上城区望江街道婺江路", "望江路"),
        (STALL, "换个地方，婺江路", "上城区望江街道婺江路", "望江路"),
        (STALL, "是紫阳街道的望江路", "上城区紫阳街道望江路", "望江街道"),
        (STALL, "不对不对，你听不懂啊，是婺江路", "上城区望江街道婺江路", "望江路"),
        (STALL, "望江路？婺江路！", "上城区望江街道婺江路", "望江路"),
        (STALL, "哪里是望江路，明明是婺江路", "上城区望江街道婺江路", "望江路"),
        (STALL, "我没说望江路，我说婺江路", "上城区望江街道婺江路", "望江路"),
        (STALL, "不是望江路，也不是富春路，是婺江路", "上城区望江街道婺江路", "望江路"),
        (STALL, "婺江路", "上城区望江街道婺江路", "望江路"),
        (LAMP, "地点改成通惠路", "萧山区城厢街道通惠路", "人民路"),
        (LAMP, "改一下地址：通惠路", "萧山区城厢街道通惠路", "人民路"),
        (LAMP, "地点要写通惠路", "萧山区城厢街道通惠路", "人民路"),
        (LAMP, "请更正为通惠路", "萧山区城厢街道通惠路", "人民路"),
        (LAMP, "这个地点有问题，应该在通惠路", "萧山区城厢街道通惠路", "人民路"),
        (LAMP, "打错字了 通惠路", "萧山区城厢街道通惠路", "人民路"),
        (SMOKE, "不对，是拱墅区的", "拱墅区文三路90号楼下", "西湖区"),
        (SMOKE, "是翠苑街道的", "西湖区翠苑街道文三路90号楼下", "古荡"),
        (SMOKE, "是文二路", "西湖区古荡街道文二路90号楼下", "文三路"),
        (SMOKE, "门牌不对，110号", "西湖区古荡街道文三路110号楼下", "90号"),
        (STAIRS, "是古墩路…", "西湖区古墩路紫荆家园3幢", "紫荆花路"),
        (STAIRS, "不对，是嘉绿苑", "西湖区紫荆花路嘉绿苑3幢", "紫荆家园"),
        (STAIRS, "小区名错了，嘉绿苑", "西湖区紫荆花路嘉绿苑3幢", "紫荆家园"),
    ],
)
def test_place_and_text_are_corrected(message: str, answer: str, place: str, never: str) -> None:
    draft = _draft_after(message, answer)
    assert draft.place == place
    assert place in draft.text
    assert never not in draft.text


def test_the_area_outlives_a_wrong_place() -> None:
    draft = _draft_after(LAMP, "不对", "地点不对", "通惠路")
    assert draft.place == "萧山区城厢街道通惠路"
    assert "人民路" not in draft.text


def test_several_corrections_follow_each_other() -> None:
    draft = _draft_after(f"{LAMP}三天了", "对，但是是通惠路", "时间也不对，五天了")
    assert draft.text == "萧山区城厢街道通惠路的路灯坏了五天了"
