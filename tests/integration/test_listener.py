"""The process that listens, with the packaged model."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from backend.settings import PROJECT_FOLDER, Settings
from bot.workers.child_process import ChildFailed
from bot.workers.speech_to_text import Listener, NotHeard
from nlu.speech.packaged import folder
from nlu.speech.recognise import Choice, is_on, recogniser
from nlu.speech.recogniser import NoRecogniser
from tests.support import sounds

AUDIO = PROJECT_FOLDER.parent / "shared" / "data" / "audio"
CLIP, SENTENCE = "zhrtvc_aishell3_SSB01220373.wav", "为经济发展制定相关政策提供数据依据"


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speech")


@pytest.fixture(scope="module")
def choice(own_folder: Path) -> Choice:
    own = Choice("auto", None, own_folder)
    if not is_on(own):
        reason = "nothing to listen with: requirements/speech.txt"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return own


@pytest.fixture(scope="module")
def listener(choice: Choice) -> Iterator[Listener]:
    listener = Listener(choice)
    yield listener
    listener.stop()


def sound_file(folder: Path, content: bytes) -> Path:
    path = folder / "recording"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", ["silence", "noise", "music", "tone"])
def test_where_nobody_speaks_no_words_are_heard(
    listener: Listener, tmp_path: Path, kind: str
) -> None:
    sound = getattr(sounds, kind)(6)
    result = listener.hear(sound_file(tmp_path, sounds.ogg(sound)))
    assert result.text == ""
    assert result.seconds == pytest.approx(6, abs=0.1)


def test_no_sound_is_no_fault_of_the_listener(listener: Listener, tmp_path: Path) -> None:
    for content in (b"", b"#!AMR\nhello", "路灯坏了".encode()):
        with pytest.raises(NotHeard):
            listener.hear(sound_file(tmp_path, content))
    with pytest.raises(NotHeard):
        listener.hear(tmp_path / "gone")
    assert listener.hear(sound_file(tmp_path, sounds.amr(sounds.silence(1)))).text == ""


def test_one_that_was_killed_is_started_again(listener: Listener, tmp_path: Path) -> None:
    recording = sound_file(tmp_path, sounds.wav(sounds.silence(1)))
    listener.hear(recording)
    assert listener._child._process
    listener._child._process.kill()
    with pytest.raises(ChildFailed):
        listener.hear(recording)
    assert listener.hear(recording).seconds == 1


def test_it_steps_back_for_those_who_type(listener: Listener, tmp_path: Path) -> None:
    listener.hear(sound_file(tmp_path, sounds.wav(sounds.silence(1))))
    assert listener._child._process
    pid = listener._child._process.pid
    assert os.getpriority(os.PRIO_PROCESS, pid) == 19
    session = Path(f"/proc/{pid}/autogroup")
    assert not session.exists() or session.read_text().endswith("nice 19\n")


@pytest.mark.skipif(not AUDIO.is_dir(), reason="the shared recordings are not here")
def test_every_channel_format_is_transcribed_alike(listener: Listener, tmp_path: Path) -> None:
    from nlu.speech.decode import decode

    spoken = decode((AUDIO / CLIP).read_bytes()).samples
    for record in (sounds.ogg, sounds.amr, sounds.silk, sounds.video_note):
        transcript = listener.hear(sound_file(tmp_path, record(spoken)))
        assert Levenshtein.distance(transcript.text, SENTENCE) <= 6, record.__name__
        assert transcript.confidence > 0.5


def test_the_model_is_put_together_once(choice: Choice, own_folder: Path) -> None:
    own_model = folder(own_folder)
    before = (own_model / "model.bin").stat().st_mtime_ns
    assert folder(own_folder) == own_model
    assert (own_model / "model.bin").stat().st_mtime_ns == before
    assert [path.name for path in own_folder.iterdir()] == [own_model.name]


def test_operator_folder_without_model_is_reported(tmp_path: Path) -> None:
    for engine in ("whisper", "sherpa"):
        with pytest.raises(NoRecogniser, match=str(tmp_path)):
            recogniser(Choice(engine, tmp_path, tmp_path))  # type: ignore[arg-type]


def test_switched_off_nothing_listens(tmp_path: Path) -> None:
    assert recogniser(Choice("off", None, tmp_path)) is None
    assert not is_on(Choice("off", None, tmp_path))


def test_command_names_bad_files_and_processes_others(choice: Choice, tmp_path: Path) -> None:
    good, text, empty = tmp_path / "a.ogg", tmp_path / "b.amr", tmp_path / "c.silk"
    good.write_bytes(sounds.ogg(sounds.silence(2)))
    text.write_text("这不是录音")
    empty.touch()
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli.main", "transcribe", text, empty, tmp_path / "gone", good],
        env=os.environ | {"MINHU_DATA_DIR": str(choice.own_folder.parent)},
        cwd=PROJECT_FOLDER, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert json.loads(done.stdout) == {
        "file": str(good), "text": "", "confidence": 1.0, "seconds": 2.01,
    }  # fmt: skip
    lines = [line.split(":")[0] for line in done.stderr.splitlines()]
    assert lines == [str(text), str(empty), str(tmp_path / "gone")]


def test_the_settings_choose(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MINHU_SPEECH_ENGINE", "sherpa")
    monkeypatch.setenv("MINHU_SPEECH_MODEL_DIR", str(tmp_path))
    chosen = Settings().speech
    assert (chosen.engine, chosen.model_dir) == ("sherpa", tmp_path)
