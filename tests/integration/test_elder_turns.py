"""Elder mode at the residents' door: wordings, numbers, again, slower, care, and switching."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.conversations.models import Owner
from backend.database import Database
from backend.messaging import outbox
from backend.messaging.models import Source
from bot import texts as bot_texts
from bot.asides import texts
from dialogue.care import AGREE, REFUSE
from tests.bot_desk import Desk, a_desk, types
from tests.builders import NOON, a_conversation, a_resolved_case
from tests.fakes.rasa import FakeRasa, with_buttons

ASKED = with_buttons("这样报上去，对吗？", ("对，就这样报", "/affirm"), ("不对，要改", "/deny"))
NUMBERED = "这样报上去，对吗？\n回 1 对，就这样报\n回 2 不对，要改"
LONG = "先到医院的窗口结算。结不了的，带发票和病历，再带身份证到街道的窗口。十五天到账。"


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def test_it_is_switched_on_and_off_by_asking_while_rasa_is_away(alone: Desk) -> None:
    assert types(alone, "老人模式") == texts.ELDER_MODE_ON
    assert alone.resident().elder_mode is True
    assert types(alone, "普通模式") == texts.USUAL_MODE_ON
    assert alone.resident().elder_mode is False


def test_switched_on_what_was_asked_is_asked_again_in_numbers(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(ASKED)
    types(desk, "路灯坏了")
    assert types(desk, "大字") == f"{texts.ELDER_MODE_ON}\n\n{NUMBERED}"


def test_who_says_so_in_passing_is_served_and_switched_on(desk: Desk, rasa: FakeRasa) -> None:
    told = types(desk, "我眼睛不好，楼道的灯又坏了")
    assert told.startswith(texts.BY_VOICE)
    assert rasa.words == ["我眼睛不好，楼道的灯又坏了"]
    assert desk.resident().elder_mode is True


def test_what_everybody_is_told_an_elder_is_told_in_short(desk: Desk) -> None:
    types(desk, "老人模式")
    assert types(desk, "😀") == "我没看到字。您打几个字，或者按住说话。发照片也行。"


def test_a_push_is_short_too_and_the_grades_have_numbers(desk: Desk) -> None:
    types(desk, "老人模式")
    with desk.database.begin() as session:
        a_resolved_case(session, a_conversation(session))
    told = desk.told()[-1]
    assert "办得怎么样？请您评一评。" in told
    assert told.endswith("回 1 非常满意\n回 2 满意\n回 3 基本满意\n回 4 不满意\n回 5 非常不满意")


def test_staff_are_quoted_word_for_word(desk: Desk) -> None:
    types(desk, "老人模式")
    words = "您名下还没有工单。有什么事，现在就可以跟我说。"
    with desk.database.begin() as session:
        chat = a_conversation(session)
        outbox.reply(session, chat, words, now=NOON, source=Source.STAFF)
    assert desk.told()[-1] == words


@pytest.mark.parametrize("said", ["1", "一", "第一个", "选1", "１", "1。"])
def test_a_number_presses_the_button_for_everybody(desk: Desk, rasa: FakeRasa, said: str) -> None:
    rasa.says(ASKED)
    types(desk, "路灯坏了", said)
    assert rasa.words == ["路灯坏了", "/affirm"]


def test_a_number_carries_what_its_button_carries(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(with_buttons("哪一篇？", ("医保", "/ask_question"), article="a1"))
    types(desk, "医保", "1")
    assert rasa.heard[1]["metadata"]["button"] == {"article": "a1"}


def test_a_number_after_a_question_without_buttons_is_the_residents_own(
    desk: Desk, rasa: FakeRasa
) -> None:
    rasa.says(ASKED, "在什么地方？")
    types(desk, "路灯坏了", "不对", "3")
    assert rasa.words[-1] == "3"


@pytest.mark.parametrize("said", ["3号楼", "12", "13812345678", "9", "0", "五分", "1楼", "一直吵"])
def test_what_is_no_choice_is_left_alone(desk: Desk, rasa: FakeRasa, said: str) -> None:
    rasa.says(ASKED)
    types(desk, "路灯坏了", said)
    assert rasa.words[-1] == said


def test_a_number_to_another_chats_question_is_nothing(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(ASKED)
    types(desk, "路灯坏了")
    desk.hears("1", of="mallory")
    desk.answers()
    assert rasa.words[-1] == "1"


def test_a_bare_number_for_grades_is_asked_back(desk: Desk, rasa: FakeRasa) -> None:
    """A 5 may be five stars, or the fifth button: non satisfied at all."""
    with desk.database.begin() as session:
        a_resolved_case(session, a_conversation(session))
    told = types(desk, "5")
    assert told.startswith(bot_texts.WHICH_NUMBER)
    assert "回 5 非常不满意" in told
    assert rasa.words == []
    types(desk, "1")
    assert rasa.words == ["/rate_case"]
    assert rasa.heard[0]["metadata"]["button"]["score"] == 5


def test_where_buttons_are_not_shown_numbers_are_known(desk: Desk, rasa: FakeRasa) -> None:
    desk.line.shows_buttons = False
    with desk.database.begin() as session:
        a_resolved_case(session, a_conversation(session))
    types(desk, "2")
    assert rasa.heard[0]["metadata"]["button"]["score"] == 4


@pytest.mark.parametrize("said", ["再说一遍", "没听清", "重复一遍"])
def test_again_is_as_it_was(desk: Desk, rasa: FakeRasa, said: str) -> None:
    types(desk, "老人模式")
    rasa.says(ASKED)
    types(desk, "路灯坏了")
    assert types(desk, said, said) == NUMBERED
    types(desk, "1")
    assert rasa.words == ["路灯坏了", "/affirm"]


def test_again_when_nothing_was_said(desk: Desk) -> None:
    assert types(desk, "再说一遍").startswith("我还没说什么呢")


def test_slower_is_one_sentence_at_a_time_and_the_buttons_last(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(with_buttons(LONG, ("好", "/affirm"), ("找人", "/request_human")))
    types(desk, "医保怎么报")
    first = types(desk, "说慢点")
    assert first == f"{texts.ELDER_MODE_ON}\n\n先到医院的窗口结算。\n回 1 继续"
    told = [types(desk, said) for said in ("继续", "1")]
    assert told == [
        "结不了的，带发票和病历，再带身份证到街道的窗口。\n回 1 继续",
        "十五天到账。\n回 1 好\n回 2 找人",
    ]
    types(desk, "1")
    assert rasa.words == ["医保怎么报", "/affirm"]


def test_not_understood_is_not_a_wish_for_another_mode(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(LONG)
    types(desk, "医保怎么报", "看不懂")
    assert desk.told()[-1] == "先到医院的窗口结算。"
    assert desk.resident().elder_mode is None


def test_other_words_end_the_pieces(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(LONG)
    types(desk, "医保怎么报", "看不懂", "路灯坏了", "继续")
    assert rasa.words == ["医保怎么报", "路灯坏了", "继续"]


def test_a_hard_life_is_noted_only_after_a_yes(desk: Desk) -> None:
    told = types(desk, "我是独居老人")
    assert "独居" in told
    assert desk.resident().care == []
    assert types(desk, AGREE) == texts.CARE_NOTED
    assert (desk.resident().care, desk.resident().care_agreed_at is None) == (["独居"], False)


def test_a_no_keeps_nothing_of_it(desk: Desk) -> None:
    types(desk, "我是残疾人", REFUSE)
    assert desk.told()[-1] == texts.CARE_NOT_NOTED
    assert (desk.resident().care, desk.aside().care) == ([], ())


def test_what_was_noted_is_forgotten_on_a_word(desk: Desk) -> None:
    types(desk, "我独居", "1", "取消照顾")
    assert desk.told()[-1] == texts.CARE_FORGOTTEN
    assert (desk.resident().care, desk.resident().care_agreed_at) == ([], None)


def test_in_an_appeal_it_is_asked_for_once_that_is_lodged(desk: Desk, alone: Desk) -> None:
    types(desk, "我一个人住，楼道的灯坏了三天了")
    assert texts.ASK_CARE[:5] not in desk.told()[-1]
    alone.read_back()
    told = types(alone, "对")
    assert "您说到自己独居" in told
    assert types(alone, "可以记下") == texts.CARE_NOTED


def test_who_needs_care_waits_before_others_but_behind_danger(desk: Desk) -> None:
    since = desk.chat("first").created_at
    for name, reason in (("first", "市民要求人工"), ("danger", "紧急：着火")):
        desk.set(name, owner=Owner.QUEUE, queued_at=since, queue_reason=reason)
    types(desk, "我独居", "1", "人工")
    assert types(desk, "还有多久") == bot_texts.STILL_QUEUED.format(ahead=1)


def test_the_profile_shows_what_is_kept_and_changes_it(desk: Desk) -> None:
    told = types(desk, "我的资料")
    assert "普通模式" in told
    assert texts.NONE_KEPT in told
    desk.hears(payload=desk.last_payload(0))
    desk.answers()
    assert desk.resident().elder_mode is True


def test_linking_keeps_what_either_account_was_told(desk: Desk) -> None:
    types(desk, "我独居", "1", "老人模式", "绑定")
    code = desk.told()[-1].split("“绑定 ")[1].split("”")[0]
    desk.hears(f"绑定 {code}", of="lin-2")
    desk.answers()
    assert (desk.resident("lin-2").elder_mode, desk.resident("lin-2").care) == (True, ["独居"])
