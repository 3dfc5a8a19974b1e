"""Posters: a QR code that opens the chat and tells by its scene where it hung."""

import re
from pathlib import Path
from typing import Annotated

import segno
import typer

from backend.errors import BadInput

SCENE = re.compile(r"[A-Za-z0-9_-]{1,64}")  # as WeChat and Telegram carry it
FORMATS = {".svg", ".png"}
SCALE = 12  # pixels a module: sharp on A4
QUIET_ZONE = 4  # modules of white margin that readers need

Scene = Annotated[str, typer.Option(help="1-64 letters, digits, _ or -: a community's code")]
Out = Annotated[Path, typer.Option(dir_okay=False, help="an .svg or .png file")]


def check_poster(scene: str, out: Path) -> None:
    """Raises BadInput."""
    if not SCENE.fullmatch(scene):
        raise BadInput("a scene has 1 to 64 letters, digits, _ or -")
    if out.suffix.lower() not in FORMATS:
        raise BadInput("a poster is an .svg or a .png file")
    if not out.parent.is_dir():
        raise BadInput(f"there is no folder {out.parent}")


def write_poster(address: str, out: Path) -> None:
    """High error correction, as posters fade and tear."""
    segno.make(address, error="h", micro=False).save(str(out), scale=SCALE, border=QUIET_ZONE)


def telegram(scene: Scene, out: Out) -> None:
    """A QR code that opens the Telegram bot; who comes by it is known by its scene."""
    import asyncio

    from backend.settings import Settings
    from bot.channels.base import ChannelError
    from bot.channels.telegram.channel import TelegramChannel

    check_poster(scene, out)
    settings = Settings()
    if settings.telegram_token is None:
        raise BadInput("no bot is named: set MINHU_TELEGRAM_TOKEN")
    token = settings.telegram_token.get_secret_value()
    channel = TelegramChannel(token, settings.telegram_base_url)
    try:
        name = asyncio.run(channel.own_name())
    except ChannelError as problem:
        raise BadInput(f"Telegram did not do it: {problem}") from None
    write_poster(f"https://t.me/{name}?start={scene}", out)
    print(f"{out} written")
