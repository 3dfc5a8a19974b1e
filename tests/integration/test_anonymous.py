"""Whom an appeal is from, hidden from who handles it, at every door; and looked at for a reason."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from backend.call_backs import service as call_backs
from backend.cases import queries, registration
from backend.cases.appeals import Appeal
from backend.clock import SHANGHAI, now
from backend.messaging.chat_log import transcript
from backend.models.cases import Case, CaseEvent
from backend.models.conversations import Conversation
from backend.models.messages import Attachment
from backend.models.staff import Role
from backend.settings import Settings
from backend.vocabulary.case_lifecycle import Action
from backend.web.open311.routes import open311_routes
from backend.web.open311.services import listed_items
from dialogue.texts import appeal as texts
from tests.support.bot_desk import Desk as BotDesk
from tests.support.bot_desk import types
from tests.support.staff_app import OTHER_UNIT, UNIT, Town, serving

NAME, PHONE, OPENID, IDENTITY = "郑小满", "13812345678", "oPenId-of-zheng", "330106198801011234"
REPORT = f"执法队的人收了摊贩的烟，我是{NAME}，电话{PHONE}，证件{IDENTITY}"
SECRETS = (NAME, PHONE, PHONE[-4:], OPENID, IDENTITY)


HELPING = {
    "helper": OTHER_UNIT,
    "summoned": "330106-ecology",
    "over_the_helper": "330102-government",
}
STREET = "330106002-street"


def chat_of(town: Town, case_no: str) -> int:
    with town.database.begin() as session:
        return queries.by_number(session, case_no).conversation_id


def a_report(town: Town, *, text: str = REPORT, anonymous: bool = True, unit: str = UNIT) -> str:
    """With everything that could give the resident away, at the unit that is complained of."""
    chat = town.conversation(OPENID, channel="wechat")
    messages = [town.says(chat, words) for words in (text, "听录音")]
    case_no = town.case(text, conversation_id=chat, unit=unit)
    with town.database.begin() as session:
        case = queries.by_number(session, case_no)
        case.anonymous = anonymous
        case.resident.name, case.resident.phone = NAME, PHONE
        digest = town.folder.keep(PNG).digest
        session.add_all(
            Attachment(
                inbox_id=message,
                case_id=case.id,
                digest=digest,
                media_type=media_type,
                size_bytes=10,
                created_at=now(),
                transcript=None,
            )
            for message, media_type in zip(messages, ("audio/ogg", "image/png"), strict=True)
        )
    return case_no


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c63606060f80f00010401005f8f7b4e0000000049454e44ae426082"
)


def attachments(town: Town, case_no: str) -> dict[str, int]:
    with town.database.begin() as session:
        case = queries.by_number(session, case_no)
        rows = session.scalars(select(Attachment).where(Attachment.case_id == case.id))
        return {row.media_type: row.id for row in rows}


def leaks(answer: httpx.Response) -> list[str]:
    """The secrets in an answer; times are left out, whose microseconds may look like a phone."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+]+", "", answer.text)
    return [secret for secret in SECRETS if secret in text]


def test_no_handler_route_reveals_the_reporter(town: Town, desk: Any) -> None:
    case_no = a_report(town)
    town.do("handler", case_no, "accept")
    town.do("dispatcher", case_no, "contact", text=f"给{NAME}打了{PHONE}，约了周三")
    at = desk("handler")
    doors = {
        "case": town.get("handler", f"/cases/{case_no}"),
        "list": town.get("handler", "/cases"),
        "page": at.get(f"/cases/{case_no}"),
        "page of the list": at.get("/cases?tab=in-hand"),
    }
    for door, answer in doors.items():
        assert answer.status_code == 200, door
        assert case_no in answer.text, door
        assert leaks(answer) == [], door
    assert "执法队的人收了摊贩的烟" in doors["page"].text
    assert "匿名" in doors["page"].text
    step = town.do("handler", case_no, "hold", reason="等核实")
    assert leaks(step) == []
    for guess in (PHONE, PHONE[-6:]):
        assert town.get("handler", "/cases", q=guess).json()["total"] == 0
    assert town.get("handler", "/conversations/1").status_code == 403


