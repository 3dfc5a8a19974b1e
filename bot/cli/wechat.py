"""Setting up a WeChat Official Account, and playing a resident offline."""

import subprocess
import sys
from enum import StrEnum
from typing import Annotated

import typer

from backend.errors import BadInput
from bot.cli.posters import Out, Scene


class PlayedChannel(StrEnum):
    WECHAT = "wechat"
    TELEGRAM = "telegram"


def menu() -> None:
    """Show the four entries under the Official Account's chat; phones have them in minutes."""
    from backend.settings import Settings
    from bot.cli.wechat_account import create_menu

    create_menu(Settings())
    print("the menu is set")


def poster(scene: Scene, out: Out) -> None:
    """A QR code that leads to the Official Account; who comes by it is known by its scene."""
    from backend.settings import Settings
    from bot.cli.wechat_account import draw_poster

    draw_poster(Settings(), scene, out)
    print(f"{out} written")


def simulate(
    channel: Annotated[PlayedChannel, typer.Option(help="whom to play")] = PlayedChannel.WECHAT,
) -> None:
    """Play a WeChat or Telegram resident in this terminal, offline, with a whole Minhu."""
    from backend.settings import PROJECT_FOLDER

    if not (PROJECT_FOLDER / "tests" / "simulate.py").exists():
        raise BadInput("the stand-ins of WeChat and Telegram are in tests/, which is not here")
    play = [sys.executable, "-m", "tests.simulate", channel]
    raise typer.Exit(subprocess.run(play, cwd=PROJECT_FOLDER, check=False).returncode)
