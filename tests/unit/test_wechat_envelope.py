"""Signatures and the cipher, against vectors that neither side of ours has made."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from backend.errors import BadInput, MinhuError, NotAllowed
from bot.channels.wechat.envelope import Envelope, read_xml, seal, text_answer
from tests.fakes.wechat_cipher import lock, sign, unlock
from tests.fakes.wechat_followers import as_xml, from_xml

# The samples in Tencent's own packages for developers: C# (for enterprises) and Python.
ENTERPRISE = ("wx5823bf96d3bd56c7", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
ENTERPRISE_QUERY = {
    "timestamp": "1409659813",
    "nonce": "1372623149",
    "msg_signature": "477715d11cdb4164915debcba66cb864d751f3e6",
    "encrypt_type": "aes",
}
ENTERPRISE_LOCKED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3Qczc"
    "dCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLj"
    "vd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMn"
    "vw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k"
    "22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2Yoy"
    "yH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
ACCOUNT = ("wx2c2769f8efd9abc2", "spamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
ACCOUNT_QUERY = {
    "timestamp": "1409735669",
    "nonce": "1320562132",
    "msg_signature": "5d197aaffba7e9b25a30732f161a50dee96bd5fa",
    "encrypt_type": "aes",
}
ACCOUNT_LOCKED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6"
    "F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T33"
    "2jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCg"
    "avjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6Oewp"
    "usjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
APP_ID, TOKEN, KEY = ACCOUNT
OTHER_KEY = "0" * 42 + "A"
CONTENT = as_xml({"Content": "楼下路灯坏了"})


def envelope(*keys: str) -> Envelope:
    return Envelope(APP_ID, TOKEN, list(keys))


def posted(locked: str, *, at: datetime = NOW, **other: str) -> tuple[dict[str, str], bytes]:
    sent_at, nonce = str(int(at.timestamp())), "n-1"
    query = {
        "timestamp": sent_at,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": sign(TOKEN, sent_at, nonce, locked),
    }
    return query | other, as_xml({"Encrypt": locked}).encode()


def opened(query: dict[str, str], body: bytes, *keys: str) -> str:
    content = envelope(*(keys or (KEY,))).open(query, body, now=NOW)
    return content.xml.findtext("Content") or ""


@pytest.mark.parametrize(
    ("account", "query", "locked", "words"),
    [
        (ENTERPRISE, ENTERPRISE_QUERY, ENTERPRISE_LOCKED, "hello"),
        (ACCOUNT, ACCOUNT_QUERY, ACCOUNT_LOCKED, "abcdteT"),
    ],
    ids=["enterprise", "account"],
)
def test_tencents_own_samples(
    account: tuple[str, str, str], query: dict[str, str], locked: str, words: str
) -> None:
    app_id, token, key = account
    at = datetime.fromtimestamp(int(query["timestamp"]), UTC)
    body = as_xml({"Encrypt": locked}).encode()
    content = Envelope(app_id, token, [key]).open(query, body, now=at)
    assert content.xml.findtext("Content") == words
    assert from_xml(unlock(locked, key, app_id))["Content"] == words
    assert sign(token, query["timestamp"], query["nonce"], locked) == query["msg_signature"]


def test_a_plain_signature_of_somebody_elses() -> None:
    """Made by another program for the same account, over the echo of WeChat's first visit."""
    query = {
        "timestamp": ACCOUNT_QUERY["timestamp"],
        "nonce": ACCOUNT_QUERY["nonce"],
        "signature": "16120ec1b8dbb870f510d87ce6bc2463eae6ca1a",
        "echostr": "shr5ch",
    }
    at = datetime.fromtimestamp(1409735669, UTC)
    assert envelope(KEY).echo(query, now=at) == "shr5ch"


def test_the_current_and_the_previous_key() -> None:
    for key in (KEY, OTHER_KEY):
        query, body = posted(lock(CONTENT, key, APP_ID))
        assert opened(query, body, OTHER_KEY, KEY) == "楼下路灯坏了"
    query, body = posted(lock(CONTENT, KEY, APP_ID))
    with pytest.raises(BadInput):
        opened(query, body, OTHER_KEY)


def test_answer_is_encrypted_with_the_requests_key() -> None:
    query, body = posted(lock(CONTENT, KEY, APP_ID))
    key = envelope(OTHER_KEY, KEY).open(query, body, now=NOW).key
    text = "]]>好的 & <b>\x07"
    answer = from_xml(seal(text_answer("oLin", "gh_1", text, now=NOW), key, now=NOW).decode())
    assert answer["MsgSignature"] == sign(
        TOKEN, answer["TimeStamp"], answer["Nonce"], answer["Encrypt"]
    )
    reply = from_xml(unlock(answer["Encrypt"], KEY, APP_ID))
    assert (reply["ToUserName"], reply["FromUserName"]) == ("oLin", "gh_1")
    assert reply["Content"] == "]]>好的 & <b>"


