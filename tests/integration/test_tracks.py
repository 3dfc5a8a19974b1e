"""Cases that are no complaints: questions, suggestions, praise, and what the law decides."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from backend.cases.appeals import Appeal
from backend.cases.queries import by_number
from backend.cases.registration import register
from backend.clock import now
from backend.jobs.scheduler import sweep
from backend.knowledge.service import answer
from backend.messaging import outbox
from backend.models.cases import Case, CaseEvent
from backend.models.conversations import Conversation
from backend.models.messages import OutboxMessage
from backend.vocabulary.texts import Text
from tests.support.bot_desk import Desk as BotDesk
from tests.support.bot_desk import types
from tests.support.builders import NOON
from tests.support.staff_app import UNIT, Town

LAMPS = "建议在公园多装几盏路灯"
THANKS = "表扬社区的小王，服务热情"
COURT = "欠钱的案子法院已经判了，对方不执行，请求帮忙"
FRAUD = "我在P2P平台投的钱取不出来，平台跑路了，求助"
FAKE = "网购的手机是假货，商家不退款，我要投诉"
NOISE = "楼下夜里施工太吵"
QUESTION = "公租房怎么申请"
ARTICLE = "public-rental-housing"


def lodged(town: Town, text: str, kind: str, *, location: str | None = "西湖区文三路") -> str:
    """As a resident lodges it in the chat, of this kind, whatever the router says."""
    with town.database.begin() as session:
        conversation = session.get_one(Conversation, town.conversation())
        appeal = Appeal(text, location, kind=kind)
        return register(session, conversation, appeal, key=f"chat:{text}", now=now()).case_no


def in_hand(town: Town, text: str, kind: str) -> str:
    """With the demo handler's unit, which has accepted it."""
    case_no = lodged(town, text, kind)
    with town.database.begin() as session:
        is_sent = by_number(session, case_no).unit_code
    if is_sent != UNIT:
        if is_sent:
            town.do("admin", case_no, "return", reason="not_ours", text="不归我们")
        town.do("dispatcher", case_no, "dispatch", unit=UNIT)
    town.do("handler", case_no, "accept")
    return case_no


def messages(town: Town, case_no: str) -> list[str]:
    with town.database.begin() as session:
        query = select(OutboxMessage.text).where(OutboxMessage.case_no == case_no)
        return list(session.scalars(query.order_by(OutboxMessage.id)))


def last_buttons(town: Town, case_no: str) -> int:
    with town.database.begin() as session:
        query = select(OutboxMessage.buttons).where(OutboxMessage.case_no == case_no)
        return len(session.scalars(query.order_by(OutboxMessage.id.desc())).first() or [])


# Questions


def test_inquiry_with_article_is_answered_and_closed_immediately(town: Town) -> None:
    case = town.get("admin", f"/cases/{lodged(town, QUESTION, 'inquiry')}").json()
    assert (case["status"], case["outcome"], case["unit"]) == ("closed", "explained", None)
    answer = case["events"][-1]
    assert (answer["action"], answer["actor_name"]) == ("answer", "小呼")
    assert answer["details"]["article"] == ARTICLE
    assert (answer["details"]["outcome"], answer["round"]) == ("explained", 1)
    assert last_buttons(town, case["case_no"]) == 5
    town.rates(case["case_no"], 1, reason="没说清楚")
    town.do("supervisor", case["case_no"], "reopen", reason="市民要人答")
    assert town.get("admin", f"/cases/{case['case_no']}").json()["unit"] is not None


def test_lodging_despite_the_article_reaches_a_person(town: Town) -> None:
    chat = town.conversation()
    with town.database.begin() as session:
        article = answer(session, QUESTION).article
        assert article is not None
        conversation = session.get_one(Conversation, chat)
        outbox.reply(session, conversation, Text(f"{article.title}\n{article.body}"), now=now())
        appeal = Appeal(QUESTION, None, kind="inquiry")
        case = register(session, conversation, appeal, key="again", now=now())
        assert case.status != "closed"


def test_a_complaint_is_never_answered_by_an_article(town: Town) -> None:
    case = town.get("admin", f"/cases/{lodged(town, QUESTION, 'complaint')}").json()
    assert case["status"] in ("registered", "dispatched")


