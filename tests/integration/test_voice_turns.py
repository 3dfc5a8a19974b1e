"""A voice note becomes words only after a yes: told at the residents' door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.clock import now
from backend.database import Database
from backend.messaging import inbox
from backend.models.conversations import Owner
from backend.vocabulary.messages import File
from dialogue.state import Ask
from dialogue.texts import appeal
from dialogue.texts import wishes as texts
from tests.fakes.rasa import FakeRasa
from tests.support.bot_desk import Desk, a_desk, types

PHOTO = (File("photo", digest="1" * 64, media_type="image/jpeg", size_bytes=4000),)
LAMP = "楼道的灯坏了三天没人来修"
PLACE = "文三路12号三单元"
PHONE = "我的电话是幺三八一二三四五六七八"


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def speaks(desk: Desk, *transcript: str, **more: object) -> str:
    for words in transcript:
        desk.speaks(words, **more)  # type: ignore[arg-type]
        desk.answers()
    return desk.replies()[-1]


def asks(desk: Desk) -> Ask | None:
    question = desk.state().question
    return question.ask if question else None


def stored_text(desk: Desk) -> str | None:
    """The words of which the appeal in the making is made."""
    draft = desk.state().draft
    return draft.full_wording if draft else None


def test_transcript_is_read_back_and_nothing_else_happens(desk: Desk) -> None:
    reply = speaks(desk, LAMP)
    assert reply.endswith(f"我听到的是：{LAMP}\n对的话回 1，重说回 2，找人工回 3")
    assert (desk.cases(), stored_text(desk)) == (0, None)


@pytest.mark.parametrize("yes", ["1", "一", "第一个", "选1", "对的", "是的"])
def test_confirmed_transcript_continues_as_typed_text(desk: Desk, rasa: FakeRasa, yes: str) -> None:
    speaks(desk, LAMP)
    types(desk, yes)
    assert rasa.words[-1] == LAMP
    assert (stored_text(desk), asks(desk)) == (LAMP, Ask.PLACE)


def test_the_button_does_what_the_number_does(desk: Desk) -> None:
    speaks(desk, LAMP)
    desk.presses(texts.RIGHT)
    assert stored_text(desk) == LAMP


def test_a_yes_may_be_spoken(desk: Desk) -> None:
    speaks(desk, LAMP, "对的")
    assert stored_text(desk) == LAMP


def test_two_asks_to_say_it_again(desk: Desk) -> None:
    speaks(desk, LAMP)
    assert types(desk, "2") == texts.SAY_IT_AGAIN.plain
    assert "我听到的是：水管漏了" in speaks(desk, "水管漏了")
    types(desk, "1")
    assert stored_text(desk) == "水管漏了"


def test_three_hands_over_with_the_recording(desk: Desk) -> None:
    speaks(desk, LAMP)
    types(desk, "3")
    assert (desk.chat().owner, desk.chat().queue_reason) == (Owner.QUEUE, texts.HEAR_REASON)


def test_another_note_is_the_same_said_again(desk: Desk) -> None:
    speaks(desk, "楼道的等坏了", LAMP)
    types(desk, "1")
    assert stored_text(desk) == LAMP


def test_typed_words_take_its_place(desk: Desk) -> None:
    speaks(desk, LAMP)
    types(desk, "是三号楼的灯坏了")
    assert stored_text(desk) == "是三号楼的灯坏了"
    types(desk, "1")
    assert LAMP not in str(stored_text(desk))  # nothing waits any more for that 1


def test_words_typed_after_a_note_count_too(desk: Desk) -> None:
    """They were under way before the read-back could be seen: they are no answer to it."""
    desk.speaks(LAMP)
    desk.hears(PLACE)
    desk.answers()
    assert desk.replies()[-1] == (
        f"我听到的是：{LAMP}\n您写的是：{PLACE}\n对的话回 1，重说回 2，找人工回 3"
    )
    types(desk, "1")
    assert (stored_text(desk), asks(desk)) == (f"{LAMP}，{PLACE}", Ask.CONFIRM)


UNSENT = "UPDATE outbox SET status = 'pending', seq = NULL, sent_at = NULL, due_at = now()"


def test_unsent_read_back_is_replaced_by_the_longer(
    desk: Desk,
) -> None:
    desk.speaks(LAMP)
    desk.answers()
    desk.execute(UNSENT)
    types(desk, PLACE)
    assert desk.replies() == [
        f"{texts.BY_VOICE.plain}\n\n我听到的是：{LAMP}\n您写的是：{PLACE}\n"
        "对的话回 1，重说回 2，找人工回 3"
    ]
    types(desk, "晚上黑得看不见")  # and once more, as that one was seen
    assert asks(desk) is not Ask.HEARING


def test_read_back_in_delivery_is_not_replaced(desk: Desk) -> None:
    desk.speaks(LAMP)
    desk.answers()
    desk.execute(UNSENT)
    desk.execute("UPDATE conversations SET push_leased_until = now() + interval '1 minute'")
    types(desk, PLACE)
    assert len(desk.replies()) == 2


def test_typed_words_survive_a_repeated_note(desk: Desk) -> None:
    desk.speaks("楼道的等坏了")
    desk.hears(PLACE)
    desk.answers()
    types(desk, "2")
    speaks(desk, LAMP)
    types(desk, "1")
    assert stored_text(desk) == f"{LAMP}，{PLACE}"


def test_typed_words_survive_retyping_the_note(desk: Desk, rasa: FakeRasa) -> None:
    desk.speaks("楼道的等坏了")
    desk.hears(PLACE)
    desk.answers()
    types(desk, "是楼道的灯坏了")
    assert rasa.words[-1] == f"{PLACE}，是楼道的灯坏了"
    assert stored_text(desk) == rasa.words[-1]


def test_note_after_note_joins_it(desk: Desk) -> None:
    for part in (LAMP, "", "晚上黑得看不见"):
        desk.speaks(part)
    desk.answers()
    assert f"我听到的是：{LAMP}，晚上黑得看不见\n" in desk.replies()[-1]
    types(desk, "1")
    assert stored_text(desk) == f"{LAMP}，晚上黑得看不见"


@pytest.mark.parametrize("early", [True, False])
def test_thanks_do_not_end_a_read_back(desk: Desk, *, early: bool) -> None:
    desk.speaks(LAMP)
    if not early:
        desk.answers()
    assert f"我听到的是：{LAMP}\n" in types(desk, "谢谢您！")
    types(desk, "1")
    assert stored_text(desk) == LAMP


def test_progress_query_keeps_the_read_back_open(desk: Desk) -> None:
    speaks(desk, LAMP)
    reply = types(desk, "查进度")
    assert reply.index("您还没有报过事") < reply.index(f"我听到的是：{LAMP}")
    types(desk, "1")
    assert stored_text(desk) == LAMP


@pytest.mark.parametrize("wish", ["再说一遍", "老人模式", "普通模式"])
def test_repeated_read_back_still_awaits_its_yes(desk: Desk, wish: str) -> None:
    speaks(desk, LAMP)
    assert f"我听到的是：{LAMP}" in types(desk, wish)
    types(desk, "1")
    assert stored_text(desk) == LAMP


@pytest.mark.parametrize("words", ["算了", "人工", "查询评价", "咨询政策"])
def test_unrelated_words_are_not_joined_to_it(desk: Desk, words: str) -> None:
    desk.speaks(LAMP)
    desk.hears(words)
    desk.answers()
    assert "您写的是" not in desk.replies()[-1]
    assert asks(desk) is not Ask.HEARING


def test_the_third_failure_offers_a_person(desk: Desk) -> None:
    assert speaks(desk, "").endswith(texts.NOTHING_HEARD.plain)
    assert speaks(desk, "") == texts.NOTHING_HEARD.plain
    assert texts.OFFER_PERSON.plain in speaks(desk, "")
    types(desk, "1")
    assert (desk.chat().owner, desk.chat().queue_reason) == (Owner.QUEUE, texts.HEAR_REASON)


def test_silence_is_no_recording_for_a_case(desk: Desk) -> None:
    desk.read_back()
    types(desk, "对")
    assert speaks(desk, "").endswith(texts.NOTHING_HEARD.plain)


def test_repeatedly_misheard_resident_is_offered_a_person(desk: Desk) -> None:
    for _ in range(3):
        speaks(desk, LAMP)
        types(desk, "2")
    assert desk.replies()[-1].startswith(texts.OFFER_PERSON.plain)


def test_numbers_are_read_back_digit_by_digit(desk: Desk) -> None:
    assert "号码我念一遍：电话 1 3 8 1 2 3 4 5 6 7 8。" in speaks(desk, PHONE, confidence=1.0)
    assert desk.resident().phone is None


def test_truncated_note_is_reported_to_the_resident(desk: Desk) -> None:
    assert texts.HEARD_PART.plain in speaks(desk, "查进度", seconds=61.0, is_cut=True)


def test_broken_note_is_reported_to_the_resident(desk: Desk) -> None:
    assert texts.HEARD_BROKEN.plain in speaks(desk, "查进度", is_cut=True)


def test_progress_query_is_answered_immediately(desk: Desk) -> None:
    reply = speaks(desk, "我的事情办得怎么样了")
    assert reply.index("我听到的是：我的事情办得怎么样了") < reply.index("您还没有报过事")
    assert "对的话回 1" not in reply


def test_low_confidence_transcript_is_always_read_back(desk: Desk) -> None:
    reply = speaks(desk, "我的事情办得怎么样了", confidence=0.4)
    assert "对的话回 1" in reply
    assert "您还没有报过事" not in reply


def test_danger_in_a_note_precedes_read_back(desk: Desk) -> None:
    reply = speaks(desk, "我家厨房着火了，快来人", confidence=0.3)
    assert reply.startswith("请马上打 119！")
    assert "对的话回 1" not in reply


def test_a_note_to_staff_is_left_to_them(desk: Desk) -> None:
    desk.staff_takes()
    desk.speaks(LAMP)
    desk.answers()
    assert (desk.replies(), desk.cases()) == ([], 0)


def test_waiting_residents_notes_are_transcribed_too(desk: Desk) -> None:
    desk.set(owner=Owner.QUEUE, queued_at=desk.chat().created_at)
    assert f"我听到的是：{LAMP}" in speaks(desk, LAMP)
    assert types(desk, "1").endswith(appeal.ASK_PLACE.worded(elder_mode=True))
    assert desk.chat().owner == Owner.QUEUE


@pytest.mark.parametrize("beside", [{"words": "😀"}, {"files": PHOTO}])
def test_photo_keeps_the_read_back_open(desk: Desk, beside: dict[str, object]) -> None:
    speaks(desk, LAMP)
    desk.hears(**beside)  # type: ignore[arg-type]
    desk.answers()
    types(desk, "对的")
    assert stored_text(desk) == LAMP


def test_read_back_works_while_rasa_is_away(alone: Desk) -> None:
    speaks(alone, LAMP)
    types(alone, "2")
    speaks(alone, LAMP)
    assert types(alone, "1").endswith(appeal.ASK_PLACE.worded(elder_mode=True))
    assert stored_text(alone) == LAMP


def test_spoken_yes_registers_the_read_back_without_rasa(alone: Desk) -> None:
    alone.read_back()
    speaks(alone, "对的")
    assert alone.cases() == 1


def test_retried_turn_starts_from_the_same_state(desk: Desk) -> None:
    """The worker that had taken it died before it wrote anything."""
    speaks(desk, LAMP)
    desk.hears("1")
    with desk.database.begin() as session:
        assert inbox.take(session, now=now())
    desk.let_lease_expire()
    desk.answers()
    assert stored_text(desk) == LAMP


def test_first_note_switches_elder_mode_on_once(desk: Desk) -> None:
    assert speaks(desk, LAMP).startswith(texts.BY_VOICE.plain)
    assert desk.resident().elder_mode is True
    assert texts.BY_VOICE.plain not in speaks(desk, LAMP)


def test_who_switched_it_off_is_left_alone(desk: Desk) -> None:
    speaks(desk, LAMP)
    reply = types(desk, "普通模式")
    assert reply.startswith(texts.USUAL_MODE_ON.plain)
    assert f"我听到的是：{LAMP}" in reply  # what was asked, once more
    assert texts.BY_VOICE.plain not in speaks(desk, LAMP)
    assert desk.resident().elder_mode is False


def test_a_number_that_was_hardly_heard_presses_nothing(desk: Desk) -> None:
    desk.read_back()
    assert "我听到的是：第一个" in speaks(desk, "第一个", confidence=0.3)
    assert desk.cases() == 0


def test_voice_answers_buttons_too(desk: Desk) -> None:
    desk.read_back()
    assert speaks(desk, "第二个") == appeal.ASK_CHANGE.plain


def test_earlier_question_returns_after_a_confirmed_note(desk: Desk) -> None:
    types(desk, LAMP)
    speaks(desk, PLACE)
    types(desk, "1")
    assert (stored_text(desk), asks(desk)) == (f"{LAMP}\n{PLACE}", Ask.CONFIRM)
