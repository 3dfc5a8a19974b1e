"""What WeChat tells us, in our own words. Nothing here calls out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from backend.errors import BadInput
from backend.vocabulary.messages import Contact, File, Incoming, Pin, Transcript
from bot.channels.wechat.coordinates import to_wgs84
from bot.channels.wechat.menu import KEYS

CHANNEL = "wechat"
OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
NUMBER = re.compile(r"[0-9]{1,20}")
SCENE = re.compile(r"[A-Za-z0-9_-]{1,64}")
PASSES = re.compile("system|freq")  # failed: system failed, failed:freq limit
FOLLOWED_BY_SCAN = "qrscene_"
MEDIA_KINDS = {"image": "photo", "voice": "voice", "video": "video", "shortvideo": "video"}
# WeChat does not say how sure it was, or how long the recording is; its people warn that the
# words may be missing or wrong. So they stand in until our own recogniser has listened.
RECOGNITION_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Report:
    """What became of a notice that we sent (template or subscription message)."""

    number: str
    problem: str | None

    @property
    def is_wanted(self) -> bool:
        """False when the resident does not want such notices; else it may arrive another time."""
        return self.problem is None or bool(PASSES.search(self.problem))


@dataclass(frozen=True)
class Arrival:
    """One callback, taken apart: at most one of `message`, `left` and `reports` says something."""

    openid: str
    account: str  # ours: WeChat's name for the Official Account, to answer from
    message: Incoming | None = None
    left: bool = False  # they have just unfollowed
    reports: tuple[Report, ...] = ()
    unknown: str | None = None  # the name of an event that we do not know


def read(xml: Element, *, now: datetime) -> Arrival:
    """Raises BadInput for what names nobody, or cannot be told from its repetition."""
    openid, account = _text(xml, "FromUserName"), _text(xml, "ToUserName")
    if not OPENID.fullmatch(openid):
        raise BadInput("nobody's message: no openid that WeChat would give")
    arrival = Arrival(openid, account)
    kind = _text(xml, "MsgType").lower()
    if kind == "event":
        return _event(arrival, xml, now)
    said = Incoming(CHANNEL, openid, _message_key(xml), sent_at=_sent_at(xml, now))
    return replace(arrival, message=_content(said, kind, xml))


def _content(said: Incoming, kind: str, xml: Element) -> Incoming:
    """With what was said; no words at all when it is of a kind we cannot take, or half missing."""
    if kind == "text":
        return replace(said, text=_text(xml, "Content"))
    if kind == "link":
        parts = [_text(xml, name) for name in ("Title", "Description", "Url")]
        return replace(said, text="\n".join(filter(None, parts)))
    if kind == "location" and (pin := _pin(xml)):
        return replace(said, pin=pin)
    if kind in MEDIA_KINDS and (reference := _text(xml, "MediaId")):
        files = (File(MEDIA_KINDS[kind], reference=reference),)
        return replace(said, files=files, transcript=_recognition(xml))
    return replace(said, text="")


def _recognition(xml: Element) -> Transcript | None:
    heard = _text(xml, "Recognition")
    return Transcript(heard, RECOGNITION_CONFIDENCE, seconds=0.0) if heard else None


def _pin(xml: Element) -> Pin | None:
    try:
        latitude, longitude = (float(_text(xml, f"Location_{axis}")) for axis in "XY")
    except ValueError:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Pin(*to_wgs84(latitude, longitude), _text(xml, "Label") or None)


def _event(arrival: Arrival, xml: Element, now: datetime) -> Arrival:
    name = _text(xml, "Event").lower()
    if name == "unsubscribe":
        return replace(arrival, left=True)
    if name in REPORTING:
        return replace(arrival, reports=REPORTING[name](xml))
    if name in CONTACTS:
        said = Incoming(CHANNEL, arrival.openid, _event_key(xml, name), sent_at=_sent_at(xml, now))
        return replace(arrival, message=CONTACTS[name](said, _text(xml, "EventKey")))
    if name in NOTHING_SAID:
        return arrival
    return replace(arrival, unknown=re.sub(r"[^a-z_]", "?", name)[:40] or "?")


def _followed(said: Incoming, key: str) -> Incoming:
    scanned = key.startswith(FOLLOWED_BY_SCAN)
    scene = _scene(key.removeprefix(FOLLOWED_BY_SCAN)) if scanned else None
    return replace(said, intent="greet", contact=Contact.FOLLOW, scene=scene)


def _scanned(said: Incoming, key: str) -> Incoming:
    return replace(said, intent="greet", contact=Contact.SCAN, scene=_scene(key))


def _touched(said: Incoming, key: str) -> Incoming:
    """An entry of the menu says its own name; one of an older menu asks what there is."""
    if key in KEYS:
        return replace(said, text=KEYS[key], contact=Contact.MENU)
    return replace(said, intent="ask_help", contact=Contact.MENU)


def _scene(key: str) -> str | None:
    return key if SCENE.fullmatch(key) else None


def _template_report(xml: Element) -> tuple[Report, ...]:
    status = _text(xml, "Status")
    return (Report(_text(xml, "MsgID"), None if status == "success" else _short(status)),)


def _subscription_reports(xml: Element) -> tuple[Report, ...]:
    return tuple(
        Report(
            _text(one, "MsgID"),
            None if _text(one, "ErrorCode") == "0" else _short(_text(one, "ErrorStatus")),
        )
        for one in xml.iterfind("SubscribeMsgSentEvent/List")
    )


def _short(status: str) -> str:
    return status[:60] or "no reason given"


REPORTING: dict[str, Callable[[Element], tuple[Report, ...]]] = {
    "templatesendjobfinish": _template_report,
    "subscribe_msg_sent_event": _subscription_reports,
}
CONTACTS: dict[str, Callable[[Incoming, str], Incoming]] = {
    "subscribe": _followed,
    "scan": _scanned,
    "click": _touched,
}
# They look at a page, agree to notices, or their phone says where it is by itself: nobody
# has asked us anything, and where they are is none of our business.
NOTHING_SAID = frozenset(
    ["view", "location", "subscribe_msg_popup_event", "subscribe_msg_change_event"]
)


def _message_key(xml: Element) -> str:
    """The same for each delivery of one message."""
    number = _text(xml, "MsgId")
    return number if NUMBER.fullmatch(number) else _contact_key(xml)


def _event_key(xml: Element, name: str) -> str:
    """Events have no number: who, when and what tell them apart."""
    return f"{_contact_key(xml)}:{name}:{_text(xml, 'EventKey')[:64]}"


def _contact_key(xml: Element) -> str:
    created = _text(xml, "CreateTime")
    if not NUMBER.fullmatch(created):
        raise BadInput("neither a number nor a time: its repetition could not be told")
    return f"{_text(xml, 'FromUserName')}:{created}"


def _sent_at(xml: Element, now: datetime) -> datetime:
    """As WeChat says, but not later than now: what comes after it must not go before it."""
    created = _text(xml, "CreateTime")
    if not NUMBER.fullmatch(created) or int(created) > now.timestamp():
        return now.replace(microsecond=0)
    return datetime.fromtimestamp(int(created), UTC)


def _text(xml: Element, name: str) -> str:
    return (xml.findtext(name) or "").strip()
