"""People who write to an Official Account, and WeChat that delivers what they write."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import httpx

from tests.fakes.wechat_cipher import lock, sign, unlock

if TYPE_CHECKING:
    from tests.fakes.wechat_api import FakeWeChat

ACCOUNT = "gh_0123456789ab"
OUT_OF_SERVICE = "该公众号提供的服务出现故障，请稍后再试"
VOICE_SHOWN = "【语音】"
DELIVERIES = 3
ANSWERS_WITHIN = 5.0  # seconds
HOUR, MINUTE = 3600.0, 60.0
Fields = dict[str, Any]


@dataclass
class Window:
    """How many messages may still be sent after a contact, and until when."""

    remaining: int
    ends: float


@dataclass
class Delivered:
    """One message or event: what each attempt was answered, and what was shown at last."""

    fields: Fields
    statuses: list[int | None] = field(default_factory=list)  # None: too slow, the line was cut
    answers: list[str] = field(default_factory=list)  # as the follower would read them
    is_settled: bool = False


@dataclass
class Follower:
    """Somebody with the account in their phone. Each method returns what came of it."""

    wechat: "FakeWeChat"
    openid: str
    is_following: bool = True
    inbox: list[str] = field(default_factory=list)  # as shown in the chat
    passive: list[str] = field(default_factory=list)
    pushed: list[str] = field(default_factory=list)
    voices: list[bytes] = field(default_factory=list)
    windows: dict[str, Window] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)  # title -> id, of the newest message
    consents: dict[str, int] = field(default_factory=dict)  # template -> how many

    def says(self, text: str) -> Delivered:
        return self.sends("text", Content=text)

    def sends_photo(self, content: bytes) -> Delivered:
        return self.sends(
            "image", MediaId=self.wechat.media.keep(content, "image/jpeg"), PicUrl="x"
        )

    def sends_voice(self, content: bytes, *, recognition: str | None = None) -> Delivered:
        recognised = {} if recognition is None else {"Recognition": recognition}
        media = self.wechat.media.keep(content, "audio/amr")
        return self.sends("voice", MediaId=media, Format="amr", **recognised)

    def sends_video(self, content: bytes, kind: str = "video") -> Delivered:
        media = self.wechat.media.keep(content, "video/mp4")
        return self.sends(kind, MediaId=media, ThumbMediaId="thumb")

    def shares_location(self, latitude: object, longitude: object, label: str = "") -> Delivered:
        place = {"Location_X": latitude, "Location_Y": longitude}
        return self.sends("location", **place, Scale=16, Label=label)

    def sends(self, kind: str, **fields: object) -> Delivered:
        """Any message; it opens the window of 48 hours."""
        self.windows["message"] = Window(5, time.time() + 48 * HOUR)
        return self._deliver({"MsgType": kind, **fields, "MsgId": str(uuid4().int % 10**19)})

    def follows(self, scene: str | None = None) -> Delivered:
        self.is_following = True
        key = f"qrscene_{scene}" if scene else ""
        return self._contact("follow", "subscribe", EventKey=key)

    def unfollows(self) -> Delivered:
        self.is_following = False
        self.windows.clear()
        return self.happens("unsubscribe", EventKey="")

    def scans(self, address: str) -> Delivered:
        """A poster; whoever is no follower becomes one."""
        scene = self.wechat.posters[address]
        if not self.is_following:
            return self.follows(scene)
        return self._contact("scan", "SCAN", EventKey=scene, Ticket="ticket")

    def touches(self, name: str) -> Delivered:
        """An entry of the account's menu, by its name."""
        return self.touches_key(self.wechat.menu_keys()[name])

    def touches_key(self, key: str) -> Delivered:
        return self._contact("menu", "CLICK", EventKey=key)

    def happens(self, event: str, **fields: object) -> Delivered:
        return self._deliver({"MsgType": "event", "Event": event, **fields})

    def _contact(self, kind: str, event: str, **fields: object) -> Delivered:
        self.windows[kind] = Window(3, time.time() + MINUTE)
        return self.happens(event, **fields)

    def _deliver(self, fields: Fields) -> Delivered:
        addresses = {
            "ToUserName": ACCOUNT,
            "FromUserName": self.openid,
            "CreateTime": int(time.time()),
        }
        return self.wechat.deliver(self, {**addresses, **fields})

    def taps(self, title: str) -> Delivered:
        """A choice of the newest message with choices; it counts as a touch of the menu."""
        self.windows["menu"] = Window(3, time.time() + MINUTE)
        number = str(uuid4().int % 10**19)
        pressed = {"bizmsgmenuid": self.choices[title], "MsgId": number}
        return self._deliver({"MsgType": "text", "Content": title, **pressed})

    def is_sent(self, text: str, voice: bytes, choices: dict[str, str]) -> None:
        """By a customer-service message: the one or the other."""
        self.choices = choices or self.choices
        if voice:
            self.voices.append(voice)
            self.inbox.append(VOICE_SHOWN)
        else:
            self.inbox.append(text)
            self.pushed.append(text)

    def spend(self) -> int:
        """The error code for one more message to them; 0 and one less left when there is none."""
        open_windows = [it for it in self.windows.values() if it.ends > time.time()]
        if not self.is_following or not open_windows:
            return 45015
        usable = sorted((it for it in open_windows if it.remaining), key=lambda it: it.ends)
        if not usable:
            return 45047
        usable[0].remaining -= 1
        return 0


