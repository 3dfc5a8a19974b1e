"""What a resident tells a person goes into the draft; nothing else of the bot's changes."""

import pytest

from dialogue.commands import SavePhone
from dialogue.facts import Facts
from dialogue.listening import listen
from dialogue.reply import Decision
from dialogue.state import Ask, State
from dialogue.utterance import Parse, Utterance
from nlu.language.text import normalise
from tests.support.builders import NOON
from tests.support.plain_chat import Chat, PlainFacts

pytestmark = pytest.mark.model

PLACE = "拱墅区文三路12号"


def tell(state: State, *messages: str, facts: Facts | None = None) -> Decision:
    decision = Decision(state)
    for number, words in enumerate(messages, 1):
        utterance = Utterance(
            number, NOON, words=normalise(words), parse=Parse("lodge_appeal", 0.9)
        )
        decision = listen(decision.state, utterance, facts or PlainFacts())
    return decision


def a_state(*messages: str) -> State:
    chat = Chat()
    for words in messages:
        chat.hears(words)
    return chat.state


def test_place_told_to_a_person_is_known() -> None:
    after = tell(a_state("楼上漏水滴到床上"), f"在{PLACE}").state
    assert after.draft is not None
    assert after.draft.place == PLACE
    assert after.question is not None
    assert after.question.ask is Ask.CONFIRM
    assert PLACE in after.question.text.plain


def test_matter_told_to_a_person_is_a_draft() -> None:
    after = tell(State(), "楼道的灯坏了半年", f"在{PLACE}", "半夜还很吵，门也坏了").state
    assert after.draft is not None
    assert after.draft.place == PLACE
    assert all(words in after.draft.text for words in ("灯坏了", "门也坏了"))
    assert len(after.drafts) == 1


def test_place_that_is_missing_is_what_is_asked() -> None:
    after = tell(State(), "楼道的灯坏了半年", "我明天在家", "你们什么时候来").state
    assert after.question is not None
    assert (after.question.ask, after.question.tries) == (Ask.PLACE, 1)


@pytest.mark.parametrize(
    "words",
    [
        "对",
        "好的，谢谢",
        "不对",
        "算了",
        "不报了",
        "同一件",
        "好",
        "嗯嗯",
        "人工",
        "你贵姓",
        "在吗",
    ],
)
def test_talk_with_a_person_answers_no_question(words: str) -> None:
    for before in (a_state("楼上漏水滴到床上"), a_state("楼上漏水滴到床上", PLACE), State()):
        assert tell(before, words).state == before


def test_phone_told_to_a_person_is_kept() -> None:
    decision = tell(a_state("楼上漏水滴到床上"), "打我电话13606512277")
    assert decision.steps == (SavePhone("13606512277"),)


def test_what_is_elsewhere_loses_no_draft() -> None:
    before = a_state("楼上漏水滴到床上")
    assert tell(before, "我在绍兴柯桥").state.draft == before.draft
