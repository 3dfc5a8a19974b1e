"""Checks of `minhu doctor` on PostgreSQL, the setup of the city and the channels."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from backend import clock
from backend.database import Database, Unavailable, one_line
from backend.health import setup_state
from backend.health.queues import Figures, figures
from backend.health.server import Server, server
from backend.migrations import run as migrations
from backend.settings import Settings, TelegramMode
from bot.channels.base import ChannelError
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.wechat.account import account_of
from bot.doctor.finding import Finding

OLDEST_POSTGRESQL = 14
MOST_CLOCK_SECONDS = 5.0
OLDEST_SWEEP_SECONDS = 180.0
LONGEST_WAIT_SECONDS = 120.0


def city(settings: Settings, database: Database) -> Iterator[Finding]:
    """Stops after the first problem of the database, which all else needs."""
    problem = database.problem()
    if problem:
        yield Finding("database", problem, "start PostgreSQL, check MINHU_DATABASE_URL")
        return
    with database.begin() as session:
        postgresql = server(session)
    yield from _database(postgresql)
    yield _connections(postgresql, settings.database_connections)
    schema = migrations.schema(database.engine)
    if schema.pending:
        state = f"schema {schema.current or 'empty'}, this program needs {schema.newest}"
        yield Finding("schema", state, "back up, then `minhu db upgrade`")
        return
    yield Finding("schema", f"{schema.current}")
    with database.begin() as session:
        missing, now = setup_state.missing(session), figures(session, clock.now())
    yield from _setup(missing)
    yield from _work(now)
    yield from _channels(settings, database)


def _database(postgresql: Server) -> Iterator[Finding]:
    text = f"PostgreSQL {postgresql.version}, {postgresql.encoding}"
    if postgresql.version < OLDEST_POSTGRESQL:
        yield Finding("database", text, f"use PostgreSQL {OLDEST_POSTGRESQL} or newer")
    elif postgresql.encoding != "UTF8":
        yield Finding("database", text, "create it with ENCODING 'UTF8'")
    elif not (postgresql.may_create or postgresql.may_write):
        yield Finding("database", f"{text}; {postgresql.user} may create no tables",
                      "GRANT CREATE ON SCHEMA public, or migrate as its owner")  # fmt: skip
    else:
        yield Finding("database", f"{text}, as {postgresql.user}")


def _connections(postgresql: Server, most: int) -> Finding:
    free = postgresql.connections - postgresql.connected
    text = f"{free} of {postgresql.connections} free, a process takes up to {most}"
    remedy = "raise max_connections, or lower MINHU_DATABASE_CONNECTIONS" if free < most else ""
    return Finding("connections", text, remedy)


def _setup(missing: list[str]) -> Iterator[Finding]:
    if not missing:
        yield Finding("city", "units, articles and staff are there")
    for line in missing:
        what, _, command = line.partition(": ")
        yield Finding("city", what, command)


def _work(now: Figures) -> Iterator[Finding]:
    seconds = now.clock_difference
    remedy = "synchronise both clocks (chrony)" if abs(seconds) > MOST_CLOCK_SECONDS else ""
    yield Finding("clock", f"{seconds:+.1f} s from PostgreSQL's", remedy)
    age = now.job_ages.get("sweep")
    if age is None or age > OLDEST_SWEEP_SECONDS:
        last = f"the last ended {age:.0f} s ago" if age is not None else "there was none yet"
        yield Finding("sweep", last, "start Minhu, or `minhu up --role clock`")
    else:
        yield Finding("sweep", f"{age:.0f} s ago")
    for name, queue in now.queues.items():
        remedy = "start a worker; look at its log" if _is_late(queue.oldest_seconds) else ""
        text = f"{queue.waiting} wait, the oldest {queue.oldest_seconds:.0f} s"
        yield Finding(f"queue {name}", text, remedy)
    if given_up := now.outbox.get("gave_up", 0):
        text = f"{given_up} messages could not be sent; the case pages show which"
        yield Finding("outbox", text)


def _is_late(seconds: float) -> bool:
    return seconds > LONGEST_WAIT_SECONDS


def _channels(settings: Settings, database: Database) -> Iterator[Finding]:
    yield _telegram(settings)
    yield _wechat(settings, database)


def _telegram(settings: Settings) -> Finding:
    if settings.telegram_token is None:
        return Finding("telegram", "off")
    if settings.telegram_mode is TelegramMode.WEBHOOK and settings.public_url is None:
        return Finding("telegram", "webhook without an address", "set MINHU_PUBLIC_URL")
    channel = TelegramChannel(
        settings.telegram_token.get_secret_value(), settings.telegram_base_url
    )
    with _probing("telegram", "check MINHU_TELEGRAM_TOKEN and the way out") as findings:
        findings.append(Finding("telegram", f"@{asyncio.run(channel.own_name())} answers"))
    return findings[-1]


def _wechat(settings: Settings, database: Database) -> Finding:
    account = account_of(settings, database)
    if account is None:
        return Finding("wechat", "off")
    remedy = "check MINHU_WECHAT_APP_ID, its secret, and the list of permitted addresses"
    with _probing("wechat", remedy) as findings:
        account.channel.check()
        findings.append(Finding("wechat", "gives its token"))
    account.channel.close()
    return findings[-1]


@contextmanager
def _probing(subject: str, remedy: str) -> Iterator[list[Finding]]:
    """Turn trouble of a channel into a finding."""
    findings: list[Finding] = []
    try:
        yield findings
    except ChannelError as problem:
        findings.append(Finding(subject, str(problem), remedy))
    except Unavailable as problem:
        findings.append(Finding(subject, one_line(problem), "start PostgreSQL"))
