"""What people said of the router's work, as past cases; and a replay over the city's own."""

from sqlalchemy.orm import Session

from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.database import Database
from backend.models.cases import Case
from backend.routing.corrections import WEIGHT, corrections, last_cases
from backend.routing.replay import ReplayCase, replay
from backend.routing.service import routable_units
from backend.vocabulary.actors import ROUTER
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import Dispatch, Return
from nlu.matters.past_cases import PastCase, train
from nlu.trained import case_model
from tests.support.builders import NOON, PLACE, UNIT, VAGUE, a_registered_case, take
from tests.support.histories import HISTORY

ELSEWHERE = "330106-ecology"
RETURNED = Return(reason="not_ours", text="归环保管")


def a_routed_case(session: Session) -> Case:
    """As if the router had been sure, whatever it thinks of the words today."""
    case = a_registered_case(session, location=PLACE)
    case.routing = {**case.routing, "unit": {"code": UNIT, "name": "西湖城管"}}
    session.flush()
    act(StepContext(session, case, ROUTER, NOON, Dispatch(unit=UNIT)))
    return case


def a_resolved_case(session: Session) -> Case:
    case = a_routed_case(session)
    take(session, case, Action.ACCEPT)
    take(session, case, Action.RESOLVE)
    return case


def send(session: Session, case: Case, unit: str) -> None:
    take(session, case, Dispatch(unit=unit))


def examples(database: Database) -> list[tuple[str, tuple[str, ...], float]]:
    with database.begin() as session:
        return [(case.text, case.unit_types, case.weight) for case in corrections(session)]


def test_what_the_router_sent_rightly_teaches_nothing(database: Database) -> None:
    with database.begin() as session:
        a_resolved_case(session)
        a_registered_case(session)
    assert examples(database) == []


def test_what_the_router_left_to_a_person(database: Database) -> None:
    with database.begin() as session:
        send(session, a_registered_case(session), ELSEWHERE)
    assert examples(database) == [(VAGUE, ("ecology",), WEIGHT)]


def test_accepted_return_counts_once_redispatched(database: Database) -> None:
    with database.begin() as session:
        case = a_routed_case(session)
        assert case.unit_code == UNIT
        take(session, case, RETURNED)
        assert corrections(session) == []
        send(session, case, ELSEWHERE)
    assert examples(database) == [(VAGUE, ("ecology",), WEIGHT)]


def test_a_refused_return_teaches_nothing(database: Database) -> None:
    with database.begin() as session:
        case = a_routed_case(session)
        take(session, case, RETURNED)
        send(session, case, UNIT)
    assert examples(database) == []


def test_only_where_it_finally_went_counts(database: Database) -> None:
    with database.begin() as session:
        case = a_registered_case(session)
        send(session, case, UNIT)
        take(session, case, RETURNED)
        send(session, case, ELSEWHERE)
    assert examples(database) == [(VAGUE, ("ecology",), WEIGHT)]


def test_the_routers_own_second_thought_is_no_correction(database: Database) -> None:
    with database.begin() as session:
        case = a_registered_case(session)
        act(StepContext(session, case, ROUTER, NOON, Dispatch(unit=UNIT)))
    assert examples(database) == []


def test_case_at_the_centre_gives_no_training_example(database: Database) -> None:
    with database.begin() as session:
        send(session, a_registered_case(session), "HZ-12345")
    assert examples(database) == []


def test_the_last_cases_with_who_resolved_them(database: Database) -> None:
    with database.begin() as session:
        a_registered_case(session)
        a_resolved_case(session)
        a_routed_case(session)
        newest = list(last_cases(session, 2))
    assert newest == [
        ReplayCase(VAGUE, PLACE),
        ReplayCase(VAGUE, PLACE, unit_type="urban_management"),
    ]


def test_replay_counts_changes_and_corrections(database: Database) -> None:
    town = train(
        [
            PastCase(text, domain, (unit_type,), ("help", "report")[n % 2])
            for n, (text, domain, unit_type) in enumerate(HISTORY * 9)
        ]
    )
    cases = [ReplayCase(text, None, domain, unit_type) for text, domain, unit_type in HISTORY]
    with database.begin() as session:
        a_resolved_case(session)
        pasts = [*cases, *last_cases(session, 1)]
        replay_result = replay(
            pasts,
            routable_units(session),
            in_use=("built-in", case_model()),
            new=("town", town),
            over="a test",
        )
    body = replay_result.as_json()
    assert body["cases"] == len(pasts)
    for head, truths in (("domain", len(cases)), ("unit_type", len(pasts))):
        change = body[head]
        assert change["known"] == truths
        assert change["mended"] > change["spoilt"]
        assert change["changed"] == sum(pair["cases"] for pair in change["diff"])
    report = "\n".join(replay_result.lines())
    assert f"{len(pasts)} cases of a test: built-in -> town" in report
    assert not any(past.text in report for past in pasts)
