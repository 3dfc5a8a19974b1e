"""Reads a WeChat callback into an `Incoming` message or a report; sends no request."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from backend.errors import BadInput
from backend.vocabulary.messages import (
    Contact,
    File,
    Incoming,
    Pin,
    Transcript,
    parse_button_payload,
)
from bot.channels.wechat.coordinates import to_wgs84
from bot.channels.wechat.menu import KEYS

CHANNEL = "wechat"
OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
NUMBER = re.compile(r"[0-9]{1,20}")
SCENE = re.compile(r"[A-Za-z0-9_-]{1,64}")
TEMPORARY = re.compile("system|freq")  # "failed: system failed", "failed:freq limit"
FOLLOWED_BY_SCAN = "qrscene_"
MEDIA_KINDS = {"image": "photo", "voice": "voice", "video": "video", "shortvideo": "video"}
# WeChat gives neither a confidence nor a length, and warns that the text may be missing or
# wrong. The text is used until our own recogniser has finished.
RECOGNITION_CONFIDENCE = 0.5


@dataclass(frozen=True)
class Report:
    """WeChat's delivery report of a template or subscription message."""

    number: str
    problem: str | None

    @property
    def is_wanted(self) -> bool:
        """False when the resident refuses notices; a temporary failure says nothing of that."""
        return self.problem is None or bool(TEMPORARY.search(self.problem))


@dataclass(frozen=True)
class Arrival:
    """The content of one callback: a message, an unfollow, reports, or none of them."""

    openid: str
    account: str  # WeChat's id of our Official Account, the sender of an answer
    message: Incoming | None = None
    has_unfollowed: bool = False
    reports: tuple[Report, ...] = ()
    unknown_event: str | None = None  # the name of an event without a meaning here


def read(xml: Element, *, now: datetime) -> Arrival:
    """Raises BadInput for a callback without an openid, or without an id and a time."""
    openid, account = _text(xml, "FromUserName"), _text(xml, "ToUserName")
    if not OPENID.fullmatch(openid):
        raise BadInput("nobody's message: no openid that WeChat would give")
    arrival = Arrival(openid, account)
    kind = _text(xml, "MsgType").lower()
    if kind == "event":
        return _event(arrival, xml, now)
    incoming = Incoming(CHANNEL, openid, _message_key(xml), sent_at=_sent_at(xml, now))
    return replace(arrival, message=_content(incoming, kind, xml))


def _content(incoming: Incoming, kind: str, xml: Element) -> Incoming:
    """`incoming` with the message's content; with an empty text for a kind we cannot read."""
    if kind == "text" and parse_button_payload(pressed := _text(xml, "bizmsgmenuid")):
        return replace(incoming, payload=pressed, contact=Contact.MENU)
    if kind == "text":
        return replace(incoming, text=_text(xml, "Content"))
    if kind == "link":
        parts = [_text(xml, name) for name in ("Title", "Description", "Url")]
        return replace(incoming, text="\n".join(filter(None, parts)))
    if kind == "location" and (pin := _pin(xml)):
        return replace(incoming, pin=pin)
    if kind in MEDIA_KINDS and (reference := _text(xml, "MediaId")):
        files = (File(MEDIA_KINDS[kind], reference=reference),)
        return replace(incoming, files=files, transcript=_recognition(xml))
    return replace(incoming, text="")


def _recognition(xml: Element) -> Transcript | None:
    text = _text(xml, "Recognition")
    return Transcript(text, RECOGNITION_CONFIDENCE, seconds=0.0) if text else None


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
        return replace(arrival, has_unfollowed=True)
    if name in REPORTING:
        return replace(arrival, reports=REPORTING[name](xml))
    if name in CONTACTS:
        incoming = Incoming(
            CHANNEL, arrival.openid, _event_key(xml, name), sent_at=_sent_at(xml, now)
        )
        return replace(arrival, message=CONTACTS[name](incoming, _text(xml, "EventKey")))
    if name in IGNORED_EVENTS:
        return arrival
    return replace(arrival, unknown_event=re.sub(r"[^a-z_]", "?", name)[:40] or "?")


def _follow(incoming: Incoming, key: str) -> Incoming:
    by_scan = key.startswith(FOLLOWED_BY_SCAN)
    scene = _scene(key.removeprefix(FOLLOWED_BY_SCAN)) if by_scan else None
    return replace(incoming, intent="greet", contact=Contact.FOLLOW, scene=scene)


def _scan(incoming: Incoming, key: str) -> Incoming:
    return replace(incoming, intent="greet", contact=Contact.SCAN, scene=_scene(key))


def _touch(incoming: Incoming, key: str) -> Incoming:
    """A menu entry counts as its name typed; an unknown entry of an old menu asks for help."""
    if key in KEYS:
        return replace(incoming, text=KEYS[key], contact=Contact.MENU)
    return replace(incoming, intent="ask_help", contact=Contact.MENU)


def _scene(key: str) -> str | None:
    return key if SCENE.fullmatch(key) else None


def _template_report(xml: Element) -> tuple[Report, ...]:
    status = _text(xml, "Status")
    return (Report(_text(xml, "MsgID"), None if status == "success" else _short(status)),)


def _subscription_reports(xml: Element) -> tuple[Report, ...]:
    return tuple(
        Report(
            _text(report, "MsgID"),
            None if _text(report, "ErrorCode") == "0" else _short(_text(report, "ErrorStatus")),
        )
        for report in xml.iterfind("SubscribeMsgSentEvent/List")
    )


def _short(status: str) -> str:
    return status[:60] or "no reason given"


REPORTING: dict[str, Callable[[Element], tuple[Report, ...]]] = {
    "templatesendjobfinish": _template_report,
    "subscribe_msg_sent_event": _subscription_reports,
}
CONTACTS: dict[str, Callable[[Incoming, str], Incoming]] = {
    "subscribe": _follow,
    "scan": _scan,
    "click": _touch,
}
# A page view, a consent to notices, a position that the phone reports by itself: these need no
# answer, and the position is not stored.
IGNORED_EVENTS = frozenset(
    ["view", "location", "subscribe_msg_popup_event", "subscribe_msg_change_event"]
)


def _message_key(xml: Element) -> str:
    """The message's key; equal for each delivery of it. MsgId alone was seen from two people."""
    number = _text(xml, "MsgId")
    if not NUMBER.fullmatch(number):
        return _contact_key(xml)
    return f"{_text(xml, 'FromUserName')}:{number}"


def _event_key(xml: Element, name: str) -> str:
    """Key of an event, which has no id: sender, time, name and event key."""
    return f"{_contact_key(xml)}:{name}:{_text(xml, 'EventKey')[:64]}"


def _contact_key(xml: Element) -> str:
    created = _text(xml, "CreateTime")
    if not NUMBER.fullmatch(created):
        raise BadInput("neither a number nor a time: its repetition could not be told")
    return f"{_text(xml, 'FromUserName')}:{created}"


def _sent_at(xml: Element, now: datetime) -> datetime:
    """WeChat's time, but not later than `now`, so that later messages sort behind."""
    created = _text(xml, "CreateTime")
    if not NUMBER.fullmatch(created) or int(created) > now.timestamp():
        return now.replace(microsecond=0)
    return datetime.fromtimestamp(int(created), UTC)


def _text(xml: Element, name: str) -> str:
    return (xml.findtext(name) or "").strip()
