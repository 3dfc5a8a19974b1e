"""Legacy import: creates cases that another system has begun to handle, in bulk.

A closed case stays closed; it is not routed, and nobody is notified. An open case without a unit
of ours is routed, or waits for the dispatcher if the router is unsure. Its clocks start at the
original registration; a deadline promised by the source is kept.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from backend.cases.arrivals import person_key
from backend.cases.registration import CASE_PREFIX
from backend.clock import SHANGHAI
from backend.models.cases import Case, CaseEvent, CaseNumber
from backend.models.conversations import Conversation, Owner
from backend.models.residents import ChannelAccount, Resident
from backend.models.sources import SourceRecord
from backend.sources.contract import Row
from backend.sources.legacy_rows import (
    RoutingContext,
    case_values,
    event_values,
    record_values,
    routed_row,
)
from backend.sources.registry import Source


def import_cases(
    session: Session,
    source: Source,
    rows: Sequence[Row],
    *,
    intake_id: int,
    now: datetime,
) -> list[str]:
    """Create a case for each row; returns the case numbers in the order of `rows`.

    None of the rows may be registered already.
    """
    context = RoutingContext.read(session)
    routed_rows = [routed_row(row, context) for row in rows]
    conversations = _conversations(session, source, rows, now)
    numbers = _case_numbers(session, [row.registered_at for row in rows])
    logs = [list(event_values(source, routed, context, now)) for routed in routed_rows]
    cases = [
        case_values(source, routed, number, conversations[_person_key(routed.row)], log)
        for routed, number, log in zip(routed_rows, numbers, logs, strict=True)
    ]
    ids = session.scalars(
        insert(Case).returning(Case.id, sort_by_parameter_order=True), cases
    ).all()
    events = [
        event | {"case_id": case_id}
        for case_id, log in zip(ids, logs, strict=True)
        for event in log
    ]
    session.execute(insert(CaseEvent), events)
    records = [
        record_values(source, intake_id, case_id, row)
        for case_id, row in zip(ids, rows, strict=True)
    ]
    session.execute(insert(SourceRecord), records)
    return numbers


def _person_key(row: Row) -> str:
    return person_key(row.phone, row.original_no)


def _conversations(
    session: Session, source: Source, rows: Sequence[Row], now: datetime
) -> dict[str, tuple[int, int]]:
    """Ids of resident and conversation by person key; both are created for a new person."""
    people = {_person_key(row): row for row in rows}
    existing = _existing_conversations(session, source, list(people))
    new = {key: row for key, row in people.items() if key not in existing}
    if not new:
        return existing
    residents = session.scalars(
        insert(Resident).returning(Resident.id, sort_by_parameter_order=True),
        [{"phone": row.phone, "name": row.name, "created_at": now} for row in new.values()],
    ).all()
    account = {"channel": source.code, "scene": None, "blocked_at": now, "created_at": now}
    accounts = session.scalars(
        insert(ChannelAccount).returning(ChannelAccount.id, sort_by_parameter_order=True),
        [
            account | {"external_id": key, "resident_id": resident}
            for key, resident in zip(new, residents, strict=True)
        ],
    ).all()
    initial = {"owner": Owner.BOT, "turn_lease": 0, "last_seq": 0}
    conversations = session.scalars(
        insert(Conversation).returning(Conversation.id, sort_by_parameter_order=True),
        [initial | {"account_id": account_id, "created_at": now} for account_id in accounts],
    ).all()
    return existing | dict(zip(new, zip(residents, conversations, strict=True), strict=True))


def _existing_conversations(
    session: Session, source: Source, keys: list[str]
) -> dict[str, tuple[int, int]]:
    rows = session.execute(
        select(ChannelAccount.external_id, ChannelAccount.resident_id, Conversation.id)
        .join(Conversation, Conversation.account_id == ChannelAccount.id)
        .where(ChannelAccount.channel == source.code, ChannelAccount.external_id.in_(keys))
    )
    return {key: (resident, conversation) for key, resident, conversation in rows}


def _case_numbers(session: Session, moments: Sequence[datetime]) -> list[str]:
    """A case number for each moment of registration; a number contains the day.

    The counters are locked until commit, in the order of the days, so that two imports cannot
    deadlock.
    """
    days = [moment.astimezone(SHANGHAI).date() for moment in moments]
    day_counts = Counter(days)
    reserved = [{"day": day, "last": count} for day, count in sorted(day_counts.items())]
    statement = upsert(CaseNumber).values(reserved)
    rows = session.execute(
        statement.on_conflict_do_update(
            index_elements=[CaseNumber.day],
            set_={"last": CaseNumber.last + statement.excluded.last},
        ).returning(CaseNumber.day, CaseNumber.last)
    )
    next_number = {day: last - day_counts[day] + 1 for day, last in rows}
    numbers = []
    for day in days:
        numbers.append(f"{CASE_PREFIX}{day:%Y%m%d}{next_number[day]:06d}")
        next_number[day] += 1
    return numbers
