from pathlib import Path

import pytest
from pydantic import ValidationError

from backend.settings import PROJECT_FOLDER, Settings, settings_file

STRONG, WEAK = "0123456789abcdef", "0123456789abcde"

APP_ID, AES_KEY = "wx0123456789abcdef", "0" * 43
WECHAT = {
    "wechat_app_id": APP_ID,
    "wechat_app_secret": STRONG,
    "wechat_token": STRONG,
    "wechat_aes_key": AES_KEY,
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("MINHU_")]:
        monkeypatch.delenv(name)


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type, call-arg]


def test_a_demo_needs_no_settings() -> None:
    assert settings().mode == "demo"
    assert settings().host == "127.0.0.1"


def test_a_demo_on_the_network_is_a_choice() -> None:
    assert settings(host="0.0.0.0", demo_on_network=True, demo_password=STRONG).port
    production = {"mode": "production", "database_url": "postgresql://x/y"}
    assert settings(host="0.0.0.0", **production).port


@pytest.mark.parametrize(
    ("values", "setting"),
    [
        ({"mode": "production"}, "MINHU_DATABASE_URL"),
        ({"mode": "production", "database_url": "postgresql://x/y", "demo_password": "secret"},
         "MINHU_DEMO_PASSWORD"),
        ({"telegram_token": "1:A", "telegram_mode": "webhook"}, "MINHU_TELEGRAM_SECRET"),
        ({"telegram_token": "1:A", "telegram_mode": "webhook", "telegram_secret": WEAK},
         "MINHU_TELEGRAM_SECRET"),
        ({"demo_password": "1"}, "MINHU_DEMO_PASSWORD"),
        ({"demo_password": "1111111111"}, "MINHU_DEMO_PASSWORD"),
        ({"demo_password": "1", "host": "0.0.0.0", "demo_on_network": True},
         "MINHU_DEMO_PASSWORD"),
        ({"host": "0.0.0.0"}, "MINHU_DEMO_ON_NETWORK"),
        ({"host": "192.168.1.5", "demo_password": STRONG}, "MINHU_DEMO_ON_NETWORK"),
        ({"rasa_url": "http://127.0.0.1:5005", "rasa_token": WEAK}, "MINHU_RASA_TOKEN"),
        ({"rasa_token": WEAK}, "MINHU_RASA_TOKEN"),
        ({"attachment_limit_bytes": 0}, "attachment_limit_bytes"),
        ({"telegram_mode": "pigeon"}, "telegram_mode"),
        ({"wechat_app_id": APP_ID}, "MINHU_WECHAT_APP_SECRET"),
        ({"wechat_token": STRONG}, "MINHU_WECHAT_APP_ID"),
        ({**WECHAT, "wechat_app_id": "gh_0123456789ab"}, "MINHU_WECHAT_APP_ID"),
        ({**WECHAT, "wechat_app_secret": WEAK}, "MINHU_WECHAT_APP_SECRET"),
        ({**WECHAT, "wechat_token": WEAK}, "MINHU_WECHAT_TOKEN"),
        ({**WECHAT, "wechat_aes_key": "x" * 42}, "MINHU_WECHAT_AES_KEY"),
        ({**WECHAT, "wechat_aes_key": "x" * 42 + "-"}, "MINHU_WECHAT_AES_KEY"),
        ({**WECHAT, "wechat_aes_key_previous": "x" * 44}, "MINHU_WECHAT_AES_KEY_PREVIOUS"),
        ({**WECHAT, "wechat_aes_key": None, "wechat_aes_key_previous": AES_KEY},
         "MINHU_WECHAT_AES_KEY"),
        ({"wechat_aes_key": AES_KEY}, "MINHU_WECHAT_APP_ID"),
        ({**WECHAT, "wechat_aes_key": None, "mode": "production",
          "database_url": "postgresql://x/y"}, "MINHU_WECHAT_AES_KEY"),
    ],
)  # fmt: skip
def test_what_is_unsafe_is_refused_by_name(values: dict[str, object], setting: str) -> None:
    with pytest.raises(ValidationError, match=setting):
        settings(**values)


def test_strong_secrets_are_taken() -> None:
    settings_in_use = settings(
        mode="production", database_url="postgresql://x/y", rasa_url="http://127.0.0.1:5005",
        rasa_token=STRONG, telegram_token="1:A", telegram_mode="webhook",
        telegram_secret=STRONG,
    )  # fmt: skip
    assert settings_in_use.telegram_secret is not None


def test_a_whole_wechat_is_taken() -> None:
    production = {"mode": "production", "database_url": "postgresql://x/y"}
    assert settings(**WECHAT, **production).wechat_app_id == APP_ID
    assert settings(**{**WECHAT, "wechat_aes_key": None}).wechat_aes_key is None


def test_secrets_are_not_shown() -> None:
    assert STRONG not in repr(settings(rasa_token=STRONG, demo_password=STRONG))


def test_a_refusal_does_not_quote_the_secret() -> None:
    with pytest.raises(ValidationError) as refused:
        settings(rasa_url="http://127.0.0.1:5005", rasa_token=WEAK)
    assert WEAK not in str(refused.value)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINHU_PORT", "9000")
    assert settings().port == 9000


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("MINHU_DATABSE_URL", "MINHU_DATABASE_URL"),
        ("MINHU_DATADIR", "MINHU_DATA_DIR"),
        ("minhu_telegram_tokn", "MINHU_TELEGRAM_TOKEN"),
    ],
)
def test_a_misspelt_setting_is_refused(
    wrong: str, right: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(wrong, "secret value")
    with pytest.raises(ValueError, match=f"{wrong.upper()} is no setting.*{right}") as refused:
        settings()
    assert "secret value" not in str(refused.value)
    monkeypatch.delenv(wrong)
    file = tmp_path / "city.env"
    file.write_text(f"{wrong}=secret value\n")
    monkeypatch.setenv("MINHU_ENV_FILE", str(file))
    with pytest.raises(ValueError, match=f"{wrong.upper()} is no setting.*{right}"):
        Settings()


def test_a_strange_setting_is_refused_without_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINHU_QQQQ", "1")
    with pytest.raises(ValueError, match=r"^MINHU_QQQQ is no setting$"):
        settings()


def test_settings_of_the_setup_script_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINHU_RASA_PYTHON", "/usr/bin/python3.10")
    assert settings().port == 8000


def test_a_named_file_is_read_in_any_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "city.env"
    file.write_text("MINHU_PORT=9001\n")
    monkeypatch.setenv("MINHU_ENV_FILE", str(file))
    monkeypatch.chdir("/")
    assert Settings().port == 9001
    file.unlink()
    with pytest.raises(ValueError, match="there is no file of settings"):
        Settings()


def test_the_usual_file_is_the_projects_own() -> None:
    assert Settings.model_config["env_file"] == PROJECT_FOLDER / ".env"
    assert settings_file() == PROJECT_FOLDER / ".env"
