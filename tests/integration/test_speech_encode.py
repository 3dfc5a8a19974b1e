import numpy as np
import pytest

from nlu.speech.decode import RATE, decode
from nlu.speech.encode import MP3, OGG, encode_audio
from nlu.speech.limits import LONGEST_SECONDS
from nlu.speech.speak import RATE as SPOKEN_RATE
from nlu.speech.speak import join_sentences
from tests.fakes.wechat_media import refused_voice
from tests.support import sounds

FORMS = pytest.mark.parametrize("form", [OGG, MP3])


@FORMS
def test_encoded_sound_keeps_length_and_pitch(form: str) -> None:
    sound = decode(encode_audio(sounds.tone(3), sounds.RATE, form))
    assert sound.seconds == pytest.approx(3, abs=0.15)
    loudest = np.abs(np.fft.rfft(sound.samples[RATE : 2 * RATE])).argmax()  # 1 Hz a step
    assert abs(int(loudest) - 440) <= 2


def test_each_form_is_what_it_is_called() -> None:
    content = encode_audio(sounds.tone(1), sounds.RATE, OGG)
    assert content.startswith(b"OggS")
    assert b"OpusHead" in content
    assert encode_audio(sounds.tone(1), sounds.RATE, MP3).startswith(b"ID3")


@FORMS
def test_loud_samples_are_clipped_without_overflow(form: str) -> None:
    loud = encode_audio(np.full(sounds.RATE, 1.5, np.float32), sounds.RATE, form)
    assert np.median(decode(loud).samples) >= -0.01


def test_message_has_whole_sentences_within_a_minute() -> None:
    sentence = np.zeros(13 * SPOKEN_RATE, np.float32)
    text = join_sentences([sentence] * 9)
    assert text.size == 4 * sentence.size
    assert join_sentences([]).size == 0


def test_longest_speech_is_wechats_limit() -> None:
    longest = join_sentences([np.zeros(SPOKEN_RATE, np.float32)] * 70)
    content = encode_audio(longest, SPOKEN_RATE, MP3)
    assert LONGEST_SECONDS - 2 < decode(content).seconds <= LONGEST_SECONDS
    assert refused_voice("reply.mp3", content) == 0
