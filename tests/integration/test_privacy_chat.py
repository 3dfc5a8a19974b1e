"""What residents learn and may ask about their data in a chat, and how they leave a device."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.clock import now
from backend.conversations import service as conversations
from backend.database import Database
from backend.errors import BadInput
from backend.messaging import outbox
from backend.models.conversations import Owner
from backend.models.messages import Delivery, OutboxMessage
from backend.models.privacy import PrivacyRequest
from backend.models.residents import ChannelAccount
from backend.privacy import notices, requests
from backend.staff.accounts import account_named
from backend.texts import privacy as texts
from backend.vocabulary.privacy import RequestKind
from backend.vocabulary.texts import Text
from backend.web.pages import TEMPLATES
from bot.channels.webchat.routes import STATIC
from tests.fakes.rasa import FakeRasa
from tests.support.bot_desk import Desk, a_desk, types
from tests.support.builders import a_conversation, a_member_of_staff
from tests.support.chat_page import Page

# Of the notice and the page that it leads to. Whoever changes them gives a new version.
FINGERPRINTS = {"2026-12": "8a6e08f995c9"}
DANGER = "着火了，快来人，楼道里都是烟"


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def says(desk: Desk, words: str, on: str = "telegram") -> str:
    desk.hears(words, on=on)
    desk.answers()
    with desk.database.begin() as session:
        chat = a_conversation(session, on=on)
        query = select(OutboxMessage.text).where(OutboxMessage.conversation_id == chat.id)
        return session.scalars(query.order_by(OutboxMessage.id.desc())).first() or ""


def set_version(desk: Desk, version: str | None) -> None:
    with desk.database.begin() as session:
        for account in session.scalars(select(ChannelAccount)):
            account.notice_version = version


def test_a_new_text_has_a_new_version() -> None:
    page = (TEMPLATES / "public_privacy.html").read_text("utf-8")
    written = texts.NOTICE.plain + texts.NOTICE.for_elders + page
    assert FINGERPRINTS[texts.VERSION] == hashlib.sha256(written.encode()).hexdigest()[:12]


def test_the_first_answer_has_the_notice_once(desk: Desk) -> None:
    assert says(desk, "你好").endswith(texts.NOTICE.plain)
    assert texts.NOTICE.plain not in says(desk, "你好")


def test_a_changed_notice_is_shown_once(desk: Desk) -> None:
    says(desk, "你好")
    set_version(desk, "2020-01")
    assert texts.CHANGED.plain in says(desk, "你好")
    assert texts.CHANGED.plain not in says(desk, "谢谢")


def test_a_number_to_call_stands_alone(desk: Desk) -> None:
    assert texts.NOTICE.plain not in says(desk, DANGER)
    with desk.database.begin() as session:
        assert session.scalars(select(ChannelAccount.notice_version)).all() == [None]


def test_a_question_keeps_its_choices_last(desk: Desk) -> None:
    reply = says(desk, "文三路90号楼下夜里施工太吵")
    assert reply.startswith(texts.NOTICE.plain)
    assert reply.endswith("对吗？")


def test_the_page_shows_the_notice_by_itself(page: Page, database: Database) -> None:
    html = (STATIC / "chat.html").read_text("utf-8")
    assert texts.NOTICE.plain.split("。")[0] in html
    assert "/public/privacy" in html
    assert _notice(page) is None
    with database.begin() as session:
        session.scalars(select(ChannelAccount)).one().notice_version = "2020-01"
    assert _notice(page) == texts.CHANGED.plain
    assert page.http.post("/chat/notice", headers=page.headers).status_code == 204
    assert _notice(page) is None


def _notice(page: Page) -> str | None:
    answer = page.http.get("/chat/notice", headers=page.headers)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["version"] == texts.VERSION
    text: str | None = answer.json()["text"]
    return text


def test_leaving_ends_the_sign_in(page: Page, database: Database) -> None:
    page.send("m1", text="路灯坏了")
    assert page.http.delete("/chat/sessions", headers=page.headers).status_code == 204
    for call in (
        page.send("m2", text="路灯坏了"),
        page.http.get("/chat/messages", headers=page.headers),
        page.http.get("/chat/events", headers=page.headers),
        page.http.get("/chat/notice", headers=page.headers),
        page.http.delete("/chat/sessions", headers=page.headers),
    ):
        assert call.status_code == 401
    with database.begin() as session:
        account = session.scalars(select(ChannelAccount)).one()
        chat = conversations.conversation_for(session, account, now=now())
        outbox.reply(session, chat, Text("修好了"), now=now())
        assert session.scalars(select(OutboxMessage.status)).one() == Delivery.HELD


def test_a_stranger_cannot_end_a_session(page: Page) -> None:
    stranger = {"Authorization": "Bearer nobody"}
    assert page.http.delete("/chat/sessions", headers=stranger).status_code == 401
    assert page.send("m1", text="路灯坏了").status_code == 202


def test_the_page_of_plain_words(page: Page) -> None:
    html = page.http.get("/public/privacy").text
    assert texts.VERSION in html
    assert "90 天" in html
    assert "要我的资料" in html


def test_the_word_tells_what_is_stored(desk: Desk) -> None:
    about = texts.ABOUT.format(days=90).plain
    for words in ("隐私", "隐私政策", "你们的隐私说明？", "个人信息怎么用"):
        assert types(desk, words) == about


@pytest.mark.parametrize("words", ["要我的资料", "我想要一份我的个人资料", "请导出我的全部数据"])
def test_a_copy_is_asked_for_with_a_code(desk: Desk, words: str) -> None:
    code = _code(types(desk, words))
    with desk.database.begin() as session:
        chat = a_conversation(session)
        assert (chat.owner, chat.queue_reason) == (Owner.QUEUE, texts.COPY_REASON)
        staff = account_named(session, a_member_of_staff(session).username)
        own = chat.account.resident_id
        for wrong in ("", "000000" if code != "000000" else "111111"):
            with pytest.raises(BadInput):
                requests.settle(session, own, RequestKind.COPY, wrong, staff, now=now())
        with pytest.raises(BadInput):
            requests.settle(session, own, RequestKind.ERASURE, code, staff, now=now())
        requests.settle(session, own, RequestKind.COPY, code, staff, now=now())
        with pytest.raises(BadInput):
            requests.settle(session, own, RequestKind.COPY, code, staff, now=now())
        assert requests.open_ones(session) == []
    assert desk.replies()[-1] == texts.COPY_READY.plain


def test_erasure_is_asked_for_twice(desk: Desk) -> None:
    assert types(desk, "把我的资料都删掉") == texts.ASK_ERASURE.plain
    assert _requests(desk) == []
    assert desk.presses(texts.KEEP) == texts.NOT_ERASED.plain
    types(desk, "删除我的资料")
    assert _code(desk.presses(texts.ERASE))
    assert _requests(desk) == [RequestKind.ERASURE]


def test_asking_again_replaces_the_code(desk: Desk) -> None:
    first = _code(types(desk, "要我的资料"))
    second = _code(types(desk, "要我的资料"))
    assert _requests(desk) == [RequestKind.COPY]
    with desk.database.begin() as session:
        stored = session.scalars(select(PrivacyRequest.code_hash)).one()
        own = a_conversation(session).account.resident_id
        assert stored == hashlib.sha256(f"{own}:{second}".encode()).hexdigest()
        assert first not in stored


@pytest.mark.parametrize(
    "words",
    [
        "物业把我的资料卖给中介了",
        "要我的资料才给办，凭什么",
        "中介不删除我的信息",
        "泄露我的个人信息怎么办",
    ],
)
def test_appeals_about_data_are_no_requests(desk: Desk, words: str) -> None:
    types(desk, words)
    assert _requests(desk) == []


def test_notices_are_due_once_a_version() -> None:
    account = ChannelAccount()
    assert notices.due(account) is texts.NOTICE
    notices.note_shown(account, now=now())
    assert notices.due(account) is None


def _requests(desk: Desk) -> list[str]:
    with desk.database.begin() as session:
        return [request.kind for request in requests.open_ones(session)]


def _code(reply: str) -> str:
    match = re.search(r"申请码是 (\d{6})", reply)
    assert match, reply
    return match[1]
