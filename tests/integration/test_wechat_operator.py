"""`minhu wechat-menu` and `minhu wechat-poster`, against the stand-in."""

from pathlib import Path

import pytest

from backend.database import Database
from backend.errors import BadInput
from backend.settings import Settings
from bot.cli.wechat_account import create_menu, draw_poster
from tests.fakes.wechat_api import FakeWeChat
from tests.support.wechat_desk import settings_for


@pytest.fixture
def settings(wechat: FakeWeChat, own_database: Database) -> Settings:
    return settings_for(wechat, database_url=own_database.url)


def test_the_menu(wechat: FakeWeChat, settings: Settings) -> None:
    create_menu(settings)
    assert list(wechat.menu_keys()) == ["咨询政策", "反映诉求", "提出建议", "查询评价"]


def test_a_poster_of_each_kind(wechat: FakeWeChat, settings: Settings, tmp_path: Path) -> None:
    for name, begins in (("a.svg", b"<?xml"), ("b.PNG", b"\x89PNG")):
        draw_poster(settings, "330106001001", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert set(wechat.posters.values()) == {"330106001001"}


@pytest.mark.parametrize(
    ("scene", "name"),
    [("", "a.svg"), ("古荡", "a.svg"), ("x" * 65, "a.svg"), ("a b", "a.svg"), ("ok", "a.pdf"),
     ("ok", "nowhere/a.svg")],
)  # fmt: skip
def test_a_poster_that_cannot_be(
    wechat: FakeWeChat, settings: Settings, tmp_path: Path, scene: str, name: str
) -> None:
    with pytest.raises(BadInput):
        draw_poster(settings, scene, tmp_path / name)
    assert wechat.calls == []
    assert list(tmp_path.iterdir()) == []


def test_wechat_says_why_not(wechat: FakeWeChat, settings: Settings, tmp_path: Path) -> None:
    wechat.fail_next(1, "not_allowed", path="menu/create")
    with pytest.raises(BadInput, match="48001"):
        create_menu(settings)
    wechat.fail_next(1, "html", path="qrcode/create")
    with pytest.raises(BadInput):
        draw_poster(settings, "ok", tmp_path / "a.svg")


def test_without_an_account(own_database: Database) -> None:
    with pytest.raises(BadInput, match="MINHU_WECHAT_APP_ID"):
        create_menu(Settings(_env_file=None, database_url=own_database.url))  # type: ignore[call-arg]
