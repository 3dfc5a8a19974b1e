"""WeChat, as seen by threads that send and fetch."""

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

LONGEST_TEXT = 2048  # bytes


@dataclass(frozen=True)
class Notice:
    """What may be sent when nothing else may: a template of the city's, with one field."""

    template_id: str
    field: str
    kind: NoticeKind


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
        notice: Notice | None = None,
    ) -> None:
        self._client = Client(app_id, secret, base_url, database)
        self._notice = notice

    def close(self) -> None:
        self._client.close()

    def split(self, text: str) -> list[str]:
        return split_bytes(text, LONGEST_TEXT)

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        """A customer-service message; WeChat counts them. It has no buttons to show."""
        with as_channel_errors():
            self._client.message.send_text(account, text)

    def send_voice(self, account: str, sound: bytes) -> None:
        """A customer-service message too, of a file that WeChat is given first."""
        with as_channel_errors():
            # Bytes, not a file: after a bad token the same is sent again.
            named = ("reply.mp3", sound, "audio/mpeg")
            given = self._client.media.upload("voice", named)
            self._client.message.send_voice(account, given["media_id"])

    @property
    def template_id(self) -> str | None:
        return self._notice.template_id if self._notice else None

    def send_template(self, account: str, text: str) -> str | None:
        """A notice in the form that WeChat has approved for the city, at any time.

        WeChat says later, in an event, whether it arrived; of a subscription message without
        telling its number before.
        """
        assert self._notice is not None
        template_id, fields = self._notice.template_id, {self._notice.field: {"value": text}}
        with as_channel_errors():
            if self._notice.kind is NoticeKind.TEMPLATE:
                sent = self._client.message.send_template(account, template_id, fields)
                return str(sent["msgid"])
            asked = {"touser": account, "template_id": template_id, "data": fields}
            self._client.post("message/subscribe/bizsend", data=asked)
            return None

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
