"""Models that a city keeps: which is in use, in every process, and the way back."""

import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import select

from backend.database import Database
from backend.errors import BadInput, Conflict, NotFound
from backend.models.units import ModelSwitch
from backend.routing import past_case_models
from backend.routing.past_case_models import StoredModel, model_in_use
from backend.routing.service import route
from backend.settings import PROJECT_FOLDER
from nlu.classifiers.linear import LinearModel
from nlu.matters.past_cases import BUILT_IN, KIND, PastCase, train
from nlu.trained import case_model
from tests.support.builders import NOON
from tests.support.histories import HISTORY, NEW_THING

CASES = {"cases": 3}
ELSEWHERE = """
import sys
from backend.database import Database
from backend.migrations import run  # with all the tables
from backend.routing.service import route
with Database(sys.argv[1]).begin() as session:
    found = route(session, text=sys.argv[2])
print(found.matter.model)
"""


@cache
def packed(variant: int = 0) -> bytes:
    kinds = ("help", "complaint")
    cases = [
        PastCase(f"{text} {variant}", domain, (unit_type,), kinds[n % 2])
        for n, (text, domain, unit_type) in enumerate(HISTORY)
    ]
    return train(cases).to_bytes()


@pytest.fixture
def names(database: Database) -> Iterator[list[str]]:
    """Two models that are kept, of which none is in use."""
    with database.begin() as session:
        for variant, name in enumerate(("spring", "autumn")):
            past_case_models.add(session, packed(variant), name, now=NOON)
    return ["spring", "autumn"]


def use(database: Database, name: str, *, over: StoredModel | None = None) -> None:
    with database.begin() as session:
        to = next(row for row in past_case_models.all_models(session) if row.name == name)
        stored = past_case_models.stored_model(session, to.id)
        seen_over = over or past_case_models.in_use(session)
        past_case_models.switch(
            session, stored, CASES, replayed_over=seen_over, by="admin", now=NOON
        )


def back(database: Database) -> str:
    with database.begin() as session:
        return past_case_models.switch_back(session, by="admin", now=NOON).name


def used(database: Database) -> str:
    with database.begin() as session:
        name = route(session, text=NEW_THING).matter.model
        assert past_case_models.in_use(session).name == name
    return name


def test_at_first_minhus_own_model_is_in_use(database: Database) -> None:
    assert used(database) == BUILT_IN
    with database.begin() as session:
        assert model_in_use(session) is case_model()


def test_stored_model_is_inactive_until_switched_on(database: Database, names: list[str]) -> None:
    assert used(database) == BUILT_IN
    use(database, "spring")
    assert used(database) == "spring"


def test_the_model_is_unpacked_once(database: Database, names: list[str]) -> None:
    use(database, "spring")
    with database.begin() as session:
        assert model_in_use(session) is model_in_use(session)


def test_routing_says_what_like_cases_were(database: Database, names: list[str]) -> None:
    use(database, "spring")
    with database.begin() as session:
        body = route(session, text=NEW_THING).as_json()
    [like] = [one for one in body["evidence"] if one["what"] == "past_cases"]
    assert (like["model"], like["unit_type"]) == ("spring", "telecom_post")
    assert 0 < like["likelihood"]["unit_type"] <= 1


def test_another_process_sees_the_switch(database: Database, names: list[str]) -> None:
    def elsewhere() -> str:
        command = [sys.executable, "-W", "ignore", "-c", ELSEWHERE, database.url, NEW_THING]
        ended = subprocess.run(
            command, cwd=PROJECT_FOLDER, check=True, capture_output=True, text=True, timeout=60
        )
        return ended.stdout.strip()

    use(database, "spring")
    assert elsewhere() == "spring"
    back(database)
    assert elsewhere() == BUILT_IN


def test_back_undoes_one_switch_after_the_other(database: Database, names: list[str]) -> None:
    use(database, "spring")
    use(database, "autumn")
    assert (back(database), used(database)) == ("spring", "spring")
    assert (back(database), used(database)) == (BUILT_IN, BUILT_IN)
    with pytest.raises(Conflict, match="nothing to go back to"):
        back(database)
    use(database, "autumn")
    assert (back(database), used(database)) == (BUILT_IN, BUILT_IN)


def test_the_ledger_keeps_the_replay_and_who(database: Database, names: list[str]) -> None:
    use(database, "spring")
    back(database)
    with database.begin() as session:
        on, off = session.scalars(select(ModelSwitch).order_by(ModelSwitch.id))
    assert (on.replay, on.by, on.at) == (CASES, "admin", NOON)
    assert (off.replay, off.model_id) == (None, None)


def test_a_model_is_not_switched_on_twice(database: Database, names: list[str]) -> None:
    use(database, "spring")
    with pytest.raises(Conflict, match="in use already"):
        use(database, "spring")


def test_a_replay_over_another_model_does_not_count(database: Database, names: list[str]) -> None:
    with database.begin() as session:
        at_first = past_case_models.in_use(session)
    use(database, "spring")
    with pytest.raises(Conflict, match="meanwhile"):
        use(database, "autumn", over=at_first)
    assert used(database) == "spring"


@pytest.mark.parametrize("name", ["spring", BUILT_IN])
def test_a_name_is_given_once(database: Database, names: list[str], name: str) -> None:
    with pytest.raises(Conflict, match="already"), database.begin() as session:
        past_case_models.add(session, packed(), name, now=NOON)


def test_what_is_no_model_is_not_kept(database: Database) -> None:
    other = train([PastCase("吵", kind="help"), PastCase("修", kind="report")] * 3)
    assert set(other.heads) == {KIND}
    for wrong in (b"", b"no model", other.to_bytes(), LinearModel((), {}).to_bytes()):
        with pytest.raises(BadInput, match="model"), database.begin() as session:
            past_case_models.add(session, wrong, "wrong", now=NOON)


def test_no_such_model(database: Database) -> None:
    with pytest.raises(NotFound, match="no model 7"), database.begin() as session:
        past_case_models.stored_model(session, 7)