def test_voice_is_not_playable_but_photo_is_shown(town: Town, desk: Any) -> None:
    case_no = a_report(town)
    files = attachments(town, case_no)
    for who in ("handler", "supervisor", "dispatcher", "leader"):
        assert desk(who).get(f"/attachments/{files['audio/ogg']}").status_code == 404, who
        assert desk(who).get(f"/attachments/{files['image/png']}").status_code == 200, who
    page = desk("handler").get(f"/cases/{case_no}").text
    assert "<audio" not in page
    listed = town.get("handler", f"/cases/{case_no}").json()["attachments"]
    assert {one["media_type"]: one["is_withheld"] for one in listed} == {
        "audio/ogg": True,
        "image/png": False,
    }
    town.do("supervisor", case_no, "unmask", reason="要核实录音")
    assert desk("supervisor").get(f"/attachments/{files['audio/ogg']}").status_code == 200


def test_to_look_is_an_event_with_a_reason(town: Town) -> None:
    case_no = a_report(town)
    assert leaks(town.get("dispatcher", f"/cases/{case_no}")) == []
    assert town.post("dispatcher", f"/cases/{case_no}/unmask", {}).status_code == 400
    for who in ("handler", "leader"):
        refused = town.post(who, f"/cases/{case_no}/unmask", {"reason": "想知道"})
        assert refused.status_code == 403, who
    case = town.do("dispatcher", case_no, "unmask", reason="要回电核实").json()
    assert case["resident"]["name"] == NAME
    assert case["resident"]["phone"] == PHONE
    last = case["events"][-1]
    assert (last["action"], last["details"]["reason"]) == ("unmask", "要回电核实")
    assert last["actor_name"].endswith("示例派单员")
    assert town.get("dispatcher", f"/cases/{case_no}").json()["resident"]["phone"] == PHONE
    assert leaks(town.get("supervisor", f"/cases/{case_no}")) == []  # it was not they
    assert leaks(town.get("handler", f"/cases/{case_no}")) == []
    with town.database.begin() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.action == Action.UNMASK)).one()
        event.at = event.at.replace(year=event.at.year - 1)
    assert leaks(town.get("dispatcher", f"/cases/{case_no}")) == []  # the hour is over


def test_members_of_the_unit_may_not_look(town: Town) -> None:
    town.hire("their_supervisor", Role.SUPERVISOR, UNIT)
    town.hire("other_supervisor", Role.SUPERVISOR, OTHER_UNIT)
    case_no = a_report(town)
    refused = town.post("their_supervisor", f"/cases/{case_no}/unmask", {"reason": "看看"})
    assert refused.status_code == 403
    with town.database.begin() as session:
        chat = queries.by_number(session, case_no).conversation_id
    for step in ("", "/claim"):
        path = f"/conversations/{chat}{step}"
        call = town.post if step else town.get
        assert call("their_supervisor", path).status_code == 403
    assert town.post(
        "other_supervisor", f"/cases/{case_no}/unmask", {"reason": "x"}
    ).status_code == (
        403  # not theirs to see at all
    )


def test_only_centre_and_supervisors_of_lead_may_look(town: Town, desk: Any) -> None:
    """A helper, one that was summoned, and whoever is over these only, may not: by no door."""
    for who, unit in HELPING.items():
        town.hire(who, Role.SUPERVISOR, unit)
    town.hire("above", Role.SUPERVISOR, "330106-government")
    town.hire("street_handler", Role.HANDLER, STREET)
    case_no = a_report(town, unit=STREET)
    chat = chat_of(town, case_no)
    town.do("street_handler", case_no, "accept")
    body = {"unit": HELPING["helper"], "text": f"请{NAME}（{PHONE}）说的摊位也查一下"}
    town.do("street_handler", case_no, "add_task", **body)
    summons = {"units": [HELPING["summoned"]], "reason": f"{NAME}举报的，请来"}
    town.do("street_handler", case_no, "raise_whistle", **summons)
    town.queue(chat)
    voice = attachments(town, case_no)["audio/ogg"]
    for who in HELPING:
        response = town.get(who, f"/cases/{case_no}")
        assert (response.status_code, leaks(response)) == (200, [])
        page = desk(who).get(f"/cases/{case_no}")
        assert (leaks(page), "/unmask" in page.text) == ([], False)
        refused = town.post(who, f"/cases/{case_no}/unmask", {"reason": "看看"})
        assert refused.status_code == 403
        assert town.get(who, f"/conversations/{chat}").status_code == 403
        assert town.post(who, f"/conversations/{chat}/claim").status_code == 403
        assert desk(who).get(f"/attachments/{voice}").status_code == 404
        assert leaks(desk(who).get("/conversations")) == []
    assert "/unmask" in desk("above").get(f"/cases/{case_no}").text
    assert town.do("above", case_no, "unmask", reason="核实").json()["resident"]["phone"] == PHONE
    for who in HELPING:
        assert leaks(town.get(who, f"/cases/{case_no}")) == []  # that it was looked at helps nobody


