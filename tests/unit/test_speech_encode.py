import numpy as np
import pytest

from nlu.speech.decode import RATE, decode
from nlu.speech.encode import ogg
from tests import sounds


def test_what_is_written_is_heard_again_at_its_length_and_pitch() -> None:
    written = ogg(sounds.tone(3), sounds.RATE)
    sound = decode(written)
    assert sound.seconds == pytest.approx(3, abs=0.15)
    loudest = np.abs(np.fft.rfft(sound.samples[RATE : 2 * RATE])).argmax()  # 1 Hz a step
    assert abs(int(loudest) - 440) <= 2
    assert written.startswith(b"OggS")
    assert b"OpusHead" in written


def test_what_is_too_loud_is_cut_off_and_does_not_turn_over() -> None:
    loud = ogg(np.full(sounds.RATE, 1.5, np.float32), sounds.RATE)
    assert np.median(decode(loud).samples) >= 0
