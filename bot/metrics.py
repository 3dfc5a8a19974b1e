"""Prometheus metrics of a process."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

TURN_SECONDS = Histogram(
    "minhu_turn_seconds",
    "From the message's arrival to its answer in the outbox.",
    ["handled_by"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
    registry=REGISTRY,
)
TURN_PROCESSOR_SECONDS = Histogram(
    "minhu_turn_processor_seconds",
    "Processor time of a turn: understanding, decision and writing.",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
DELIVERIES = Counter(
    "minhu_deliveries", "Attempts to send a message.", ["channel", "outcome"], registry=REGISTRY
)
STEP_FAILURES = Counter(
    "minhu_step_failures", "Steps of workers that failed.", ["worker"], registry=REGISTRY
)
RESPONSES = Counter("minhu_http_responses", "HTTP responses.", ["status"], registry=REGISTRY)
RASA_WARM = Gauge(
    "minhu_rasa_warm", "1 while Rasa is asked, 0 while the app understands.", registry=REGISTRY
)


class CountResponses:
    """ASGI middleware that counts responses by the first digit of their status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def count(message: Message) -> None:
            if message["type"] == "http.response.start":
                RESPONSES.labels(f"{message['status'] // 100}xx").inc()
            await send(message)

        return await self._app(scope, receive, count)
