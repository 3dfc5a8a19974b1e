"""A callback is committed before WeChat is told anything."""

import logging
from dataclasses import dataclass

from backend.clock import now
from backend.database import Database
from backend.messaging import held_messages, inbox, notices, passive_replies
from backend.residents.service import account_for, find_account
from bot.channels.wechat.messages import CHANNEL, Arrival, Report

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """A message in the inbox, whichever of its deliveries brought it there."""

    message_id: int
    conversation_id: int
    waited: float  # seconds since it first came


def keep(database: Database, arrival: Arrival) -> Kept | None:
    """One transaction; None when nothing was said that wants an answer."""
    if arrival.message:
        with database.begin() as session:
            inbox.receive(session, arrival.message, now=now())
            row = passive_replies.find(session, CHANNEL, arrival.message.external_id)
            return Kept(row.id, row.conversation_id, (now() - row.received_at).total_seconds())
    if arrival.left:
        with database.begin() as session:
            account = account_for(session, CHANNEL, arrival.openid, scene=None, now=now())
            held_messages.hold_all(session, account, now=now())
    for report in arrival.reports:
        _note(database, arrival.openid, report)
    if arrival.unknown:
        log.info("an event that we do not know: %s", arrival.unknown)
    return None


def _note(database: Database, openid: str, report: Report) -> None:
    """What became of a notice; WeChat may tell it more than once."""
    if report.problem:
        log.warning("notice %s did not arrive: %s", report.number[:32], report.problem)
    with database.begin() as session:
        account = find_account(session, CHANNEL, openid)
        if account is None:
            return
        arrived, wanted = report.problem is None, report.is_wanted
        notices.record_report(
            session, account, report.number, arrived=arrived, wanted=wanted, now=now()
        )
