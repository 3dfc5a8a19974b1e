"""WeChat's message signatures and encryption."""

import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha1
from secrets import token_hex
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.exceptions import WeChatException

from backend.errors import BadInput, NotAllowed

FRESH = timedelta(minutes=5)  # before or after our clock
AES = "aes"


@dataclass(frozen=True)
class Contents:
    """The XML of an envelope and the key that decrypted it; None for a plain envelope."""

    xml: Element
    key: WeChatCrypto | None


class Envelope:
    """Decrypts what WeChat posts.

    With AES keys only encrypted envelopes are accepted: the signature of a plain one does not
    cover its text. The previous key stays valid while WeChat changes over.
    """

    def __init__(self, app_id: str, token: str, aes_keys: list[str]) -> None:
        self._token = token
        self._keys = [WeChatCrypto(token, key, app_id) for key in aes_keys]
        self._app_id = app_id

    def echo(self, query: Mapping[str, str], *, now: datetime) -> str:
        """The text that proves to WeChat that we own this address. Raises NotAllowed, BadInput."""
        echo = query.get("echostr", "")
        if "msg_signature" not in query:
            self._check(query.get("signature", ""), query, "", now=now)
            return echo
        self._check(query["msg_signature"], query, echo, now=now)
        return self._decrypt(echo)[0]

    def open(self, query: Mapping[str, str], body: bytes, *, now: datetime) -> Contents:
        """Raises NotAllowed when WeChat did not send this, BadInput when it cannot be read."""
        if not self._keys:
            self._check(query.get("signature", ""), query, "", now=now)
            return Contents(read_xml(body), None)
        if query.get("encrypt_type") != AES:
            raise NotAllowed("an envelope that is not locked")
        encrypted = read_xml(body).findtext("Encrypt") or ""
        self._check(query.get("msg_signature", ""), query, encrypted, now=now)
        text, key = self._decrypt(encrypted)
        return Contents(read_xml(text.encode()), key)

    def _check(
        self, signature: str, query: Mapping[str, str], encrypted: str, *, now: datetime
    ) -> None:
        sent_at, nonce = query.get("timestamp", ""), query.get("nonce", "")
        parts = sorted([self._token, sent_at, nonce, *([encrypted] if encrypted else [])])
        expected = sha1("".join(parts).encode()).hexdigest()  # noqa: S324  WeChat's choice
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise NotAllowed("the signature is wrong")
        if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) <= 12):
            raise NotAllowed("the time is no number")
        if abs(now.timestamp() - int(sent_at)) > FRESH.total_seconds():
            raise NotAllowed("the time is not ours: an old envelope, or a wrong clock")

    def _decrypt(self, encrypted: str) -> tuple[str, WeChatCrypto]:
        for key in self._keys:
            text = _decrypt_with(key, encrypted, self._app_id)
            if text is not None:
                return text, key
        raise BadInput("no key of ours opens this, or it is another account's")


def _decrypt_with(key: WeChatCrypto, encrypted: str, app_id: str) -> str | None:
    """None when the key is wrong; the library then raises all kinds of errors."""
    try:
        return str(PrpCrypto(key.key).decrypt(encrypted, app_id))
    except (WeChatException, ValueError, IndexError, struct.error):
        return None


def read_xml(body: bytes) -> Element:
    """The root element. Raises BadInput; no entity is ever expanded or fetched."""
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise BadInput(f"no XML that we read: {type(problem).__name__}") from None
    if root.tag != "xml":
        raise BadInput("not WeChat's XML")
    return root


def seal(xml: str, key: WeChatCrypto | None, *, now: datetime) -> bytes:
    """An answer, encrypted with `key`; plain when the message was plain."""
    if key is None:
        return xml.encode()
    return str(key.encrypt_message(xml, token_hex(8), str(int(now.timestamp())))).encode()


def text_answer(to: str, sender: str, text: str, *, now: datetime) -> str:
    """The XML of a passive reply: `text`, from the account `sender` for the resident `to`."""
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType>{_cdata('text')}</MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def _cdata(text: str) -> str:
    """`text` as CDATA, without characters that XML forbids; a `]]>` in it is cut in two."""
    allowed = "".join(c for c in text if c >= " " or c in "\t\n\r")
    return f"<![CDATA[{allowed.replace(']]>', ']]]]><![CDATA[>')}]]>"