def test_staff_answer_at_intake_with_an_article(town: Town) -> None:
    case_no = town.case()
    answered = town.do("dispatcher", case_no, "answer", article=ARTICLE).json()
    assert answered["status"] == "closed"
    assert answered["events"][-1]["details"]["article"] == ARTICLE
    assert answered["outcome_text"]
    refused = town.post("dispatcher", f"/cases/{town.case()}/answer", {"article": "no-such"})
    assert refused.status_code == 400


def test_caller_answered_by_phone_has_closed_case(town: Town) -> None:
    details = {"channel": "phone", "text": "公租房在哪里办", "kind": "inquiry", "confirmed": True}
    body = details | {"answer": "到街道窗口办。", "key": "phone-0001"}
    first = town.post("handler", "/cases", body).json()
    assert (first["status"], town.post("handler", "/cases", body).json()["case_no"]) == (
        "closed",
        first["case_no"],
    )
    event = town.get("admin", f"/cases/{first['case_no']}").json()["events"][-1]
    assert (event["action"], event["actor_name"][-5:]) == ("answer", "示例承办人")
    refused = town.post("handler", "/cases", body | {"kind": "complaint", "key": "phone-0002"})
    assert refused.status_code == 400
    assert town.get("admin", "/cases").json()["total"] == 1


# Suggestions and praise

SETTLES = [
    ("adopt", {"text": "下个月就装"}, "adopted", "采纳了您的建议"),
    ("reply", {"text": "路太窄，装不下"}, "replied", "看了您的建议"),
    ("forward", {"to": "congress", "text": "请代表研究"}, "forwarded", "转送给人大代表了"),
]


@pytest.mark.parametrize(("action", "body", "outcome", "says"), SETTLES)
def test_a_suggestion_is_adopted_replied_to_or_forwarded(
    town: Town, action: str, body: dict[str, str], outcome: str, says: str
) -> None:
    case_no = in_hand(town, LAMPS, "suggestion")
    case = town.do("handler", case_no, action, **body).json()
    assert (case["track"], case["status"], case["outcome"]) == ("suggestion", "resolved", outcome)
    assert case["events"][-1]["details"]["outcome"] == outcome
    reply = messages(town, case_no)
    assert says in reply[-1]
    assert body["text"] in reply[-1]
    assert last_buttons(town, case_no) == 5
    assert not any("办结" in text for text in reply)


def test_suggestion_needs_a_reply_and_no_supervision(town: Town) -> None:
    case_no = lodged(town, LAMPS, "suggestion")
    sweep(town.database, NOON.replace(year=2027))
    case = town.get("admin", f"/cases/{case_no}").json()
    late = [e["details"]["clock"] for e in case["events"] if e["action"] == "overdue"]
    assert "reply" in late
    assert "resolve" not in late
    assert not [e for e in case["events"] if e["action"] == "supervise"]
    assert case["overdue_at"] is not None


def test_praise_is_forwarded_and_never_rated(town: Town) -> None:
    case_no = in_hand(town, THANKS, "praise")
    case = town.do("handler", case_no, "pass_on", text="小王看到了，很高兴").json()
    assert (case["track"], case["status"], case["outcome"]) == ("praise", "closed", "passed_on")
    reply = messages(town, case_no)
    assert "小王看到了，很高兴" in reply[-1]
    assert last_buttons(town, case_no) == 0
    assert not any("办结" in text for text in reply)


OF_ANOTHER_TRACK = [
    ("suggestion", LAMPS, "resolve", {"outcome": "solved", "text": "好"}),
    ("suggestion", LAMPS, "pass_on", {"text": "好"}),
    ("praise", THANKS, "resolve", {"outcome": "solved", "text": "好"}),
    ("praise", THANKS, "adopt", {"text": "好"}),
    ("complaint", NOISE, "adopt", {"text": "好"}),
    ("complaint", NOISE, "forward", {"to": "congress", "text": "好"}),
    ("complaint", NOISE, "pass_on", {"text": "好"}),
]


def test_a_step_of_another_track_is_refused(town: Town) -> None:
    texts = {kind: text for kind, text, _, _ in OF_ANOTHER_TRACK}
    cases = {kind: in_hand(town, text, kind) for kind, text in texts.items()}
    before = {no: town.get("admin", f"/cases/{no}").json() for no in cases.values()}
    for kind, _, action, body in OF_ANOTHER_TRACK:
        refused = town.post("handler", f"/cases/{cases[kind]}/{action}", body)
        assert refused.status_code == 409, (kind, action)
    assert before == {no: town.get("admin", f"/cases/{no}").json() for no in cases.values()}