class Post:
    """Delivers to the account's callback, as WeChat does; `second` may be made shorter."""

    callback: str = ""
    is_secure: bool = True
    second: float = 1.0
    app_id: str
    callback_token: str
    aes_key: str

    def deliver(self, follower: Follower, fields: Fields) -> Delivered:
        delivered = Delivered(fields)
        if not self.callback:  # WeChat was told of no address
            return delivered
        for _ in range(DELIVERIES):
            self.attempt(follower, delivered)
            if delivered.is_settled:
                return delivered
        follower.inbox.append(OUT_OF_SERVICE)
        return delivered

    def attempt(self, follower: Follower, delivered: Delivered) -> None:
        query, body = self.sealed(as_xml(delivered.fields))
        try:
            answer = httpx.post(
                self.callback,
                params=query,
                content=body,
                timeout=ANSWERS_WITHIN * self.second,
                trust_env=False,
            )
        except httpx.TimeoutException:
            delivered.statuses.append(None)
            return
        delivered.statuses.append(answer.status_code)
        if answer.status_code == 200:
            delivered.is_settled = True
            self._show(follower, delivered, answer.text)

    def _show(self, follower: Follower, delivered: Delivered, answer: str) -> None:
        if answer in ("", "success"):
            return
        reply = self.unsealed(answer)
        assert reply["ToUserName"] == follower.openid
        assert reply["FromUserName"] == ACCOUNT
        assert reply["MsgType"] == "text"
        assert 0 < len(reply["Content"].encode()) <= 2048
        for shelf in (delivered.answers, follower.inbox, follower.passive):
            shelf.append(reply["Content"])

    def sealed(self, xml: str, *, at: float | None = None) -> tuple[dict[str, str], bytes]:
        """The query and the body; signed anew each time."""
        sent_at, nonce = str(int(time.time() if at is None else at)), uuid4().hex[:10]
        query = {"timestamp": sent_at, "nonce": nonce, "openid": "in-the-query-as-well"}
        query["signature"] = sign(self.callback_token, sent_at, nonce)
        if not self.is_secure:
            return query, xml.encode()
        locked = lock(xml, self.aes_key, self.app_id)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = sign(self.callback_token, sent_at, nonce, locked)
        return query, as_xml({"ToUserName": ACCOUNT, "Encrypt": locked}).encode()

    def unsealed(self, answer: str) -> Fields:
        """What our answer says; its signature is checked."""
        fields = from_xml(answer)
        assert ("Encrypt" in fields) == self.is_secure
        if not self.is_secure:
            return fields
        signed = (fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        assert fields["MsgSignature"] == sign(self.callback_token, *signed)
        return from_xml(unlock(fields["Encrypt"], self.aes_key, self.app_id))


def as_xml(fields: Fields) -> str:
    parts = (f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{''.join(parts)}</xml>"


def _value(value: object) -> str:
    """A list is written as WeChat writes lists: nested fields."""
    return as_xml(value)[5:-6] if isinstance(value, dict) else escape(str(value))


def from_xml(text: str) -> Fields:
    return {it.tag: it.text or "" for it in ElementTree.fromstring(text)}
