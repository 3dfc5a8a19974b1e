"""Health routes: /healthz for people, /livez and /readyz for machines, /metrics."""

import hmac
from collections.abc import Callable
from ipaddress import ip_address

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from backend.clock import now
from backend.database import Database
from backend.health.queues import Figures, figures
from bot.metrics import REGISTRY

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-real-ip", "via")

RasaAnswers = Callable[[], bool | None]


def health_routes(
    database: Database, rasa_answers: RasaAnswers, metrics_token: str | None
) -> APIRouter:
    """`rasa_answers` gives None in a process that asks no Rasa."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    def healthz() -> JSONResponse:
        parts = {"database": database.is_reachable()}
        if (answers := rasa_answers()) is not None:
            parts["rasa"] = answers
        status = "ok" if all(parts.values()) else "degraded"
        return JSONResponse({"status": status, **parts}, 200 if parts["database"] else 503)

    @routes.get("/livez")
    async def livez() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        """Rasa may be away: the classifier in the app answers then."""
        is_ready = database.is_reachable()
        return JSONResponse({"status": "ok" if is_ready else "away"}, 200 if is_ready else 503)

    @routes.get("/metrics")
    def metrics(request: Request) -> Response:
        _guard(request, metrics_token)
        with database.begin() as session:
            of_city = _city_registry(figures(session, now()))
        return Response(
            generate_latest(REGISTRY) + generate_latest(of_city), media_type=CONTENT_TYPE_LATEST
        )

    return routes


def _guard(request: Request, token: str | None) -> None:
    """Allow the holder of the token; without one only this machine, and nobody behind a proxy."""
    if token is None:
        if not _is_local(request):
            raise HTTPException(403)
        return
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(bearer.encode(), token.encode()):
        raise HTTPException(403)


def _is_local(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _city_registry(of_city: Figures) -> CollectorRegistry:
    """Figures of the whole city: every process shows the same."""
    registry = CollectorRegistry()
    waiting = Gauge("minhu_queue_waiting", "Work that waits.", ["queue"], registry=registry)
    oldest = Gauge(
        "minhu_queue_oldest_seconds", "How long the oldest waits.", ["queue"], registry=registry
    )
    for name, queue in of_city.queues.items():
        waiting.labels(name).set(queue.waiting)
        oldest.labels(name).set(queue.oldest_seconds)
    outbox = Gauge("minhu_outbox", "Unsent messages, by state.", ["state"], registry=registry)
    for state, count in of_city.outbox.items():
        outbox.labels(state).set(count)
    ages = Gauge(
        "minhu_job_age_seconds", "Since a job of the clock ended.", ["job"], registry=registry
    )
    for job, age in of_city.job_ages.items():
        ages.labels(job).set(age)
    Gauge(
        "minhu_clock_difference_seconds", "This clock minus PostgreSQL's.", registry=registry
    ).set(of_city.clock_difference)
    return registry
