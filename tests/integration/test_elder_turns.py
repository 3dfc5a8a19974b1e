"""Elder mode at the residents' door: wordings, numbers, again, slower, care, and switching."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.database import Database
from backend.messaging import outbox
from backend.models.conversations import Owner
from backend.models.messages import Source
from backend.models.ratings import Rating
from backend.vocabulary.texts import Text
from dialogue.care import AGREE, REFUSE
from dialogue.state import Ask
from dialogue.texts import appeal, cases, chat
from dialogue.texts import wishes as texts
from dialogue.wishes import pieces
from tests.fakes.rasa import FakeRasa
from tests.support.bot_desk import Desk, a_desk, types
from tests.support.builders import NOISE, NOON, PLACE, a_conversation, a_resolved_case

QUESTION = "高龄津贴怎么申请"
NUMBERS = f"\n回 1 {appeal.RIGHT_SO}\n回 2 {appeal.WRONG}\n回 3 {appeal.NOT_NOW}"


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def test_elder_mode_switches_by_request_without_rasa(alone: Desk) -> None:
    assert types(alone, "老人模式") == texts.ELDER_MODE_ON.plain
    assert alone.resident().elder_mode is True
    assert types(alone, "普通模式") == texts.USUAL_MODE_ON.plain
    assert alone.resident().elder_mode is False


def rated(desk: Desk) -> list[int]:
    with desk.database.begin() as session:
        return list(session.scalars(select(Rating.score)))


def asks(desk: Desk) -> Ask | None:
    question = desk.state().question
    return question.ask if question else None


def test_switching_on_repeats_the_question_in_numbers(desk: Desk) -> None:
    question = desk.read_back()
    assert "回 1" not in question
    assert types(desk, "大字") == f"{texts.ELDER_MODE_ON.plain}\n\n{question}{NUMBERS}"
    assert asks(desk) is Ask.CONFIRM


def test_switching_to_and_fro_repeats_the_question_once(desk: Desk) -> None:
    types(desk, NOISE)
    reply = types(desk, "老人模式", "普通模式", "老人模式", "普通模式")
    assert reply == f"{texts.USUAL_MODE_ON.plain}\n\n{appeal.ASK_PLACE.plain}"


def test_passing_request_is_served_and_switches_mode(desk: Desk, rasa: FakeRasa) -> None:
    reply = types(desk, "我眼睛不好，楼道的灯又坏了")
    assert reply.startswith(texts.BY_VOICE.plain)
    assert rasa.words == ["我眼睛不好，楼道的灯又坏了"]
    assert asks(desk) is Ask.PLACE
    assert desk.resident().elder_mode is True


def test_elders_get_common_texts_in_short_form(desk: Desk) -> None:
    types(desk, "老人模式")
    assert types(desk, "😀") == "我没看到字。您打几个字，或者按住说话。发照片也行。"


def test_push_is_short_and_grades_are_numbered(desk: Desk) -> None:
    types(desk, "老人模式")
    with desk.database.begin() as session:
        a_resolved_case(session, a_conversation(session))
    reply = desk.replies()[-1]
    assert "办得怎么样？请您评一评。" in reply
    assert reply.endswith("回 1 非常满意\n回 2 满意\n回 3 基本满意\n回 4 不满意\n回 5 非常不满意")


def test_staff_are_quoted_word_for_word(desk: Desk) -> None:
    types(desk, "老人模式")
    words = "您名下还没有工单。有什么事，现在就可以跟我说。"
    with desk.database.begin() as session:
        chat = a_conversation(session)
        outbox.reply(session, chat, Text(words), now=NOON, source=Source.STAFF)
    assert desk.replies()[-1] == words


@pytest.mark.parametrize("words", ["1", "一", "第一个", "选1", "１", "1。"])
def test_a_number_presses_the_button_for_everybody(desk: Desk, words: str) -> None:
    desk.read_back()
    types(desk, words)
    assert desk.cases() == 1


def test_a_number_carries_what_its_button_carries(desk: Desk) -> None:
    types(desk, QUESTION)
    assert desk.titles()[-1] == cases.KEEP_ANSWER
    types(desk, str(len(desk.titles())))
    assert desk.cases() == 1  # of the article that the button names


def test_number_without_choices_is_taken_as_content(desk: Desk, rasa: FakeRasa) -> None:
    desk.read_back()
    types(desk, "先不报了", NOISE)
    assert (asks(desk), desk.titles()) == (Ask.PLACE, [])
    types(desk, "3")
    assert rasa.words[-1] == "3"
    assert desk.cases() == 0


@pytest.mark.parametrize("words", ["3号楼", "12", "13812345678", "9", "0", "五分", "1楼", "一直吵"])
def test_what_is_no_choice_is_left_alone(desk: Desk, rasa: FakeRasa, words: str) -> None:
    desk.read_back()
    types(desk, words)
    assert rasa.words[-1] == words
    assert desk.cases() == 0


def test_a_number_to_another_chats_question_is_nothing(desk: Desk, rasa: FakeRasa) -> None:
    desk.read_back()
    desk.hears("1", of="mallory")
    desk.answers()
    assert rasa.words[-1] == "1"
    assert desk.cases() == 0


def test_a_bare_number_for_grades_is_asked_back(desk: Desk, rasa: FakeRasa) -> None:
    """A 5 may be five stars, or the fifth button: not satisfied at all."""
    with desk.database.begin() as session:
        a_resolved_case(session, a_conversation(session))
    reply = types(desk, "5")
    assert reply.startswith(chat.WHICH_NUMBER.plain)
    assert "回 5 非常不满意" in reply
    assert rated(desk) == []
    types(desk, "1")
    assert rated(desk) == [5]


def test_where_buttons_are_not_shown_numbers_are_known(desk: Desk) -> None:
    desk.line.shows_buttons = False
    with desk.database.begin() as session:
        a_resolved_case(session, a_conversation(session))
    types(desk, "2")
    assert rated(desk) == [4]


@pytest.mark.parametrize("words", ["再说一遍", "没听清", "重复一遍"])
def test_again_is_as_it_was(desk: Desk, words: str) -> None:
    types(desk, "老人模式")
    question = desk.read_back()
    assert question.endswith(NUMBERS)
    assert types(desk, words, words) == question
    types(desk, "1")
    assert desk.cases() == 1


def test_again_when_nothing_was_said(desk: Desk) -> None:
    assert types(desk, "再说一遍") == cases.NOTHING_TO_REPEAT.plain


def test_slow_mode_sends_single_sentences_then_buttons(desk: Desk) -> None:
    first, *between, last = pieces(desk.read_back())
    go_on = f"\n回 1 {texts.NEXT}"
    assert types(desk, "说慢点") == f"{texts.ELDER_MODE_ON.plain}\n\n{first}{go_on}"
    for piece, words in zip(between, ["继续", "1"] * len(between), strict=False):
        assert types(desk, words) == f"{piece}{go_on}"
    assert desk.cases() == 0
    assert types(desk, "1") == f"{last}{NUMBERS}"
    types(desk, "1")
    assert desk.cases() == 1


def test_slower_is_in_the_wording_that_was_told(desk: Desk) -> None:
    types(desk, "老人模式")
    first, second = pieces(types(desk, "😀"))
    assert first == "我没看到字。您打几个字，或者按住说话。"
    assert types(desk, "说慢点").startswith(f"{first}\n")
    assert types(desk, "继续") == second


def test_misunderstanding_is_no_request_for_elder_mode(desk: Desk) -> None:
    first = pieces(types(desk, QUESTION))[0]
    assert types(desk, "看不懂") == first
    assert desk.resident().elder_mode is None


def test_other_words_end_the_pieces(desk: Desk, rasa: FakeRasa) -> None:
    types(desk, QUESTION, "看不懂")
    assert asks(desk) is Ask.NEXT_PIECE
    types(desk, NOISE)
    assert asks(desk) is Ask.PLACE
    types(desk, "继续")
    assert asks(desk) is Ask.PLACE
    assert rasa.words == [QUESTION, "看不懂", NOISE, "继续"]


def test_an_answer_behind_the_pieces_is_still_taken(desk: Desk) -> None:
    desk.read_back()
    types(desk, "看不懂", "对的")
    assert desk.cases() == 1


def test_hardship_is_noted_only_after_a_yes(desk: Desk) -> None:
    reply = types(desk, "我是独居老人")
    assert "独居" in reply
    assert desk.resident().care == []
    assert types(desk, AGREE) == texts.CARE_NOTED.plain
    assert (desk.resident().care, desk.resident().care_agreed_at is None) == (["独居"], False)


def test_a_no_keeps_nothing_of_it(desk: Desk) -> None:
    types(desk, "我是残疾人", REFUSE)
    assert desk.replies()[-1] == texts.CARE_NOT_NOTED.plain
    assert (desk.resident().care, desk.state().care) == ([], ())


def test_what_was_noted_is_forgotten_on_a_word(desk: Desk) -> None:
    types(desk, "我独居", "1", "取消照顾")
    assert desk.replies()[-1] == texts.CARE_FORGOTTEN.plain
    assert (desk.resident().care, desk.resident().care_agreed_at) == ([], None)


def test_during_an_appeal_hardship_waits_for_lodging(alone: Desk) -> None:
    text = texts.ASK_CARE.plain.format(needs="独居")
    assert text not in types(alone, f"我一个人住，{PLACE}{NOISE}三天了")
    assert types(alone, "对").endswith(text)
    assert alone.cases() == 1
    assert types(alone, "可以记下") == texts.CARE_NOTED.plain


def test_what_stands_beside_a_no_is_taken_up(alone: Desk) -> None:
    types(alone, "我是残疾人")
    reply = types(alone, f"不用记，我要反映{PLACE}{NOISE}")
    assert reply.startswith(texts.CARE_NOT_NOTED.plain)
    assert asks(alone) is Ask.CONFIRM
    assert alone.resident().care == []


def test_care_queue_stands_between_danger_and_others(desk: Desk) -> None:
    since = desk.chat("first").created_at
    for name, code in (("first", "asked"), ("danger", "emergency")):
        desk.set(name, owner=Owner.QUEUE, queued_at=since, queue_code=code)
    types(desk, "我独居", "1", "人工")
    assert types(desk, "还有多久").startswith(chat.STILL_QUEUED.plain.format(ahead=1))


def test_profile_shows_and_changes_stored_settings(desk: Desk) -> None:
    reply = types(desk, "我的资料")
    assert "普通模式" in reply
    assert texts.NONE_KEPT in reply
    desk.hears(payload=desk.last_payload(0))
    desk.answers()
    assert desk.resident().elder_mode is True


def test_linking_keeps_what_either_account_was_told(desk: Desk) -> None:
    types(desk, "我独居", "1", "老人模式", "绑定")
    code = desk.replies()[-1].split("“绑定 ")[1].split("”")[0]
    desk.hears(f"绑定 {code}", of="lin-2")
    desk.answers()
    assert (desk.resident("lin-2").elder_mode, desk.resident("lin-2").care) == (True, ["独居"])