def test_a_suggestions_steps_refuse_a_lack(town: Town) -> None:
    case_no = in_hand(town, LAMPS, "suggestion")
    for action, body in (
        ("adopt", {}),
        ("reply", {"text": " "}),
        ("forward", {"text": "请研究"}),
        ("forward", {"text": "请研究", "to": "my cousin"}),
    ):
        assert town.post("handler", f"/cases/{case_no}/{action}", body).status_code == 400, body


def test_the_console_offers_what_the_track_knows(town: Town, desk: Any) -> None:
    suggestion, praise = in_hand(town, LAMPS, "suggestion"), in_hand(town, THANKS, "praise")
    html = desk("handler").get(f"/cases/{suggestion}").text
    assert all(f"/{suggestion}/{step}" in html for step in ("adopt", "reply", "forward"))
    assert f"/{suggestion}/resolve" not in html
    page = desk("handler").step(suggestion, "forward", to="congress", text="请代表研究")
    assert "“转送”已完成，市民会收到消息。" in page.text
    assert "转送给：人大代表" in page.text
    assert "“转达”已完成" in desk("handler").step(praise, "pass_on", text="收到").text


@pytest.mark.parametrize(
    ("words", "track", "thanks", "answer"),
    [
        (
            "建议在西湖区文三路的公园多装几盏路灯",
            "suggestion",
            "谢谢您的好建议。",
            "您的建议记下了",
        ),
        ("表扬西湖区文三路社区的小王，服务热情", "praise", "谢谢您的夸奖", "您的表扬记下了"),
        ("西湖区文三路夜里施工太吵", "usual", "事情：", "已经登记好了"),
    ],
)
def test_chat_thanks_and_promises_by_track(
    alone: BotDesk, words: str, track: str, thanks: str, answer: str
) -> None:
    assert types(alone, words).startswith(thanks)
    assert types(alone, "对").startswith(answer)
    assert len(alone.replies()) == 2  # one message, and no pushes behind it
    with alone.database.begin() as session:
        assert session.scalars(select(Case.track)).one() == track


# What the law decides


def test_chat_promises_nothing_on_legal_matters(alone: BotDesk) -> None:
    types(alone, FRAUD)
    answer = types(alone, "不知道", "对")
    assert "结果我们不能保证" in answer
    assert not re.search("前办结|最迟", answer)
    with alone.database.begin() as session:
        assert "不知道" not in session.scalars(select(Case.text)).one()


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [(FRAUD, "help", "330106-police"), (FAKE, "complaint", "330106-market"), (COURT, "help", None)],
)
def test_legal_matter_goes_to_partner_without_promises(
    town: Town, text: str, kind: str, unit: str | None
) -> None:
    case_no = lodged(town, text, kind)
    case = town.get("admin", f"/cases/{case_no}").json()
    assert case["track"] == "legal"
    assert (case["unit"] or {}).get("code") == unit
    legal = next(one for one in case["routing"]["evidence"] if one["what"] == "legal")
    assert legal["version"]
    reply = messages(town, case_no)
    assert "结果我们不能保证" in reply[0]
    assert not any("前办结" in one or "最迟" in one for one in reply)
    if unit is None:
        assert case["status"] == "registered"
        assert case["routing"]["reason"] == "legal_path"
        assert "12348" in reply[0]


def test_a_question_about_the_law_is_a_question(town: Town) -> None:
    assert town.get("admin", f"/cases/{lodged(town, COURT, 'inquiry')}").json()["track"] == "usual"


def test_each_fact_is_coded_in_its_event(town: Town) -> None:
    """What measures are computed from: the track at the registration, the outcome at the end."""
    case_no = in_hand(town, LAMPS, "suggestion")
    town.do("handler", case_no, "adopt", text="装")
    with town.database.begin() as session:
        case = session.scalars(select(Case).where(Case.case_no == case_no)).one()
        events = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        ).all()
    assert events[0].details["track"] == "suggestion"
    assert events[-1].details["outcome"] == "adopted"
    assert (events[-1].round, events[-1].unit_code) == (1, UNIT)
