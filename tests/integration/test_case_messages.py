"""A unit and the resident of its case reach each other, by message, by phone or by the centre."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.clock import now
from backend.conversations import service as conversations
from backend.models.cases import Case, CaseEvent
from backend.models.conversations import Conversation
from backend.models.messages import OutboxMessage
from backend.models.staff import StaffAccount
from backend.vocabulary.case_lifecycle import Action
from tests.support.bot_desk import Desk as BotDesk
from tests.support.bot_desk import types
from tests.support.staff_app import UNIT, Town

PHONE = "13812345678"
QUESTION = "明天上午十点上门看，您在家吗？"


def case_by(town: Town, case_no: str) -> Case:
    with town.database.begin() as session:
        return session.scalars(select(Case).where(Case.case_no == case_no)).one()


def events(town: Town, case_no: str, action: Action) -> list[dict[str, Any]]:
    with town.database.begin() as session:
        rows = session.scalars(
            select(CaseEvent).join(Case).where(Case.case_no == case_no, CaseEvent.action == action)
        )
        return [row.details for row in rows]


def let_it_arrive(town: Town) -> None:
    """By day: a message that is written at night waits for the morning."""
    at = now() - timedelta(seconds=1)
    with town.database.begin() as session:
        session.execute(update(OutboxMessage).values(due_at=at))
        session.execute(
            update(Conversation).where(Conversation.asked_at.is_not(None)).values(asked_at=at)
        )


def asked_case(town: Town, alone: BotDesk, **more: Any) -> str:
    """A case of the resident `lin`, who has just been asked something about it."""
    case_no = town.case("路灯不亮", conversation_id=alone.chat().id, unit=UNIT, **more)
    town.do("handler", case_no, "message", text=QUESTION)
    let_it_arrive(town)
    return case_no


def test_message_from_case_names_unit_and_case(town: Town, alone: BotDesk) -> None:
    case_no = asked_case(town, alone)
    with town.database.begin() as session:
        texts_sent = session.scalars(
            select(OutboxMessage).where(OutboxMessage.dedupe_key.startswith("message:"))
        ).one()
    assert (texts_sent.case_no, texts_sent.source) == (case_no, "staff")
    for part in (case_no, "西湖区综合行政执法局", "示例承办人", QUESTION):
        assert part in texts_sent.text
    assert case_by(town, case_no).responded_at is not None


@pytest.mark.parametrize(
    "answer",
    [
        "明天上午我在家",
        "不在，要上班",
        "好的",
        "文三路138号3幢",
        "你们什么时候能修好啊",
        "13812345678",
        "可以的，来之前打我电话",
    ],
)
def test_answer_goes_to_the_case(town: Town, alone: BotDesk, answer: str) -> None:
    case_no = asked_case(town, alone)
    reply = types(alone, answer)
    assert case_no in reply
    assert [one["text"] for one in events(town, case_no, Action.WRITE_BACK)] == [answer]
    assert case_by(town, case_no).news_at is not None
    assert alone.cases() == 1


def test_answer_may_go_on(town: Town, alone: BotDesk) -> None:
    case_no = asked_case(town, alone)
    types(alone, "明天在家", "门牌是3幢402")
    lines = [one["text"] for one in events(town, case_no, Action.WRITE_BACK)]
    assert lines == ["明天在家", "门牌是3幢402"]
    types(alone, "谢谢")
    assert len(events(town, case_no, Action.WRITE_BACK)) == 2


@pytest.mark.parametrize(
    "words", ["我要找人工", "另外还有一件事，拱墅区祥园路下水道堵了", "再说一遍"]
)
def test_other_wishes_stay_with_the_bot(town: Town, alone: BotDesk, words: str) -> None:
    case_no = asked_case(town, alone)
    types(alone, words)
    assert events(town, case_no, Action.WRITE_BACK) == []


def test_bots_question_is_answered_first(town: Town, alone: BotDesk) -> None:
    """What was written before the bot asked is no longer what they answer."""
    question = asked_case(town, alone)
    with town.database.begin() as session:
        session.execute(update(Conversation).values(asked_at=now() - timedelta(hours=1)))
    types(alone, "你好", "拱墅区祥园路下水道堵了")
    assert events(town, question, Action.WRITE_BACK)[1:] == []


def test_night_message_is_not_answered_before_it_came(town: Town, alone: BotDesk) -> None:
    case_no = asked_case(town, alone)
    with town.database.begin() as session:
        session.execute(update(Conversation).values(asked_at=now() + timedelta(hours=5)))
    types(alone, "今天天气真好")
    assert events(town, case_no, Action.WRITE_BACK) == []


def test_handler_sees_news_until_seen(town: Town, alone: BotDesk, desk: Any) -> None:
    case_no = asked_case(town, alone)
    types(alone, "明天上午在家")
    browser = desk("handler")
    page = browser.get(f"/cases/{case_no}").text
    assert "市民回话" in page
    assert "明天上午在家" in page
    assert "“看过新消息”已完成" in browser.step(case_no, "see_news").text
    assert case_by(town, case_no).news_at is None


def test_same_message_twice_is_sent_once(town: Town, alone: BotDesk) -> None:
    case_no = asked_case(town, alone)
    again = town.post("handler", f"/cases/{case_no}/message", {"text": QUESTION})
    assert again.status_code == 409
    assert len(events(town, case_no, Action.MESSAGE)) == 1


def test_message_waits_while_colleague_talks(town: Town, alone: BotDesk) -> None:
    chat = alone.chat().id
    case_no = town.case(conversation_id=chat, unit=UNIT)
    with town.database.begin() as session:
        staff = session.scalars(
            select(StaffAccount).where(StaffAccount.username == "dispatcher")
        ).one()
        conversations.claim(session, chat, staff.id, now=now())
    refused = town.post("handler", f"/cases/{case_no}/message", {"text": "在家吗"})
    assert refused.status_code == 409
    assert "正在和这位市民说话" in refused.json()["error"]


@pytest.mark.parametrize("text", ["", " ", "长" * 1001, 5])
def test_message_without_words_is_refused(town: Town, text: Any) -> None:
    case_no = town.case(unit=UNIT)
    assert town.post("handler", f"/cases/{case_no}/message", {"text": text}).status_code == 400


def test_message_to_another_units_case_is_refused(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    refused = town.post("other_handler", f"/cases/{case_no}/message", {"text": "在家吗"})
    assert refused.status_code == 403


def test_anonymous_resident_answers_without_a_name(town: Town, alone: BotDesk, desk: Any) -> None:
    case_no = asked_case(town, alone, phone=PHONE)
    with town.database.begin() as session:
        session.execute(update(Case).values(anonymous=True))
    types(alone, f"打我电话{PHONE}")
    page = desk("handler").get(f"/cases/{case_no}").text
    assert "（电话不显示）" in page
    assert PHONE not in page


@pytest.mark.parametrize(
    ("result", "ends"), [("reached", True), ("no_answer", False), ("wrong_number", False)]
)
def test_only_a_talk_ends_the_contact_clock(town: Town, result: str, ends: bool) -> None:
    case_no = town.case(unit=UNIT, phone=PHONE)
    town.do("handler", case_no, "contact", result=result, text="约好明天")
    assert (case_by(town, case_no).responded_at is not None) is ends


def test_contact_needs_words_or_a_reason(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    path = f"/cases/{case_no}/contact"
    assert town.post("handler", path, {"result": "reached"}).status_code == 400
    assert town.post("handler", path, {"result": "maybe", "text": "说了"}).status_code == 400
    assert town.post("handler", path, {"result": "no_answer"}).status_code == 200


def silent_case(town: Town, phone: str | None = None) -> str:
    """Of somebody who came to the window: no message reaches them."""
    chat = town.conversation(channel="window")
    with town.database.begin() as session:
        session.get_one(Conversation, chat).account.blocked_at = now()
    return town.case(conversation_id=chat, unit=UNIT, phone=phone)


def test_centre_asks_who_cannot_be_reached(town: Town, desk: Any) -> None:
    case_no = silent_case(town)
    assert town.post("handler", f"/cases/{case_no}/message", {"text": "在吗"}).status_code == 409
    page = desk("handler").step(case_no, "ask_relay", text="问一下是哪一幢")
    assert "“请中心转问”已完成" in page.text
    assert case_by(town, case_no).relay_asked_at is not None
    town.do("dispatcher", case_no, "contact", result="reached", text="是三幢")
    case = case_by(town, case_no)
    assert case.relay_asked_at is None
    assert case.news_at is not None
    assert "是三幢" in desk("handler").get(f"/cases/{case_no}").text


def test_relay_is_for_who_cannot_be_reached(town: Town) -> None:
    for case_no in (town.case(unit=UNIT), silent_case(town, PHONE)):
        refused = town.post("handler", f"/cases/{case_no}/ask_relay", {"text": "问一下"})
        assert refused.status_code == 409


@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("phone", [None, PHONE])
@pytest.mark.parametrize("writes", [False, True])
def test_every_resident_can_be_reached(
    town: Town, desk: Any, anonymous: bool, phone: str | None, writes: bool
) -> None:
    """By a message, a call or the centre, whoever they are."""
    case_no = town.case(unit=UNIT, phone=phone) if writes else silent_case(town, phone)
    with town.database.begin() as session:
        session.execute(update(Case).values(anonymous=anonymous))
    page = desk("handler").get(f"/cases/{case_no}").text
    ways = ('id="step-message"', f'href="tel:{PHONE}"', 'id="step-ask_relay"')
    assert [way for way in ways if way in page]
