"""A resident's own cases in the chat: told again, pointed at, chased, reopened, hidden."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backend.cases.lifecycle import Action
from backend.cases.models import Case, CaseEvent
from backend.cases.service import by_number
from backend.cases.steps import Details
from backend.clock import now
from backend.database import Database
from backend.messaging.messages import File
from backend.ratings.scale import Grade
from backend.ratings.service import of_round, rate
from bot import texts as bot_texts
from bot.asides import texts as aside_texts
from dialogue import texts
from tests.action_route import RESIDENT, Route, buttons, slots, told
from tests.bot_desk import Desk as BotDesk
from tests.bot_desk import a_desk, types
from tests.builders import a_conversation, a_registered_case, take
from tests.fakes.rasa import FakeRasa, with_buttons

NOISE, PLACE = "楼下夜里施工太吵", "西湖区文三路"
AGAIN = "文三路半夜又在施工，吵得睡不着"
LAMP, LAMP_PLACE = "路灯坏了三天，晚上黑得看不见", "西湖区文一路"
NOT_THERE = "HZ20200101000001"


def a_case(
    database: Database,
    text: str = NOISE,
    place: str = PLACE,
    *,
    of: str = RESIDENT,
    settled: bool = False,
    ago: timedelta = timedelta(days=2),
) -> str:
    at = now() - ago
    with database.begin() as session:
        chat = a_conversation(session, of=of, now=at)
        case = a_registered_case(session, chat, text=text, location=place, now=at)
        if case.unit is None:
            take(session, case, Action.DISPATCH, now=at)
        if settled:
            take(session, case, Action.ACCEPT, now=at)
            take(session, case, Action.RESOLVE, now=at)
        return case.case_no


def read_back(route: Route, text: str = AGAIN, place: str = PLACE) -> dict[str, Any]:
    """As far as the question whether it is right."""
    route.fills(text, "lodge_appeal")
    route.fills(place, "inform_location", places=[place])
    assert route.slots["requested_slot"] == "appeal_confirmed"
    return route.runs("action_ask_appeal_confirmed", "", slots=route.slots)


def answers(route: Route, reply: str, intent: str = "affirm", **more: Any) -> dict[str, Any]:
    """The reply to the read-back, and what the submit action makes of it."""
    route.fills(reply, intent, **more)
    assert route.slots["requested_slot"] is None
    return route.runs("action_submit_appeal", reply, slots=route.slots, **more)


def all_cases(database: Database) -> list[Case]:
    with database.begin() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def details(database: Database, case_no: str, action: Action) -> list[dict[str, Any]]:
    with database.begin() as session:
        case = by_number(session, case_no)
        events = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == action)
        return [event.details for event in session.scalars(events.order_by(CaseEvent.id))]


def status(database: Database, case_no: str) -> tuple[str, int]:
    with database.begin() as session:
        case = by_number(session, case_no)
        return case.status, case.round


def test_a_new_matter_is_read_back_as_ever(route: Route, database: Database) -> None:
    a_case(database, LAMP, LAMP_PLACE)
    a_case(database, of="somebody else")  # the same, of another resident
    asked = read_back(route)
    assert told(asked).endswith("这样报上去，对吗？")
    assert [b["title"] for b in buttons(asked)] == [texts.RIGHT_SO, texts.WRONG, texts.NOT_NOW]


def test_a_repeat_is_said_with_its_case_and_can_be_added_to_it(
    route: Route, database: Database
) -> None:
    standing = a_case(database)
    asked = read_back(route)
    assert standing in told(asked)
    assert "已派单，待签收" in told(asked)
    add, another, *_ = buttons(asked)
    assert (add["title"], another["title"]) == (texts.ADD_TO_IT, texts.ANOTHER_MATTER)
    pressed = {"say": "/affirm", "button": add["data"]}
    done = answers(route, "", **pressed)
    assert told(done) == texts.ADDED.format(case_no=standing)
    assert [one["text"] for one in details(database, standing, Action.ADD_DETAIL)] == [AGAIN]
    assert len(all_cases(database)) == 1


@pytest.mark.parametrize(
    ("reply", "intent", "cases", "added"),
    [
        ("同一件", "add_detail", 1, 1),
        ("补充到那件里吧", "lodge_appeal", 1, 1),
        ("是另一件事", "deny", 2, 0),
        ("不是同一件", "deny", 2, 0),
        ("对", "affirm", 2, 0),  # what was read back is registered: nothing is swallowed
    ],
)
def test_the_answer_may_be_typed(
    route: Route, database: Database, reply: str, intent: str, cases: int, added: int
) -> None:
    standing = a_case(database)
    read_back(route)
    answers(route, reply, intent)
    assert len(all_cases(database)) == cases
    assert len(details(database, standing, Action.ADD_DETAIL)) == added


def test_a_repeat_of_what_was_settled_is_done_again_with_what_was_said(
    route: Route, database: Database
) -> None:
    standing = a_case(database, settled=True)
    asked = read_back(route)
    assert buttons(asked)[0]["title"] == texts.DO_IT_AGAIN
    done = answers(route, "", say="/affirm", button=buttons(asked)[0]["data"])
    assert told(done) == texts.REOPENED
    assert status(database, standing) == ("dispatched", 2)
    assert details(database, standing, Action.REOPEN)[0]["reason"] == AGAIN


def test_what_was_settled_long_ago_or_withdrawn_is_no_repeat(
    route: Route, database: Database
) -> None:
    a_case(database, settled=True, ago=timedelta(days=45))
    withdrawn = a_case(database)
    with database.begin() as session:
        take(session, by_number(session, withdrawn), Action.WITHDRAW, Details(), now=now())
    assert "编号" not in told(read_back(route))


def test_a_yes_means_the_same_while_rasa_is_away(alone: BotDesk, database: Database) -> None:
    standing = a_case(database, of="lin")
    for reply, cases in (("同一件", 1), ("另一件事", 2), ("对", 3)):
        draft = {"text": AGAIN, "location": PLACE, "pin": None, "standing": standing}
        alone.set(draft=draft)
        types(alone, reply)
        assert len(all_cases(database)) == cases, reply
    assert len(details(database, standing, Action.ADD_DETAIL)) == 1


@pytest.mark.parametrize(
    "action",
    ["action_check_progress", "action_chase_case", "action_add_detail", "action_withdraw_case"],
)
def test_somebody_elses_number_is_as_unknown_as_none(
    route: Route, database: Database, action: str
) -> None:
    a_case(database, LAMP, LAMP_PLACE)
    theirs = a_case(database, of="somebody else")
    for number in (theirs, NOT_THERE):
        assert told(route.runs(action, f"{number} 怎么样了")) == texts.NOT_YOURS
    assert details(database, theirs, Action.CHASE) == []
    pressed = {"say": "/chase_case", "button": {"case_no": theirs}}  # as no button of ours can
    assert told(route.runs(action, "", **pressed)) == texts.NOT_YOURS


def test_the_noise_one_is_found_among_several(route: Route, database: Database) -> None:
    noise, lamp = a_case(database), a_case(database, LAMP, LAMP_PLACE)
    shown = told(route.runs("action_check_progress", "噪音那个怎么样了"))
    assert noise in shown
    assert lamp not in shown
    assert lamp in told(route.runs("action_chase_case", "催一下上次路灯那件"))
    assert len(details(database, lamp, Action.CHASE)) == 1
    asked = route.runs("action_withdraw_case", "噪音那个撤了吧")
    assert told(asked) == texts.SURE_TO_WITHDRAW.format(case_no=noise)
    both = told(route.runs("action_check_progress", "查一下我的进度"))
    assert noise in both
    assert lamp in both


def test_the_noise_one_that_is_not_there_is_not_taken_for_another(
    route: Route, database: Database
) -> None:
    lamp = a_case(database, LAMP, LAMP_PLACE)
    asked = route.runs("action_chase_case", "催一下井盖那件")
    assert "没找到您说的“井盖”" in told(asked)
    assert [b["data"]["case_no"] for b in buttons(asked)] == [lamp]
    assert details(database, lamp, Action.CHASE) == []


def test_the_noise_one_of_three_is_a_short_numbered_choice(
    route: Route, database: Database
) -> None:
    places = (PLACE, "西湖区文一路", "西湖区文二路")
    three = [a_case(database, NOISE, place) for place in places]
    a_case(database, LAMP, LAMP_PLACE)
    asked = route.runs("action_add_detail", "噪音那个，昨晚又吵到两点")
    assert "\n1. " in told(asked)
    assert "\n3. " in told(asked)
    shown = buttons(asked)
    assert [b["data"]["case_no"] for b in shown] == three[::-1]
    assert all(len(b["title"]) <= 11 for b in shown)
    pressed = {"say": shown[1]["payload"], "button": shown[1]["data"]}
    assert told(route.runs("action_add_detail", "", **pressed)) == texts.ADDED.format(
        case_no=three[1]
    )
    kept = details(database, three[1], Action.ADD_DETAIL)
    assert [one["text"] for one in kept] == ["噪音那个，昨晚又吵到两点"]


@pytest.mark.parametrize("by_number", [True, False])
def test_chasing_what_was_settled_offers_to_do_it_again_with_the_reason(
    route: Route, database: Database, by_number: bool
) -> None:
    settled = a_case(database, settled=True)
    words = f"{settled} 还在吵，催一下" if by_number else "催一下，还在吵"
    asked = route.runs("action_chase_case", words)
    assert told(asked) == texts.ASK_REOPEN_SETTLED.format(case_no=settled)
    pending = {"about": "reopen", "case_no": settled, "message_id": asked["message_id"]}
    yes = {"slots": {"pending": pending}, "previous_id": asked["message_id"]}
    route.runs("action_yes", "好的", **yes)
    assert status(database, settled) == ("dispatched", 2)
    assert details(database, settled, Action.REOPEN)[0]["reason"] == words
    route.runs("action_yes", "好的", **yes)  # said twice
    assert status(database, settled) == ("dispatched", 2)


def test_a_settled_one_cannot_be_withdrawn(route: Route, database: Database) -> None:
    settled = a_case(database, settled=True)
    answer = told(route.runs("action_withdraw_case", f"撤掉 {settled}"))
    assert answer == texts.WITHDRAW_CLOSED.format(case_no=settled)


def test_once_more_asks_why_and_which(alone: BotDesk, database: Database) -> None:
    first = a_case(database, of="lin", settled=True)
    assert types(alone, "重新办") == aside_texts.WHY_AGAIN
    assert types(alone, "算了") == aside_texts.NOT_AGAIN
    assert status(database, first) == ("resolved", 1)
    second = a_case(database, LAMP, LAMP_PLACE, of="lin", settled=True)
    assert types(alone, "我要求重新办") == aside_texts.WHICH_AGAIN
    alone.hears(None, payload=alone.last_payload(1))
    alone.answers()
    assert alone.told()[-1] == aside_texts.WHY_AGAIN
    types(alone, "白天停了，夜里照样打桩")
    assert status(database, first) == ("dispatched", 2)
    assert details(database, first, Action.REOPEN)[0]["reason"] == "白天停了，夜里照样打桩"
    types(alone, "地铁站口的井盖翘起来了，请重新修一下")  # another matter: not for this rule
    assert status(database, second) == ("resolved", 1)
    types(alone, "路灯那件重新办，修了一天又不亮了")
    assert status(database, second) == ("dispatched", 2)


def test_do_not_tell_them_it_was_me(alone: BotDesk, database: Database) -> None:
    case_no = a_case(database, of="lin")
    for words, hidden in (("别告诉他们是我", True), ("匿名", True), ("不用匿名", False)):
        reply = types(alone, words)
        assert reply.startswith(aside_texts.HIDDEN if hidden else aside_texts.NOT_HIDDEN)
        with database.begin() as session:
            assert by_number(session, case_no).anonymous is hidden
    assert len(details(database, case_no, Action.HIDE_IDENTITY)) == 1
    types(alone, "匿名")
    alone.set(draft={"text": LAMP, "location": LAMP_PLACE, "pin": None, "standing": None})
    assert texts.ANONYMOUS in types(alone, "对")
    assert [case.anonymous for case in all_cases(database)] == [True, True]


def test_a_wish_before_the_yes_asks_the_question_again(alone: BotDesk) -> None:
    types(alone, "打电话给我")
    question = types(alone, "13812345678")
    again = types(alone, "别告诉他们是我")
    assert again == f"{aside_texts.HIDDEN}\n\n{question}"


def test_a_photo_goes_where_the_resident_says(alone: BotDesk, database: Database) -> None:
    noise, lamp = a_case(database, of="lin"), a_case(database, LAMP, LAMP_PLACE, of="lin")
    photo = File("photo", digest="0" * 64, media_type="image/png", size_bytes=100)
    alone.hears(None, files=(photo,))
    alone.answers()
    assert alone.told()[-1] == bot_texts.PHOTO_OF_WHICH.format(what="照片")
    assert details(database, noise, Action.ADD_DETAIL) == []
    assert details(database, lamp, Action.ADD_DETAIL) == []


def test_a_case_that_was_rated_well_can_be_asked_for_again(
    route: Route, database: Database
) -> None:
    settled = a_case(database, settled=True)
    with database.begin() as session:
        rate(
            session,
            by_number(session, settled),
            Grade.SATISFIED,
            round=1,
            message_id=1,
            now=now(),
        )
    asked = route.runs("action_chase_case", f"{settled} 又吵起来了")
    assert told(asked) == texts.ASK_REOPEN_SETTLED.format(case_no=settled)


WHY = "还是黑的，根本没人来过"


@pytest.fixture
def chat(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[BotDesk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def test_a_typed_reason_is_a_yes_to_doing_it_again(
    chat: BotDesk, rasa: FakeRasa, database: Database
) -> None:
    settled = a_case(database, of="lin", settled=True)
    asked = with_buttons(texts.ASK_REOPEN_UNSOLVED, ("重新办理", "/affirm"), reopen=settled)
    rasa.says(asked)
    types(chat, "没解决")
    assert types(chat, WHY) == texts.REOPENED
    assert status(database, settled) == ("dispatched", 2)
    assert details(database, settled, Action.REOPEN)[0]["reason"] == WHY
    assert WHY not in rasa.words


def test_another_matter_is_no_reason(chat: BotDesk, rasa: FakeRasa, database: Database) -> None:
    settled = a_case(database, of="lin", settled=True)
    rasa.says(with_buttons(texts.ASK_REOPEN_UNSOLVED, ("重新办理", "/affirm"), reopen=settled))
    types(chat, "没解决", "文二路井盖丢了")
    assert status(database, settled) == ("resolved", 1)
    assert rasa.words[-1] == "文二路井盖丢了"


def test_words_that_answer_how_it_went_grade(chat: BotDesk, rasa: FakeRasa) -> None:
    case_no = "HZ20261126000001"
    prompt = with_buttons("办得怎么样？", ("满意", "/rate_case"), case_no=case_no, round=1, score=4)
    rasa.says(prompt)
    types(chat, "您好", "挺好的，谢谢你们，修得快")
    assert rasa.words[-1] == "/rate_case"
    button = rasa.heard[-1]["metadata"]["button"]
    assert (button["case_no"], button["round"]) == (case_no, 1)
    assert "score" not in button
    rasa.says(prompt)
    types(chat, "您好", "一般什么时候来修")
    assert rasa.words[-1] == "一般什么时候来修"


def test_a_low_grade_with_its_reason_is_not_asked_for_it(route: Route, database: Database) -> None:
    settled = a_case(database, settled=True)
    said = "不满意，根本没修，昨天晚上还是黑的"
    _, message = route.hears(said)
    pressed = {"case_no": settled, "round": 1, "words_of": message}
    answer = route.runs("action_rate_case", said, say="/rate_case", button=pressed)
    assert slots(answer)["rating_needs_reason"] is False
    assert slots(answer)["pending"]["about"] == "reopen"
    with database.begin() as session:
        assert of_round(session, by_number(session, settled), 1).reason == said


def test_the_withdrawn_are_told_as_withdrawn(route: Route, database: Database) -> None:
    case_no = a_case(database)
    with database.begin() as session:
        take(session, by_number(session, case_no), Action.WITHDRAW)
    told_of = told(route.runs("action_check_progress", "查进度"))
    assert texts.WITHDRAWN in told_of
    assert "负责" not in told_of
