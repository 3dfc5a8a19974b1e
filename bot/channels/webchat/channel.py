"""The web chat as a channel: its page fetches messages and uploads files by itself."""

from collections.abc import Sequence

from backend.messaging.outbox import WEB
from bot.channels.base import Refused


class WebChat:
    name = WEB
    shows_buttons = True
    gap_seconds = 0.0

    def split(self, text: str) -> list[str]:
        return [text]

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        return

    def fetch(self, reference: str) -> bytes:
        raise Refused("the page uploads its files itself")
