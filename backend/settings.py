"""All settings, from `MINHU_*` in the environment or in one file, `.env`."""

import os
import re
from collections.abc import Iterable
from datetime import time
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from backend.quiet_hours import NIGHT, QuietHours
from nlu import folders
from nlu.speech.recognise import Choice, Engine

PROJECT_FOLDER, DATA_FOLDER = folders.PROJECT, folders.DATA

WECHAT_APP_ID = "wx[0-9A-Za-z]{16}"
WECHAT_AES_KEY = "[0-9A-Za-z]{43}"
SHORTEST_SECRET = 16  # characters; shorter secrets can be guessed
SHORTEST_DEMO_PASSWORD, FEWEST_DIFFERENT = 8, 4  # characters
FIELD_KEYS = r"[0-9a-fA-F]{128}(\s*,\s*[0-9a-fA-F]{128})*"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

PREFIX = "MINHU_"
ENV_FILE = "MINHU_ENV_FILE"  # names the file of settings, as `minhu --env-file` does
OF_SCRIPTS = {"MINHU_PYTHON", "MINHU_RASA_PYTHON"}  # read by requirements/install.sh


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"


class TelegramMode(StrEnum):
    WEBHOOK = "webhook"
    POLLING = "polling"


class LogFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


class NoticeKind(StrEnum):
    """WeChat's two kinds of notices that may be sent to a follower at any time."""

    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"  # long-term, for public offices; residents agree to it once


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=PROJECT_FOLDER / ".env",  # wherever the command is run
        extra="ignore",
        hide_input_in_errors=True,  # printed validation errors must not quote a secret
    )

    mode: Mode = Mode.DEMO
    data_dir: Path = PROJECT_FOLDER / "var"
    database_url: str | None = None
    database_connections: int = Field(default=40, ge=5)  # of one process, at most
    host: str = "127.0.0.1"
    port: int = 8000
    health_port: int | None = Field(default=None, ge=1, le=65535)  # of a worker or a clock
    metrics_token: SecretStr | None = None  # if missing, /metrics is for this machine alone
    log_format: LogFormat = LogFormat.TEXT
    field_keys: SecretStr | None = None  # 128 hexadecimal digits each; the first one encrypts
    rasa_url: str | None = None
    rasa_token: SecretStr | None = None
    demo_password: SecretStr | None = None
    demo_on_network: bool = False  # the demo's sign-ins may be reached from other computers
    oidc_issuer: str | None = None  # the city's single sign-on for staff
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_username_claim: str = "preferred_username"
    telegram_token: SecretStr | None = None
    telegram_secret: SecretStr | None = None
    telegram_base_url: str = "https://api.telegram.org"
    telegram_mode: TelegramMode = TelegramMode.POLLING
    wechat_app_id: str | None = None
    wechat_app_secret: SecretStr | None = None
    wechat_token: SecretStr | None = None
    wechat_aes_key: SecretStr | None = None  # if missing, WeChat's plain mode: for trials only
    wechat_aes_key_previous: SecretStr | None = None
    wechat_template_id: str | None = None  # of the notice that is sent when the quota is spent
    wechat_template_field: str = "thing1"  # WeChat's name of the template's field
    wechat_template_kind: NoticeKind = NoticeKind.TEMPLATE
    wechat_tappable_choices: bool = False  # pushed choices can be tapped, where the account may
    wechat_api_base_url: str = "https://api.weixin.qq.com"
    public_url: str | None = None  # our public address, registered as Telegram webhook at start
    quiet_from: time = NIGHT.begin
    quiet_until: time = NIGHT.end
    attachment_limit_bytes: int = Field(default=20 * 1024 * 1024, gt=0)
    dispatch_precision: float = Field(default=0.95, ge=0.5, le=1)  # else a dispatcher decides
    speech_engine: Engine = "auto"
    speech_model_dir: Path | None = None  # the operator's own model
    speak_model_dir: Path | None = None  # made by `minhu voice`; if missing, nothing is read aloud
    keep_recordings_days: int = Field(default=90, ge=1)
    llm_url: str | None = None  # an OpenAI-compatible address, …/v1; if missing, no model is asked
    llm_model: str = "qwen"
    llm_key: SecretStr | None = None
    chat_silence_minutes: int = Field(default=10, ge=1)  # then a claimed chat is queued again

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Raises ValueError for a `MINHU_*` that is no setting, or a named file that is missing."""
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        named = os.environ.get(ENV_FILE)
        if named and dotenv_settings.env_file is not None:
            if not Path(named).exists():
                raise ValueError(f"there is no file of settings {named}")
            dotenv_settings = DotEnvSettingsSource(settings_cls, env_file=named)
        _refuse_unknown(cls.model_fields, (*os.environ, *dotenv_settings.env_vars))
        return init_settings, env_settings, dotenv_settings

    @model_validator(mode="after")
    def refuse_weak_secrets(self) -> "Settings":
        if self.telegram_token and self.telegram_mode is TelegramMode.WEBHOOK:
            _require_strong("MINHU_TELEGRAM_SECRET", self.telegram_secret)
        if self.mode is Mode.PRODUCTION:
            if self.database_url is None:
                raise ValueError("MINHU_DATABASE_URL is needed in production: name a PostgreSQL")
            if self.demo_password is not None:
                raise ValueError("MINHU_DEMO_PASSWORD must not be set in production")
        for name in ("rasa_token", "metrics_token"):
            if (secret := getattr(self, name)) is not None:
                _require_strong(f"{PREFIX}{name.upper()}", secret)
        keys = self.field_keys
        if keys and not re.fullmatch(FIELD_KEYS, keys.get_secret_value()):
            raise ValueError("MINHU_FIELD_KEYS: 128 hexadecimal digits a key, with commas between")
        return self

    @model_validator(mode="after")
    def refuse_open_demo(self) -> "Settings":
        password = self.demo_password.get_secret_value() if self.demo_password else None
        if password is not None and (
            len(password) < SHORTEST_DEMO_PASSWORD or len(set(password)) < FEWEST_DIFFERENT
        ):
            raise ValueError(
                f"MINHU_DEMO_PASSWORD needs at least {SHORTEST_DEMO_PASSWORD} characters, "
                f"{FEWEST_DIFFERENT} of them different"
            )
        is_reachable = self.host not in LOOPBACK and not self.demo_on_network
        if self.mode is Mode.DEMO and is_reachable:
            raise ValueError(
                "MINHU_HOST must be 127.0.0.1 for the demo, or set MINHU_DEMO_ON_NETWORK=true "
                "beside it: everybody who reaches the address may then try the demo's sign-ins"
            )
        return self

    @model_validator(mode="after")
    def refuse_incomplete_oidc(self) -> "Settings":
        if not any((self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)):
            return self
        if not (self.oidc_issuer and self.oidc_client_id):
            raise ValueError("MINHU_OIDC_ISSUER and MINHU_OIDC_CLIENT_ID are needed together")
        _require_strong("MINHU_OIDC_CLIENT_SECRET", self.oidc_client_secret)
        if self.mode is Mode.PRODUCTION and not self.oidc_issuer.startswith("https://"):
            raise ValueError("MINHU_OIDC_ISSUER must begin with https:// in production")
        return self

    @model_validator(mode="after")
    def refuse_incomplete_wechat(self) -> "Settings":
        keys = {
            "MINHU_WECHAT_AES_KEY": self.wechat_aes_key,
            "MINHU_WECHAT_AES_KEY_PREVIOUS": self.wechat_aes_key_previous,
        }
        if not any((self.wechat_app_id, self.wechat_app_secret, self.wechat_token, *keys.values())):
            return self
        if not re.fullmatch(WECHAT_APP_ID, self.wechat_app_id or ""):
            raise ValueError("MINHU_WECHAT_APP_ID is needed: wx and 16 letters or digits")
        _require_strong("MINHU_WECHAT_APP_SECRET", self.wechat_app_secret)
        _require_strong("MINHU_WECHAT_TOKEN", self.wechat_token)
        for name, key in keys.items():
            if key and not re.fullmatch(WECHAT_AES_KEY, key.get_secret_value()):
                raise ValueError(f"{name} has to be 43 letters and digits, as WeChat shows it")
        if self.wechat_aes_key is None:
            if self.wechat_aes_key_previous is not None:
                raise ValueError("MINHU_WECHAT_AES_KEY is needed beside the previous one")
            if self.mode is Mode.PRODUCTION:
                raise ValueError("MINHU_WECHAT_AES_KEY is needed in production: secure mode only")
        return self

    @property
    def quiet_hours(self) -> QuietHours:
        return QuietHours(self.quiet_from, self.quiet_until)

    @property
    def speech(self) -> Choice:
        return Choice(self.speech_engine, self.speech_model_dir, self.data_dir / "speech")

    @property
    def postgres_folder(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def attachments_folder(self) -> Path:
        return self.data_dir / "attachments"


def settings_file() -> Path:
    """The file that settings are read from; it need not exist."""
    return Path(os.environ.get(ENV_FILE) or PROJECT_FOLDER / ".env")


def _refuse_unknown(fields: Iterable[str], set_names: Iterable[str]) -> None:
    names = sorted(field.upper() for field in fields)
    for given_name in sorted({it.upper() for it in set_names}):
        name = given_name.removeprefix(PREFIX)
        if name in (given_name, *names) or given_name in (*OF_SCRIPTS, ENV_FILE):
            continue
        nearest = get_close_matches(name, names, n=1)
        hint = f"; did you mean {PREFIX}{nearest[0]}?" if nearest else ""
        raise ValueError(f"{given_name} is no setting{hint}")


def _require_strong(name: str, secret: SecretStr | None) -> None:
    if secret is None or len(secret.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"{name} is needed and must be at least {SHORTEST_SECRET} characters")


@cache
def settings() -> Settings:
    return Settings()
