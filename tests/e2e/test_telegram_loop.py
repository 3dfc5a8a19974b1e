"""The loop over Telegram, against a stand-in of the Bot API that keeps Telegram's limits."""

from collections.abc import Callable

import pytest

from tests.e2e.people import APPEAL, CASE_NO, GRADES, MATTER, PNG, YES, Staff, foreign_words
from tests.e2e.telegram_people import HELLO, READ_BACK, Person, TalkingBotApi
from tests.e2e.whole import Minhu, wait_for

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]

People = Callable[[str], Staff]
HEARING_SECONDS = 150.0  # a turn waits a minute for who listens, and that process yields to all
OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(60)


@pytest.fixture
def person(telegram: TalkingBotApi) -> Person:
    return telegram.somebody()


def test_the_loop_over_polling(person: Person, telegram: TalkingBotApi, staff: People) -> None:
    person.says("你好", HELLO)
    case_no = person.reports(f"{APPEAL}，路口也是黑的")
    assert staff("dispatcher").cases_saying("路口也是黑的") == [case_no]
    handler = staff("handler")
    handler.does(case_no, "accept")
    person.hears("已经签收")
    handler.does(case_no, "resolve", outcome="solved", text="灯换好了。")
    prompt = person.hears("灯换好了。")
    assert [title for title, _ in prompt.buttons] == GRADES
    reasons = person.presses("不满意", "是哪里没办好")
    assert "不想说" in dict(reasons.buttons)
    person.presses("问题没解决", "重新办理一次")
    person.presses("重新办理", "已重新办理")
    handler.does(case_no, "accept")
    handler.does(case_no, "resolve", outcome="solved", text="这次真亮了。")
    staff("supervisor").does(case_no, "confirm")
    person.hears("这次真亮了。")
    person.presses("非常满意", "谢谢您的评价")
    closed = handler.case(case_no)
    assert (closed["status"], closed["round"], closed["rating"]["score"]) == ("closed", 2, 5)
    assert foreign_words(person.texts) == []
    wait_for("every button's spinner to stop", lambda: not telegram.unanswered)


def test_a_location_pin_says_where(person: Person, staff: People) -> None:
    person.says(MATTER, "在什么地方")
    assert "request_location" in person.resident.inbox[-1].fields["reply_markup"]
    person.resident.shares_location(30.2794, 120.1276, title="翠苑一区", address="文三路")
    assert "翠苑一区 文三路" in person.hears(READ_BACK).text
    person.presses(YES, "已经登记好了")
    case = staff("dispatcher").case(CASE_NO.findall(person.texts[-1])[0])
    assert case["location"]["pin"]["latitude"] == pytest.approx(30.2794)


def test_voice_note_is_stored_and_words_are_requested(
    person: Person, minhu: Minhu, staff: People
) -> None:
    person.resident.sends_voice(OGG)
    person.hears("语音已经收好", seconds=HEARING_SECONDS)
    case_no = person.reports()
    [voice] = staff("handler").case(case_no)["attachments"]
    assert (voice["kind"], voice["size_bytes"]) == ("voice", len(OGG))
    [(digest,)] = minhu.rows("SELECT digest FROM attachments WHERE id = %s", voice["id"])
    assert (minhu.folder / "attachments" / digest[:2] / digest[2:]).read_bytes() == OGG


def test_photo_with_caption_is_an_appeal(person: Person, staff: People) -> None:
    person.resident.sends_photo(PNG, caption=APPEAL)
    person.hears(READ_BACK)
    person.presses(YES, "已经登记好了")
    case = staff("handler").case(CASE_NO.findall(person.texts[-1])[0])
    assert [it["kind"] for it in case["attachments"]] == ["photo"]


def test_start_with_a_deep_link_greets(person: Person, minhu: Minhu) -> None:
    person.says("/start poster-42", HELLO)
    account = str(person.resident.chat_id)
    query = "SELECT scene FROM channel_accounts WHERE channel = 'telegram' AND external_id = %s"
    assert minhu.rows(query, account) == [("poster-42",)]
    person.says("/help", "我能帮您")


@pytest.mark.parametrize("announced", [True, False])
def test_pushes_wait_for_somebody_who_blocked_the_bot(
    person: Person, minhu: Minhu, staff: People, *, announced: bool
) -> None:
    case_no = person.reports()
    if announced:
        person.resident.blocks()
    else:
        person.resident.api.blocked.add(person.resident.chat_id)
    staff("handler").does(case_no, "accept")
    query = "SELECT 1 FROM outbox WHERE case_no = %s AND status = 'held'"
    wait_for("a push that is held", lambda: minhu.rows(query, case_no))
    person.says("谢谢", "已经签收")
    person.hears("不客气")


def test_too_many_requests_only_delay(person: Person, telegram: TalkingBotApi) -> None:
    telegram.faults[person.resident.chat_id] = ["500", "429"]
    person.says("你好", HELLO)
    person.says("谢谢", "不客气")
    assert len(person.texts) == 2


def test_a_long_answer_comes_in_parts(person: Person, staff: People) -> None:
    case_no = person.reports()
    reply = "".join(f"第{n}盏灯已经换好了，线路也查过。" for n in range(1, 281))
    staff("handler").does(case_no, "accept")
    staff("handler").does(case_no, "resolve", outcome="solved", text=reply)
    last = person.hears("请您评一评")
    parts = person.resident.inbox[_first_part(person) :]
    assert reply in "".join(part.text for part in parts)
    assert len(parts) > 1
    assert max(len(part.text) for part in parts) <= 4096
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert parts[-1] is last


def _first_part(person: Person) -> int:
    return next(n for n, message in enumerate(person.resident.inbox) if "第1盏灯" in message.text)
