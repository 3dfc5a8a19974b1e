"""The WeChat channel: sends messages and fetches files for an Official Account."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from backend.database import Database
from backend.settings import NoticeKind
from bot.channels.base import Blocked, OutOfWindow, Refused, RetryAfter, Unreachable
from bot.channels.splitting import split_bytes
from bot.channels.wechat.client import Client
from bot.channels.wechat.errors import as_channel_errors
from bot.channels.wechat.media import download
from bot.channels.wechat.menu import menu
from bot.channels.wechat.messages import CHANNEL
from nlu.speech.encode import MP3

log = logging.getLogger(__name__)

LONGEST_TEXT = 2048  # bytes


@dataclass(frozen=True)
class NoticeTemplate:
    """The city's message template and its one field; it may be sent when the quota is spent."""

    template_id: str
    field: str
    kind: NoticeKind
    link: str | None = None  # opened by a tap


class WeChatChannel:
    """A bot.channels.base.Channel for the Official Account; any thread may call it."""

    name = CHANNEL
    shows_buttons = False
    gap_seconds = 0.5  # messages sent closer together may be shown in the wrong order
    voice_form = MP3

    def __init__(
        self,
        app_id: str,
        secret: str,
        base_url: str,
        database: Database,
        notice: NoticeTemplate | None = None,
        *,
        sends_menus: bool = False,
    ) -> None:
        self._client = Client(app_id, secret, base_url, database)
        self._notice = notice
        self.sends_menus = sends_menus

    def close(self) -> None:
        self._client.close()

    def split(self, text: str) -> list[str]:
        return split_bytes(text, LONGEST_TEXT)

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        """Send a customer-service message, which WeChat counts; buttons are left out."""
        with as_channel_errors():
            self._client.message.send_text(account, text)

    def send_menu(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> bool:
        """Send `text` with choices to tap, counted as one message.

        False when WeChat does not take it from this account; then it is not tried again.
        """
        choices = [{"id": payload, "content": title} for title, payload in buttons]
        menu = {"head_content": text, "list": choices, "tail_content": ""}
        payload = {"touser": account, "msgtype": "msgmenu", "msgmenu": menu}
        try:
            with as_channel_errors():
                self._client.post("message/custom/send", data=payload)
        except Refused:
            log.warning("WeChat takes no choices to tap from this account: numbers are sent")
            self.sends_menus = False
        return self.sends_menus

    def send_voice(self, account: str, sound: bytes) -> None:
        """Upload the sound, then send it as a customer-service message, which WeChat counts."""
        with as_channel_errors():
            # Bytes, not an open file: after a bad token the upload is sent a second time.
            file = ("reply.mp3", sound, "audio/mpeg")
            media = self._client.media.upload("voice", file)
            self._client.message.send_voice(account, media["media_id"])

    @property
    def template_id(self) -> str | None:
        return self._notice.template_id if self._notice else None

    def send_template(self, account: str, text: str) -> str | None:
        """Send the template message; returns WeChat's id, None for a subscription message.

        An event reports later whether the message arrived.
        """
        assert self._notice is not None
        template_id, fields = self._notice.template_id, {self._notice.field: {"value": text}}
        with as_channel_errors():
            if self._notice.kind is NoticeKind.TEMPLATE:
                answer = self._client.message.send_template(
                    account, template_id, fields, url=self._notice.link
                )
                return str(answer["msgid"])
            payload = {"touser": account, "template_id": template_id, "data": fields}
            if self._notice.link:
                payload["page"] = self._notice.link
            self._client.post("message/subscribe/bizsend", data=payload)
            return None

    def check(self) -> None:
        """Raises ChannelError when WeChat gives no token for the account."""
        with as_channel_errors():
            self._client.with_token(lambda _: None)

    def create_menu(self, public_url: str | None) -> None:
        """With links to the public pages, where their address is known."""
        with as_channel_errors():
            self._client.menu.create(menu(public_url))

    def poster_address(self, scene: str) -> str:
        """The address in a permanent QR code whose scans carry `scene`."""
        request = {
            "action_name": "QR_LIMIT_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        with as_channel_errors():
            answer = self._client.qrcode.create(request)
            return str(answer["url"])

    def fetch(self, reference: str) -> bytes:
        try:
            with as_channel_errors():
                return download(self._client, reference)
        except RetryAfter as problem:
            raise Unreachable(str(problem)) from None
        except (Blocked, OutOfWindow) as problem:
            raise Refused(str(problem)) from None
