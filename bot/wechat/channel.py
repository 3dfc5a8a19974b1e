"""WeChat, as seen by threads that send and fetch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.database import Database
from bot.channel import Blocked, OutOfWindow, Refused, RetryAfter, Unreachable
from bot.splitting import split_bytes
from bot.wechat.client import Client
from bot.wechat.errors import as_channel_errors
from bot.wechat.media import download
from bot.wechat.menu import menu
from bot.wechat.messages import CHANNEL

LONGEST_TEXT = 2048  # bytes


@dataclass(frozen=True)
class NoticeForm:
    """A template that the account has been approved for, and its field that takes our words."""

    template_id: str
    field: str


class WeChatChannel:
    """A bot.channel.Channel for the Official Account; any thread may call it."""

    name = CHANNEL
    shows_buttons = False
    gap_seconds = 0.5  # messages sent closer together may be shown in the wrong order

    def __init__(
        self,
        app_id: str,
        secret: str,
        base_url: str,
        database: Database,
        notice_form: NoticeForm | None = None,
    ) -> None:
        self.notice_form = notice_form
        self._client = Client(app_id, secret, base_url, database)

    def close(self) -> None:
        self._client.close()

    def split(self, text: str) -> list[str]:
        return split_bytes(text, LONGEST_TEXT)

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        """A customer-service message; WeChat counts them. It has no buttons to show."""
        with as_channel_errors():
            self._client.message.send_text(account, text)

    def send_notice(self, account: str, text: str) -> None:
        """Where the windows are spent: something waits. It costs nothing of what they allow."""
        form = self.notice_form
        if form is None:
            raise Refused("没有设置模板消息")
        self.send_template(account, form.template_id, {form.field: text})

    def send_template(self, account: str, template_id: str, fields: Mapping[str, str]) -> str:
        """A template message; returns the number by which WeChat reports what became of it."""
        with as_channel_errors():
            answer = self._client.message.send_template(account, template_id, _values(fields))
            return str(answer["msgid"])

    def send_subscription(self, account: str, template_id: str, fields: Mapping[str, str]) -> None:
        """A notice to which the resident has agreed; each consent is good for one."""
        notice = {"touser": account, "template_id": template_id, "data": _values(fields)}
        with as_channel_errors():
            self._client.post("message/subscribe/bizsend", data=notice)

    def create_menu(self) -> None:
        with as_channel_errors():
            self._client.menu.create(menu())

    def poster_address(self, scene: str) -> str:
        """What a QR code says that brings its reader here, for ever, with `scene` noted."""
        asked = {"action_name": "QR_LIMIT_STR_SCENE"}
        with as_channel_errors():
            answer = self._client.qrcode.create(
                {**asked, "action_info": {"scene": {"scene_str": scene}}}
            )
            return str(answer["url"])

    def fetch(self, reference: str) -> bytes:
        try:
            with as_channel_errors():
                return download(self._client, reference)
        except RetryAfter as problem:
            raise Unreachable(str(problem)) from None
        except (Blocked, OutOfWindow) as problem:
            raise Refused(str(problem)) from None


def _values(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in fields.items()}