def test_in_plain_mode_the_answer_is_plain() -> None:
    sent_at = str(int(NOW.timestamp()))
    query = {"timestamp": sent_at, "nonce": "n", "signature": sign(TOKEN, sent_at, "n")}
    content = envelope().open(query, CONTENT.encode(), now=NOW)
    assert content.key is None
    assert b"<Content>" in seal(text_answer("o", "g", "好", now=NOW), None, now=NOW)


def test_with_a_key_nothing_in_clear_is_believed() -> None:
    sent_at = str(int(NOW.timestamp()))
    query = {"timestamp": sent_at, "nonce": "n", "signature": sign(TOKEN, sent_at, "n")}
    with pytest.raises(NotAllowed):
        envelope(KEY).open(query, CONTENT.encode(), now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"msg_signature": "0" * 40},
        {"msg_signature": ""},
        {"msg_signature": "é" * 40},
        {"nonce": "another"},
        {"timestamp": "1"},
        {"timestamp": "٣"},
    ],
)
def test_a_wrong_signature(wrong: dict[str, str]) -> None:
    query, body = posted(lock(CONTENT, KEY, APP_ID), **wrong)
    with pytest.raises(NotAllowed):
        opened(query, body)


@pytest.mark.parametrize("minutes", [-6, -60 * 24, 6, 60 * 24])
def test_a_stale_envelope(minutes: int) -> None:
    """Rightly signed, but of another time: somebody has kept it."""
    query, body = posted(lock(CONTENT, KEY, APP_ID), at=NOW + timedelta(minutes=minutes))
    with pytest.raises(NotAllowed):
        opened(query, body)


@pytest.mark.parametrize("sent_at", ["", "x", "-1", "1e9", "9" * 30, "٣"])
def test_a_time_that_is_none_though_signed(sent_at: str) -> None:
    query = {"timestamp": sent_at, "nonce": "n", "signature": sign(TOKEN, sent_at, "n")}
    with pytest.raises(NotAllowed):
        envelope().open(query, CONTENT.encode(), now=NOW)


def test_another_accounts_envelope() -> None:
    query, body = posted(lock(CONTENT, KEY, "wx0000000000000000"))
    with pytest.raises(BadInput):
        opened(query, body)


LOCKED = lock(CONTENT, KEY, APP_ID)
RAW = base64.b64decode(LOCKED)


@pytest.mark.parametrize(
    "locked",
    [
        "", "x", "!!!!", LOCKED[:-8], LOCKED[:20], LOCKED + LOCKED[:4], "A" * 64,
        base64.b64encode(RAW[:-16]).decode(), base64.b64encode(RAW[16:]).decode(),
        base64.b64encode(RAW + RAW[-16:]).decode(), base64.b64encode(RAW[:16]).decode(),
        base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes(1)).decode(), "密文",
    ],
    ids=range(14),  # the lock is another each time, and two processes must name a test alike
)  # fmt: skip
def test_a_cipher_text_cut_or_padded(locked: str) -> None:
    query, body = posted(locked)
    with pytest.raises(MinhuError):
        opened(query, body)


BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><Content>&c;</Content></xml>'
)
THIEF = '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Content>&x;</Content></xml>'
FETCH = '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>'


@pytest.mark.parametrize(
    "body",
    [
        BOMB, THIEF, FETCH, "", "<xml>", "not xml", "<a/>", "<xml>&nbsp;</xml>", "\x00",
        '<?xml version="1.0" encoding="no-such"?><xml/>',
    ],
)  # fmt: skip
def test_xml_that_is_not_read(body: str) -> None:
    with pytest.raises(BadInput):
        read_xml(body.encode())
    query, posted_body = posted(lock(body, KEY, APP_ID))
    with pytest.raises(BadInput):
        opened(query, posted_body)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(BadInput):
        read_xml(b"<xml>\xff\xfe</xml>")


def test_a_locked_echo() -> None:
    query, _ = posted(lock("1234567", KEY, APP_ID))
    query["echostr"] = lock("1234567", KEY, APP_ID)
    signed = (TOKEN, query["timestamp"], query["nonce"], query["echostr"])
    query["msg_signature"] = sign(*signed)
    assert envelope(KEY).echo(query, now=NOW) == "1234567"
    with pytest.raises(NotAllowed):
        envelope(KEY).echo({**query, "msg_signature": "0" * 40}, now=NOW)
