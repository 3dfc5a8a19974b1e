"""The trained model on dangers that nobody could mistake, and on what nobody would fear.

How often it is right on the doubtful is measured by `make eval`, not asserted here.
"""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.classifiers.linear import FeatureGroup, Head, LinearModel
from nlu.dangers import emergency
from nlu.dangers.emergency import CERTAIN, LONG_TEXT, NUMBERS, POSSIBLE, Emergency, detect
from nlu.language.text import normalise
from nlu.trained import danger_model

pytestmark = pytest.mark.model


def alarm_in(text: str) -> Emergency | None:
    return detect(normalise(text), danger_model())


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("我家着火了！", "fire", "119"),
        ("厨房着火了怎么办", "fire", "119"),
        ("楼下电动车冒烟了", "fire", "119"),
        ("失火了", "fire", "119"),
        ("闻到一股煤气味", "gas", "119"),
        ("家里天然气泄漏了，怎么办", "gas", "119"),
        ("煤气中毒了", "gas", "119"),
        ("小孩掉进河里了", "drowning", "119"),
        ("有人落水了快来人", "drowning", "119"),
        ("有人拿刀砍人", "violence", "110"),
        ("老公正在打我", "violence", "110"),
        ("邻居在打老婆，喊救命", "violence", "110"),
        ("我不想活了", "self_harm", "110"),
        ("如果不解决我就去跳楼", "self_harm", "110"),
        ("楼顶有人要跳楼", "self_harm", "110"),
        ("隔壁房子塌了", "collapse", "119"),
        ("墙倒了压到人了", "collapse", "119"),
        ("我被困在电梯里了", "lift", "119"),
        ("电梯坏了，我们五个人关在里面", "lift", "119"),
        ("我爸突然晕倒了", "medical", "120"),
        ("心脏病发作了，快叫救护车", "medical", "120"),
        ("孩子走丢了", "missing", "110"),
        ("我妈有老年痴呆，今天早上走出去到现在没回来", "missing", "110"),
        # As they are spoken, and as a speech recogniser writes them down.
        ("着货了着货了", "fire", "119"),
        ("嗯那个我家着火了快点来", "fire", "119"),
        ("喂我们楼里厢煤起漏了", "gas", "119"),
        ("喂喂有小孩掉到河里去了", "drowning", "119"),
        ("那个那个电梯里头关牢了出不来", "lift", "119"),
        ("老头子晕过去了叫不醒", "medical", "120"),
        ("喂 那个 我要挑楼 你们不管我就挑", "self_harm", "110"),
        # Said sideways.
        ("药都准备好了，谢谢你们听我说这么多", "self_harm", "110"),
        ("他又动手了我躲厕所里", "violence", "110"),
        ("老人倒地上叫不应", "medical", "120"),
        ("闻到一股臭鸡蛋味头晕", "gas", "119"),
        ("我家著火了", "fire", "119"),  # and in traditional characters
    ],
)
def test_danger_now(text: str, kind: str, number: str) -> None:
    alarm = alarm_in(text)
    assert alarm is not None
    assert (alarm.kind, alarm.number, alarm.is_certain) == (kind, number, True)


@pytest.mark.parametrize("text", ["救命", "救命啊", "快救救我", "被人绑架了", "车祸，有人受伤流血"])
def test_what_may_be_danger_is_not_passed_over(text: str) -> None:
    assert alarm_in(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "消防通道被占",
        "燃气费太贵了",
        "去年小区着火过一次",
        "充电桩怕着火",
        "工厂冒黑烟污染空气",
        "防溺水宣传做得好",
        "打人的城管要处理",
        "消防演习什么时候",
        "老人走丢了怎么预防",
        "燃气怎么开户",
        "电梯坏了三天了",
        "楼下广场舞吵死人了",
        "气死了",
        "有劳了",
        "上个月电梯困过人，要求换电梯",
        "快来人修一下路灯",
        "火车站怎么走",
        "拖欠工资三个月",
        "西湖区文三路",
        "你好",
        "谢谢",
        "我要投诉",
        "转人工",
        "13800138000",
        "嗯那个路灯坏了呀",
        "喂我要反映一下那个井盖没了",
        "？",
        "",
    ],
)
def test_no_danger_now(text: str) -> None:
    assert alarm_in(text) is None


@pytest.mark.parametrize(
    "words",
    [
        "我78", "我妈86了", "我老太婆75", "我今年七十三", "老头子八十二岁了", "三个人", "我一个人",
        "就我两个", "我和他", "他3次", "我2楼", "我们5栋", "孩子6岁", "老伴79周岁", "我一共四个人",
        "小孩子他", "我跟我老公两个人", "邻居3楼的", "大概七八个", "我爸爸今年91",
    ],
)  # fmt: skip
def test_people_and_numbers_are_no_danger(words: str) -> None:
    assert alarm_in(words) is None


@pytest.mark.parametrize(
    "reply",
    [
        "不打了", "不要了", "在门口", "在楼下", "我在家里", "掉了", "手机不见了", "打不开",
        "关不上", "出不来声音", "我在楼上", "我出来了",
        # No example has these.
        "在四楼", "在医院", "在路口", "在大门口", "钥匙掉了", "打不开了", "没图像",
    ],
)  # fmt: skip
def test_a_short_reply_is_no_cry(reply: str) -> None:
    assert alarm_in(reply) is None


