"""Template messages, and what WeChat says later became of them: nothing is lost with one."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from backend import clock
from backend.database import Database
from backend.jobs.scheduler import sweep
from backend.messaging import held_messages, notices, outbox
from backend.messaging.notices import FIRST_PAUSE, NOT_ARRIVED, NOT_WANTED, REMEMBERED
from backend.models.messages import Delivery, NoticeGiven, OutboxMessage, ReplyWindow
from backend.vocabulary.texts import Text
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat_api import FakeWeChat
from tests.fakes.wechat_followers import Follower
from tests.support.builders import a_conversation, a_registered_case
from tests.support.wechat_desk import Desk, a_wechat_desk, eventually

BLOCKED, SYSTEM = "failed:user block", "failed: system failed"
SEND, TEMPLATE = "message/template/send", "template-progress"
SOON, LATER = FIRST_PAUSE + timedelta(seconds=1), timedelta(hours=2)
_steps = count(1)


@pytest.fixture
def desk(database: Database, tmp_path: Path, wechat: FakeWeChat, rasa: FakeRasa) -> Iterator[Desk]:
    with a_wechat_desk(database, tmp_path, wechat, rasa, wechat_template_id=TEMPLATE) as desk:
        yield desk


@pytest.fixture
def lin(desk: Desk) -> Follower:
    """Somebody who wrote three days ago."""
    lin = desk.wechat.follower("oLin")
    lin.says("你好")
    lin.windows.clear()
    with desk.database.begin() as session:
        session.execute(delete(ReplyWindow))
    return lin


def progress(desk: Desk, words: str) -> None:
    with desk.database.begin() as session:
        chat = a_conversation(session, of="oLin", on="wechat", now=clock.now())
        case = a_registered_case(session, chat, now=clock.now())
        session.execute(delete(OutboxMessage).where(OutboxMessage.text.contains("登记")))
        outbox.push(
            session,
            chat,
            Text(words),
            now=clock.now(),
            case_id=case.id,
            case_no=case.case_no,
            dedupe_key=f"step:{next(_steps)}",
        )


def noticed(desk: Desk, times: int) -> None:
    eventually(lambda: len(desk.wechat.notices) == times)
    eventually(lambda: all(row.number or row.problem for row in notice_rows(desk)))


def notice_rows(desk: Desk) -> list[NoticeGiven]:
    with desk.database.begin() as session:
        return list(session.scalars(select(NoticeGiven).order_by(NoticeGiven.id)))


def reports(desk: Desk, lin: Follower, status: str, *, number: object = None) -> None:
    """As WeChat does of its newest notice, or of one with another number."""
    messages = desk.wechat.notices[-1]["msgid"] if number is None else number
    delivered = lin.happens("TEMPLATESENDJOBFINISH", MsgID=messages, Status=status)
    assert delivered.statuses == [200]


def waits(desk: Desk) -> str | None:
    """What staff are shown beside the one message that waits."""
    row = desk.outbox()[-1]
    assert row.status == Delivery.HELD
    return row.problem


def hears_it(lin: Follower, words: str) -> None:
    lin.says("在吗")
    eventually(lambda: any(words in text for text in lin.pushed), 15)


def test_one_that_arrived_is_forgotten(desk: Desk, lin: Follower) -> None:
    progress(desk, "已经签收")
    noticed(desk, 1)
    assert lin.inbox[-1] == "【通知】您有1条进展，回复任意字查看"
    reports(desk, lin, "success")
    assert notice_rows(desk) == []
    assert waits(desk) == held_messages.UNTIL_CONTACT


def test_staff_learn_of_a_refused_notice(desk: Desk, lin: Follower) -> None:
    progress(desk, "已经签收")
    noticed(desk, 1)
    reports(desk, lin, BLOCKED)
    assert waits(desk) == NOT_WANTED
    sweep(desk.database, clock.now() + LATER)
    assert waits(desk) == NOT_WANTED
    hears_it(lin, "已经签收")
    assert len(desk.wechat.notices) == 1


def test_one_that_wechat_lost_is_given_again(desk: Desk, lin: Follower) -> None:
    progress(desk, "已经签收")
    noticed(desk, 1)
    reports(desk, lin, SYSTEM)
    assert waits(desk) == NOT_ARRIVED
    sweep(desk.database, clock.now() + timedelta(seconds=1))
    assert len(desk.wechat.notices) == 1
    sweep(desk.database, clock.now() + SOON)
    noticed(desk, 2)
    reports(desk, lin, "success")
    eventually(lambda: waits(desk) == held_messages.UNTIL_CONTACT)
    hears_it(lin, "已经签收")


def test_not_for_ever(desk: Desk, lin: Follower) -> None:
    progress(desk, "已经签收")
    for number in (1, 2, 3):
        noticed(desk, number)
        eventually(lambda: desk.outbox()[-1].status == Delivery.HELD)
        reports(desk, lin, "failed:freq limit")
        sweep(desk.database, clock.now() + LATER)
    sweep(desk.database, clock.now() + LATER)
    assert waits(desk) == NOT_ARRIVED
    assert len(desk.wechat.notices) == 3
    sweep(desk.database, clock.now() + REMEMBERED + LATER)
    assert notice_rows(desk) == []
    hears_it(lin, "已经签收")


@pytest.mark.parametrize("kind", ["busy", "html", "day"])
def test_undelivered_notice_is_sent_again(desk: Desk, lin: Follower, kind: str) -> None:
    desk.wechat.fail_next(1, kind, path=SEND)
    progress(desk, "已经签收")
    eventually(lambda: [row.problem for row in notice_rows(desk)] == [NOT_ARRIVED])
    assert waits(desk) == NOT_ARRIVED
    sweep(desk.database, clock.now() + SOON)
    noticed(desk, 1)


def test_a_resident_who_came_meanwhile_needs_no_notice(desk: Desk, lin: Follower) -> None:
    progress(desk, "已经签收")
    noticed(desk, 1)
    reports(desk, lin, SYSTEM)
    hears_it(lin, "已经签收")
    sweep(desk.database, clock.now() + SOON)
    eventually(lambda: desk.outbox()[-1].status == Delivery.SENT)
    assert len(desk.wechat.notices) == 1


def test_a_report_that_is_told_again_counts_once(desk: Desk, lin: Follower) -> None:
    progress(desk, "已经签收")
    noticed(desk, 1)
    for _ in range(3):
        reports(desk, lin, SYSTEM)
    (notice,) = notice_rows(desk)
    assert notice.again_at is not None
    assert abs(notice.again_at - clock.now() - FIRST_PAUSE) < timedelta(minutes=1)


def test_a_report_may_come_before_the_answer(desk: Desk, lin: Follower) -> None:
    """WeChat has answered, and we have not yet noted the number."""
    progress(desk, "已经签收")
    noticed(desk, 1)
    with desk.database.begin() as session:
        session.scalars(select(NoticeGiven)).one().number = None
    reports(desk, lin, BLOCKED)
    assert waits(desk) == NOT_WANTED


@pytest.mark.parametrize("number", ["", "no number", "9" * 40, "-1"])
def test_a_report_of_something_else_changes_nothing(desk: Desk, lin: Follower, number: str) -> None:
    progress(desk, "已经签收")
    noticed(desk, 1)
    reports(desk, lin, BLOCKED, number=number)
    stranger = desk.wechat.follower("oNeverSeen")
    reports(desk, stranger, BLOCKED)
    assert waits(desk) == held_messages.UNTIL_CONTACT
    with desk.database.begin() as session:
        notices.mark_accepted(session, notice_rows(desk)[0].id + 1, "1")


def test_a_subscription_message_is_found_without_its_number(
    database: Database, tmp_path: Path, wechat: FakeWeChat, rasa: FakeRasa
) -> None:
    how = {"wechat_template_id": TEMPLATE, "wechat_template_kind": "subscription"}
    with a_wechat_desk(database, tmp_path, wechat, rasa, **how) as desk:  # type: ignore[arg-type]
        lin = wechat.follower("oLin")
        lin.says("你好")
        lin.windows.clear()
        lin.consents[TEMPLATE] = 1
        with database.begin() as session:
            session.execute(delete(ReplyWindow))
        progress(desk, "已经签收")
        eventually(lambda: len(wechat.notices) == 1)
        one = {"TemplateId": "t", "MsgID": "77", "ErrorCode": "43101", "ErrorStatus": "user refuse"}
        lin.happens("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": one})
        eventually(lambda: waits(desk) == NOT_WANTED)
