"""The menu and the posters of the Official Account in the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.errors import BadInput
from backend.settings import Settings
from bot.channels.base import ChannelError
from bot.channels.wechat.account import account_of
from bot.channels.wechat.channel import WeChatChannel
from bot.cli.posters import check_poster, write_poster
from bot.cli.setup import city_database


def create_menu(settings: Settings) -> None:
    """Set the account's menu. Raises BadInput with WeChat's reason."""
    with _channel(settings) as channel:
        channel.create_menu(settings.public_url)


def draw_poster(settings: Settings, scene: str, out: Path) -> None:
    """Write a QR code for `scene` to `out`. Raises BadInput."""
    check_poster(scene, out)
    with _channel(settings) as channel:
        address = channel.poster_address(scene)
    write_poster(address, out)


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
