"""Consultations: asked in chat and on a page, one voice a resident, closed, published."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select, update

from backend.case_codes import codes
from backend.cases import queries
from backend.clock import now
from backend.consultations import service as consultations
from backend.database import Database
from backend.models.consultations import Consultation, ConsultationVoice
from backend.models.residents import ChannelAccount
from backend.residents import linking
from tests.support.bot_desk import Desk as BotDesk
from tests.support.bot_desk import types
from tests.support.days import TODAY
from tests.support.staff_app import Town

pytestmark = pytest.mark.usefixtures("noon")

LAST_DAY = str(TODAY + timedelta(days=7))
FORM = {
    "title": "菜场几点开门", "body": "六点开门还是七点开门？", "choices": "六点\n七点",
    "last_day": LAST_DAY,
}  # fmt: skip


def ask(database: Database, **more: Any) -> int:
    fields = {**FORM, "takes_words": False, "by": "测试", "now": now(), **more}
    with database.begin() as session:
        return consultations.create(session, **fields).id


def voices(database: Database) -> list[tuple[int | None, str | None]]:
    with database.begin() as session:
        rows = session.scalars(select(ConsultationVoice).order_by(ConsultationVoice.id))
        return [(row.choice, row.words) for row in rows]


def test_choice_in_the_chat_counts_once(alone: BotDesk, database: Database) -> None:
    ask(database)
    assert "六点开门还是七点开门" in types(alone, "问计")
    assert alone.titles() == ["六点", "七点"]
    alone.presses("七点")
    assert "记下了：七点" in alone.replies()[-1]
    assert "您之前说过：七点" in types(alone, "问计于民")
    types(alone, "六点")
    assert voices(database) == [(0, None)]


def test_free_words_are_kept_as_written(alone: BotDesk, database: Database) -> None:
    ask(database, choices="", takes_words=True)
    types(alone, "我想参加问计", "六点半开，赶早的人多")
    assert voices(database) == [(None, "六点半开，赶早的人多")]


def test_several_are_offered_by_name(alone: BotDesk, database: Database) -> None:
    ask(database)
    ask(database, title="公园要不要装灯", choices="要\n不要")
    assert "2 件事" in types(alone, "问计")
    assert alone.titles() == ["菜场几点开门", "公园要不要装灯"]
    alone.presses("公园要不要装灯")
    types(alone, "要")
    assert voices(database) == [(0, None)]


def test_nothing_open_says_so(alone: BotDesk) -> None:
    assert "没有正在征求意见" in types(alone, "问计于民")


def test_closed_in_mid_answer_counts_nothing(alone: BotDesk, database: Database) -> None:
    ask(database)
    types(alone, "问计")
    with database.begin() as session:
        session.execute(update(Consultation).values(closed_at=now()))
    assert "征求完了" in types(alone, "七点")
    assert voices(database) == []


def test_closed_within_the_turn_counts_nothing(alone: BotDesk, database: Database) -> None:
    number = ask(database)
    with database.begin() as session:
        account = session.scalars(select(ChannelAccount)).first()
        assert account is None
    types(alone, "你好")
    with database.begin() as session:
        session.execute(update(Consultation).values(closes_at=now()))
        resident = session.scalars(select(ChannelAccount.resident_id)).one()
        with pytest.raises(consultations.Conflict):
            consultations.speak(
                session, number, resident, choice=0, words=None, channel="web", now=now()
            )
    assert voices(database) == []


def test_matter_beside_a_choice_is_taken_down(alone: BotDesk, database: Database) -> None:
    ask(database)
    types(alone, "问计", "拱墅区小河直街37号的路灯坏了一个月")
    assert "路灯" in alone.read_back()
    assert voices(database) == []


def test_linked_chats_have_one_voice(town: Town) -> None:
    number = ask(town.database)
    chats = [town.conversation("a"), town.conversation("b", channel="telegram")]
    with town.database.begin() as session:
        accounts = session.scalars(select(ChannelAccount).order_by(ChannelAccount.id)).all()
        for choice, account in enumerate(accounts):
            consultations.speak(
                session, number, account.resident_id,
                choice=choice, words=None, channel="web", now=now(),
            )  # fmt: skip
        code = linking.make_code(session, accounts[0].resident_id, now=now())
        assert linking.link(session, accounts[1], code, now=now())
    assert len(chats) == 2
    assert voices(town.database) == [(0, None)]


@pytest.fixture
def slip(town: Town) -> tuple[str, str]:
    case_no = town.case()
    with town.database.begin() as session:
        return case_no, codes.make(session, queries.by_number(session, case_no), now=now())


def speak(town: Town, number: int, slip: tuple[str, str], **fields: str) -> Response:
    form = {"number": slip[0], "code": slip[1], **fields}
    return town.client.post(f"/public/consultations/{number}", data=form)


def test_page_takes_one_voice_by_code(town: Town, slip: tuple[str, str]) -> None:
    number = ask(town.database, takes_words=True)
    assert "记下了" in speak(town, number, slip, choice="0").text
    assert "记下了" in speak(town, number, slip, choice="1").text
    assert voices(town.database) == [(1, None)]
    assert speak(town, number, (slip[0], "0000 0000"), choice="0").status_code == 404
    for wrong in ({}, {"choice": "2"}, {"choice": "-1"}, {"words": " "}):
        assert speak(town, number, slip, **wrong).status_code == 400
    assert voices(town.database) == [(1, None)]


def test_results_are_public_once_published(town: Town, desk: Any, slip: tuple[str, str]) -> None:
    page = desk("leader")
    path = page.submit("/consultations", "/consultations", **FORM).url.path
    path = path.removeprefix("/console")
    number = int(path.rsplit("/", 1)[1])
    for name in "abcdef":
        town.conversation(name)
    with town.database.begin() as session:
        residents = session.scalars(select(ChannelAccount.resident_id)).all()
        for resident in residents:
            consultations.speak(
                session, number, resident, choice=0, words=None, channel="web", now=now()
            )
    public = f"/public/consultations/{number}"
    assert "位市民说了" not in town.client.get(public).text
    page.submit(path, f"{path}/close")
    assert speak(town, number, slip, choice="0").status_code == 409
    assert "结果还没公布" in town.client.get(public).text
    page.submit(path, f"{path}/publish", conclusion="定在六点开门")
    shown = town.client.get(public).text
    assert f"{len(residents)} 位市民说了" in shown
    assert "定在六点开门" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"body": ""}, {"choices": "一个"}, {"choices": "同\n同"}, {"choices": ""},
        {"choices": "\n".join("一二三四五六七八九")}, {"last_day": "2020-01-01"},
        {"last_day": "9999-01-01"}, {"last_day": "明天"}, {"choices": "a\n" + "长" * 41},
    ],
)  # fmt: skip
def test_wrong_consultation_is_refused(desk: Any, wrong: dict[str, str]) -> None:
    answer = desk("admin").submit("/consultations", "/consultations", **{**FORM, **wrong})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
