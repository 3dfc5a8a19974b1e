from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BadInput
from backend.vocabulary.messages import Body, Contact, File, Incoming, Transcript
from bot.channels.splitting import split_bytes
from bot.channels.wechat.coordinates import to_gcj02, to_wgs84
from bot.channels.wechat.envelope import read_xml
from bot.channels.wechat.menu import menu
from bot.channels.wechat.messages import Arrival, Report, read
from dialogue.handlers.menu import ENTRIES, QUESTION
from tests.fakes.wechat_followers import as_xml

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SENT = int(NOW.timestamp()) - 3
WHO = {"ToUserName": "gh_1", "FromUserName": "oLin-1_x", "CreateTime": SENT}


def arrival(**fields: object) -> Arrival:
    return read(read_xml(as_xml({**WHO, **fields}).encode()), now=NOW)


def message(**fields: object) -> Incoming:
    incoming = arrival(**{"MsgId": "6054768590064713728", **fields}).message
    assert incoming is not None
    return incoming


def event(name: str, **fields: object) -> Arrival:
    return arrival(MsgType="event", Event=name, **fields)


def contact(name: str, key: str = "") -> Incoming:
    incoming = event(name, EventKey=key).message
    assert incoming is not None
    return incoming


def test_words() -> None:
    incoming = message(MsgType="text", Content=" 楼下 <b>路灯</b> & 坏了\n")
    assert incoming.text == "楼下 <b>路灯</b> & 坏了"
    assert (incoming.channel, incoming.account) == ("wechat", "oLin-1_x")
    assert incoming.external_id == "oLin-1_x:6054768590064713728"
    assert incoming.sent_at == NOW - timedelta(seconds=3)
    assert incoming.contact is Contact.MESSAGE


@pytest.mark.parametrize(
    ("kind", "kept_as"),
    [("image", "photo"), ("voice", "voice"), ("video", "video"), ("shortvideo", "video")],
)
def test_files(kind: str, kept_as: str) -> None:
    incoming = message(MsgType=kind, MediaId="m-1")
    assert incoming.files == (File(kept_as, reference="m-1"),)
    assert (incoming.text, incoming.transcript) == (None, None)


def test_what_wechat_heard_itself() -> None:
    incoming = message(MsgType="voice", MediaId="m-1", Format="amr", Recognition="路灯坏了。")
    transcript = Transcript("路灯坏了。", 0.5, 0.0)
    assert incoming.transcript == transcript
    assert Body.of(incoming.body()).transcript == transcript
    assert message(MsgType="voice", MediaId="m", Recognition="").transcript is None


def test_a_link_is_words() -> None:
    incoming = message(MsgType="link", Title="停水通知", Description="", Url="https://a.example/1")
    assert incoming.text == "停水通知\nhttps://a.example/1"


def test_place_is_its_point_not_the_map_centre() -> None:
    latitude, longitude = to_gcj02(30.25, 120.16)
    incoming = message(MsgType="location", Location_X=latitude, Location_Y=longitude, Label="西湖")
    assert incoming.pin is not None
    assert incoming.pin.latitude == pytest.approx(30.25, abs=1e-6)
    assert incoming.pin.longitude == pytest.approx(120.16, abs=1e-6)
    assert incoming.pin.label == "西湖"


@pytest.mark.parametrize(
    "fields",
    [
        {"MsgType": "sticker"}, {"MsgType": ""}, {}, {"MsgType": "text"}, {"MsgType": "voice"},
        {"MsgType": "image", "MediaId": " "}, {"MsgType": "location"}, {"MsgType": "link"},
        {"MsgType": "location", "Location_X": "north", "Location_Y": "1"},
        {"MsgType": "location", "Location_X": "91", "Location_Y": "1"},
        {"MsgType": "location", "Location_X": "nan", "Location_Y": "1"},
    ],
)  # fmt: skip
def test_unsupported_message_is_a_turn_without_words(fields: dict[str, str]) -> None:
    incoming = message(**fields)
    assert (incoming.text, incoming.pin, incoming.files) == ("", None, ())


@pytest.mark.parametrize("openid", ["", " ", "o'; DROP", "o" * 65, "林", "o\x85x", "../x", "o x"])
def test_an_openid_that_wechat_would_not_give(openid: str) -> None:
    with pytest.raises(BadInput):
        arrival(MsgType="text", Content="x", MsgId="1", FromUserName=openid)


@pytest.mark.parametrize("number", ["", "x", "9" * 40, "-1"])
def test_a_message_without_its_number(number: str) -> None:
    incoming = arrival(MsgType="text", Content="x", MsgId=number).message
    assert incoming is not None
    assert incoming.external_id == f"oLin-1_x:{SENT}"
    with pytest.raises(BadInput):
        arrival(MsgType="text", Content="x", MsgId=number, CreateTime="soon")


@pytest.mark.parametrize("created", ["", "x", "9" * 20, SENT + 3600])
def test_a_time_that_is_not_past(created: object) -> None:
    assert message(MsgType="text", Content="x", CreateTime=created).sent_at == NOW


