"""What an operator is told when there is no whole voice."""

from pathlib import Path

import pytest

from nlu.speech.speak import MODEL, NoVoice, require
from nlu.speech.voice_folder import assemble


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoVoice, match=f"MINHU_SPEAK_MODEL_DIR.*{tmp_path / MODEL}"):
        require(tmp_path)


def test_what_cannot_be_put_together_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoVoice):
        assemble(tmp_path / "gone.tgz", tmp_path / "voice")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(NoVoice, match="already"):
        assemble(tmp_path / "gone.tgz", tmp_path)
