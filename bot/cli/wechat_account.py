"""The menu and the posters of the Official Account in the settings."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import segno

from backend.errors import BadInput
from backend.settings import Settings
from bot.channels.base import ChannelError
from bot.channels.wechat.account import account_of
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.messages import SCENE
from bot.cli.setup import city_database

FORMATS = {".svg", ".png"}
SCALE = 12  # pixels a module: sharp on A4
QUIET_ZONE = 4  # modules of white margin that readers need


def create_menu(settings: Settings) -> None:
    """Set the account's menu. Raises BadInput with WeChat's reason."""
    with _channel(settings) as channel:
        channel.create_menu()


def draw_poster(settings: Settings, scene: str, out: Path) -> None:
    """Write a QR code for `scene` to `out`. Raises BadInput."""
    if not re.fullmatch(SCENE, scene):
        raise BadInput("a scene has 1 to 64 letters, digits, _ or -")
    if out.suffix.lower() not in FORMATS:
        raise BadInput("a poster is an .svg or a .png file")
    if not out.parent.is_dir():
        raise BadInput(f"there is no folder {out.parent}")
    with _channel(settings) as channel:
        address = channel.poster_address(scene)
    # High error correction, as posters fade and tear.
    segno.make(address, error="h", micro=False).save(str(out), scale=SCALE, border=QUIET_ZONE)


@contextmanager
def _channel(settings: Settings) -> Iterator[WeChatChannel]:
    if settings.wechat_app_id is None:
        raise BadInput("no Official Account is named: set MINHU_WECHAT_APP_ID and its secrets")
    with city_database(settings) as database:
        account = account_of(settings, database)
        assert account is not None
        try:
            yield account.channel
        except ChannelError as problem:
            raise BadInput(f"WeChat did not do it: {problem}") from None
        finally:
            account.channel.close()