def test_following() -> None:
    plain, scanned = contact("subscribe"), contact("subscribe", "qrscene_330106001")
    assert (plain.intent, plain.contact, plain.scene) == ("greet", Contact.FOLLOW, None)
    assert (scanned.contact, scanned.scene) == (Contact.FOLLOW, "330106001")
    assert contact("subscribe", "last_trade_no_1").scene is None
    assert contact("subscribe", "qrscene_'; --").scene is None


def test_scanning_again() -> None:
    incoming = contact("SCAN", "330106001")
    assert (incoming.intent, incoming.contact, incoming.scene) == (
        "greet",
        Contact.SCAN,
        "330106001",
    )


def test_the_menu_says_its_four_entries() -> None:
    """S23: exactly these, in WeChat's three buttons."""
    buttons = menu(None)["button"]
    entries = [it for button in buttons for it in button.get("sub_button", [button])]
    assert [it["name"] for it in entries] == ["咨询政策", "反映诉求", "提出建议", "查询评价"]
    entries_in_turn = [contact("CLICK", it["key"]) for it in entries]
    assert [it.text for it in entries_in_turn] == [QUESTION, *ENTRIES]
    assert {it.contact for it in entries_in_turn} == {Contact.MENU}
    assert len(buttons) <= 3
    assert all(len(it["name"]) <= 4 for it in buttons)


def test_an_entry_of_an_older_menu() -> None:
    assert contact("CLICK", "V1001_NEWS").intent == "ask_help"


def test_events_are_told_apart_without_a_number() -> None:
    keys = {contact(name, key).external_id for name in ("CLICK", "SCAN") for key in "ab"}
    assert len(keys) == 4
    assert contact("CLICK", "a").external_id in keys


def test_leaving() -> None:
    result = event("unsubscribe", EventKey="")
    assert (result.has_unfollowed, result.openid, result.message) == (True, "oLin-1_x", None)


@pytest.mark.parametrize(
    "name", ["VIEW", "LOCATION", "subscribe_msg_popup_event", "subscribe_msg_change_event"]
)
def test_what_nobody_has_asked(name: str) -> None:
    result = event(name, EventKey="x", Latitude="30", Longitude="120")
    assert (result.message, result.has_unfollowed, result.unknown_event) == (None, False, None)


def test_what_became_of_a_template_message() -> None:
    assert event("TEMPLATESENDJOBFINISH", MsgID="7", Status="success").reports == (
        Report("7", None),
    )
    result = event("TEMPLATESENDJOBFINISH", MsgID="7", Status="failed:user block")
    assert result.reports == (Report("7", "failed:user block"),)


def test_what_became_of_a_subscription_message() -> None:
    one = {"MsgID": "8", "ErrorCode": 0, "ErrorStatus": "success"}
    result = event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": one})
    assert result.reports == (Report("8", None),)
    bad = {"List": {**one, "ErrorCode": 43101, "ErrorStatus": "refused"}}
    result = event("subscribe_msg_sent_event", SubscribeMsgSentEvent=bad)
    assert result.reports == (Report("8", "refused"),)


@pytest.mark.parametrize(
    ("name", "text"), [("kf_create_session", "kf_create_session"), ("路\n灯1", "????"), ("", "?")]
)
def test_an_unknown_event_is_named_safely(name: str, text: str) -> None:
    assert event(name).unknown_event == text


NAMES = """MsgType Event EventKey Content MsgId MediaId CreateTime Location_X Location_Y
Recognition""".split()
ANY_TEXT = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=30)


@given(st.dictionaries(st.sampled_from(NAMES), ANY_TEXT))
def test_any_fields_give_an_arrival_or_bad_input(fields: dict[str, str]) -> None:
    clean = {
        name: value.replace("\ufffe", "").replace("\uffff", "") for name, value in fields.items()
    }
    try:
        result = arrival(**clean)
    except BadInput:
        return
    if result.message:
        assert Body.of(result.message.body())


# The published vectors of eviltransform's tests: true place, shifted place.
SHIFTS = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]


@pytest.mark.parametrize(("true", "shifted"), SHIFTS)
def test_the_shift_of_chinese_maps(true: tuple[float, float], shifted: tuple[float, float]) -> None:
    assert to_gcj02(*true) == pytest.approx(shifted, abs=1e-9)
    assert to_wgs84(*shifted) == pytest.approx(true, abs=1e-7)


def test_no_shift_abroad() -> None:
    assert to_wgs84(48.85, 2.35) == (48.85, 2.35)


@given(st.floats(20, 50), st.floats(80, 130))
def test_there_and_back(latitude: float, longitude: float) -> None:
    back = to_wgs84(*to_gcj02(latitude, longitude))
    assert back == pytest.approx((latitude, longitude), abs=1e-6)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), st.integers(4, 90))
def test_parts_by_bytes(text: str, most: int) -> None:
    parts = split_bytes(text, most)
    assert "".join(parts) == text
    assert all(len(part.encode()) <= most for part in parts)
    assert all(parts) or not text
