"""The console: a resident's voice, beside what was heard in it."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from backend.attachments import file_jobs
from backend.clock import now
from backend.desk.transcript_corrections import corrections
from backend.messaging import inbox
from backend.models.conversations import Conversation
from backend.models.messages import Attachment, FileJob
from backend.vocabulary.messages import Incoming, Transcript
from tests.support import sounds
from tests.support.staff_app import UNIT, Town

TRANSCRIPT = Transcript("路灯坏了，打我电话13812345678", 0.83, 3.0, is_cut=True)
MASKED = "打我电话138****5678"


def speaks(town: Town, conversation_id: int, transcript: Transcript = TRANSCRIPT) -> None:
    """A voice note, kept and listened to."""
    sound = town.folder.keep(sounds.ogg(sounds.tone(1)))
    with town.database.begin() as session:
        account = session.get_one(Conversation, conversation_id).account
        message = Incoming(account.channel, account.external_id, "voice", now(), files=(sound,))
        inbox.receive(session, message, now=now())
        file_jobs.finish_hearing(session, session.scalars(select(FileJob)).one(), transcript)


def test_chat_shows_transcript_and_plays_sound(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    speaks(town, conversation_id)
    chat = f"/conversations/{conversation_id}"
    page = desk("dispatcher").get(chat).text
    assert TRANSCRIPT.text in page
    assert page.count("路灯坏了") == 1
    assert "把握 83%，请听原音核对。只转了前面一段" in page
    assert "<audio controls" in page
    assert MASKED in desk("supervisor").get(chat).text
    [message] = town.get("dispatcher", chat).json()["messages"]
    assert message["transcript"]["confidence"] == 0.83
    assert [file["kind"] for file in message["files"]] == ["voice"]


def test_a_waiting_chat_shows_what_was_said_last(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    speaks(town, conversation_id)
    town.queue(conversation_id)
    assert MASKED in desk("dispatcher").get("/conversations").text


def test_case_has_recording_and_transcript_until_erasure(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    speaks(town, conversation_id)
    case_no = town.case("路灯不亮", conversation_id=conversation_id, unit=UNIT)
    page = desk("handler").get(f"/cases/{case_no}").text
    assert "<audio controls" in page
    assert "路灯坏了" in page
    [attachment] = town.get("handler", f"/cases/{case_no}").json()["attachments"]
    assert (attachment["transcript"]["confidence"], attachment["is_erased"]) == (0.83, False)
    with town.database.begin() as session:
        session.scalars(select(Attachment)).one().erased_at = now()
    page = desk("handler").get(f"/cases/{case_no}").text
    assert "<audio" not in page
    assert "语音已过保存期" in page
    assert "路灯坏了" in page


def test_silence_is_said_to_be_silence(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    speaks(town, conversation_id, Transcript("", 1.0, 3.0))
    page = desk("dispatcher").get(f"/conversations/{conversation_id}").text
    assert "没听到有人说话" in page


def test_a_corrected_transcript_keeps_both_texts(town: Town, desk: Any) -> None:
    chat = town.conversation()
    speaks(town, chat)
    address = f"/conversations/{chat}"
    town.post("dispatcher", f"{address}/claim")
    at = desk("dispatcher")
    page = at.submit(address, f"{address}/transcript", transcript="店梯坏了")
    assert "转写改好了" in page.text
    assert "同事听着原音改过" in page.text
    at.submit(address, f"{address}/transcript", transcript="电梯坏了")
    [message] = town.get("dispatcher", address).json()["messages"][:1]
    assert message["transcript"]["text"] == "电梯坏了"
    with town.database.begin() as session:
        assert corrections(session) == [
            (TRANSCRIPT.text, "店梯坏了"),
            ("店梯坏了", "电梯坏了"),
        ]
        assert session.scalars(select(Attachment.transcript)).one()["text"] == "电梯坏了"


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"transcript": " "}, 400),
        ({"transcript": "长" * 10_000}, 400),
        ({"transcript": "好", "message": "99999"}, 404),
        ({"transcript": "好", "message": "x"}, 404),
    ],
)
def test_bad_corrections_change_nothing(
    town: Town, desk: Any, typed: dict[str, str], status: int
) -> None:
    chat = town.conversation()
    speaks(town, chat)
    address = f"/conversations/{chat}"
    town.post("dispatcher", f"{address}/claim")
    answer = desk("dispatcher").submit(address, f"{address}/transcript", **typed)
    assert answer.status_code == status
    with town.database.begin() as session:
        assert corrections(session) == []


def test_only_the_owner_corrects_a_transcript(town: Town, desk: Any) -> None:
    chat = town.conversation()
    speaks(town, chat)
    assert "改转写" not in desk("dispatcher").get(f"/conversations/{chat}").text
    other = town.conversation("other")
    town.post("dispatcher", f"/conversations/{other}/claim")
    at, address = desk("dispatcher"), f"/conversations/{other}"
    html = at.get(address).text
    token = re.findall(r'name="form_token" value="([^"]*)"', html)[0]
    with town.database.begin() as session:
        number = session.scalars(select(Attachment.inbox_id)).one()
    typed = {"form_token": token, "message": str(number), "transcript": "别人的"}
    assert at.post(f"{address}/transcript", data=typed).status_code == 404
    assert at.post(f"/conversations/{chat}/transcript", data=typed).status_code == 409
