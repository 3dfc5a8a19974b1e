"""The Official Account that the settings name."""

from dataclasses import dataclass

from backend.database import Database
from backend.settings import Settings
from bot.wechat.channel import NoticeForm, WeChatChannel
from bot.wechat.envelope import Envelope


@dataclass(frozen=True)
class OfficialAccount:
    channel: WeChatChannel
    envelope: Envelope


def account_of(settings: Settings, database: Database) -> OfficialAccount | None:
    """None where the city has none."""
    app_id, secret, token = (
        settings.wechat_app_id,
        settings.wechat_app_secret,
        settings.wechat_token,
    )
    if not (app_id and secret and token):
        return None
    keys = [settings.wechat_aes_key, settings.wechat_aes_key_previous]
    return OfficialAccount(
        WeChatChannel(
            app_id,
            secret.get_secret_value(),
            settings.wechat_api_base_url,
            database,
            _notice_form(settings),
        ),
        Envelope(app_id, token.get_secret_value(), [key.get_secret_value() for key in keys if key]),
    )


def _notice_form(settings: Settings) -> NoticeForm | None:
    if settings.wechat_template_id is None:
        return None
    return NoticeForm(settings.wechat_template_id, settings.wechat_template_field)
