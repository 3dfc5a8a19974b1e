"""Properties of the dialogue's machine: whatever is said, in whatever order.

Plain facts stand for the database, and any intent may be taken for any words.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.messages import Button, Pin, Transcript
from bot.turns.understanding import intents
from dialogue.commands import AskForPerson, KeepQuestion
from dialogue.facts import ConsultationView, IncidentView, Profile
from dialogue.handlers import HANDLERS
from dialogue.handlers.come_back import MOST_RETURNS
from dialogue.handlers.person import MOST_TRIES
from dialogue.state import load, save
from dialogue.texts import appeal as texts
from nlu.dangers.emergency import Emergency
from tests.support.plain_chat import Chat, PlainFacts, a_case

pytestmark = pytest.mark.model

ORDER = (
    "danger files nothing_said menu elder_mode say_again unit_message voice_note consult "
    "link_chats privacy call_back person care anonymity fraud open_question cancel reopen rate "
    "article_detail "
    "elsewhere withdraw chase case_questions "
    "progress add_detail contact appeal ask_question small_talk not_understood"
).split()

MATTERS = (
    "楼上漏水滴到床上", "半夜打桩吵得孩子哭", "垃圾桶臭得开不了窗", "单元门坏了关不上",
    "河道里全是绿藻发臭", "老板欠我两个月工钱", "人行道被车占满", "健身器材断了一根",
)  # fmt: skip
PHRASES = (
    *MATTERS,
    *(
        "问计|问计 3|七点|附议，一起办|不用，单独办|"
        "对|对的|嗯|好的|好|是的，快点|报上去吧|可以|行|没问题|👌|嗯嗯对|对，还有楼道灯也不亮|好的谢谢"
        "|不对|不是的|错了|地点不对|内容不对|时间不对|电话不对|不对，是文二路|不是三幢，是五幢|改一下"
        "|不对，是早上不是半夜|不是投诉是建议|应该是拱墅区|写错了|别写我名字|没有不对|不对不对"
        "|算了|不报了|取消|算了，不说了|没事了|还是报吧|刚才那件还是报一下|继续报刚才的|撤了吧"
        "|不知道|说不清|记不得了|不晓得叫什么路，就在菜场边上|不方便说|等一下|我看看门牌|你等等"
        "|文三路|西湖区文三路90号|莫干山路|朝阳路|我家楼下|三幢门口|和睦新村|拱墅区|全市都这样|到处都是"
        "|宁波|我在温州|宁波市海曙区|不在杭州|绍兴那边|就在我们村|学校旁边|2|第三个|都不是|1|12|5"
        "|你好|在吗|有人吗|谢谢|辛苦了|再见|你是谁|你能干什么|喂|哦知道了|嗯哼|哈哈|😀|。。。|？|ok"
        "|催一下|怎么还没人来|查进度|我的事怎么样了|到哪一步了|要多久|谁在办|会打电话给我吗|收钱吗"
        "|满意|不满意|非常不满意，根本没修|还是黑的|解决了|没解决|五星|一般般|重新办|再修一次|修好了"
        "|人工|转人工|找个真人|打电话给我|明天下午|13812345678|我电话13987654321|不留电话|不用打了"
        "|隐私|要我的资料|删除我的资料|确定删除我的资料|匿名|别告诉他们是我|不用匿名|老人模式|普通模式|再说一遍|慢一点|听不懂|继续|我的资料|绑定"
        "|我是残疾人|我七十八岁了眼睛不好|记下来吧|不用记|市民卡怎么办|月球上能种菜吗|请问你们管不管"
        "|我要投诉|有个事情想反映|咨询政策|反映诉求|查询评价|登记交给单位办|那你帮我登记一下"
        "|还有一件事，路口红灯太长|另外小区没路灯|两件事：楼道脏，电梯坏|补充一点，晚上更吵"
        "|公交太少了等半天|地铁站电梯坏了|建议多装几盏灯|同一件|另一件|HZ20261123000001|尾号000002"
        "|操你妈|什么破系统|你们就会踢皮球|没用的东西|hello my friend how are you|要我说几遍"
        "|侬好，阿拉楼道里厢灯勿亮|俺村头那个路坑坑洼洼滴|我想死|不想活了|去年这里淹死过人"
    ).split("|"),
)  # fmt: skip
LODGED = a_case(1)
SETTLED = a_case(
    2, status=Status.RESOLVED, outcome="solved", outcome_text="修好了", text="井盖翘了"
)
CASES = ((), (LODGED,), (SETTLED,), (LODGED, SETTLED, a_case(3, text="噪音扰民")))
FIRE = Emergency("fire", "119", is_certain=True)


@dataclass(frozen=True)
class Says:
    words: str
    intent: str = "lodge_appeal"
    confidence: float = 0.95
    places: tuple[tuple[int, int], ...] = ()
    voice: float | None = None  # how sure the recogniser is

    def __call__(self, chat: Chat) -> None:
        more = {"intent": self.intent, "confidence": self.confidence, "places": self.places}
        if self.voice is not None:
            more["voice"] = Transcript(self.words, self.voice, 4.0)
        chat.hears(self.words, **more)


@dataclass(frozen=True)
class Presses:
    """One of the buttons that were shown last; without any, the resident says yes."""

    index: int

    def __call__(self, chat: Chat) -> None:
        if buttons := chat.state.last_buttons:
            chat.hears(button=buttons[self.index % len(buttons)])
        else:
            chat.hears("对", intent="affirm")


@dataclass(frozen=True)
class Sends:
    """A pin, a photo, an entry of the menu, a cry for help."""

    more: str

    def __call__(self, chat: Chat) -> None:
        chat.hears(**SENT[self.more])


SENT: dict[str, dict[str, Any]] = {
    "pin": {"pin": Pin(30.29, 120.22)},
    "pin elsewhere": {"pin": Pin(29.87, 121.55)},
    "photo": {"files": ("photo",)},
    "menu": {"intent_pressed": "lodge_appeal"},
    "progress": {"intent_pressed": "check_progress"},
    "fire": {"words": "我家着火了", "danger": FIRE},
    "a number": {"words": "1", "numbered_choices": (Button("满意", "/rate_case"),)},
}
Step = Says | Presses | Sends
WORDS = st.one_of(st.sampled_from(PHRASES), st.text(max_size=30))
PLACES = st.sampled_from([(), ((0, 2),), ((0, 4), (5, 9)), ((-1, 99),)])
SAYS = st.builds(
    Says,
    WORDS,
    intent=st.sampled_from(sorted(intents())),
    confidence=st.sampled_from([0.3, 0.6, 0.95]),
    places=PLACES,
    voice=st.sampled_from([None, None, None, 0.4, 0.95]),
)
OTHERS = st.one_of(
    st.builds(Presses, st.integers(0, 8)), st.builds(Sends, st.sampled_from([*SENT]))
)
STEPS = st.lists(st.one_of(SAYS, SAYS, OTHERS), max_size=10)
AFTER = st.lists(st.lists(st.one_of(SAYS, OTHERS), max_size=3), min_size=4, max_size=4)
ASKED_BY_CITY = ConsultationView(3, "菜场几点开门", "六点还是七点？", ("六点", "七点"), True)
FACTS = st.builds(
    PlainFacts,
    cases=st.sampled_from(CASES),
    is_waiting=st.booleans(),
    resident=st.sampled_from([Profile(), Profile("13812345678", True, ("残疾",), True)]),
    duplicate=st.sampled_from([None, None, LODGED, SETTLED]),
    consultations=st.sampled_from([(), (ASKED_BY_CITY,)]),
    incident=st.sampled_from([None, IncidentView(LODGED.case_no, "小河直街油烟", 5, "城管")]),
)


@given(FACTS, STEPS)
def test_every_message_is_answered_and_state_is_serializable(
    facts: PlainFacts, steps: list[Step]
) -> None:
    """At most one question is open: what waits behind it is none of the same."""
    chat = Chat(facts)
    for step in steps:
        step(chat)
        assert chat.decisions[-1].steps, "silence"
        record = json.loads(json.dumps(save(chat.state)))
        assert load(record, facts.now) == chat.state
        assert chat.state.question is None or chat.state.question not in chat.state.behind


@given(FACTS, STEPS, SAYS)
def test_no_question_is_repeated_verbatim_twice(
    facts: PlainFacts, steps: list[Step], last: Step
) -> None:
    """But for two times behind an answer to something else."""
    chat = Chat(facts)
    times: dict[object, int] = {}
    for step in [*steps, *[last] * 4]:
        before = chat.state.question
        step(chat)
        question = chat.state.question
        if question is None or question is before:
            continue
        question_text = (question.ask, question.text)
        same = before is not None and question_text == (before.ask, before.text)
        is_answer = not (before and question.returns > before.returns)
        times = {question_text: times.get(question_text, 1) + is_answer if same else 1}
        assert times[question_text] <= MOST_TRIES, question.text
        assert question.returns <= MOST_RETURNS


@given(FACTS, STEPS, st.lists(st.sampled_from(MATTERS), min_size=1, max_size=4, unique=True), AFTER)
def test_what_was_told_is_never_lost(
    facts: PlainFacts, before: list[Step], matters: list[str], after: list[list[Step]]
) -> None:
    """It stands in a draft, among what was put aside, or in what is done; until cancelled twice."""
    chat = Chat(facts)
    for step in before:
        step(chat)
    story: list[tuple[str, int]] = []
    for matter, steps in zip(matters, after, strict=False):
        story.append((matter, _cancels(chat)))
        for step in (Says(matter), *steps):
            step(chat)
        content, cancels = chat.content(), _cancels(chat)
        missing = [one for one, then in story if one not in content and cancels - then < 2]
        assert not missing, chat.replies


def _cancels(chat: Chat) -> int:
    cancel_texts = (texts.CANCELLED.plain, texts.CANCELLED_SHORT.plain)
    return sum(any(text in reply for text in cancel_texts) for reply in chat.replies)


def test_handlers_are_tried_in_this_order() -> None:
    names = [handler.__module__.rpartition(".")[2] for handler in HANDLERS]
    assert names == ORDER
    assert all(handler.__name__ == "handle" for handler in HANDLERS)


def test_what_the_article_lacks_is_kept() -> None:
    chat = Chat()
    chat.hears("市民卡怎么办", intent="ask_question")
    reply = chat.hears("小孩也能办吗", intent="ask_question")
    assert "里没有写这一点" in reply
    assert "12345" in reply
    assert KeepQuestion("小孩也能办吗", "card") in chat.commands
    assert [button.title for button in chat.buttons] == ["登记交给单位办", "请人来答"]
    chat.hears("登记一下吧", intent="affirm")
    assert chat.state.draft is not None
    assert "“市民卡怎么办”：小孩也能办吗" in chat.state.draft.full_wording


def test_a_detail_of_the_article_is_quoted() -> None:
    chat = Chat()
    chat.hears("市民卡怎么办", intent="ask_question")
    assert "带身份证到窗口办。" in chat.hears("去哪里办啊", intent="ask_question")


def test_a_question_without_an_article_is_kept() -> None:
    chat = Chat()
    chat.hears("游泳馆几点开门", intent="ask_question")
    assert KeepQuestion("游泳馆几点开门") in chat.commands


@pytest.mark.parametrize(
    "words", ["人工，路灯坏了没人修", "楼道灯坏了，给我转人工", "找个人来听，门坏了"]
)
def test_a_matter_beside_the_call_is_taken(words: str) -> None:
    chat = Chat()
    chat.hears(words, intent="request_human")
    assert any(isinstance(command, AskForPerson) for command in chat.commands)
    assert chat.state.draft is not None
    assert "坏了" in chat.state.draft.text
