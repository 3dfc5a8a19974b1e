"""WeChat's address, as WeChat and others call it; nobody takes a turn here."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from backend.database import Database
from backend.messaging import outbox
from backend.models.messages import Delivery
from backend.models.residents import ChannelAccount
from backend.vocabulary.messages import File
from backend.vocabulary.texts import Text
from dialogue.texts import chat as texts
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat_api import APP_ID, FakeWeChat
from tests.fakes.wechat_cipher import lock, sign
from tests.fakes.wechat_followers import Follower, as_xml
from tests.support.builders import NOON, a_conversation
from tests.support.wechat_desk import Desk, a_wechat_desk, eventually

OTHER_KEY = "0" * 42 + "A"
WHO = {"ToUserName": "gh_1", "FromUserName": "oLin"}


@pytest.fixture
def desk(database: Database, tmp_path: Path, wechat: FakeWeChat, rasa: FakeRasa) -> Iterator[Desk]:
    with a_wechat_desk(database, tmp_path, wechat, rasa) as desk:
        yield desk


@pytest.fixture
def lin(desk: Desk) -> Follower:
    return desk.wechat.follower("oLin")


def post(desk: Desk, xml: str, *, path: str = "", at: float | None = None, **query: str) -> int:
    """One delivery, answered without being shown to anybody."""
    signed, body = desk.wechat.sealed(xml, at=at)
    url = desk.wechat.callback + path
    return httpx.post(url, params=signed | query, content=body, trust_env=False).status_code


def accounts(desk: Desk) -> list[ChannelAccount]:
    with desk.database.begin() as session:
        return list(session.scalars(select(ChannelAccount)))


def view(key: str = "x") -> str:
    created = {"CreateTime": int(time.time())}
    return as_xml({**WHO, **created, "MsgType": "event", "Event": "VIEW", "EventKey": key})


def test_wechat_asks_whether_the_address_is_ours(desk: Desk) -> None:
    query, _ = desk.wechat.sealed("")
    query.pop("msg_signature")
    for path in ("", "/"):
        answer = httpx.get(desk.wechat.callback + path, params=query | {"echostr": "5567"})
        assert (answer.status_code, answer.text) == (200, "5567")
        assert answer.headers["content-type"].startswith("text/plain")
    query["signature"] = "0" * 40
    assert httpx.get(desk.wechat.callback, params=query | {"echostr": "5567"}).status_code == 403
    assert httpx.get(desk.wechat.callback).status_code == 403


def test_slash_is_optional_and_never_redirected(desk: Desk) -> None:
    assert [post(desk, view(), path=path) for path in ("", "/")] == [200, 200]


def test_other_methods_and_addresses(desk: Desk) -> None:
    assert httpx.put(desk.wechat.callback).status_code == 405
    assert httpx.post(f"{desk.wechat.callback}/x").status_code == 404


def test_each_kind_comes_through(desk: Desk, lin: Follower) -> None:
    lin.follows("330106001")
    lin.says("楼下路灯坏了")
    lin.sends_photo(b"\xff\xd8\xff\xe0" + bytes(200))
    lin.shares_location(30.25, 120.16, "西湖")
    lin.touches_key("minhu_rate")
    lin.sends("sticker")
    first, words, photo, place, entry, strange = desk.bodies()
    assert first.intent == "greet"
    assert words.text == "楼下路灯坏了"
    assert photo.files[0].kind == "photo"
    assert photo.files[0].digest is not None
    assert place.pin is not None
    assert entry.text == "查询评价"
    assert strange.text == ""
    assert accounts(desk)[0].scene == "330106001"
    assert len(lin.inbox) == 6  # nothing was dropped in silence
    assert "我没看到文字" in lin.inbox[-1]


def test_voice_is_fetched_immediately_with_wechats_transcript(desk: Desk, lin: Follower) -> None:
    lin.sends_voice(b"#!AMR\n" + bytes(100), recognition="路灯坏了")
    (body,) = desk.bodies()
    assert body.files == (
        File("voice", body.files[0].digest, "audio/amr", 106, body.files[0].reference),
    )
    assert body.transcript is not None
    assert body.transcript.text == "路灯坏了"


def test_a_file_that_is_gone_is_said(desk: Desk, lin: Follower) -> None:
    desk.wechat.media.forget()
    lin.sends("voice", MediaId="media-of-last-week", Format="amr")
    assert "没收下" in lin.inbox[0]


def test_in_plain_mode(
    database: Database, tmp_path: Path, wechat: FakeWeChat, rasa: FakeRasa
) -> None:
    wechat.is_secure = False
    with a_wechat_desk(database, tmp_path, wechat, rasa):
        lin = wechat.follower("oLin")
        (answer,) = lin.says("西湖区文三路 ]]> & <b> 路灯坏了").answers
        assert "西湖区文三路 ]]> & <b>，路灯坏了" in answer
        query, _ = wechat.sealed("")
        assert httpx.get(wechat.callback, params=query | {"echostr": "1"}).text == "1"


def test_while_the_key_is_being_changed(
    database: Database, tmp_path: Path, wechat: FakeWeChat, rasa: FakeRasa
) -> None:
    changed = {"wechat_aes_key": OTHER_KEY, "wechat_aes_key_previous": wechat.aes_key}
    with a_wechat_desk(database, tmp_path, wechat, rasa, **changed):
        lin = wechat.follower("oLin")
        assert lin.says("谢谢").answers == [texts.THANK.plain]
        wechat.aes_key = OTHER_KEY
        assert lin.says("再见").answers == [texts.GOODBYE.plain]


def test_a_forged_or_stale_envelope(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    xml = as_xml({**WHO, "MsgType": "text", "Content": "别人的话", "MsgId": "1", "CreateTime": "1"})
    assert post(desk, xml, msg_signature="0" * 40) == 403
    assert post(desk, xml, nonce="another") == 403
    assert post(desk, xml, encrypt_type="raw") == 403
    assert post(desk, xml, at=time.time() - 400) == 403
    assert post(desk, xml, at=time.time() + 400) == 403
    assert httpx.post(desk.wechat.callback, content=xml.encode()).status_code == 403
    assert desk.inbox() == []
    assert "refused" in caplog.text
    assert "别人的话" not in caplog.text
    assert "oLin" not in caplog.text


def test_a_whole_delivery_that_is_played_again(desk: Desk) -> None:
    """Within the five minutes: it is the message that we have, and no second turn."""
    xml = as_xml({**WHO, "MsgType": "text", "Content": "谢谢", "MsgId": "1", "CreateTime": "1"})
    query, body = desk.wechat.sealed(xml)
    answers = [
        httpx.post(desk.wechat.callback, params=query, content=body, trust_env=False)
        for _ in range(3)
    ]
    assert [desk.wechat.unsealed(it.text)["Content"] for it in answers] == [texts.THANK.plain] * 3
    assert len(desk.inbox()) == 1
    assert len(desk.outbox()) == 1


def test_another_accounts_envelope(desk: Desk) -> None:
    desk.wechat.app_id = "wxffffffffffffffff"
    assert post(desk, view()) == 400
    desk.wechat.app_id = APP_ID


@pytest.mark.parametrize("cut", [-4, -24, 30])
def test_a_cipher_text_that_was_cut(desk: Desk, cut: int) -> None:
    locked = lock(view(), desk.wechat.aes_key, APP_ID)[:cut]
    query, _ = desk.wechat.sealed("")
    signed = (desk.wechat.callback_token, query["timestamp"], query["nonce"], locked)
    query["msg_signature"] = sign(*signed)
    body = as_xml({"Encrypt": locked}).encode()
    assert httpx.post(desk.wechat.callback, params=query, content=body).status_code == 400


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Content>&x;</Content></xml>',
        "<xml><MsgType>text</MsgType></xml>",
        "<xml/>",
        "",
        "[]",
        "<xml>" * 2000 + "</xml>" * 2000,
        as_xml({"FromUserName": "o'; --", "MsgType": "text", "MsgId": "1", "Content": "x"}),
        as_xml({"FromUserName": "oLin", "MsgType": "text", "Content": "x"}),
    ],
)
def test_what_nobody_could_have_said(desk: Desk, xml: str) -> None:
    assert post(desk, xml) == 400
    assert desk.inbox() == []


def test_a_body_longer_than_any_message(desk: Desk) -> None:
    assert post(desk, as_xml({"Content": "x" * 60_000})) == 413


def test_unfollowing_holds_messages_and_following_frees_them(desk: Desk, lin: Follower) -> None:
    lin.says("你好")
    lin.unfollows()
    with desk.database.begin() as session:
        chat = a_conversation(session, of=lin.openid, on="wechat")
        outbox.reply(session, chat, Text("有新进展"), now=NOON, dedupe_key="progress:1")
    statuses = {row.status for row in desk.outbox() if row.dedupe_key == "progress:1"}
    assert statuses == {Delivery.HELD}
    lin.follows()
    eventually(lambda: "有新进展" in lin.pushed)


def test_events_that_want_no_answer(
    desk: Desk, lin: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for name in ("VIEW", "LOCATION", "subscribe_msg_popup_event", "kf_create_session"):
        assert lin.happens(name, EventKey="k").statuses == [200]
    lin.happens("TEMPLATESENDJOBFINISH", MsgID="7", Status="failed:user block")
    assert desk.inbox() == []
    assert lin.inbox == []
    assert "kf_create_session" in caplog.text
    assert "notice 7 did not arrive: failed:user block" in caplog.text


def test_an_event_delivered_again_is_one_turn(desk: Desk, lin: Follower) -> None:
    delivered = lin.follows()
    desk.wechat.attempt(lin, delivered)
    assert len(desk.inbox()) == 1
    assert len(delivered.answers) == 2


def test_one_number_from_two_people(desk: Desk, lin: Follower) -> None:
    words = {"MsgType": "text", "CreateTime": int(time.time()), "MsgId": "24000000000000001"}
    for person, text in (("oA", "楼上漏水"), ("oB", "楼道灯坏了"), ("oA", "楼上漏水")):
        post(desk, as_xml({**WHO, **words, "FromUserName": person, "Content": text}))
    assert sorted(body.text or "" for body in desk.bodies()) == ["楼上漏水", "楼道灯坏了"]