@pytest.mark.parametrize("cry", ["他拿着刀在门口", "在楼下烧起来了", "掉河里了", "困住了出不来"])
def test_emergency_at_either_end_is_recognised(cry: str) -> None:
    assert alarm_in(cry) is not None


def test_every_kind_has_a_number_of_its_own() -> None:
    assert set(danger_model().heads["danger"].labels) == {*NUMBERS, "none"}
    assert set(NUMBERS.values()) == {"110", "119", "120"}


def always(danger: float) -> LinearModel:
    """A model that takes every text for a fire, with this likelihood."""
    nothing = FeatureGroup({}, np.zeros(0, np.float32), share=1.0)
    bias = np.log(np.array([danger, 1 - danger], np.float32))
    blind = Head(("fire", "none"), (np.zeros((0, 2), np.float32),) * 4, bias, 1.0, 2)
    return LinearModel((nothing,) * 4, {"danger": blind})


SHORT, LONG = "灯" * LONG_TEXT, "灯" * (LONG_TEXT + 1)


@pytest.mark.parametrize(
    ("text", "danger", "is_emergency", "certain"),
    [
        (SHORT, POSSIBLE - 0.01, False, False),
        (SHORT, POSSIBLE + 0.01, True, False),
        (SHORT, CERTAIN - 0.01, True, False),
        (SHORT, CERTAIN + 0.01, True, True),
        (LONG, CERTAIN - 0.01, True, False),
        (LONG, CERTAIN + 0.01, True, True),
    ],
)
def test_the_bars(text: str, danger: float, is_emergency: bool, certain: bool) -> None:
    alarm = detect(text, always(danger))
    assert (alarm is not None, alarm is not None and alarm.is_certain) == (is_emergency, certain)


def test_a_long_letter_is_heard_to_its_end() -> None:
    letter = "我来说说我们小区这几年的事情，物业费年年交，路灯和绿化都没人管，大家意见很大。" * 4
    assert len(letter) > LONG_TEXT
    assert alarm_in(letter + "希望领导重视。") is None
    cried = alarm_in(letter + "着火了，楼下电动车着火了，快来人！")
    assert cried is not None
    assert (cried.kind, cried.is_certain) == ("fire", True)


@pytest.mark.parametrize(
    ("cry", "kind"),
    [
        ("我不想活了。", "self_harm"),
        ("老公又动手了，我躲在厕所里。", "violence"),
        ("楼道里着火了，全是烟！", "fire"),
        ("我妈倒在地上叫不醒。", "medical"),
    ],
)
def test_cry_inside_a_letter_is_recognised(cry: str, kind: str) -> None:
    before = "公司拖欠我们三个月工资，找了劳动监察也没结果，老板一直躲着不见人。"
    after = "过渡费也停了，租房子的钱都交不起，去街道问了很多次。希望领导重视。"
    assert alarm_in(before + after) is None
    alarm = alarm_in(before + cry + after)
    assert alarm is not None
    assert (alarm.kind, alarm.is_certain) == (kind, True)


SMALL = {
    "fire": ["着火了", "楼里着火", "起火了", "厨房着火", "着火啦快来", "火烧起来了"],
    "lift": ["困在电梯里", "电梯里出不来", "关在电梯", "电梯困人", "被困电梯", "电梯停在半空"],
    "none": ["路灯坏了", "你好", "物业收费", "井盖没了", "噪音太大", "公积金提取", "谢谢你"],
}


def test_learning_from_texts_of_each_kind(tmp_path: Path) -> None:
    path = tmp_path / "danger.yml"
    examples = "".join(f"{kind}:\n" + "".join(f"- {t}\n" for t in SMALL[kind]) for kind in SMALL)
    path.write_text(examples, encoding="utf-8")
    model = emergency.train(emergency.load(tmp_path))
    alarm = detect("楼上着火了", model)
    assert alarm == Emergency("fire", "119", is_certain=True)
    assert detect("路灯坏了", model) is None
    copy = LinearModel.from_bytes(model.to_bytes())
    assert detect("楼上着火了", copy) == alarm


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    alarm = alarm_in(text)
    assert alarm is None or alarm.number == NUMBERS[alarm.kind]


@pytest.mark.parametrize(
    "text",
    [
        "就在我们三号楼",
        "就在我们楼",
        "嗯，在三单元门口",
        "是我们这幢的楼道里",
        "在我家里",
        "住二楼的",
    ],
)
def test_a_bare_answer_to_where_is_no_cry(text: str) -> None:
    assert alarm_in(text) is None


@pytest.mark.parametrize("text", ["就在电梯里面", "在河里"])
def test_possible_entrapment_is_asked_about_without_assuming_it(text: str) -> None:
    alarm = alarm_in(text)
    assert alarm is not None
    assert not alarm.is_certain


@pytest.mark.parametrize("text", ["就在我们三号楼着火了", "我被关在电梯里了", "二楼有人喊救命"])
def test_a_place_with_a_cry_is_one(text: str) -> None:
    alarm = alarm_in(text)
    assert alarm is not None
    assert alarm.is_certain
