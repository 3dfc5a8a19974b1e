"""Whisper by faster-whisper's parts (CTranslate2, 8-bit integers), with a model in a folder.

Its own `transcribe` always pays for half a minute of sound. Voice notes are short: here each piece
of speech costs what it is long, which is a third of the time for the notes that people send.
"""

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Before the library is imported: nothing may be fetched from a hub while residents wait.
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.vad import VadOptions, collect_chunks, get_speech_timestamps

from nlu.speech.decode import RATE, Samples
from nlu.speech.recogniser import NoRecogniser, Words
from nlu.speech.tidy import is_repeated

_THREADS = 1  # the other cores are for those who type
_BEAM = 8  # as measured on recordings: fewer errors than 5, and hardly slower
_LONGEST_PIECE = 28.0  # seconds; the model knows no more than 30
_ALL_FRAMES = 3000
_FEWEST_FRAMES = 1500  # with fewer the model, which knows only 3000, repeats itself
_AFTER = 300  # frames of quiet, so that the model hears that the sentence is over
_MOST_TOKENS = 224
_SAID_TWICE = re.compile(r"(.{4,}?)\W*(?:\1\W*)+")
_LIKELY_SILENCE = 0.6
_UNSURE = -1.0  # mean log probability of a token


@dataclass(frozen=True)
class _Piece:
    text: str
    log_probability: float  # of a token, in the middle
    silence: float  # how likely nobody speaks
    tokens: int

    @property
    def is_silence(self) -> bool:
        return self.silence > _LIKELY_SILENCE and self.log_probability < _UNSURE


class Whisper:
    """A recognise.Recogniser."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "model.bin").exists():
            raise NoRecogniser(f"{folder} has no model.bin: a CTranslate2 model is needed")
        self._whisper = WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=_THREADS,
            local_files_only=True,
        )
        self._tokens = Tokenizer(
            self._whisper.hf_tokenizer,
            self._whisper.model.is_multilingual,
            task="transcribe",
            language="zh",
        )

    def hear(self, samples: Samples) -> Words:
        spoken = [piece for one in _speech(samples) if not (piece := self._piece(one)).is_silence]
        return Words("".join(piece.text for piece in spoken), _confidence(spoken))

    def _piece(self, samples: Samples) -> _Piece:
        features = self._whisper.feature_extractor(samples)[:, :_ALL_FRAMES]
        frames = min(_ALL_FRAMES, max(_FEWEST_FRAMES, features.shape[1] + _AFTER))
        piece = self._read(features, frames)
        if is_repeated(piece.text) or _SAID_TWICE.fullmatch(piece.text):
            return self._read(features, _ALL_FRAMES, repetition_penalty=1.2)
        return piece

    def _read(self, features: Any, frames: int, **how: float) -> _Piece:
        padded = np.zeros((1, features.shape[0], frames), np.float32)
        padded[0, :, : features.shape[1]] = features
        encoded = self._whisper.model.encode(StorageView.from_array(padded))
        [found] = self._whisper.model.generate(
            encoded,
            [[*self._tokens.sot_sequence, self._tokens.no_timestamps]],
            beam_size=_BEAM,
            max_length=_MOST_TOKENS,
            return_scores=True,
            return_no_speech_prob=True,
            **how,
        )
        [ids], [score] = found.sequences_ids, found.scores
        text = self._tokens.decode(ids)
        return _Piece(text, float(score), float(found.no_speech_prob), max(1, len(ids)))


def _speech(samples: Samples) -> Iterator[Samples]:
    """The parts in which somebody speaks, joined to pieces that end at a pause."""
    options = VadOptions(max_speech_duration_s=_LONGEST_PIECE)
    spoken = get_speech_timestamps(samples, options)
    if spoken:
        pieces, _ = collect_chunks(samples, spoken, RATE, max_duration=_LONGEST_PIECE)
        yield from pieces


def _confidence(pieces: list[_Piece]) -> float:
    """The mean probability of a token; certain of silence."""
    total = sum(piece.tokens for piece in pieces)
    if not total:
        return 1.0
    return math.exp(sum(piece.log_probability * piece.tokens for piece in pieces) / total)
