import av
import numpy as np
import pytest

from nlu.speech.decode import RATE, EmptySound, NotSound, decode, has_pictures
from nlu.speech.limits import LONGEST_SECONDS
from tests.support.sounds import FORMATS, amr, m4a, mp3, ogg, silk, tone, video_note, webm

TEXT = "今天路灯坏了，请来修".encode() * 20


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_length_and_pitch(name: str) -> None:
    sound = decode(FORMATS[name](tone(3)))
    assert sound.seconds == pytest.approx(3, abs=0.15)
    assert len(sound.samples) / RATE == pytest.approx(3, abs=0.15)
    assert not sound.is_cut
    loudest = np.abs(np.fft.rfft(sound.samples[RATE : 2 * RATE])).argmax()  # 1 Hz a step
    assert abs(int(loudest) - 440) <= 2


@pytest.mark.parametrize("name", ["ogg", "amr", "silk"])
def test_only_the_first_minute_is_decoded(name: str) -> None:
    sound = decode(FORMATS[name](tone(61)))
    assert len(sound.samples) == LONGEST_SECONDS * RATE
    assert sound.seconds == pytest.approx(61, abs=0.2)
    assert sound.is_cut


@pytest.mark.parametrize("record", [amr, mp3, silk, webm])
def test_what_came_before_it_broke_off_is_heard(record: object) -> None:
    whole = record(tone(4))  # type: ignore[operator]
    sound = decode(whole[: len(whole) // 2 + 5])
    assert len(sound.samples) / RATE == pytest.approx(2, abs=0.4)
    assert sound.is_cut


@pytest.mark.parametrize(
    "content",
    [
        TEXT, b"#!AMR\n" + TEXT, b"#!AMR-WB\n" + TEXT, b"\x02#!SILK_V3" + TEXT,
        b"OggS" + bytes(60), b"ID3\x03" + bytes(60), b"\xff\xd8\xff\xe0JFIF" + bytes(60),
        bytes(2_100_000), m4a(tone(3))[:2000],
    ],
    ids=range(9),
)  # fmt: skip
def test_non_audio_is_reported_as_such(content: bytes) -> None:
    with pytest.raises(NotSound):
        decode(content)


@pytest.mark.parametrize("content", [b"", b"#!AMR\n", b"#!AMR-WB\n"])
def test_nothing_is_nothing(content: bytes) -> None:
    with pytest.raises(EmptySound):
        decode(content)


def test_wide_band_amr_duration_comes_from_its_frames() -> None:
    quiet = b"\x44" + bytes(60)  # no encoder of it is at hand
    sound = decode(b"#!AMR-WB\n" + quiet * 100)
    assert (sound.seconds, sound.is_cut) == (2.0, False)


def test_a_voice_alone_is_told_from_a_video() -> None:
    assert not has_pictures(webm(tone(1)))
    assert not has_pictures(m4a(tone(1)))
    assert not has_pictures(ogg(tone(1)))
    assert has_pictures(video_note(tone(1)))
    assert has_pictures(TEXT)


SDP = b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 50555 RTP/AVP 0\n"


@pytest.mark.parametrize(
    "hostile",
    [
        SDP,
        b"#!SILK\n" + SDP,
        b"#EXTM3U\nhttp://127.0.0.1:9/x.mp3\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>",
        b"ID3\x03" + b"#EXTM3U\nhttp://127.0.0.1:9/x.mp3\n" * 20,
    ],
)
def test_no_recording_opens_an_address_or_file(
    hostile: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    whole_open = av.open

    def watched(source: object, **options: object) -> object:
        opened.append(options["format"])
        assert options["options"] == {"protocol_whitelist": "", "format_whitelist": opened[-1]}
        return whole_open(source, **options)

    monkeypatch.setattr(av, "open", watched)
    with pytest.raises(NotSound):
        decode(hostile)
    assert has_pictures(hostile)
    assert set(opened) <= {"mp3"}
