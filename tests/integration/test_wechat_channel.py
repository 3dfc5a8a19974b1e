"""What the app asks of WeChat, against a stand-in that keeps WeChat's rules."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from backend.database import Database
from backend.errors import TooLarge
from backend.models.wechat_tokens import WeChatToken
from bot.channels.base import (
    Blocked,
    ChannelError,
    NotTaken,
    OutOfWindow,
    QuotaSpent,
    Refused,
    RetryAfter,
    Unreachable,
)
from bot.channels.wechat.channel import WeChatChannel
from tests.fakes.rasa import nobody_home
from tests.fakes.wechat_api import APP_ID, SECRET, FakeWeChat
from tests.fakes.wechat_followers import Follower
from tests.support import sounds

FETCH = "stable_token"
LONG_AGO = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def lin(wechat: FakeWeChat) -> Follower:
    """A follower who has just written, to nobody yet."""
    lin = wechat.follower("oLin")
    wechat.has_quotas = False
    return lin


@pytest.fixture
def channel(wechat: FakeWeChat, database: Database) -> Iterator[WeChatChannel]:
    with_it = WeChatChannel(APP_ID, SECRET, wechat.url, database)
    yield with_it
    with_it.close()


def fetches(wechat: FakeWeChat) -> int:
    return wechat.calls.count(FETCH)


def test_words_go_as_they_are(channel: WeChatChannel, lin: Follower) -> None:
    channel.send("oLin", '您好 <b> \\ "引号" 𠮷', [("确认", "b1.0")])
    assert lin.pushed == ['您好 <b> \\ "引号" 𠮷']


def test_parts_fit(channel: WeChatChannel, lin: Follower) -> None:
    parts = channel.split("路灯坏了。" * 500)
    for part in parts:
        channel.send("oLin", part, [])
    assert "".join(lin.pushed) == "路灯坏了。" * 500
    with pytest.raises(Refused):
        channel.send("oLin", "字" * 700, [])


def test_one_token_for_all_calls(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower, database: Database
) -> None:
    for _ in range(3):
        channel.send("oLin", "好", [])
    other_process = WeChatChannel(APP_ID, SECRET, wechat.url, database)
    other_process.send("oLin", "好", [])
    other_process.close()
    assert fetches(wechat) == 1


def test_many_at_once_fetch_one_token(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower, database: Database
) -> None:
    wechat.fetch_seconds = 0.3
    channels = [channel, WeChatChannel(APP_ID, SECRET, wechat.url, database)]
    threads = [
        threading.Thread(target=channels[n % 2].send, args=("oLin", "好", [])) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    channels[1].close()
    assert fetches(wechat) == 1
    assert lin.pushed == ["好"] * 8


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_rejected_token_is_replaced_once(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower, code: int
) -> None:
    channel.send("oLin", "一", [])
    wechat.spoil_token(code)
    channel.send("oLin", "二", [])
    assert lin.pushed == ["一", "二"]
    assert len(wechat.forced) == 1  # the ordinary way gives the same bad one again


def test_a_token_that_has_ended(channel: WeChatChannel, wechat: FakeWeChat, lin: Follower) -> None:
    channel.send("oLin", "一", [])
    wechat.end_token()
    channel.send("oLin", "二", [])
    assert lin.pushed == ["一", "二"]
    assert wechat.forced == []


def test_a_token_is_renewed_before_it_ends(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower
) -> None:
    channel.send("oLin", "一", [])
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=7200 - 290)):
        channel.send("oLin", "二", [])
    assert fetches(wechat) == 2


def test_a_token_that_never_refreshes(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower
) -> None:
    """Bounded calls, bounded force, and nothing is given up."""
    wechat.believes_no_token = True
    for _ in range(5):
        with pytest.raises(Unreachable):
            channel.send("oLin", "好", [])
    assert len(wechat.forced) == 1
    assert wechat.calls.count("message/custom/send") <= 10
    wechat.believes_no_token = False
    channel.send("oLin", "好了", [])
    assert lin.pushed == ["好了"]


def test_forced_refreshes_stay_below_wechats_daily_limit(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower
) -> None:
    wechat.believes_no_token = True
    for minutes in range(0, 24 * 60, 25):
        with (
            time_machine.travel(LONG_AGO + timedelta(minutes=minutes)),
            pytest.raises(Unreachable),
        ):
            channel.send("oLin", "好", [])
    assert 10 < len(wechat.forced) < 20


@pytest.mark.parametrize(
    "spoil",
    [
        lambda wechat: setattr(wechat, "secret", "another"),
        lambda wechat: setattr(wechat, "app_id", "another"),
        lambda wechat: wechat.fail_next(1, "html", path=FETCH),
        lambda wechat: wechat.fail_next(1, "500", path=FETCH),
        lambda wechat: wechat.fail_next(1, "busy", path=FETCH),
        lambda wechat: wechat.fail_next(1, "strange", path=FETCH),
        lambda wechat: wechat.fail_next(1, "other_json", path=FETCH),
        lambda wechat: wechat.fail_next(1, "odd_code", path=FETCH),
    ],
)
def test_missing_token_drops_no_message(
    channel: WeChatChannel,
    wechat: FakeWeChat,
    lin: Follower,
    database: Database,
    spoil: Callable[[FakeWeChat], None],
) -> None:
    app_id, secret = wechat.app_id, wechat.secret
    spoil(wechat)
    with pytest.raises(Unreachable):
        channel.send("oLin", "好", [])
    wechat.app_id, wechat.secret = app_id, secret
    channel.send("oLin", "好", [])  # whoever failed has given its turn back
    assert lin.pushed == ["好"]


def test_a_process_that_died_while_fetching(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower, database: Database
) -> None:
    with database.begin() as session:
        ends = datetime.now(UTC) + timedelta(seconds=1)
        session.add(WeChatToken(app_id=APP_ID, fetching_until=ends))
    channel.send("oLin", "好", [])
    assert lin.pushed == ["好"]
    with database.begin() as session:
        assert session.scalars(select(WeChatToken)).one().fetching_until is None


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("busy", NotTaken), ("minute", RetryAfter), ("day", RetryAfter),
        ("not_allowed", NotTaken), ("address", NotTaken), ("strange", Refused),
        ("html", Unreachable), ("500", Unreachable), ("other_json", Unreachable),
        ("odd_code", Unreachable),
    ],
)  # fmt: skip
def test_what_goes_wrong(
    channel: WeChatChannel,
    wechat: FakeWeChat,
    lin: Follower,
    kind: str,
    expected: type[ChannelError],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    channel.send("oLin", "一", [])
    wechat.fail_next(1, kind)
    with pytest.raises(expected) as raised:
        channel.send("oLin", "二", [])
    assert type(raised.value) is expected
    assert raised.value.__cause__ is None
    for text in (str(raised.value), caplog.text):
        assert wechat.token not in text
        assert "oLin" not in text
    channel.send("oLin", "三", [])
    assert lin.pushed == ["一", "三"]


def test_the_windows_and_their_quotas(channel: WeChatChannel, wechat: FakeWeChat) -> None:
    lin = wechat.follower("oLin")
    with pytest.raises(OutOfWindow) as never_came:
        channel.send("oLin", "0", [])
    assert not isinstance(never_came.value, QuotaSpent)
    lin.says("你好")
    for number in range(5):
        channel.send("oLin", str(number), [])
    with pytest.raises(QuotaSpent):
        channel.send("oLin", "5", [])
    with (
        time_machine.travel(datetime.now(UTC) + timedelta(hours=49)),
        pytest.raises(OutOfWindow) as too_late,
    ):
        channel.send("oLin", "6", [])
    assert not isinstance(too_late.value, QuotaSpent)
    assert lin.pushed == list("01234")


def test_nobody_there(channel: WeChatChannel) -> None:
    with pytest.raises(Blocked):
        channel.send("oNobody", "好", [])


def test_wechat_away(database: Database) -> None:
    channel = WeChatChannel(APP_ID, SECRET, nobody_home(), database)
    with pytest.raises(Unreachable):
        channel.send("oLin", "好", [])
    channel.close()


def test_wechat_that_does_not_answer(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower
) -> None:
    channel.send("oLin", "好", [])
    wechat.fail_next(1, "slow")
    started_at = time.monotonic()
    with pytest.raises(Unreachable):
        channel.send("oLin", "好", [])
    assert time.monotonic() - started_at < 10


def test_files(channel: WeChatChannel, wechat: FakeWeChat) -> None:
    voice, video = b"#!AMR\n" + bytes(range(256)) * 40, b"\0\0\0\x18ftypmp42" + bytes(9000)
    assert channel.fetch(wechat.media.keep(voice, "audio/amr")) == voice
    assert channel.fetch(wechat.media.keep(video, "video/mp4")) == video
    assert channel.fetch(wechat.media.keep(b"", "image/jpeg")) == b""


def test_a_voice_is_uploaded_and_sent(
    channel: WeChatChannel, wechat: FakeWeChat, lin: Follower
) -> None:
    sound = sounds.mp3(sounds.tone(1))
    channel.send_voice("oLin", sound)
    wechat.spoil_token()
    channel.send_voice("oLin", sound)  # whole again, after the token was not taken
    assert (lin.voices, lin.pushed) == ([sound, sound], [])


@pytest.mark.parametrize(
    "sound",
    [b"", b"words in a text file", sounds.ogg(sounds.tone(1)), sounds.mp3(sounds.silence(61)),
     b"ID3" + bytes(2 * 1024 * 1024)],
    ids=["empty", "text", "opus", "61 s", "2 MB"],
)  # fmt: skip
def test_a_voice_that_wechat_would_not_take(
    channel: WeChatChannel, lin: Follower, sound: bytes
) -> None:
    with pytest.raises(Refused):
        channel.send_voice("oLin", sound)
    assert lin.voices == []


def test_a_voice_is_counted_like_a_text(channel: WeChatChannel, wechat: FakeWeChat) -> None:
    lin, sound = wechat.follower("oLin"), sounds.mp3(sounds.tone(1))
    lin.says("你好")
    for _ in range(5):
        channel.send_voice("oLin", sound)
    with pytest.raises(QuotaSpent):
        channel.send_voice("oLin", sound)


def test_a_file_that_is_gone(channel: WeChatChannel, wechat: FakeWeChat) -> None:
    media = wechat.media.keep(b"x", "image/jpeg")
    wechat.media.forget()
    for reference in (media, "never-there"):
        with pytest.raises(Refused):
            channel.fetch(reference)


def test_a_file_asked_for_with_a_bad_token(channel: WeChatChannel, wechat: FakeWeChat) -> None:
    media = wechat.media.keep(b"x", "image/jpeg")
    assert channel.fetch(media) == b"x"
    wechat.end_token()
    assert channel.fetch(media) == b"x"


def test_a_file_too_large(channel: WeChatChannel, wechat: FakeWeChat) -> None:
    with pytest.raises(TooLarge):
        channel.fetch(wechat.media.keep(bytes(20 * 1024 * 1024 + 1), "image/jpeg"))


@pytest.mark.parametrize("kind", ["html", "500", "busy", "other_json", "day"])
def test_a_file_that_wechat_does_not_give_now(
    channel: WeChatChannel, wechat: FakeWeChat, kind: str
) -> None:
    media = wechat.media.keep(b"x", "image/jpeg")
    wechat.fail_next(1, kind, path="media/get")
    with pytest.raises(Unreachable):
        channel.fetch(media)
    assert channel.fetch(media) == b"x"


def test_without_a_template_there_is_no_notice(channel: WeChatChannel) -> None:
    assert channel.template_id is None


def test_the_menu_is_one_that_wechat_takes(channel: WeChatChannel, wechat: FakeWeChat) -> None:
    for address, links in (
        (None, {}),
        (
            "https://minhu.example/",
            {
                "查我的事": "https://minhu.example/public/case",
                "个人信息": "https://minhu.example/public/privacy",
            },
        ),
    ):
        channel.create_menu(address)
        assert list(wechat.menu_keys()) == ["咨询政策", "反映诉求", "提出建议", "查询评价"]
        assert wechat.menu_links() == links


def test_a_poster(channel: WeChatChannel, wechat: FakeWeChat) -> None:
    assert wechat.posters[channel.poster_address("330106001")] == "330106001"
    with pytest.raises(Refused):
        channel.poster_address("x" * 65)
