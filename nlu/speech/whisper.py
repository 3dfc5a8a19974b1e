"""Recogniser: Whisper by the parts of faster-whisper (CTranslate2, 8-bit integers).

The `transcribe` of faster-whisper pads every input to 30 seconds. Here the input has the length of
the speech, which takes a third of the time for typical voice notes.
"""

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Set before the import: the library must not download anything from a hub.
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.vad import VadOptions, collect_chunks, get_speech_timestamps

from nlu.speech.decode import RATE, Samples
from nlu.speech.recogniser import NoRecogniser, Words
from nlu.speech.tidy import is_repeated

_THREADS = 1  # leaves the other cores to the web and bot processes
_BEAM = 8  # measured: fewer errors than 5, hardly slower
_LONGEST_PIECE = 28.0  # seconds; the model accepts at most 30
_ALL_FRAMES = 3000  # of 10 ms: 30 seconds
_FEWEST_FRAMES = 1500  # with fewer the model, trained on 3000, repeats itself
_TRAILING_FRAMES = 300  # frames of silence after the speech, which mark the end of the sentence
_MOST_TOKENS = 224
_REPETITION = re.compile(r"(.{4,}?)\W*(?:\1\W*)+")
_LIKELY_SILENCE = 0.6  # probability
_UNSURE = -1.0  # mean log probability of a token


@dataclass(frozen=True)
class _Piece:
    """Recognised text of one piece of speech."""

    text: str
    log_probability: float  # mean over the tokens
    silence: float  # probability of no speech
    tokens: int

    @property
    def is_silence(self) -> bool:
        return self.silence > _LIKELY_SILENCE and self.log_probability < _UNSURE


class Whisper:
    """Implementation of `nlu.speech.recogniser.Recogniser`."""

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

    def recognise(self, samples: Samples) -> Words:
        """See `Recogniser.recognise`."""
        pieces = [
            piece
            for samples_of_piece in _speech(samples)
            if not (piece := self._piece(samples_of_piece)).is_silence
        ]
        return Words("".join(piece.text for piece in pieces), _confidence(pieces))

    def _piece(self, samples: Samples) -> _Piece:
        features = self._whisper.feature_extractor(samples)[:, :_ALL_FRAMES]
        frames = min(_ALL_FRAMES, max(_FEWEST_FRAMES, features.shape[1] + _TRAILING_FRAMES))
        piece = self._generate(features, frames)
        if is_repeated(piece.text) or _REPETITION.fullmatch(piece.text):
            return self._generate(features, _ALL_FRAMES, repetition_penalty=1.2)
        return piece

    def _generate(self, features: Any, frames: int, **options: float) -> _Piece:
        padded = np.zeros((1, features.shape[0], frames), np.float32)
        padded[0, :, : features.shape[1]] = features
        encoded = self._whisper.model.encode(StorageView.from_array(padded))
        [result] = self._whisper.model.generate(
            encoded,
            [[*self._tokens.sot_sequence, self._tokens.no_timestamps]],
            beam_size=_BEAM,
            max_length=_MOST_TOKENS,
            return_scores=True,
            return_no_speech_prob=True,
            **options,
        )
        [ids], [score] = result.sequences_ids, result.scores
        text = self._tokens.decode(ids)
        return _Piece(text, float(score), float(result.no_speech_prob), max(1, len(ids)))


def _speech(samples: Samples) -> Iterator[Samples]:
    """Speech segments, joined to pieces of at most `_LONGEST_PIECE` that end at a pause."""
    options = VadOptions(max_speech_duration_s=_LONGEST_PIECE)
    segments = get_speech_timestamps(samples, options)
    if segments:
        pieces, _ = collect_chunks(samples, segments, RATE, max_duration=_LONGEST_PIECE)
        yield from pieces


def _confidence(pieces: list[_Piece]) -> float:
    """Geometric mean of the token probabilities; 1 without speech."""
    total = sum(piece.tokens for piece in pieces)
    if not total:
        return 1.0
    return math.exp(sum(piece.log_probability * piece.tokens for piece in pieces) / total)
