import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.database import Database
from backend.errors import Conflict
from backend.jobs.scheduler import CLOSES_UNRATED_AFTER, sweep
from backend.models.cases import Case
from backend.models.ratings import Rating
from backend.ratings import service as ratings
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.grades import GRADES, Grade
from tests.support.builders import (
    NOON,
    a_conversation,
    a_dispatched_case,
    a_registered_case,
    a_resolved_case,
    an_accepted_case,
    take,
)  # fmt: skip

GOOD, BAD = Grade.VERY_SATISFIED, Grade.VERY_DISSATISFIED


def rate(
    database: Database, case: Case, grade: Grade = GOOD, *, round: int = 1, message_id: int = 7
) -> Rating:
    with database.begin() as session:
        mine = session.get_one(Case, case.id)
        return ratings.rate(session, mine, grade, round=round, message_id=message_id, now=NOON)


def scores(database: Database) -> list[tuple[int, int]]:
    with database.begin() as session:
        return [(row.round, row.score) for row in session.scalars(select(Rating).order_by("id"))]


def status_of(database: Database, case: Case) -> str:
    with database.begin() as session:
        return session.get_one(Case, case.id).status


@pytest.mark.parametrize("grade", GRADES)
def test_good_grade_is_stored_and_closes_the_case(database: Database, grade: Grade) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
    rate(database, case, grade)
    assert scores(database) == [(1, int(grade))]
    assert status_of(database, case) == ("resolved" if grade.is_low else "closed")


def test_a_round_is_rated_once(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
    rate(database, case, BAD, message_id=7)
    rate(database, case, BAD, message_id=7)  # the same message again: no complaint
    with pytest.raises(Conflict, match="评价过"):
        rate(database, case, GOOD, message_id=8)
    assert scores(database) == [(1, 1)]


def test_the_database_itself_refuses_a_second_rating(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
    rate(database, case)
    with pytest.raises(IntegrityError), database.begin() as session:
        session.add(Rating(case_id=case.id, round=1, score=5, rated_at=NOON))


@pytest.mark.parametrize("score", [0, 6])
def test_the_database_itself_refuses_a_sixth_grade(database: Database, score: int) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
    with pytest.raises(IntegrityError), database.begin() as session:
        session.add(Rating(case_id=case.id, round=1, score=score, rated_at=NOON))


def test_low_grade_may_reopen_for_another_rating(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
    rate(database, case, BAD)
    with database.begin() as session:
        again = session.get_one(Case, case.id)
        ratings.give_reason(session, again, "还是吵", now=NOON)
        for action in (Action.REOPEN, Action.ACCEPT, Action.RESOLVE):
            take(session, again, action)
    with pytest.raises(Conflict):
        rate(database, case, GOOD, round=1, message_id=8)  # the first round's old button
    rate(database, case, GOOD, round=2, message_id=9)
    assert scores(database) == [(1, 1), (2, 5)]


def test_a_reason_is_kept_and_not_replaced(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
    rate(database, case, BAD)
    with database.begin() as session:
        mine = session.get_one(Case, case.id)
        ratings.give_reason(session, mine, "还是吵", now=NOON)
        ratings.give_reason(session, mine, "改口", now=NOON)
    with database.begin() as session:
        assert session.scalars(select(Rating.reason)).one() == "还是吵"


def test_unsettled_or_withdrawn_case_is_not_rated(database: Database) -> None:
    with database.begin() as session:
        withdrawn = a_registered_case(session)
        take(session, withdrawn, Action.WITHDRAW)
        cases = [a_registered_case(session), a_dispatched_case(session), an_accepted_case(session)]
    for case in (*cases, withdrawn):
        with pytest.raises(Conflict, match="还不能"):
            rate(database, case)
    assert scores(database) == []


def test_resident_is_offered_only_own_unrated_case(database: Database) -> None:
    with database.begin() as session:
        theirs = a_resolved_case(session, a_conversation(session, of="wu"))
        lin = a_conversation(session, of="lin").account.resident_id
        assert ratings.latest_unrated(session, lin) is None
        result = ratings.latest_unrated(session, theirs.resident_id)
        assert result is not None
        assert result.id == theirs.id
    rate(database, theirs)
    with database.begin() as session:
        assert ratings.latest_unrated(session, theirs.resident_id) is None


def test_automatic_closing_fills_in_no_rating(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
    sweep(database, NOON + 2 * CLOSES_UNRATED_AFTER)
    assert status_of(database, case) == "closed"
    assert scores(database) == []
    rate(database, case, BAD)  # and the resident may still give their own
    assert (scores(database), status_of(database, case)) == ([(1, 1)], "closed")


def test_reopening_rates_nothing(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
        take(session, case, Action.REOPEN)
    assert scores(database) == []
