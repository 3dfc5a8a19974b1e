"""The parts of one process: the web application, its workers, its scheduler."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from backend.attachments import file_jobs
from backend.attachments.storage import AttachmentFolder
from backend.database import Database, Unavailable, WakeListener
from backend.errors import MinhuError, TooManyWaiting
from backend.jobs.scheduler import start_scheduler
from backend.messaging import inbox, outbox, spoken_replies
from backend.models.messages import Stage
from backend.settings import Mode, Settings, TelegramMode
from backend.staff import second_factor
from backend.staff.single_sign_on import Provider
from backend.web.api.routes import api_routes
from backend.web.bodies import MOST_BYTES
from backend.web.console.feed import DeskFeed
from backend.web.console.routes import console_routes
from backend.web.open311.routes import open311_routes
from backend.web.public.routes import public_routes
from backend.web.refusals import Refusals
from bot import __version__
from bot.channels.base import Channel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.polling import poll
from bot.channels.telegram.webhook import announce_webhook, telegram_webhook
from bot.channels.wakeups import ChatWakeups
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.routes import STATIC, chat_routes
from bot.channels.wechat.account import account_of
from bot.channels.wechat.callback import wechat_callback
from bot.health import health_routes
from bot.metrics import RASA_WARM, CountResponses
from bot.rasa import training
from bot.rasa.client import Rasa, RasaUnavailable
from bot.rasa.warm_up import warm_up
from bot.roles import Role
from bot.security_headers import SecurityHeaders
from bot.turns.turn import Turns
from bot.turns.understanding import Understanding
from bot.workers.fetch_files import Fetching
from bot.workers.pool import Workers
from bot.workers.push import Push
from bot.workers.read_aloud import Speaking
from bot.workers.speech_to_text import Listener
from bot.workers.text_to_speech import Speaker
from bot.workers.transcribe import Hearing
from nlu.speech import speak
from nlu.speech.recognise import is_on

log = logging.getLogger(__name__)

TURN_WORKERS = 4
PUSH_WORKERS = 4
FETCH_WORKERS = 2
WARM_UP_PAUSE_SECONDS = 0.2
TRY_AGAIN = "系统正忙，请稍后再试"


class Minhu:
    """The parts that one process runs, by its role. Processes share state only in PostgreSQL."""

    def __init__(
        self, settings: Settings, database: Database, rasa: Rasa, role: Role = Role.ALL
    ) -> None:
        self.database = database
        self.rasa = rasa
        self.role = role
        self._settings = settings
        self._understanding = Understanding(rasa, training.MODEL)
        self._folder = AttachmentFolder(
            settings.attachments_folder, limit_bytes=settings.attachment_limit_bytes
        )
        self._wakeups = ChatWakeups()
        self._feed = DeskFeed()
        self._telegram = _telegram(settings)
        self._wechat = account_of(settings, database)
        self._listener = Listener(settings.speech) if is_on(settings.speech) else None
        self._speaker = _speaker(settings)
        self._workers = self._make_workers() if role.works else {}
        self._warming = Workers("warm", self._warm_rasa, threads=1)
        rasa.cool()
        RASA_WARM.set_function(lambda: float(rasa.is_warm()))

    def wait_until_ready(self) -> None:
        """Load the data that turns need; does not wait for Rasa."""
        if self.role.works:
            warm_up(self.database)

    def _warm_rasa(self) -> bool:
        """Warm Rasa up after each of its starts; False when it is warm."""
        if self.rasa.is_warm():
            return False
        try:
            self.rasa.warm_up()
        except RasaUnavailable:
            time.sleep(WARM_UP_PAUSE_SECONDS)
        return True

    def _make_workers(self) -> dict[str, Workers]:
        channels: dict[str, Channel] = {WebChat.name: WebChat()}
        if self._telegram:
            channels[self._telegram.name] = self._telegram
        if self._wechat:
            channels[self._wechat.channel.name] = self._wechat.channel
        turns = Turns(self.database, self._understanding.of, channels)
        fetching = Fetching(self.database, channels, self._folder)
        hearing = Hearing(self.database, self._listener, self._folder)
        push = Push(self.database, channels, speaks=self._speaker is not None)
        workers = {
            inbox.TOPIC: Workers(
                "turn", turns.take_next, threads=TURN_WORKERS, each_announced=True
            ),
            file_jobs.TOPICS[Stage.FETCH]: Workers(
                "fetch", fetching.fetch_next, threads=FETCH_WORKERS
            ),
            file_jobs.TOPICS[Stage.HEAR]: Workers("hear", hearing.hear_next, threads=1),
            outbox.TOPIC: Workers("push", push.send_next, threads=PUSH_WORKERS),
        }
        if self._speaker:
            speaking = Speaking(self.database, self._speaker, channels)
            workers[spoken_replies.TOPIC] = Workers("aloud", speaking.speak_next, threads=1)
        return workers

    async def work(self) -> None:
        """Run without a web application until the task is cancelled."""
        async with self._run():
            await asyncio.Event().wait()

    def web(self) -> FastAPI:
        """A worker and a clock serve their health alone."""
        app = FastAPI(
            title="Minhu 民呼",
            version=__version__,
            lifespan=lambda _: self._run(),
            docs_url=None,
            redoc_url=None,
            max_body_size=MOST_BYTES,
        )
        token = self._settings.metrics_token
        app.include_router(
            health_routes(
                self.database, self._rasa_answers, token.get_secret_value() if token else None
            )
        )
        if self.role.serves:
            self._add_doors(app)
        _add_error_answers(app)
        app.add_middleware(Refusals, database=self.database)
        app.add_middleware(SecurityHeaders)
        app.add_middleware(CountResponses)
        return app

    def _add_doors(self, app: FastAPI) -> None:
        app.mount("/chat/static", StaticFiles(directory=STATIC))
        app.include_router(chat_routes(self.database, self._folder, self._wakeups))
        is_production = self._settings.mode is Mode.PRODUCTION
        code_roles = second_factor.IN_PRODUCTION if is_production else ()
        app.include_router(api_routes(self.database, self._folder, code_roles=code_roles))
        app.include_router(
            console_routes(
                self.database,
                self._folder,
                feed=self._feed,
                is_degraded=self._is_degraded,
                code_roles=code_roles,
                provider=_provider(self._settings),
                public_url=self._settings.public_url,
            )
        )
        app.include_router(public_routes(self.database))
        app.include_router(open311_routes(self.database, self._settings))
        if self._telegram and self._settings.telegram_mode is TelegramMode.WEBHOOK:
            secret = self._settings.telegram_secret
            assert secret is not None
            app.include_router(
                telegram_webhook(self.database, self._telegram, secret.get_secret_value())
            )
        if self._wechat:
            channel, envelope = self._wechat.channel, self._wechat.envelope
            speaks = self._speaker is not None
            app.include_router(
                wechat_callback(self.database, channel, self._wakeups, envelope, speaks=speaks)
            )

    def _rasa_answers(self) -> bool | None:
        """None where no Rasa is known."""
        if not self.rasa.is_known:
            return None
        return (self.rasa.is_warm() or not self.role.works) and self.rasa.is_up()

    def _is_degraded(self) -> bool:
        """True while the local classifier stands in for Rasa; staff pages show it."""
        return self.role.works and not self.rasa.is_warm()

    @asynccontextmanager
    async def _run(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        listener = WakeListener(self.database.url, _on_loop(loop, self._wake))
        telegram_task = await self._start_telegram(loop)
        scheduler = self._start_clock() if self.role.keeps_clock else None
        background: list[WakeListener | Workers] = [listener]
        background += [self._warming, *self._workers.values()] if self.role.works else []
        for part in background:
            part.start()
        try:
            yield
        finally:
            if scheduler:
                scheduler.shutdown(wait=False)
            for part in background:
                part.stop()
            for child in (self._listener, self._speaker):
                if child:
                    child.stop()
            if telegram_task:
                telegram_task.cancel()
            if self._telegram:
                await self._telegram.stop()
            if self._wechat:
                self._wechat.channel.close()

    def _start_clock(self) -> BackgroundScheduler:
        keep = timedelta(days=self._settings.keep_recordings_days)
        return start_scheduler(self.database, self._folder, keep_recordings=keep)

    def _wake(self, topic: str) -> None:
        for name, workers in self._workers.items():
            if topic == name:
                workers.wake()
            elif topic == "":
                workers.wake_all()
        self._wakeups.wake(topic)
        self._feed.wake(topic)

    async def _start_telegram(self, loop: asyncio.AbstractEventLoop) -> "asyncio.Task[None] | None":
        """The task that polls Telegram or sets the webhook; None when neither is needed."""
        telegram, settings = self._telegram, self._settings
        if telegram is None:
            return None
        await telegram.start(loop)
        if not self.role.serves:
            return None
        if settings.telegram_mode is TelegramMode.POLLING:
            return loop.create_task(poll(self.database, telegram))
        if settings.public_url is None or settings.telegram_secret is None:
            return None
        secret = settings.telegram_secret.get_secret_value()
        return loop.create_task(announce_webhook(telegram, settings.public_url, secret))


def _on_loop(loop: asyncio.AbstractEventLoop, wake: Callable[[str], None]) -> Callable[[str], None]:
    """A function for the listener's thread that calls `wake` on the loop."""

    def hand_over(topic: str) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(wake, topic)

    return hand_over


