"""An appeal told to a person in the chat becomes a case, and is not asked about again."""

from typing import Any

import pytest
from sqlalchemy import select

from backend.clock import now
from backend.conversations import drafts
from backend.models.cases import Case, CaseEvent
from backend.models.conversations import Conversation
from dialogue import state as states
from dialogue.draft import Draft
from dialogue.state import Ask, Question, State
from tests.support.bot_desk import Desk as BotDesk
from tests.support.bot_desk import types
from tests.support.staff_app import UNIT, Town

MATTER = "楼下半夜施工吵得睡不着"


def test_reader_knows_the_dialogues_record() -> None:
    draft = Draft(
        wording=("路灯坏了", "三天了"), text="路灯坏了三天", place="文三路", kind="complaint"
    )
    question = Question(Ask.CONFIRM)
    state = State(at=now(), drafts=(draft, Draft(text="井盖丢了")), question=question)
    chat = Conversation(state=states.save(state))
    stored = drafts.first_draft(chat)
    assert stored == drafts.StoredDraft("路灯坏了三天", "路灯坏了\n三天了", "文三路", "complaint")
    assert drafts.last_turn_at(chat) == state.at
    drafts.drop_first(chat)
    remaining = states.load(chat.state, now())
    assert [one.text for one in remaining.drafts] == ["井盖丢了"]
    assert remaining.question is None


@pytest.mark.parametrize("record", [None, {}, {"version": 1}, {"version": 1, "drafts": []}])
def test_chat_without_a_draft_has_none(record: Any) -> None:
    chat = Conversation(state=record)
    assert drafts.first_draft(chat) is None
    drafts.drop_first(chat)
    assert drafts.first_draft(chat) is None


def the_case(town: Town) -> Case:
    with town.database.begin() as session:
        return session.scalars(select(Case)).one()


def claimed(town: Town, browser: Any, chat: int) -> str:
    town.queue(chat)
    return str(browser.submit("/conversations", f"/conversations/{chat}/claim").text)


def test_draft_becomes_a_case_in_one_click(town: Town, alone: BotDesk, desk: Any) -> None:
    types(alone, f"西湖区文三路138号{MATTER}")
    chat, browser = alone.chat().id, desk("dispatcher")
    page = claimed(town, browser, chat)
    assert "文三路138号" in page
    path = f"/conversations/{chat}"
    typed = {"appeal": MATTER, "place": "西湖区文三路138号"}
    assert "登记好了" in browser.submit(path, f"{path}/register", **typed).text
    case = the_case(town)
    assert (case.text, case.location["text"]) == (MATTER, "西湖区文三路138号")
    assert any(case.case_no in text for text in alone.replies())
    browser.submit(path, f"{path}/release")
    reply = types(alone, "现在办得怎么样了")
    assert case.case_no in reply
    assert alone.cases() == 1


def test_appeal_told_to_a_person_fills_the_form(town: Town, desk: Any) -> None:
    chat, browser = town.conversation(), desk("dispatcher")
    claimed(town, browser, chat)
    town.says(chat, f"西湖区文三路138号{MATTER}")
    town.says(chat, "谢谢")
    page = browser.get(f"/conversations/{chat}").text
    form = page[page.index('id="new-case"') : page.index("市民说对，登记")]
    assert "施工" in form
    assert 'value="西湖区文三路138号' in form


def test_sending_the_form_twice_makes_one_case(town: Town, desk: Any) -> None:
    chat, browser = town.conversation(), desk("dispatcher")
    claimed(town, browser, chat)
    path = f"/conversations/{chat}"
    for _ in range(2):
        browser.submit(path, f"{path}/register", appeal=MATTER, key="once")
    case = the_case(town)
    with town.database.begin() as session:
        actor = session.scalars(
            select(CaseEvent.actor).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        ).first()
    assert actor == "staff:dispatcher"
    browser.submit(path, f"{path}/release")
    assert sum("已经登记好了" in text for _, text in town.replies(chat)) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"appeal": ""}, {"appeal": "　"}, {"appeal": "长" * 5001},
        {"appeal": MATTER, "place": "长" * 501}, {"appeal": MATTER, "kind": "nonsense"},
    ],
)  # fmt: skip
def test_bad_appeal_keeps_what_was_typed(town: Town, desk: Any, typed: dict[str, str]) -> None:
    chat, browser = town.conversation(), desk("dispatcher")
    claimed(town, browser, chat)
    path = f"/conversations/{chat}"
    page = browser.submit(path, f"{path}/register", **typed)
    assert page.status_code == 400
    assert typed["appeal"].strip() in page.text
    with town.database.begin() as session:
        assert session.scalars(select(Case)).all() == []


def test_chat_of_a_colleague_registers_nothing(town: Town, desk: Any) -> None:
    chat = town.conversation()
    town.post("supervisor", f"/conversations/{chat}/claim")
    browser = desk("dispatcher")
    hidden = {"form_token": "x"}
    page = browser.post(f"/conversations/{chat}/register", data=hidden | {"appeal": MATTER})
    assert page.status_code == 403


def test_words_go_to_a_case_from_the_chat(town: Town, desk: Any) -> None:
    chat, browser = town.conversation(), desk("dispatcher")
    case_no = town.case("路灯不亮", conversation_id=chat, unit=UNIT)
    claimed(town, browser, chat)
    path = f"/conversations/{chat}"
    page = browser.submit(path, f"{path}/add", case=case_no, detail="是三幢门口那盏")
    assert "记到工单里了" in page.text
    assert the_case(town).news_at is not None
    assert "是三幢门口那盏" in desk("handler").get(f"/cases/{case_no}").text


@pytest.mark.parametrize("typed", [{"case": "HZ0", "detail": "x"}, {"detail": " "}, {}])
def test_nothing_to_add_is_refused(town: Town, desk: Any, typed: dict[str, str]) -> None:
    chat, browser = town.conversation(), desk("dispatcher")
    case_no = town.case(conversation_id=chat, unit=UNIT)
    claimed(town, browser, chat)
    path = f"/conversations/{chat}"
    answer = browser.submit(path, f"{path}/add", **({"case": case_no} | typed))
    assert answer.status_code in {400, 404}