def test_pending_call_reveals_no_reporter_to_a_unit(town: Town, desk: Any) -> None:
    town.hire("their_supervisor", Role.SUPERVISOR, UNIT)
    case_no = a_report(town)
    with town.database.begin() as session:
        chat = session.get_one(Conversation, chat_of(town, case_no))
        when = (now(), now() + timedelta(hours=2))
        call_backs.ask(session, chat, PHONE, when, message_id=1, now=now())
    for answer in (
        town.get("their_supervisor", "/call-backs"),
        desk("their_supervisor").get("/conversations"),
    ):
        assert answer.status_code == 200
        assert leaks(answer) == []
    assert PHONE[-4:] in town.get("supervisor", "/call-backs").text


def test_what_is_over_stays_hidden_too(town: Town) -> None:
    town.hire("their_supervisor", Role.SUPERVISOR, UNIT)
    case_no = a_report(town)
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text=f"已查处，谢谢{NAME}")
    town.rates(case_no, 1, reason=f"我{NAME}不满意，打{PHONE}")
    path = f"/conversations/{chat_of(town, case_no)}"
    assert town.get("their_supervisor", path).status_code == 404
    for door in (f"/cases/{case_no}", "/low-ratings"):
        assert leaks(town.get("their_supervisor", door)) == [], door
        assert leaks(town.get("handler", door)) == [], door


def test_reading_the_chat_counts_as_looking(town: Town) -> None:
    case_no = a_report(town)
    with town.database.begin() as session:
        chat = queries.by_number(session, case_no).conversation_id
    for _ in range(3):
        assert town.get("dispatcher", f"/conversations/{chat}").status_code == 200
    events = town.get("admin", f"/cases/{case_no}").json()["events"]
    looked = [e["details"]["reason"] for e in events if e["action"] == "unmask"]
    assert looked == ["看会话"]


def test_what_is_not_anonymous_is_as_before(town: Town) -> None:
    case_no = a_report(town, anonymous=False)
    case = town.get("handler", f"/cases/{case_no}").json()
    assert case["resident"] == {"name": NAME, "phone": PHONE, "channel": "wechat"}
    assert town.post("dispatcher", f"/cases/{case_no}/unmask", {"reason": "x"}).status_code == 409


@pytest.mark.parametrize(
    ("text", "kind", "anonymous"),
    [
        ("我要举报城管队员收摊贩好处", "report", True),
        ("楼下棋牌室太吵，别告诉他们是我", "complaint", True),
        ("我实名举报城管队员收摊贩好处", "report", False),
        ("楼下棋牌室太吵", "complaint", False),
    ],
)
def test_reports_are_anonymous_and_others_on_a_word(
    town: Town, text: str, kind: str, anonymous: bool
) -> None:
    with town.database.begin() as session:
        chat = session.get_one(Conversation, town.conversation())
        appeal = Appeal(text, "西湖区文三路", kind=kind)
        case = registration.register(session, chat, appeal, key=text, now=now())
        assert case.anonymous is anonymous


@pytest.mark.parametrize(
    ("words", "anonymous"),
    [
        ("我要举报城管队员收摊贩好处，在西湖区文三路", True),
        ("楼下棋牌室太吵，别告诉他们是我，西湖区文三路", True),
        ("我实名举报西湖区文三路城管队员收摊贩好处", False),
        ("西湖区文三路楼下棋牌室太吵", False),
    ],
)
def test_resident_learns_and_may_change_it_in_chat(
    alone: BotDesk, words: str, anonymous: bool
) -> None:
    answer = types(alone, words, "对")
    assert answer.endswith(texts.ANONYMOUS.plain if anonymous else texts.ASK_PHONE.plain)
    assert is_anonymous(alone) is anonymous
    types(alone, "不用匿名" if anonymous else "匿名")
    assert is_anonymous(alone) is not anonymous


