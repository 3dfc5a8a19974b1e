"""Danger here and now, against what was, what is feared, and what only sounds like it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.dangers.emergency import LONGEST_READ, Emergency, detect, is_follow_up
from nlu.dangers.marks import asks_about_case, is_over_now, remove_harmless
from nlu.dangers.scope import ClauseStatus, scope_of
from nlu.language.text import normalise
from nlu.trained import danger_model

pytestmark = pytest.mark.model


def alarm_in(text: str) -> Emergency | None:
    return detect(normalise(text), danger_model())


@pytest.mark.parametrize(
    ("text", "kind", "also"),
    [
        ("电线断了掉在路上，还在冒火花", "wire", ("95598",)),
        ("喂高压线掉下来了垂在路当中小孩子在边上走", "wire", ("95598",)),
        ("积水漏电，走进去脚发麻", "wire", ("95598",)),
        ("他们在踹我家门，我不敢出声", "threat", ("12110",)),
        ("要债的堵在门口，说今天不还钱就砍人", "threat", ("12110",)),
        ("今天又有人来泼油漆了，我和小孩躲在里屋", "threat", ("12110",)),
        ("这个病没钱治了，还是死了算了，免得害了小孩", "self_harm", ("12356", "120")),
        ("活着真没什么意思", "self_harm", ("12356", "120")),
        ("我就想一了百了", "self_harm", ("12356", "120")),
        ("厨房着火了", "fire", ()),
        ("老公正在打我", "violence", ("12110",)),
    ],
)
def test_further_numbers_to_ring(text: str, kind: str, also: tuple[str, ...]) -> None:
    emergency = alarm_in(text)
    assert emergency is not None
    assert (emergency.kind, emergency.other_numbers, emergency.is_certain) == (kind, also, True)


@pytest.mark.parametrize(
    "text",
    [
        # whose hands the case is in
        "现在到谁手里了", "我那个案子现在归谁管", "单子转给哪个部门了", "到哪一步了",
        # objects
        "有人砍树", "有人把樟树砍了", "门口杀猪太吵", "小孩打疫苗本子掉了", "手机掉水里了",
        "打印要多少钱",
        "食堂菜里有虫", "打人的视频我有",
        # figures of speech
        "气死了", "热死人了", "吵得要命", "火大", "急得心里着火", "跳楼价是假的", "想死你们了",
        "他要死要活不肯签字", "停车费简直抢钱",
        # long ago
        "上个月我女儿在学校被同学打了，老师说小孩闹着玩", "去年车棚着过火，到现在没人管",
        "前年这里淹死过人", "以前老公打我，现在离了，想问抚养费", "那次电梯关了我半小时，要个说法",
        "昨天有个骑车的差点掉下去", "已经有人在这里摔过了，我有照片", "这里已经摔了好几个人了",
        # over
        "昨天楼下着火，已经灭了", "人已经送医院了，没大事", "报过警了，对方道歉了",
        "孩子找到了，没事了",
        "昨天电梯关了两个人，都救出来了",
        # feared
        "怕着火", "楼道里充电要烧起来的", "这样充电容易引起火灾", "晚上没灯差点摔",
        "万一掉下来砸到人怎么办",
        # heard of others, drills, wishes
        "新闻里说煤气爆炸，我们这查过没有", "消防演习的烟太大了", "楼道里没有灭火器",
        "希望在河边装护栏",
    ],
)  # fmt: skip
def test_past_feared_or_no_danger_at_all(text: str) -> None:
    assert alarm_in(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("昨天就来踹门，现在又来了", "threat"),
        ("上个月来泼过油漆，今天又来了，人还在门口", "threat"),
        ("去年着过火，现在又烧起来了，烟好大", "fire"),
        ("我一直怕着火，现在楼道真的烧起来了", "fire"),
        ("以前老公打过我，现在拿着刀在砸门", None),
        ("上次困过半小时，今天又困在电梯里了", "lift"),
        ("前年发过心脏病，现在胸口疼得喘不上气", "medical"),
        ("昨天出门到现在没回来，我妈有老年痴呆", "missing"),
        ("热死了，我们四个人困在电梯里出不去", "lift"),
        ("吓死人了，对面楼着火了", "fire"),
        ("小孩去捡球掉到河里去了", "drowning"),
        ("一个人救出来了，里面还有两个没出来，火很大", "fire"),
        ("不是演习，是真的着火了", "fire"),
        ("上次你们劝过我，我还是不想活了", "self_harm"),
    ],
)
def test_past_danger_does_not_hide_present_danger(text: str, kind: str | None) -> None:
    emergency = alarm_in(text)
    assert emergency is not None
    assert emergency.is_certain
    assert kind in (None, emergency.kind)


@pytest.mark.parametrize("text", ["我怕他以后再来打我，想问保护令", "他们还在里面"])
def test_no_more_than_possible(text: str) -> None:
    emergency = alarm_in(text)
    assert emergency is None or not emergency.is_certain


@pytest.mark.parametrize(
    "text",
    [
        "他们还在里面", "我该怎么办", "还没来", "打了没人接", "怎么办啊", "一直占线", "打过119了",
        "消防车怎么还不来",
        "里面还有人", "什么时候到", "求求你们快点", "我好害怕", "然后呢", "我要不要出去",
        "人还没出来",
    ],
)  # fmt: skip
def test_words_after_an_alarm(text: str) -> None:
    assert is_follow_up(text)
    emergency = alarm_in(text)
    assert emergency is None or not emergency.is_certain


@pytest.mark.parametrize(
    "text",
    [
        "楼下着火了", "他又动手了", "我在文三路", "好的", "路灯坏了", "身份证怎么办",
        "什么时候办好", "还没修好",
        "还没人联系我", "他们还在施工", "13800138000", "在里面上班", "多久", "",
    ],
)  # fmt: skip
def test_words_that_need_no_alarm(text: str) -> None:
    assert not is_follow_up(text)


@pytest.mark.parametrize(
    ("text", "kind", "standings"),
    [
        ("去年着过火，现在又烧起来了", "fire", ["past", "present"]),
        ("去年着火，烧得很厉害", "fire", ["past", "past"]),
        ("去年着火。厨房冒烟了", "fire", ["past", "present"]),
        ("楼上着火了，已经灭了", "fire", ["over", "over"]),
        ("女儿昨天出门，没回来", "missing", ["present"] * 3),
        ("万一着火怎么办", "fire", ["feared"]),
        ("我昨天就不想活了", "self_harm", ["present"] * 2),
        ("听说那边着火了", "fire", ["elsewhere"]),
    ],
)
def test_what_each_clause_tells_of(text: str, kind: str, standings: list[str]) -> None:
    assert [clause.status for clause in scope_of(text, kind).clauses] == standings


def test_what_only_sounds_like_danger_is_taken_out() -> None:
    assert remove_harmless("有人砍树") == "有人"
    assert remove_harmless("热死了，电梯里关着人") == "，电梯里关着人"
    assert remove_harmless("他拿刀砍人") == "他拿刀砍人"


def test_long_question_about_a_case_also_reports_something() -> None:
    assert asks_about_case("现在到谁手里了")
    assert not asks_about_case("到谁手里了" + "，楼下着火了" * 5)


MARKS = str.maketrans("", "", "，。")


@given(st.text(alphabet="去年昨天现在着火了，。打过我怕万一灭没电线掉门口又来救命", max_size=60))
def test_clauses_lose_no_words(text: str) -> None:
    clauses = scope_of(text, "fire").clauses
    words = "".join(clause.text for clause in clauses)
    assert words.translate(MARKS) == text.translate(MARKS)
    assert all(clause.status in ClauseStatus for clause in clauses)


@pytest.mark.parametrize(
    "piece", ["，", "怕", "打" * 50 + "电话", "昨天", "还", "已经摔了", "去年着火。", "我该怎么办"]
)
def test_ten_thousand_characters_are_read_in_linear_time(piece: str) -> None:
    text = (piece * LONGEST_READ)[:LONGEST_READ]
    alarm_in(text[:100])
    start = time.process_time()
    alarm_in(text)
    is_follow_up(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "words",
    ["我不想绑了", "不想搬了", "我不想住了", "我不想再打了", "真不想干了", "不想签了", "懒得说了"],
)
def test_what_one_gives_up_is_no_despair(words: str) -> None:
    assert detect(words, danger_model()) is None


@pytest.mark.parametrize("words", ["我不想活了", "不想活了，你们别管", "活着没意思，不想说了"])
def test_despair_is_heard_beside_it(words: str) -> None:
    danger = detect(words, danger_model())
    assert danger is not None
    assert danger.kind == "self_harm"


@pytest.mark.parametrize("words", ["出来了，人都没事", "都出来了", "没人受伤", "人没事了"])
def test_being_out_ends_any_danger(words: str) -> None:
    assert is_over_now(words)