def _telegram(settings: Settings) -> TelegramChannel | None:
    if settings.telegram_token is None:
        return None
    token = settings.telegram_token.get_secret_value()
    return TelegramChannel(token, settings.telegram_base_url)


def _provider(settings: Settings) -> Provider | None:
    """The city's single sign-on; None when none is named."""
    secret = settings.oidc_client_secret
    if not (settings.oidc_issuer and settings.oidc_client_id and secret):
        return None
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        secret.get_secret_value(),
        settings.oidc_username_claim,
    )


def _speaker(settings: Settings) -> Speaker | None:
    """Raises NoVoice when the configured folder holds no usable model."""
    if settings.speak_model_dir is None:
        return None
    speak.require(settings.speak_model_dir)
    return Speaker(settings.speak_model_dir)


def _add_error_answers(app: FastAPI) -> None:
    @app.exception_handler(MinhuError)
    def minhu_error(_: Request, error: MinhuError) -> JSONResponse:
        return JSONResponse({"error": error.message}, error.status_code)

    @app.exception_handler(TooManyWaiting)
    def too_many_waiting(_: Request, error: TooManyWaiting) -> JSONResponse:
        headers = {"Retry-After": str(error.retry_after)}
        return JSONResponse({"error": error.message}, error.status_code, headers=headers)

    @app.exception_handler(RequestValidationError)
    def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        fields = ["/".join(map(str, problem["loc"])) for problem in error.errors()]
        return JSONResponse({"error": f"这几项不对：{'、'.join(fields)}"}, 400)

    def unavailable(_: Request, error: Exception) -> JSONResponse:
        log.warning("PostgreSQL is not reachable; the caller was asked to come again")
        return JSONResponse({"error": TRY_AGAIN}, 503, headers={"Retry-After": "5"})

    for error_class in Unavailable:
        app.add_exception_handler(error_class, unavailable)
