"""A voice note becomes words only after a yes: told at the residents' door."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.conversations.models import Owner
from backend.database import Database
from backend.messaging.messages import Body
from backend.messaging.models import InboxMessage
from bot.asides import texts
from tests.bot_desk import Desk, a_desk, types
from tests.fakes.rasa import FakeRasa, with_buttons

LAMP = "楼道的灯坏了三天没人来修"
PLACE = "文三路12号三单元"
PHONE = "我的电话是幺三八一二三四五六七八"


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def speaks(desk: Desk, *heard: str, **more: object) -> str:
    for words in heard:
        desk.speaks(words, **more)  # type: ignore[arg-type]
        desk.answers()
    return desk.told()[-1]


def newest(desk: Desk) -> Body:
    with desk.database.begin() as session:
        row = session.scalars(select(InboxMessage).order_by(InboxMessage.id.desc())).first()
        assert row is not None
        return Body.of(row.body)


def test_what_was_heard_is_read_back_and_nothing_else_happens(desk: Desk, rasa: FakeRasa) -> None:
    told = speaks(desk, LAMP)
    assert told.endswith(f"我听到的是：{LAMP}\n对的话回 1，重说回 2，找人工回 3")
    assert rasa.heard == []
    assert (desk.cases(), desk.chat().draft) == (0, None)


@pytest.mark.parametrize("yes", ["1", "一", "第一个", "选1", "对的", "是的"])
def test_one_goes_on_as_if_it_had_been_typed(desk: Desk, rasa: FakeRasa, yes: str) -> None:
    speaks(desk, LAMP)
    types(desk, yes)
    assert rasa.words == [LAMP]
    assert newest(desk).words == LAMP  # what Rasa's actions read


def test_the_button_does_what_the_number_does(desk: Desk, rasa: FakeRasa) -> None:
    speaks(desk, LAMP)
    desk.hears(payload=desk.last_payload(0))
    desk.answers()
    assert rasa.words == [LAMP]


def test_a_yes_may_be_spoken(desk: Desk, rasa: FakeRasa) -> None:
    speaks(desk, LAMP, "对的")
    assert rasa.words == [LAMP]


def test_two_asks_to_say_it_again(desk: Desk, rasa: FakeRasa) -> None:
    speaks(desk, LAMP)
    assert types(desk, "2") == texts.SAY_IT_AGAIN
    assert "我听到的是：水管漏了" in speaks(desk, "水管漏了")
    types(desk, "1")
    assert rasa.words == ["水管漏了"]


def test_three_hands_over_with_the_recording(desk: Desk) -> None:
    speaks(desk, LAMP)
    types(desk, "3")
    assert (desk.chat().owner, desk.chat().queue_reason) == (Owner.QUEUE, texts.HEAR_REASON)


def test_another_note_is_the_same_said_again(desk: Desk, rasa: FakeRasa) -> None:
    speaks(desk, "楼道的等坏了", LAMP)
    types(desk, "1")
    assert rasa.words == [LAMP]


def test_typed_words_take_its_place(desk: Desk, rasa: FakeRasa) -> None:
    speaks(desk, LAMP)
    types(desk, "是三号楼的灯坏了", "1")
    assert rasa.words == ["是三号楼的灯坏了", "1"]  # nothing waits any more for that 1


def test_words_typed_right_after_a_note_count_as_well(desk: Desk, rasa: FakeRasa) -> None:
    """They were under way before the read-back could be seen: they are no answer to it."""
    desk.speaks(LAMP)
    desk.hears(PLACE)
    desk.answers()
    assert desk.told()[-1] == (
        f"我听到的是：{LAMP}\n您写的是：{PLACE}\n对的话回 1，重说回 2，找人工回 3"
    )
    types(desk, "1")
    assert rasa.words == [f"{LAMP}，{PLACE}"]
    assert newest(desk).words == f"{LAMP}，{PLACE}"


UNSENT = "UPDATE outbox SET status = 'pending', seq = NULL, sent_at = NULL, due_at = now()"


def test_a_read_back_that_has_not_left_is_not_sent_behind_the_one_that_says_more(
    desk: Desk,
) -> None:
    desk.speaks(LAMP)
    desk.answers()
    desk.execute(UNSENT)
    types(desk, PLACE)
    assert desk.told() == [
        f"{texts.BY_VOICE}\n\n我听到的是：{LAMP}\n您写的是：{PLACE}\n"
        "对的话回 1，重说回 2，找人工回 3"
    ]
    types(desk, "晚上黑得看不见")  # and once more, as that one was seen
    assert desk.aside().hearing is None


def test_one_that_is_on_its_way_is_left_to_it(desk: Desk) -> None:
    desk.speaks(LAMP)
    desk.answers()
    desk.execute(UNSENT)
    desk.execute("UPDATE conversations SET push_leased_until = now() + interval '1 minute'")
    types(desk, PLACE)
    assert len(desk.told()) == 2


def test_what_was_typed_beside_a_note_outlives_its_being_said_again(
    desk: Desk, rasa: FakeRasa
) -> None:
    desk.speaks("楼道的等坏了")
    desk.hears(PLACE)
    desk.answers()
    types(desk, "2")
    speaks(desk, LAMP)
    types(desk, "1")
    assert rasa.words == [f"{LAMP}，{PLACE}"]


def test_what_was_typed_beside_a_note_outlives_its_being_typed_instead(
    desk: Desk, rasa: FakeRasa
) -> None:
    desk.speaks("楼道的等坏了")
    desk.hears(PLACE)
    desk.answers()
    types(desk, "是楼道的灯坏了")
    assert rasa.words == [f"{PLACE}，是楼道的灯坏了"]
    assert newest(desk).words == rasa.words[0]


def test_a_note_right_after_a_note_goes_on_with_it(desk: Desk, rasa: FakeRasa) -> None:
    for part in (LAMP, "", "晚上黑得看不见"):
        desk.speaks(part)
    desk.answers()
    assert f"我听到的是：{LAMP}，晚上黑得看不见\n" in desk.told()[-1]
    types(desk, "1")
    assert rasa.words == [f"{LAMP}，晚上黑得看不见"]


@pytest.mark.parametrize("early", [True, False])
def test_thanks_do_not_end_a_read_back(desk: Desk, rasa: FakeRasa, *, early: bool) -> None:
    desk.speaks(LAMP)
    if not early:
        desk.answers()
    assert f"我听到的是：{LAMP}\n" in types(desk, "谢谢您！")
    types(desk, "1")
    assert rasa.words == [LAMP]


def test_a_look_at_the_progress_does_not_end_it(desk: Desk, rasa: FakeRasa) -> None:
    speaks(desk, LAMP)
    types(desk, "查进度", "1")
    assert rasa.words == ["查进度", LAMP]


@pytest.mark.parametrize("wish", ["再说一遍", "老人模式", "普通模式"])
def test_shown_once_more_it_still_waits_for_its_yes(desk: Desk, rasa: FakeRasa, wish: str) -> None:
    speaks(desk, LAMP)
    assert f"我听到的是：{LAMP}" in types(desk, wish)
    types(desk, "1")
    assert rasa.words == [LAMP]


@pytest.mark.parametrize("said", ["算了", "人工", "查询评价", "咨询政策"])
def test_what_is_about_something_else_is_not_put_beside_it(desk: Desk, said: str) -> None:
    desk.speaks(LAMP)
    desk.hears(said)
    desk.answers()
    assert "您写的是" not in desk.told()[-1]
    assert desk.aside().hearing is None


def test_the_third_failure_offers_a_person(desk: Desk) -> None:
    assert speaks(desk, "").endswith(texts.NOTHING_HEARD)
    assert speaks(desk, "") == texts.NOTHING_HEARD
    assert texts.OFFER_PERSON in speaks(desk, "")
    types(desk, "1")
    assert desk.chat().owner == Owner.QUEUE


def test_who_is_misheard_again_and_again_is_offered_a_person(desk: Desk) -> None:
    for _ in range(3):
        speaks(desk, LAMP)
        types(desk, "2")
    assert desk.told()[-1].startswith(texts.OFFER_PERSON)


def test_numbers_are_read_back_digit_by_digit(desk: Desk, rasa: FakeRasa) -> None:
    assert "号码我念一遍：电话 1 3 8 1 2 3 4 5 6 7 8。" in speaks(desk, PHONE, confidence=1.0)
    assert rasa.heard == []


def test_of_a_long_note_it_is_said_that_only_its_beginning_was_heard(desk: Desk) -> None:
    assert texts.HEARD_PART in speaks(desk, "查进度", seconds=61.0, is_cut=True)


def test_of_a_broken_note_it_is_said_that_no_more_has_come(desk: Desk) -> None:
    assert texts.HEARD_BROKEN in speaks(desk, "查进度", is_cut=True)


def test_a_look_at_the_progress_is_answered_at_once(desk: Desk, rasa: FakeRasa) -> None:
    told = speaks(desk, "我的事情办得怎么样了")
    assert rasa.words == ["我的事情办得怎么样了"]
    assert told.index("我听到的是：我的事情办得怎么样了") < told.index("听到：我的事情", 8)


def test_what_was_hardly_heard_is_read_back_whatever_it_is(desk: Desk, rasa: FakeRasa) -> None:
    assert "对的话回 1" in speaks(desk, "我的事情办得怎么样了", confidence=0.4)
    assert rasa.heard == []


def test_danger_in_a_note_comes_before_any_read_back(desk: Desk) -> None:
    told = speaks(desk, "我家厨房着火了，快来人", confidence=0.3)
    assert told.startswith("请马上打 119！")
    assert "对的话回 1" not in told


def test_a_note_to_staff_is_left_to_them(desk: Desk, rasa: FakeRasa) -> None:
    desk.staff_takes()
    desk.speaks(LAMP)
    desk.answers()
    assert (desk.told(), rasa.heard) == ([], [])


def test_a_note_in_the_queue_is_for_the_person_who_comes(desk: Desk) -> None:
    desk.set(owner=Owner.QUEUE, queued_at=desk.chat().created_at)
    assert "下一位就是您" in speaks(desk, LAMP)


def test_a_photo_meanwhile_does_not_end_the_read_back(desk: Desk, rasa: FakeRasa) -> None:
    speaks(desk, LAMP)
    desk.hears("😀")
    desk.answers()
    types(desk, "对的")
    assert rasa.words == [LAMP]


def test_read_back_works_while_rasa_is_away(alone: Desk) -> None:
    speaks(alone, LAMP)
    types(alone, "2")
    speaks(alone, LAMP)
    told = types(alone, "1")
    assert "您的话记下了" in told  # only now Rasa was needed
    assert alone.chat().owner == Owner.QUEUE


def test_a_spoken_yes_registers_what_was_read_back_while_rasa_is_away(alone: Desk) -> None:
    alone.read_back()
    speaks(alone, "对的")
    assert alone.cases() == 1


def test_a_turn_taken_again_starts_from_where_it_stood(desk: Desk, rasa: FakeRasa) -> None:
    """As after a crash between what was settled and the answer's commit."""
    speaks(desk, LAMP)
    rasa.meanwhile = lambda: 1 / 0  # the worker dies with Rasa's answer
    desk.hears("1")
    desk.answers()
    rasa.meanwhile = None
    desk.execute("UPDATE inbox SET done_at = NULL WHERE body->>'text' = '1'")
    desk.execute("UPDATE conversations SET owner = 'bot', queued_at = NULL")
    desk.answers()
    assert rasa.words[-1] == LAMP


def test_the_first_note_switches_elder_mode_on_and_says_so_once(desk: Desk) -> None:
    assert speaks(desk, LAMP).startswith(texts.BY_VOICE)
    assert desk.resident().elder_mode is True
    assert texts.BY_VOICE not in speaks(desk, LAMP)


def test_who_switched_it_off_is_left_alone(desk: Desk) -> None:
    speaks(desk, LAMP)
    told = types(desk, "普通模式")
    assert told.startswith(texts.USUAL_MODE_ON)
    assert f"我听到的是：{LAMP}" in told  # what was asked, once more
    assert texts.BY_VOICE not in speaks(desk, LAMP)
    assert desk.resident().elder_mode is False


def test_a_number_that_was_hardly_heard_presses_nothing(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(with_buttons("对吗？", ("对", "/affirm"), ("不对", "/deny")))
    types(desk, "你好")
    assert "我听到的是：第一个" in speaks(desk, "第一个", confidence=0.3)
    assert rasa.words == ["你好"]


def test_voice_answers_buttons_too(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(with_buttons("对吗？", ("对", "/affirm"), ("不对", "/deny")))
    types(desk, LAMP)
    speaks(desk, "第二个")
    assert rasa.words == [LAMP, "/deny"]
