"""A resident's own cases in the chat: told again, pointed at, chased, withdrawn, hidden."""

import pytest

from backend.cases.queries import by_number
from backend.clock import now
from backend.database import Database
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import File
from backend.vocabulary.step_details import MaybeReason
from dialogue.texts import appeal as appeal_texts
from dialogue.texts import case_answers
from dialogue.texts import cases as texts
from dialogue.texts import chat as chat_texts
from dialogue.texts import wishes as wish_texts
from tests.support.bot_desk import Desk, types
from tests.support.builders import take
from tests.support.own_cases import (
    LAMP,
    LAMP_PLACE,
    NOISE,
    PLACE,
    a_case,
    all_cases,
    details,
    status,
)

NOT_THERE = "HZ20200101000001"


@pytest.mark.parametrize(
    "question", ["{} 怎么样了", "催一下{}", "撤掉{}", "补充{} 晚上更吵", "撤掉 {}"]
)
def test_somebody_elses_number_is_as_unknown_as_none(
    alone: Desk, database: Database, question: str
) -> None:
    a_case(database, LAMP, LAMP_PLACE)
    theirs = a_case(database, of="somebody else")
    for number in (theirs, NOT_THERE):
        assert types(alone, question.format(number)) == texts.NOT_YOURS.plain
    for action in (Action.CHASE, Action.ADD_DETAIL, Action.WITHDRAW):
        assert details(database, theirs, action) == []


def test_the_noise_one_is_found_among_several(alone: Desk, database: Database) -> None:
    noise, lamp = a_case(database), a_case(database, LAMP, LAMP_PLACE)
    for words in ("噪音那个怎么样了", "噪音那个有没有进展", "噪音那个要多久"):
        reply = types(alone, words)
        assert (noise in reply, lamp in reply) == (True, False), words
    assert lamp in types(alone, "催一下上次路灯那件")
    assert len(details(database, lamp, Action.CHASE)) == 1
    assert types(alone, "噪音那个撤了吧") == texts.SURE_TO_WITHDRAW.plain.format(case_no=noise)
    assert types(alone, "不撤") == texts.WITHDRAW_KEPT.plain
    both = types(alone, "查一下我的进度")
    assert noise in both
    assert lamp in both


def test_noise_request_matches_no_unrelated_case(alone: Desk, database: Database) -> None:
    lamp = a_case(database, LAMP, LAMP_PLACE)
    assert "没找到您说的“井盖”" in types(alone, "催一下井盖那件")
    assert details(database, lamp, Action.CHASE) == []
    types(alone, "1")
    assert len(details(database, lamp, Action.CHASE)) == 1


def test_several_noise_cases_give_short_numbered_choice(alone: Desk, database: Database) -> None:
    places = (PLACE, "西湖区文一路", "西湖区文二路")
    three = [a_case(database, NOISE, place) for place in places]
    a_case(database, LAMP, LAMP_PLACE)
    words = "补充一下噪音那个，昨晚又吵到两点"
    question = types(alone, words)
    for number, place in enumerate(reversed(places), 1):
        assert f"\n{number}. 楼下夜里施工太吵（" in question
        assert f"，{place}）" in question  # or all three would read the same
    assert all(len(title) <= 11 for title in alone.titles())
    assert types(alone, "2").startswith(f"补充的话已经记到工单 {three[1]} 里了")
    assert [one["text"] for one in details(database, three[1], Action.ADD_DETAIL)] == [words]


def test_a_case_is_withdrawn_only_after_a_yes(alone: Desk, database: Database) -> None:
    case_no = a_case(database)
    assert types(alone, "还是撤了吧") == texts.SURE_TO_WITHDRAW.plain.format(case_no=case_no)
    assert status(database, case_no) == ("dispatched", 1)
    alone.presses("确定撤掉")
    assert status(database, case_no) == ("closed", 1)


@pytest.mark.parametrize(("words", "is_withdrawal"), [("不报了", True), ("算了", False)])
def test_dropping_it_after_the_number_is_withdrawal(
    alone: Desk, database: Database, words: str, is_withdrawal: bool
) -> None:
    types(alone, f"{LAMP_PLACE}{LAMP}", "对")
    answer = types(alone, words)
    (case,) = all_cases(database)
    text = texts.SURE_TO_WITHDRAW.plain.format(case_no=case.case_no)
    assert answer == (text if is_withdrawal else texts.PHONE_DECLINED.plain)


def test_a_settled_one_cannot_be_withdrawn(alone: Desk, database: Database) -> None:
    settled = a_case(database, settled=True)
    for words in (f"撤掉 {settled}", f"撤掉{settled}"):
        text = case_answers.NOTHING_TO_WITHDRAW.plain.format(case_no=settled)
        assert types(alone, words) == text


def test_the_withdrawn_are_told_as_withdrawn(alone: Desk, database: Database) -> None:
    case_no = a_case(database)
    with database.begin() as session:
        take(session, by_number(session, case_no), MaybeReason(Action.WITHDRAW), now=now())
    reply = types(alone, "查进度")
    assert texts.WITHDRAWN.plain in reply
    assert "负责" not in reply


def test_question_about_water_supply_is_no_own_case(alone: Desk) -> None:
    assert types(alone, "停水了什么时候来水") == texts.NO_OPEN_CASE.plain
    assert alone.titles() == [texts.LODGE_IT]
    assert types(alone, "查进度") == texts.NO_CASES.plain


def test_do_not_tell_them_it_was_me(alone: Desk, database: Database) -> None:
    case_no = a_case(database)
    for words, hidden in (("别告诉他们是我", True), ("匿名", True), ("不用匿名", False)):
        reply = types(alone, words)
        assert reply.startswith(wish_texts.HIDDEN.plain if hidden else wish_texts.NOT_HIDDEN.plain)
        with database.begin() as session:
            assert by_number(session, case_no).anonymous is hidden
    assert len(details(database, case_no, Action.HIDE_IDENTITY)) == 1
    types(alone, "匿名", f"{LAMP_PLACE}{LAMP}")
    assert types(alone, "对").endswith(appeal_texts.ANONYMOUS.plain)
    assert [case.anonymous for case in all_cases(database)] == [True, True]


def test_wish_before_the_yes_repeats_the_question(alone: Desk) -> None:
    types(alone, "打电话给我")
    question = types(alone, "13812345678")
    assert types(alone, "别告诉他们是我") == f"{wish_texts.HIDDEN.plain}\n\n{question}"
    assert "对吗？" in types(alone, "明天下午")


def test_a_photo_goes_where_the_resident_says(alone: Desk, database: Database) -> None:
    noise, lamp = a_case(database), a_case(database, LAMP, LAMP_PLACE)
    photo = File("photo", digest="0" * 64, media_type="image/png", size_bytes=100)
    alone.hears(files=(photo,))
    alone.answers()
    assert alone.replies()[-1] == chat_texts.PHOTO_OF_WHICH.plain.format(what="照片")
    assert details(database, noise, Action.ADD_DETAIL) == []
    assert details(database, lamp, Action.ADD_DETAIL) == []
    types(alone, "2")
    assert len(details(database, noise, Action.ADD_DETAIL)) == 1
