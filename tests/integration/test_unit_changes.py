"""Units that change, end or merge while they have cases; and facts that grow stale."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from backend.database import Database
from backend.models.cases import Case, CaseEvent
from backend.models.joint_work import Task
from backend.models.ratings import LowRatingNotice
from backend.models.staff import Role
from backend.models.units import Unit
from backend.settings import Settings
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import Dispatch
from bot.cli.main import app
from bot.cli.setup import Imported, load_units_of
from tests.support.builders import NOON, UNIT, a_dispatched_case, an_accepted_case, take
from tests.support.staff_app import Town

ELSEWHERE = "330106-ecology"
HEAD = (
    "code,name,tier,unit_type,parent,area_code,working_hours,deputies,population,checked,ended,"
    "successor\n"
)
OWN = f"{UNIT},西湖区综合行政执法局,district,urban_management,330106-government,330106"


def written(folder: Path, line: str) -> Path:
    file = folder / "units.csv"
    file.write_text(f"{HEAD}{line}\n", encoding="utf-8")
    return file


def bring_in(database: Database, file: Path) -> tuple[Imported, list[str]]:
    lines: list[str] = []
    settings = Settings(database_url=database.url)
    return load_units_of(settings, file, say=lines.extend), lines


def a_case_in_each_state(session: Any) -> dict[str, Case]:
    body = {"dispatched": a_dispatched_case(session), "accepted": an_accepted_case(session)}
    body["on_hold"] = an_accepted_case(session)
    take(session, body["on_hold"], Action.HOLD)
    body["returned"] = a_dispatched_case(session)
    take(session, body["returned"], Action.RETURN)
    body["elsewhere"] = a_dispatched_case(session)
    take(session, body["elsewhere"], Action.RETURN)
    take(session, body["elsewhere"], Dispatch(unit=ELSEWHERE))
    body["resolved"] = an_accepted_case(session)
    take(session, body["resolved"], Action.RESOLVE)
    task = Task(
        case_id=body["elsewhere"].id, unit_code=UNIT, text="清理", status="accepted",
        resolve_by=NOON, added_at=NOON,
    )  # fmt: skip
    session.add(task)
    return body


def state(database: Database, case: Case) -> tuple[str, str | None, str | None]:
    with database.begin() as session:
        row = session.get_one(Case, case.id)
        last = session.scalars(
            select(CaseEvent.action).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        ).all()[-1]
        return row.status, row.unit_code, last


def test_merged_units_cases_move_to_its_successor(own_database: Database, tmp_path: Path) -> None:
    with own_database.begin() as session:
        result = a_case_in_each_state(session)
        due = {name: (case.respond_by, case.resolve_by) for name, case in result.items()}
    done, text = bring_in(own_database, written(tmp_path, f"{OWN},,,,,1,{ELSEWHERE}"))
    assert done == Imported(1, 1, 5)
    assert text == [f"- {UNIT} 西湖区综合行政执法局, its cases to {ELSEWHERE}"]
    for name in ("dispatched", "accepted", "on_hold"):
        assert state(own_database, result[name]) == (name, ELSEWHERE, "take_over")
    assert state(own_database, result["returned"]) == ("returned", UNIT, "take_over")
    assert state(own_database, result["elsewhere"])[1] == ELSEWHERE
    with own_database.begin() as session:
        for name, case in result.items():
            row = session.get_one(Case, case.id)
            if name != "resolved":
                assert row.first_contact_owner == ELSEWHERE
            assert (row.respond_by, row.resolve_by) == due[name]
        again = session.get_one(Case, result["resolved"].id)
        take(session, again, Action.REOPEN)
        assert again.unit_code == ELSEWHERE
        assert session.scalars(select(Task.unit_code)).one() == ELSEWHERE


@pytest.mark.parametrize("successor", [ELSEWHERE, ""])
def test_a_recalled_case_leaves_an_ended_first_contact(
    own_database: Database, tmp_path: Path, successor: str
) -> None:
    with own_database.begin() as session:
        case = an_accepted_case(session)
        for step in (Action.RETURN, Dispatch(unit=ELSEWHERE), Action.RECALL):
            take(session, case, step)
        assert case.first_contact_owner == UNIT
    done, _ = bring_in(own_database, written(tmp_path, f"{OWN},,,,,1,{successor}"))
    assert done.cases == 1
    assert state(own_database, case) == ("registered", None, "recall")
    with own_database.begin() as session:
        assert session.get_one(Case, case.id).first_contact_owner == (successor or None)


def test_a_dissolved_units_cases_are_the_dispatchers_again(
    own_database: Database, tmp_path: Path
) -> None:
    with own_database.begin() as session:
        cases = a_case_in_each_state(session)
    done, text = bring_in(own_database, written(tmp_path, f"{OWN},,,,,1,"))
    assert (done.cases, text[0].endswith("to the dispatcher")) == (5, True)
    for name in ("dispatched", "accepted", "on_hold"):
        assert state(own_database, cases[name]) == ("returned", UNIT, "release")
    assert state(own_database, cases["elsewhere"])[1] == ELSEWHERE
    with own_database.begin() as session:
        assert session.get_one(Case, cases["elsewhere"].id).first_contact_owner == ELSEWHERE
        assert session.scalars(select(Task.status)).one() == "cancelled"
        case = session.get_one(Case, cases["on_hold"].id)
        take(session, case, Dispatch(unit=ELSEWHERE))
        assert (case.first_contact_owner, case.held_at) == (ELSEWHERE, None)
        dispatched = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id.desc())
        ).first()
        assert dispatched is not None
        assert "charged" not in dispatched.details  # nobody's mistake
        again = session.get_one(Case, cases["resolved"].id)
        take(session, again, Action.REOPEN)
        assert again.unit_code == "HZ-12345"


STREET = "330106002-street"
ABOVE = "330106-government"


def _summoned_and_rated(town: Town) -> tuple[str, str]:
    """A case that UNIT was summoned to, and one of the street with a low rating that UNIT reads."""
    town.hire("street_handler", Role.HANDLER, STREET)
    summoned = town.case(unit=STREET)
    town.do("street_handler", summoned, "accept")
    body = {"units": [UNIT], "reason": "占道经营要一起查"}
    town.do("street_handler", summoned, "raise_whistle", **body)
    rated = town.case(unit=STREET)
    town.do("street_handler", rated, "accept")
    town.do("street_handler", rated, "resolve", outcome="solved", text="清理了")
    town.rates(rated, 1)
    with town.database.begin() as session:
        session.execute(update(LowRatingNotice).values(to_unit=UNIT))
    return summoned, rated


@pytest.mark.parametrize(("successor", "takes"), [(ELSEWHERE, ELSEWHERE), ("", ABOVE)])
def test_ended_units_summons_and_ratings_move_on(
    own_town: Town, tmp_path: Path, successor: str, takes: str
) -> None:
    town = own_town
    town.hire("heir", Role.HANDLER, takes)
    summoned, rated = _summoned_and_rated(town)
    bring_in(town.database, written(tmp_path, f"{OWN},,,,,1,{successor}"))
    responses = town.get("heir", f"/cases/{summoned}").json()["whistles"][0]["responses"]
    assert [one["unit"]["code"] for one in responses] == [takes]
    town.do("street_handler", summoned, "hold", reason="等人")  # its clocks are read again
    town.do("street_handler", summoned, "resume")
    answered = town.do("heir", summoned, "respond", text="下午到").json()
    assert answered["events"][-1]["details"]["unit"] == takes
    with town.database.begin() as session:
        assert session.scalars(select(LowRatingNotice.to_unit)).one() == takes
    assert town.get("admin", f"/cases/{rated}").json()["low_ratings"][0]["to"]["code"] == takes


def test_cyclic_unit_tree_is_refused_as_a_whole(own_database: Database, tmp_path: Path) -> None:
    with own_database.begin() as session:
        case = a_dispatched_case(session)
    over = f"{ABOVE},西湖区人民政府,district,other,{UNIT},330106,,,,,,"
    with pytest.raises(ValueError, match="its own parent"):
        bring_in(own_database, written(tmp_path, f"{over}\n{OWN},06:00-22:00,,,,,"))
    with pytest.raises(ValueError, match="its own parent"):  # through one that is not in the file
        bring_in(own_database, written(tmp_path, over))
    assert state(own_database, case)[:2] == ("dispatched", UNIT)
    with own_database.begin() as session:
        unit = session.get_one(Unit, UNIT)
        assert (unit.parent_code, unit.working_hours) == (ABOVE, "")


def test_ending_a_unit_twice_hands_nothing_over_again(
    own_database: Database, tmp_path: Path
) -> None:
    with own_database.begin() as session:
        a_dispatched_case(session)
    file = written(tmp_path, f"{OWN},,,,,1,{ELSEWHERE}")
    assert bring_in(own_database, file)[0].cases == 1
    assert bring_in(own_database, file) == (Imported(1, 0, 0), [])


def test_ended_unit_gets_no_dispatches(own_database: Database, tmp_path: Path) -> None:
    bring_in(own_database, written(tmp_path, f"{OWN},,,,,1,{ELSEWHERE}"))
    with own_database.begin() as session:
        case = a_dispatched_case(session)
        assert case.unit_code != UNIT


def test_a_unit_signs_in_its_own_hours(own_database: Database, tmp_path: Path) -> None:
    line = f"{OWN},06:00-22:00,张三|李四,1130000,2026-11-01,,"
    done, lines = bring_in(own_database, written(tmp_path, line))
    assert done.ended == 0
    assert f"~ {UNIT} working_hours: '' -> '06:00-22:00'" in lines
    with own_database.begin() as session:
        unit = session.get_one(Unit, UNIT)
        assert (unit.population, unit.deputies) == (1_130_000, "张三|李四")
        case = a_dispatched_case(session)
        assert case.sign_by == NOON + timedelta(hours=7)


def test_commands_report_changes_and_errors(
    own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINHU_DATABASE_URL", own_database.url)
    run = CliRunner().invoke
    file = written(tmp_path, f"{OWN},,,1130000,2026-11-01,,")
    looked = run(app, ["units", "check", str(file)])
    assert "population: None -> 1130000" in looked.output
    with own_database.begin() as session:
        assert session.get_one(Unit, UNIT).population is None
    assert "1 units read, 0 ended" in run(app, ["units", "import", str(file)]).output
    assert "nothing changes" in run(app, ["units", "check", str(file)]).output
    wrong = run(app, ["units", "check", str(written(tmp_path, f"{OWN},9-5,,,,,"))])
    assert isinstance(wrong.exception, ValueError)
    with own_database.begin() as session:
        a_dispatched_case(session)
    assert "1 open cases, 0 with other" in run(app, ["recompute-deadlines"]).output


def test_what_nobody_has_checked_is_listed(town: Town) -> None:
    stale = town.get("admin", "/freshness").json()
    assert stale["stale_after_days"]["units"] > 0
    listed = {unit["code"] for unit in stale["units"]}
    assert UNIT in listed  # the demo's units say no date
    assert all(article["checked"] for article in stale["articles"])
    assert town.client.get("/api/v1/freshness").status_code == 401
