"""What machines ask a process: is it alive, is it ready, how does the work go."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from backend import clock
from backend.database import Database
from backend.health.queues import figures
from backend.jobs.scheduler import run_sweep
from backend.models.messages import Delivery, InboxMessage
from backend.settings import Settings
from bot.app import Minhu
from bot.rasa.client import Rasa
from bot.roles import Role
from tests.fakes import serving
from tests.fakes.rasa import nobody_home
from tests.support.builders import a_conversation

TOKEN = "token-of-the-metrics"


def app_of(database: Database, folder: Path, role: Role, **settings: object) -> Minhu:
    value = Settings(_env_file=None, data_dir=folder, speech_engine="off", **settings)  # type: ignore
    return Minhu(value, database, Rasa(""), role)


@pytest.fixture
def http(database: Database, tmp_path: Path) -> Iterator[httpx.Client]:
    minhu = app_of(database, tmp_path, Role.CLOCK)
    with serving(minhu.web()) as url, httpx.Client(base_url=url, trust_env=False) as http:
        yield http


def metric(text: str, name: str, **labels: str) -> float:
    [value] = [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    return value


def test_a_clock_serves_its_health_alone(http: httpx.Client) -> None:
    for path in ("/livez", "/readyz", "/healthz"):
        answer = http.get(path)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert http.get("/chat").status_code == 404
    assert http.get("/console").status_code == 404


def test_metrics_show_what_waits(http: httpx.Client, database: Database) -> None:
    now = clock.now()
    with database.begin() as session:
        chat = a_conversation(session)
        session.add(
            InboxMessage(
                conversation=chat, channel="web", external_id="1", body={"text": "你好"},
                sent_at=now, received_at=now - timedelta(seconds=90),
            )
        )  # fmt: skip
    run_sweep(database)
    http.get("/livez")
    text = http.get("/metrics").text
    assert metric(text, "minhu_queue_waiting", queue="turns") == 1
    assert 90 <= metric(text, "minhu_queue_oldest_seconds", queue="turns") < 150
    assert metric(text, "minhu_queue_waiting", queue="push") == 0
    assert metric(text, "minhu_outbox", state="held") == 0
    assert 0 <= metric(text, "minhu_job_age_seconds", job="sweep") < 60
    assert abs(metric(text, "minhu_clock_difference_seconds")) < 5
    assert metric(text, "minhu_http_responses_total", status="2xx") >= 1
    assert "你好" not in text


def test_metrics_are_for_this_machine_alone(http: httpx.Client) -> None:
    for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"):
        assert http.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403, name


def test_with_a_token_metrics_need_it(database: Database, tmp_path: Path) -> None:
    minhu = app_of(database, tmp_path, Role.CLOCK, metrics_token=SecretStr(TOKEN))
    with serving(minhu.web()) as url:
        codes = [
            httpx.get(f"{url}/metrics", headers=headers, trust_env=False).status_code
            for headers in (
                {},
                {"Authorization": f"Bearer {TOKEN}x"},
                {"Authorization": f"Bearer {TOKEN}"},
            )
        ]
    assert codes == [403, 403, 200]


def test_without_postgresql_it_lives_and_is_not_ready(tmp_path: Path) -> None:
    missing = Database(nobody_home().replace("http", "postgresql") + "/none")
    with serving(app_of(missing, tmp_path, Role.CLOCK).web()) as url:
        codes = [
            httpx.get(url + path, trust_env=False).status_code
            for path in ("/livez", "/readyz", "/healthz", "/metrics")
        ]
    assert codes == [200, 503, 503, 503]


def test_the_outbox_counts_all_unsent_states(database: Database) -> None:
    with database.begin() as session:
        result = figures(session, clock.now())
    assert result.outbox.keys() == {it.value for it in Delivery} - {Delivery.SENT}
