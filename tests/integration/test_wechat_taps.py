"""Choices that are tapped in WeChat, where the account may send them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from backend import clock
from backend.database import Database
from backend.models.ratings import Rating
from backend.vocabulary.case_lifecycle import Action
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat_api import FakeWeChat
from tests.fakes.wechat_followers import Follower
from tests.support.builders import a_conversation, a_dispatched_case, take
from tests.support.wechat_desk import Desk, a_wechat_desk, eventually


@pytest.fixture
def desk(database: Database, tmp_path: Path, wechat: FakeWeChat, rasa: FakeRasa) -> Iterator[Desk]:
    with a_wechat_desk(database, tmp_path, wechat, rasa, wechat_tappable_choices=True) as desk:
        yield desk


@pytest.fixture
def lin(desk: Desk) -> Follower:
    return desk.wechat.follower("oLin-taps")


def settles_a_case(desk: Desk, lin: Follower) -> None:
    """The resident is asked how it went."""
    lin.says("谢谢")
    with desk.database.begin() as session:
        chat = a_conversation(session, of=lin.openid, on="wechat", now=clock.now())
        case = a_dispatched_case(session, chat, now=clock.now())
        for action in (Action.ACCEPT, Action.RESOLVE):
            take(session, case, action, now=clock.now())


def scores(desk: Desk) -> list[int]:
    with desk.database.begin() as session:
        return list(session.scalars(select(Rating.score)))


def test_a_grade_is_tapped(desk: Desk, lin: Follower) -> None:
    settles_a_case(desk, lin)
    eventually(lambda: "满意" in lin.choices)
    assert "回 1" not in lin.pushed[-1]
    lin.taps("满意")
    eventually(lambda: scores(desk) == [4])


def test_a_typed_number_still_counts(desk: Desk, lin: Follower) -> None:
    settles_a_case(desk, lin)
    eventually(lambda: "满意" in lin.choices)
    lin.says("2")
    eventually(lambda: scores(desk) == [4])


def test_an_account_without_them_gets_numbers(desk: Desk, lin: Follower) -> None:
    desk.wechat.takes_menus = False
    settles_a_case(desk, lin)
    eventually(lambda: bool(lin.pushed) and "回 2 满意" in lin.pushed[-1])
    assert lin.choices == {}
    assert not desk.account.channel.sends_menus


def test_an_old_choice_changes_nothing(desk: Desk, lin: Follower) -> None:
    settles_a_case(desk, lin)
    eventually(lambda: "满意" in lin.choices)
    lin.choices["满意"] = "b999999.0"
    lin.taps("满意")
    assert scores(desk) == []