def is_anonymous(desk: BotDesk) -> bool:
    with desk.database.begin() as session:
        return session.scalars(select(Case.anonymous)).one()


def test_other_apps_learn_nothing(town: Town, tmp_path: Path) -> None:
    case_no = a_report(town)
    app = FastAPI()
    app.include_router(open311_routes(town.database, Settings()))
    with town.database.begin() as session:
        case = queries.by_number(session, case_no)
        case.kind, case.power_item_code = "complaint", a_public_item()
    with serving(app) as url, httpx.Client(base_url=url, trust_env=False, timeout=30) as http:
        for path in (f"/open311/v2/requests/{case_no}.json", "/open311/v2/requests.xml"):
            answer = http.get(path)
            assert answer.status_code == 200
            assert case_no in answer.text
            assert leaks(answer) == []


def a_public_item() -> str:
    return sorted(listed_items())[0]


def test_collective_case_push_reveals_no_other_resident(town: Town) -> None:
    lead = a_report(town)
    member = town.case(unit=UNIT, conversation_id=town.conversation("bo"))
    town.do("dispatcher", member, "merge", lead=lead)
    town.do("handler", lead, "accept")
    town.do("handler", lead, "resolve", outcome="solved", text="已经查处")
    with town.database.begin() as session:
        chat = session.scalars(select(Case.conversation_id).where(Case.case_no == member)).one()
        messages = "\n".join(getattr(row, "text", "") for row in transcript(session, chat))
    assert "放在一起办" in messages
    assert not [secret for secret in (*SECRETS, lead) if secret in messages]


def test_low_rating_and_measure_lists_hide_the_reporter(town: Town, desk: Any) -> None:
    case_no = a_report(town)
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text="已经处理")
    town.rates(case_no, 1, reason=f"我是{NAME}，{PHONE}，没人理我")
    month = f"{now().astimezone(SHANGHAI):%Y-%m}"
    behind = f"/measures/cases?period={month}&number=answered"
    for page in ("/low-ratings", behind):
        html = desk("supervisor").get(page).text
        assert case_no in html, page
        assert not [secret for secret in SECRETS if secret in html], page
    values = town.get("supervisor", "/low-ratings").text
    assert "没人理我" in values
    assert not [secret for secret in SECRETS if secret in values]


def test_likes_compare_no_anonymous_resident(town: Town) -> None:
    chat = town.conversation("zheng")
    text = "西湖区文三路的路灯坏了三个月没人修"
    named = town.case(text, conversation_id=chat, unit=UNIT)
    hidden = town.case(text, conversation_id=chat, unit=UNIT)
    with town.database.begin() as session:
        for number in (named, hidden):
            case = queries.by_number(session, number)
            case.power_item_code, case.district_code, case.domain = "X1", "330106", "城乡建设"
            case.location = {"text": "文三路", "district": {"code": "330106"}}
    town.hire("over", Role.SUPERVISOR, UNIT)
    [like] = town.get("over", f"/cases/{named}/likes").json()["likes"]
    assert like["why"]["same_resident"]
    with town.database.begin() as session:
        queries.by_number(session, hidden).anonymous = True
    for number in (named, hidden):
        [like] = town.get("over", f"/cases/{number}/likes").json()["likes"]
        assert not like["why"]["same_resident"]


@pytest.mark.parametrize("anonymous", [True, False])
def test_search_recovers_no_masked_number(town: Town, anonymous: bool) -> None:
    case_no = a_report(town, anonymous=anonymous)
    town.hire("over", Role.SUPERVISOR, UNIT)
    secrets = [NAME] if anonymous else []
    pieces = [PHONE[at : at + 4] for at in range(8)] + [IDENTITY[at : at + 5] for at in range(14)]
    for guess in [*pieces, *secrets, f"电话{PHONE[:2]}", "幺三八"]:
        assert town.get("over", "/cases", q=guess).json()["total"] == 0, guess
    [line] = town.get("over", "/cases", q="摊贩的烟").json()["cases"]
    assert line["case_no"] == case_no
    full = town.get("dispatcher", "/cases", q=PHONE).json()["total"]
    assert full == (0 if anonymous else 1)
