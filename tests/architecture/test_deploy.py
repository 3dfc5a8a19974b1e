"""The examples in deploy/, as far as a machine without Docker can check them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.settings import ENV_FILE, Settings
from bot.rasa import training
from bot.roles import Role

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {f"MINHU_{name.upper()}" for name in Settings.model_fields} | {ENV_FILE}
OF_OTHERS = {"FORWARDED_ALLOW_IPS", "POSTGRES_PASSWORD"}  # uvicorn's, and compose's
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    return content


def arguments(unit: Path) -> list[str]:
    [line] = re.findall(r"^ExecStart=(.*)$", unit.read_text(), re.M)
    return str(line).split()


def test_compose_runs_every_role(compose: dict[str, Any]) -> None:
    services = compose["services"]
    roles = [it["command"][2] for it in services.values() if it.get("image") == "minhu"]
    assert sorted(roles) == sorted(role for role in Role if role is not Role.ALL)
    for name in ("web", "worker", "rasa"):
        assert services[name]["deploy"]["replicas"] == 2
    assert services.keys() >= {"postgres", "caddy"}


def test_compose_names_settings_that_exist(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        names = {it for it in service.get("environment", {}) if not it.startswith("POSTGRES_")}
        assert names - SETTINGS - OF_OTHERS == set(), name
    text = (DEPLOY / "compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+)", text)) <= set(_example())


def test_containers_have_few_rights(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "clock", "rasa"):
        service = compose["services"][name]
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert "ports" not in service, name
    assert [it for it in compose["services"].values() if "ports" in it] == [
        compose["services"]["caddy"]
    ]


def test_volumes_and_files_of_compose_exist(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).is_file(), volume


def test_images_are_built_in_stages_without_root(compose: dict[str, Any]) -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    stages = re.findall(r"^FROM \S+ AS (\w+)$", text, re.M)
    builds = [it["build"] for it in compose["services"].values() if "build" in it]
    assert {it["target"] for it in builds} == {"app", "rasa"} < set(stages)
    for stage in text.split("\nFROM ")[2:]:
        [user] = re.findall(r"^USER (.*)$", stage, re.M)
        assert user == "10001"
    assert f"models/{training.MODEL.name}" in text
    assert (ROOT / ".dockerignore").read_text().split()[:4] == [
        ".git",
        ".venv",
        ".venv-rasa",
        ".env",
    ]


def test_the_example_settings_start_a_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_FILE, str(ROOT / ".env.example"))
    assert Settings().mode == "production"
    commented = re.findall(r"^#? ?(MINHU_\w+)=", (ROOT / ".env.example").read_text(), re.M)
    assert set(commented) <= SETTINGS


def _example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    pairs = [line.partition("=") for line in lines if "=" in line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("unit", UNITS, ids=lambda it: it.name)
def test_units_run_commands_that_exist(unit: Path) -> None:
    program, *rest = arguments(unit)
    if "rasa" in unit.name:
        assert rest[:2] == ["-m", "nlu.components.serve"]
        assert rest[2] == f"models/{training.MODEL.name}"
        return
    assert program == "/opt/minhu/.venv/bin/minhu"
    assert rest[:3] == ["--env-file", "/etc/minhu/minhu.env", "up"]
    assert Role(rest[rest.index("--role") + 1])


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_units_are_right_by_systemd(tmp_path: Path) -> None:
    copies = []
    for unit in UNITS:
        text = re.sub(r"/opt/minhu/\S+/bin/\w+", sys.executable, unit.read_text())
        name = unit.name.replace("@.", "@8000.")
        (tmp_path / name).write_text(text)
        copies.append(str(tmp_path / name))
    assert len(copies) == 4
    command = ["systemd-analyze", "verify", "--man=no", *copies]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    problems = [line for line in ended.stderr.splitlines() if str(tmp_path) in line]
    assert problems == []


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_nginx_takes_its_example(tmp_path: Path) -> None:
    for name in ("fullchain.pem", "key.pem"):
        (tmp_path / name).write_text("")
    key, certificate = tmp_path / "key.pem", tmp_path / "fullchain.pem"
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x"]
    subprocess.run([*openssl, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    server = (DEPLOY / "nginx.conf").read_text().replace("/etc/ssl/minhu", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(f"events {{}}\nhttp {{\n{server}\n}}\n")
    ended = subprocess.run(
        ["nginx", "-t", "-c", tmp_path / "nginx.conf", "-p", tmp_path], capture_output=True
    )
    assert ended.returncode == 0, ended.stderr.decode()


def test_both_proxies_hide_what_machines_ask() -> None:
    for name in ("Caddyfile", "nginx.conf"):
        text = (DEPLOY / name).read_text()
        assert [it for it in ("metrics", "livez", "readyz") if it not in text] == [], name
