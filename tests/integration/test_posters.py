"""`minhu telegram-poster`, against the stand-in; WeChat's is tried in test_wechat_operator."""

from pathlib import Path

import pytest

from backend.errors import BadInput
from bot.cli import posters
from tests.fakes.bot_api import running_bot_api


def test_a_poster_opens_the_bot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    addresses: list[str] = []
    monkeypatch.setattr(posters, "write_poster", lambda address, _: addresses.append(address))
    with running_bot_api() as api:
        monkeypatch.setenv("MINHU_TELEGRAM_TOKEN", api.token)
        monkeypatch.setenv("MINHU_TELEGRAM_BASE_URL", api.url)
        posters.telegram("330106001", tmp_path / "a.svg")
        api.token = "other"
        with pytest.raises(BadInput, match="Telegram"):
            posters.telegram("330106001", tmp_path / "a.svg")
    assert addresses == ["https://t.me/minhu_bot?start=330106001"]


def test_a_bad_scene_asks_nobody(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="scene"):
        posters.telegram("古荡", tmp_path / "a.svg")
    with pytest.raises(BadInput, match="MINHU_TELEGRAM_TOKEN"):
        posters.telegram("ok", tmp_path / "a.svg")
