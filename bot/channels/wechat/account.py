"""The WeChat Official Account of the settings."""

from dataclasses import dataclass

from backend.database import Database
from backend.settings import Settings
from bot.channels.wechat.channel import NoticeTemplate, WeChatChannel
from bot.channels.wechat.envelope import Envelope


@dataclass(frozen=True)
class OfficialAccount:
    channel: WeChatChannel
    envelope: Envelope


def account_of(settings: Settings, database: Database) -> OfficialAccount | None:
    """None when the settings name no Official Account."""
    app_id, secret, token = (
        settings.wechat_app_id,
        settings.wechat_app_secret,
        settings.wechat_token,
    )
    if not (app_id and secret and token):
        return None
    template = settings.wechat_template_id
    own = settings.public_url
    link = f"{own.rstrip('/')}/public/case" if own else None
    field, kind = settings.wechat_template_field, settings.wechat_template_kind
    notice = NoticeTemplate(template, field, kind, link) if template else None
    base_url = settings.wechat_api_base_url
    keys = [settings.wechat_aes_key, settings.wechat_aes_key_previous]
    return OfficialAccount(
        WeChatChannel(
            app_id,
            secret.get_secret_value(),
            base_url,
            database,
            notice,
            sends_menus=settings.wechat_tappable_choices,
        ),
        Envelope(app_id, token.get_secret_value(), [key.get_secret_value() for key in keys if key]),
    )
