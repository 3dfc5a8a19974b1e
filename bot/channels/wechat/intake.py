"""Stores a callback; WeChat is answered only after the commit."""

import logging
from dataclasses import dataclass

from backend.clock import now
from backend.database import Database
from backend.messaging import held_messages, inbox, notices, passive_replies
from backend.residents.service import account_for, find_account
from bot.channels.wechat.messages import CHANNEL, Arrival, Report

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InboxEntry:
    """A stored message; a repeated delivery gives the same entry."""

    message_id: int
    conversation_id: int
    waited: float  # seconds since the first delivery


def keep(database: Database, arrival: Arrival) -> InboxEntry | None:
    """Store the callback in one transaction; None when there is no message to answer."""
    if arrival.message:
        with database.begin() as session:
            inbox.receive(session, arrival.message, now=now())
            row = passive_replies.find(session, CHANNEL, arrival.message.external_id)
            waited = (now() - row.received_at).total_seconds()
            return InboxEntry(row.id, row.conversation_id, waited)
    if arrival.has_unfollowed:
        with database.begin() as session:
            account = account_for(session, CHANNEL, arrival.openid, scene=None, now=now())
            held_messages.hold_all(session, account, now=now())
    for report in arrival.reports:
        _note(database, arrival.openid, report)
    if arrival.unknown_event:
        log.info("an event that we do not know: %s", arrival.unknown_event)
    return None


def _note(database: Database, openid: str, report: Report) -> None:
    """Store the delivery report of a notice; WeChat may repeat it."""
    if report.problem:
        log.warning("notice %s did not arrive: %s", report.number[:32], report.problem)
    with database.begin() as session:
        account = find_account(session, CHANNEL, openid)
        if account is None:
            return
        notices.record_report(
            session, account, report.number,
            arrived=report.problem is None, is_wanted=report.is_wanted, now=now(),
        )  # fmt: skip
