"""The five seconds: a reply is carried back by the request, or pushed, and never both."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from backend import clock
from backend.clock import now
from backend.conversations import service as conversations
from backend.database import Database
from backend.models.cases import Case
from backend.models.messages import Delivery
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.texts import Text
from dialogue.texts import chat as texts
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat_api import FakeWeChat
from tests.fakes.wechat_followers import Delivered, Follower
from tests.support.builders import a_conversation, a_dispatched_case, a_member_of_staff, take
from tests.support.wechat_desk import Desk, a_wechat_desk, eventually


@pytest.fixture
def desk(database: Database, tmp_path: Path, wechat: FakeWeChat, rasa: FakeRasa) -> Iterator[Desk]:
    with a_wechat_desk(database, tmp_path, wechat, rasa) as desk:
        yield desk


@pytest.fixture
def lin(desk: Desk) -> Follower:
    return desk.wechat.follower("oLin-1_x")


def test_a_reply_in_time_is_the_answer(desk: Desk, lin: Follower) -> None:
    delivered = lin.says("谢谢")
    assert delivered.answers == [texts.THANK.plain]
    assert delivered.statuses == [200]
    (row,) = desk.outbox()
    assert (row.status, row.seq) == (Delivery.SENT, 1)
    assert row.taken_at is not None
    assert lin.pushed == []


def test_choices_are_told_as_numbers(desk: Desk, lin: Follower) -> None:
    (answer,) = lin.says("西湖区文三路路灯坏了").answers
    assert answer.endswith("这样报上去，对吗？\n回 1 对，就这样报\n回 2 不对，要改\n回 3 先不报了")


def test_long_reply_starts_passively_and_continues_by_push(
    desk: Desk, lin: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "第一句话说完了。" * 250
    monkeypatch.setattr(texts, "THANK", Text(text))
    lin.says("谢谢")
    eventually(lambda: "".join(lin.inbox) == text)
    assert len(lin.passive) == 1
    assert len(lin.pushed) == 2
    eventually(lambda: desk.outbox()[0].status == Delivery.SENT)


def test_quota_may_end_within_a_series(
    desk: Desk, lin: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    """45047: what was sent is not sent again, what was not waits for the next contact."""
    text = "".join(f"这是第{number}段，说得很长很长很长。" for number in range(100, 400))
    parts = desk.account.channel.split(text)
    assert len(parts) == 7
    monkeypatch.setattr(texts, "THANK", Text(text))
    lin.says("谢谢")
    eventually(lambda: lin.pushed == parts[1:6])
    eventually(lambda: desk.outbox()[0].status == Delivery.HELD)
    assert desk.outbox()[0].parts_sent == 6
    # What left in the last seconds before a contact counts for it: then they have to ask again.
    contacts = 0
    while lin.pushed == parts[1:6] and contacts < 15:
        lin.says("再见")
        contacts += 1
        time.sleep(1)
    eventually(lambda: lin.pushed == parts[1:])
    assert lin.passive == [parts[0], *[texts.GOODBYE.plain] * contacts]


def test_a_reply_that_is_late_is_pushed_once(desk: Desk, lin: Follower) -> None:
    desk.thinking.seconds = 2.4
    slow = threading.Thread(target=lin.says, args=("谢谢",))
    slow.start()
    time.sleep(0.2)
    second = lin.says("再见")  # waits behind the first: not before 4.8 s
    slow.join()
    assert second.answers == []
    eventually(lambda: len(lin.inbox) == 2)
    assert lin.inbox == [texts.THANK.plain, texts.GOODBYE.plain]


def test_three_deliveries_are_one_turn(desk: Desk, lin: Follower) -> None:
    desk.wechat.second = 0.12  # it cuts the line after 0.6 s
    desk.thinking.seconds = 0.8
    delivered = lin.says("谢谢")
    assert delivered.statuses[0] is None
    assert delivered.statuses[-1] == 200
    assert delivered.answers == [texts.THANK.plain]
    assert len(desk.inbox()) == 1
    assert len(desk.outbox()) == 1
    assert desk.rasa.words == ["谢谢"]
    assert lin.pushed == []


def test_what_was_taken_is_given_again(desk: Desk, lin: Follower) -> None:
    """As when we died between taking the reply and answering."""
    delivered = lin.says("谢谢")
    desk.wechat.attempt(lin, delivered)
    desk.wechat.attempt(lin, delivered)
    assert delivered.answers == [texts.THANK.plain] * 3
    assert len(desk.outbox()) == 1


def test_silence_is_answered_at_once(desk: Desk, lin: Follower) -> None:
    """Staff have the chat: the bot says nothing, and WeChat does not wait for it."""
    with desk.database.begin() as session:
        staff = a_member_of_staff(session)
        chat = a_conversation(session, of=lin.openid, on="wechat")
        conversations.claim(session, chat.id, staff.id, now=now())
    started_at = time.monotonic()
    assert lin.says("在吗").answers == []
    assert time.monotonic() - started_at < 4.0
    assert desk.inbox()[0].handled_by == "staff"


def test_many_wait_without_a_thread_each(
    database: Database, tmp_path: Path, wechat: FakeWeChat, rasa: FakeRasa
) -> None:
    """More than there are threads; whoever wants no answer is not kept waiting by them."""
    with a_wechat_desk(database, tmp_path, wechat, rasa, answers=False) as desk:
        wechat.second = 4.0  # its patience is not what is tried here
        crowd = [wechat.follower(f"oCrowd{number}") for number in range(45)]
        deliveries: list[Delivered] = []
        threads = [
            threading.Thread(target=lambda one=one: deliveries.append(one.says("你好")))
            for one in crowd
        ]
        for thread in threads:
            thread.start()
        eventually(lambda: len(desk.inbox()) == 45)
        assert wechat.follower("oLin").happens("VIEW", EventKey="x").statuses == [200]
        assert any(thread.is_alive() for thread in threads)
        for thread in threads:
            thread.join()
    assert [one.statuses for one in deliveries] == [[200]] * 45
    assert [one.answers for one in deliveries] == [[]] * 45


def test_each_step_of_a_case_is_pushed(desk: Desk, lin: Follower) -> None:
    lin.says("你好")
    with desk.database.begin() as session:
        chat = a_conversation(session, of=lin.openid, on="wechat", now=clock.now())
        a_dispatched_case(session, chat, now=clock.now())
    messages = lin.pushed
    eventually(lambda: any("已经登记好了" in text for text in messages), 15)
    with desk.database.begin() as session:
        (case,) = session.scalars(select(Case))
        take(session, case, Action.ACCEPT, now=clock.now())
    eventually(lambda: any("已经签收" in text for text in messages), 15)
    eventually(lambda: all(row.status == Delivery.SENT for row in desk.outbox()), 15)
