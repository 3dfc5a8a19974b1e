"""The system user that PostgreSQL runs as when Minhu is started as root."""

import os
import pwd
import subprocess
from typing import Any

import pytest

from backend.embedded.programs import SERVER_USER, server_user
from backend.errors import BadInput

USER = pwd.struct_passwd((SERVER_USER, "x", 995, 994, "", "/", "/bin/sh"))


def a_system(monkeypatch: pytest.MonkeyPatch, *, is_created_meanwhile: bool) -> list[int]:
    """Root on a system without the user. `useradd` fails; the user may exist afterwards."""
    exit_codes: list[int] = []

    def useradd(*_: Any, **__: Any) -> subprocess.CompletedProcess[bytes]:
        exit_codes.append(9)
        return subprocess.CompletedProcess([], 9)

    def lookup(_: str) -> pwd.struct_passwd:
        if exit_codes and is_created_meanwhile:
            return USER
        raise KeyError

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "run", useradd)
    monkeypatch.setattr(pwd, "getpwnam", lookup)
    return exit_codes


def test_two_processes_may_create_the_server_user(monkeypatch: pytest.MonkeyPatch) -> None:
    exit_codes = a_system(monkeypatch, is_created_meanwhile=True)
    assert server_user() == USER
    assert exit_codes == [9]


def test_a_failed_creation_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    a_system(monkeypatch, is_created_meanwhile=False)
    with pytest.raises(BadInput, match=SERVER_USER):
        server_user()
