"""Who answers: the bot, the queue or a person; and what goes before all of them."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.clock import now
from backend.conversations import service as conversations
from backend.database import Database
from backend.errors import Conflict
from backend.models.cases import Case
from backend.models.conversations import Owner
from backend.models.messages import Attachment
from backend.models.residents import ChannelAccount, LinkCode
from backend.vocabulary.messages import File
from bot.channels.base import Refused, Unreachable
from dialogue.texts import appeal as appeal_texts
from dialogue.texts import chat as texts
from tests.fakes.rasa import SLOW, FakeRasa
from tests.support.bot_desk import LIMIT_BYTES, Desk, a_desk
from tests.support.builders import a_dispatched_case

FIRE = "我家厨房着火了，快来人"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
VOICE = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 3
TOO_LARGE = JPEG + bytes(LIMIT_BYTES)


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def a_photo(content: bytes | Exception, desk: Desk) -> tuple[File, ...]:
    desk.line.files["photo"] = content  # type: ignore[assignment]
    return (File("photo", reference="photo"),)


def test_bot_is_silent_while_staff_own_the_chat(desk: Desk) -> None:
    desk.staff_takes()
    for words in ("你好", "路灯坏了", "人工"):
        desk.hears(words)
    desk.hears(payload="b1.0")
    desk.answers()
    assert desk.replies() == []
    assert desk.chat().owner == Owner.STAFF


def test_takeover_during_the_turn_drops_the_answer(desk: Desk, rasa: FakeRasa) -> None:
    rasa.meanwhile = desk.staff_takes
    desk.hears("你好")
    desk.answers()
    assert desk.replies() == []
    assert desk.chat().owner == Owner.STAFF


def test_yes_registers_nothing_after_staff_take_over(desk: Desk, rasa: FakeRasa) -> None:
    desk.read_back()
    rasa.meanwhile = desk.staff_takes
    desk.hears("对")
    desk.answers()
    assert len(desk.replies()) == 1
    assert desk.cases() == 0
    assert desk.state().draft is not None


def test_waiting_resident_is_told_and_can_return(desk: Desk) -> None:
    desk.set(owner=Owner.QUEUE, queued_at=desk.chat().created_at)
    for words in ("在吗", "取消", "你好"):
        desk.hears(words)
    desk.answers()
    assert desk.replies() == [texts.SOON.plain, texts.BACK_TO_BOT.plain, texts.GREET.plain]
    assert desk.chat().owner == Owner.BOT


def test_who_waits_can_tell_their_matter_meanwhile(desk: Desk) -> None:
    desk.set(owner=Owner.QUEUE, queued_at=desk.chat().created_at)
    desk.read_back()
    desk.hears("对")
    desk.answers()
    assert desk.cases() == 1
    assert desk.chat().owner == Owner.QUEUE


def test_who_waits_is_told_how_many_wait_before(desk: Desk) -> None:
    first = desk.chat("first").created_at
    for minutes, name in enumerate(["first", "second", "lin"]):
        waits_since = first + timedelta(minutes=minutes)
        desk.set(name, owner=Owner.QUEUE, queued_at=waits_since)
    desk.hears("还有多久")
    desk.answers()
    assert desk.replies()[0].startswith(texts.STILL_QUEUED.plain.format(ahead=2))


def test_returning_to_the_bot_takes_nothing_from_staff(desk: Desk) -> None:
    with desk.database.begin() as session:
        chat_id = desk.chat().id
        conversations.ask_for_person(session, chat_id, "", now=desk.chat().created_at)
    desk.staff_takes()
    with desk.database.begin() as session:
        assert not conversations.leave_queue(session, chat_id)
    assert desk.chat().owner == Owner.STAFF


def test_only_one_member_of_staff_gets_the_chat(desk: Desk) -> None:
    desk.staff_takes()
    with pytest.raises(Conflict), desk.database.begin() as session:
        conversations.claim(session, desk.chat().id, staff_id=0, now=now())


@pytest.mark.parametrize("owner", [Owner.BOT, Owner.QUEUE, Owner.STAFF])
def test_danger_gets_a_number_whoever_owns_chat(desk: Desk, owner: Owner) -> None:
    if owner is Owner.STAFF:
        desk.staff_takes()
    elif owner is Owner.QUEUE:
        desk.set(
            owner=owner,
            queued_at=desk.chat().created_at,
            queue_reason="市民要求人工",
            queue_code="asked",
        )
    desk.hears(FIRE)
    desk.answers()
    (reply,) = desk.replies()
    assert reply.startswith("请马上打 119！")
    assert owner is Owner.STAFF or desk.chat().queue_code == "emergency"


def test_danger_does_not_wait_for_rasa(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(SLOW)
    desk.hears(FIRE)
    desk.answers()
    assert len(desk.replies()) == 1
    assert rasa.words == []


@pytest.mark.parametrize("file", [TOO_LARGE, Unreachable("away"), Refused("gone")], ids=str)
def test_danger_does_not_wait_for_a_file(desk: Desk, file: bytes | Exception) -> None:
    desk.hears(FIRE, files=a_photo(file, desk))
    desk.answers()
    assert "119" in desk.replies()[0]
    assert len(desk.replies()) == 1


def test_the_photo_of_a_danger_is_kept(desk: Desk) -> None:
    desk.hears(FIRE, files=a_photo(JPEG, desk))
    desk.answers()
    with desk.database.begin() as session:
        assert session.scalars(select(Attachment.media_type)).all() == ["image/jpeg"]


def test_voice_without_transcript_is_stored_and_words_requested(desk: Desk, rasa: FakeRasa) -> None:
    desk.line.files["note"] = VOICE
    desk.hears(files=(File("voice", reference="note"),))
    desk.answers()
    assert desk.replies() == [texts.VOICE_KEPT.plain]
    assert rasa.words == []
    with desk.database.begin() as session:
        assert session.scalars(select(Attachment.media_type)).all() == ["audio/amr"]


def test_photo_goes_to_the_open_case(desk: Desk) -> None:
    with desk.database.begin() as session:
        case = a_dispatched_case(session)
    desk.hears(files=a_photo(JPEG, desk))
    desk.answers()
    assert desk.replies()[-1] == texts.PHOTO_FOR_CASE.plain.format(
        what="照片", case_no=case.case_no
    )
    with desk.database.begin() as session:
        assert session.scalars(select(Attachment.case_id)).all() == [case.id]
        assert session.get_one(Case, case.id).events[-1].action == "add_detail"


def test_a_photo_before_any_case_waits_for_one(desk: Desk) -> None:
    desk.hears(files=a_photo(JPEG, desk))
    desk.answers()
    assert desk.replies() == [texts.PHOTO_ALONE.plain.format(what="照片")]
    with desk.database.begin() as session:
        case = a_dispatched_case(session)
        assert session.scalars(select(Attachment.case_id)).all() == [case.id]


def test_refused_photo_keeps_its_words(desk: Desk) -> None:
    desk.hears("路灯坏了", files=a_photo(TOO_LARGE, desk))
    desk.answers()
    (reply,) = desk.replies()
    assert "没收下" in reply
    assert reply.endswith(appeal_texts.ASK_PLACE.plain)


def test_refused_photo_alone_is_reported_and_unattached(desk: Desk) -> None:
    with desk.database.begin() as session:
        a_dispatched_case(session)
    desk.hears(files=a_photo(b"MZ not a photo", desk))
    desk.answers()
    assert "没收下" in desk.replies()[-1]
    assert "放进工单" not in desk.replies()[-1]


def test_a_code_joins_two_chats(desk: Desk) -> None:
    desk.hears("绑定", of="lin")
    desk.answers()
    code = desk.replies("lin")[0].split("\n")[0].removeprefix("绑定码：")
    desk.hears(f"绑定 {code}", of="lin-2")
    desk.hears(f"绑定 {code}", of="mallory")
    desk.answers()
    assert desk.replies("lin-2") == [texts.LINKED.plain]
    assert "过期" in desk.replies("mallory")[0]
    with desk.database.begin() as session:
        owners = {
            row.external_id: row.resident_id for row in session.scalars(select(ChannelAccount))
        }
    assert owners["lin"] == owners["lin-2"] != owners["mallory"]


def test_a_code_lives_ten_minutes(desk: Desk) -> None:
    desk.hears("绑定", of="lin")
    desk.answers()
    code = desk.replies("lin")[0].split("\n")[0].removeprefix("绑定码：")
    with desk.database.begin() as session:
        session.scalars(select(LinkCode)).one().expires_at -= timedelta(minutes=10, seconds=1)
    desk.hears(f"绑定{code}", of="lin-2")
    desk.answers()
    assert "过期" in desk.replies("lin-2")[0]


@pytest.mark.parametrize(
    ("words", "is_code"),
    [
        ("绑定 12345678", True),
        ("绑定：12ab", True),
        ("绑定银行卡怎么弄", False),
        ("怎么绑定", False),
    ],
)
def test_only_a_code_is_taken_for_one(desk: Desk, words: str, *, is_code: bool) -> None:
    desk.hears(words)
    desk.answers()
    assert desk.replies()[0].startswith("绑定码") == (words == "绑定")
    assert ("过期" in desk.replies()[0]) == is_code


def test_two_workers_take_two_residents_at_once(desk: Desk, rasa: FakeRasa) -> None:
    meeting = threading.Barrier(2, timeout=2)
    rasa.meanwhile = lambda: meeting.wait() and None
    desk.hears("你好", of="lin")
    desk.hears("谢谢", of="wu")
    workers = [threading.Thread(target=desk.answers) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (desk.replies("lin"), desk.replies("wu")) == ([texts.GREET.plain], [texts.THANK.plain])


def test_words_told_to_a_person_are_kept(desk: Desk) -> None:
    desk.hears("楼道的灯坏了半年没人修")
    desk.answers()
    desk.staff_takes()
    for words in ("在西湖区文三路138号3幢", "好的，谢谢", "打我电话13606512277"):
        desk.hears(words)
    desk.answers()
    before = len(desk.replies())
    desk.staff_releases()
    goodbye, question = desk.replies()[before:]
    assert "小呼接着帮您" in goodbye
    assert "文三路138号" in question
    assert question.endswith("这样报上去，对吗？")
    desk.presses(appeal_texts.RIGHT_SO)
    assert desk.cases() == 1


def test_missing_place_is_asked_on_release(desk: Desk) -> None:
    desk.staff_takes()
    desk.hears("楼道的灯坏了半年没人修")
    desk.answers()
    assert desk.replies() == []
    desk.staff_releases()
    assert desk.replies()[-1].startswith(
        "您说的“楼道的灯坏了半年没人修”，我接着帮您登记。\n在什么地方"
    )
