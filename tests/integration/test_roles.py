"""What `minhu up --role …` refuses, in one line and before anything is made."""

import socket
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.rasa import training
from bot.roles import Role

ADDRESS = "postgresql://nobody@127.0.0.1:1/none"
POLLING = {"MINHU_TELEGRAM_TOKEN": "1:T", "MINHU_TELEGRAM_MODE": "polling"}


@pytest.mark.parametrize(
    ("role", "settings", "setting"),
    [
        ("nonsense", {"MINHU_DATABASE_URL": ADDRESS}, "all, web, worker, clock"),
        ("", {"MINHU_DATABASE_URL": ADDRESS}, "all, web, worker, clock"),
        ("web", {}, "MINHU_DATABASE_URL"),
        ("clock", {}, "MINHU_DATABASE_URL"),
        ("worker", {"MINHU_DATABASE_URL": ADDRESS} | POLLING, "MINHU_TELEGRAM_MODE"),
        ("web", {"MINHU_DATABASE_URL": ADDRESS} | POLLING, "MINHU_TELEGRAM_MODE"),
    ],
)
def test_a_role_that_cannot_be_is_refused(
    role: str,
    settings: dict[str, str],
    setting: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)  # where no .env is
    monkeypatch.setattr(training, "MODEL", Path(__file__))
    monkeypatch.delenv("MINHU_DATABASE_URL", raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["minhu", "up", "--role", role, "--data-dir", "var"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (2, "")
    [line] = printed.err.splitlines()
    assert setting in line
    assert list(tmp_path.iterdir()) == []


def test_each_part_of_the_work_has_one_role() -> None:
    parts = [role for role in Role if role is not Role.ALL]
    work = [(role.serves, role.works, role.keeps_clock) for role in parts]
    assert [sum(done) for done in work] == [1, 1, 1]
    assert [any(done) for done in zip(*work, strict=True)] == [True] * 3
    assert (Role.ALL.serves, Role.ALL.works, Role.ALL.keeps_clock) == (True, True, True)


def test_a_port_in_use_is_seen_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training, "MODEL", Path(__file__))
    data_dir = str(tmp_path / "var")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        monkeypatch.setattr(sys, "argv", ["minhu", "up", "--port", port, "--data-dir", data_dir])
        with pytest.raises(SystemExit) as ended:
            main.main()
    [line] = capsys.readouterr().err.splitlines()
    assert (ended.value.code, list(tmp_path.iterdir())) == (2, [])
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in line
