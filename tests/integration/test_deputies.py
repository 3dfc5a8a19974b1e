"""A deputy does for a unit what its own people let wait; and what they may not do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from backend.clock import now
from backend.models.cases import Case
from backend.models.residents import Resident
from backend.models.staff import Role
from backend.models.units import Unit
from backend.units.changes import changes
from backend.units.importing import UnitRow
from tests.support.desk import Desk
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import RESOLVED

PHONE = "13812345678"


@pytest.fixture
def covered(own_town: Town) -> Town:
    """`deputy` works for OTHER_UNIT and stands in for UNIT; `namesake` only shares a shown name."""
    own_town.hire("deputy", Role.HANDLER, OTHER_UNIT)
    own_town.hire("namesake", Role.HANDLER, OTHER_UNIT)
    _names(own_town, UNIT, "someone|deputy|示例承办人")
    return own_town


@pytest.fixture
def at_desk(covered: Town) -> Iterator[Desk]:
    with Desk(covered, "deputy") as desk:
        yield desk


def _names(town: Town, unit: str, deputies: str) -> None:
    with town.database.begin() as session:
        session.execute(update(Unit).where(Unit.code == unit).values(deputies=deputies))


def _let_wait(town: Town, case_no: str, clock: str) -> None:
    with town.database.begin() as session:
        late = {clock: now() - timedelta(hours=1)}
        session.execute(update(Case).where(Case.case_no == case_no).values(late))


def test_deputy_signs_and_handles_for_an_absent_unit(covered: Town, at_desk: Desk) -> None:
    fresh = covered.case(unit=UNIT)
    case_no = covered.case(unit=UNIT, phone=PHONE)
    assert "代办" not in at_desk.get("/cases?tab=all").text
    _let_wait(covered, case_no, "sign_by")
    listed = covered.get("deputy", "/cases", for_deputy="true").json()["cases"]
    assert [one["case_no"] for one in listed] == [case_no]
    assert fresh in covered.get("deputy", "/cases").text  # there, but not pressed upon them
    page = at_desk.get("/cases?tab=deputy").text
    assert '代办 <span class="count">1</span>' in page
    assert case_no in page

    done = at_desk.step(case_no, "accept").text
    assert "代西湖区综合行政执法局办" in done
    assert "代办人：someone、deputy" in done
    case = covered.do("deputy", case_no, "contact", text="打了电话").json()
    assert case["resident"]["phone"] == PHONE
    accept = next(one for one in case["events"] if one["action"] == "accept")
    assert (accept["details"]["stands_in_for"], accept["unit"]) == (UNIT, UNIT)
    assert covered.get("deputy", "/cases", for_deputy="true").json()["total"] == 0
    _let_wait(covered, case_no, "resolve_by")
    assert covered.get("deputy", "/cases", for_deputy="true").json()["total"] == 1
    closed = covered.do("deputy", case_no, "resolve", **RESOLVED).json()
    assert (closed["status"], closed["first_contact_owner"]) == ("resolved", UNIT)


def test_only_current_deputy_login_names_count(
    covered: Town,
) -> None:
    case_no = covered.case(unit=UNIT)
    assert covered.get("namesake", f"/cases/{case_no}").status_code == 403
    assert covered.post("namesake", f"/cases/{case_no}/accept").status_code == 403
    _names(covered, UNIT, "someone")
    assert covered.post("deputy", f"/cases/{case_no}/accept").status_code == 403


def test_deputies_do_not_judge_their_own_work(covered: Town) -> None:
    case_no = covered.case(unit=UNIT)
    covered.do("deputy", case_no, "accept")
    with covered.database.begin() as session:
        whose = session.scalars(select(Case.resident_id).where(Case.case_no == case_no)).one()
        session.execute(update(Resident).where(Resident.id == whose).values(elder_mode=True))
    covered.do("deputy", case_no, "resolve", **RESOLVED)
    assert covered.post("deputy", f"/cases/{case_no}/confirm").status_code == 409
    covered.hire("second", Role.HANDLER, OTHER_UNIT)
    _names(covered, UNIT, "deputy|second")
    assert covered.do("second", case_no, "confirm").json()["status"] == "resolved"


def test_parent_deputy_reads_no_own_unit_low_ratings(covered: Town) -> None:
    covered.hire("own", Role.HANDLER, UNIT)
    _names(covered, "330106-government", "own|deputy")
    case_no = covered.case(unit=UNIT)
    covered.do("handler", case_no, "accept")
    covered.do("handler", case_no, "resolve", **RESOLVED)
    covered.rates(case_no, 1)
    path, body = f"/cases/{case_no}/acknowledge", {"text": "已约谈"}
    assert covered.post("own", path, body).status_code == 403
    assert covered.post("deputy", path, body).status_code == 200


def test_anonymous_resident_stays_hidden_from_deputies(covered: Town) -> None:
    covered.hire("above", Role.SUPERVISOR, "330106-government")
    case_no = covered.case(unit=UNIT, phone=PHONE)
    with covered.database.begin() as session:
        session.execute(update(Case).where(Case.case_no == case_no).values(anonymous=True))
    assert PHONE[-4:] not in covered.get("deputy", f"/cases/{case_no}").text
    _names(covered, UNIT, "above")
    refused = covered.post("above", f"/cases/{case_no}/unmask", {"reason": "核实"})
    assert refused.status_code == 403
    _names(covered, UNIT, "")
    assert covered.post("above", f"/cases/{case_no}/unmask", {"reason": "核实"}).status_code == 200


def test_unit_list_names_deputies_without_accounts(covered: Town) -> None:
    row = UnitRow(
        2, UNIT, "x", "district", "urban_management", None, "330106", {"deputies": "deputy|张三"}
    )
    with covered.database.begin() as session:
        lines = [change.line for change in changes(session, [row])]
        warned = [line for line in lines if line.startswith("!")]
    assert warned == [f"! {UNIT} deputy '张三': nobody signs in with that name"]
