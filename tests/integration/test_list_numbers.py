"""Each number of the case list equals the list that it opens, for every role."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from backend.clock import now
from backend.desk.case_views import VIEWS
from backend.models.cases import Case
from backend.models.staff import Role, StaffAccount
from backend.models.units import Unit
from tests.support import stages
from tests.support.desk import Desk
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import RESOLVED

STREET = "330106002-street"
AtDesk = Callable[[str], Desk]
TAB = re.compile(r'href="/console/cases\?tab=([\w-]+)"[^>]*>[^<]*<span class="count">(\d+)</span>')
WHO = ("dispatcher", "handler", "supervisor", "leader", "admin", "other_handler", "street")


def numbers(desk: Desk) -> dict[str, int]:
    return {key: int(number) for key, number in TAB.findall(desk.get("/cases").text)}


def listed(desk: Desk, tab: str) -> list[str]:
    """The cases of all pages of the list."""
    rows: list[str] = []
    for page in range(1, 20):
        html = desk.get(f"/cases?tab={tab}&page={page}").text
        rows += re.findall(r'role="rowheader".*?/console/cases/(\w+)\?', html)
        if 'rel="next"' not in html:
            return rows
    raise AssertionError("the list has no end")


def total(desk: Desk, tab: str) -> int:
    """The number above the list."""
    shown = re.search(r"共 (\d+) 件", desk.get(f"/cases?tab={tab}").text)
    return int(shown[1]) if shown else -1


def change(town: Town, case_no: str, **values: object) -> str:
    with town.database.begin() as session:
        session.execute(update(Case).where(Case.case_no == case_no).values(**values))
    return case_no


@pytest.fixture
def busy(town: Town) -> dict[str, str]:
    """A town with a case of every kind of work, by what it needs."""
    town.hire("street", Role.HANDLER, STREET)
    cases = {"extension": stages.extension_asked(town), "dispute": stages.disputed(town)}
    cases["return"] = stages.returned(town)
    cases["chased"] = stages.dispatched(town)
    for who, step in (("dispatcher", "remind"), ("supervisor", "supervise")):
        town.do(who, cases["chased"], step, reason="快办")
    cases["late"] = change(town, stages.dispatched(town), sign_by=now() - timedelta(hours=1))
    cases["silent"] = change(town, stages.accepted(town), respond_by=now() - timedelta(hours=1))
    cases["stuck"] = change(town, stages.accepted(town), stepped_at=now() - timedelta(days=8))
    cases["helped"] = stages.accepted(town)
    town.do("handler", cases["helped"], "add_task", unit=OTHER_UNIT, text="来看一下")
    cases["whistle"] = town.case(unit=STREET)
    town.do("street", cases["whistle"], "accept")
    town.do("street", cases["whistle"], "raise_whistle", units=[OTHER_UNIT], reason="一起来")
    cases["news"] = change(town, stages.accepted(town), news_at=now())
    cases["relay"] = change(town, stages.accepted(town), relay_asked_at=now())
    cases["unhappy"] = stages.resolved(town)
    town.rates(cases["unhappy"], 1, reason="根本没修")
    proposal = {"reason": "malicious", "text": "同一个人刷的"}
    answer = town.post("handler", f"/cases/{cases['unhappy']}/propose_exclusion", proposal)
    assert answer.status_code == 200, answer.text
    cases["reviewed"] = _reviewed(town)
    for _ in range(55):
        stages.registered(town)
    stages.on_hold(town)
    return cases


def _reviewed(town: Town) -> str:
    """Proposed to be resolved, as it comes from an elder."""
    case_no = stages.accepted(town)
    with town.database.begin() as session:
        session.scalars(
            select(Case).where(Case.case_no == case_no)
        ).one().resident.elder_mode = True
    town.do("handler", case_no, "resolve", **RESOLVED)
    return case_no


def test_every_number_equals_its_list(town: Town, busy: dict[str, str], desk: AtDesk) -> None:
    for who in WHO:
        at = desk(who)
        tabs = numbers(at)
        assert tabs, (who, at.get("/cases").text)
        for tab, number in tabs.items():
            cases = listed(at, tab)
            assert len(cases) == number, (who, tab)
            assert len(set(cases)) == number, (who, tab)
            assert total(at, tab) == number, (who, tab)
        for tab in ("done", "all"):
            assert total(at, tab) == len(listed(at, tab)), (who, tab)


WORK = [
    ("dispatcher", "approvals", {"extension", "return"}),
    ("supervisor", "approvals", {"extension", "dispute", "reviewed", "unhappy"}),
    ("leader", "approvals", {"dispute", "reviewed", "unhappy"}),
    ("handler", "approvals", set()),
    ("other_handler", "joint", {"helped", "whistle"}),
    ("handler", "joint", set()),
    ("handler", "urged", {"chased"}),
    ("handler", "late", {"late", "silent"}),
    ("supervisor", "unhappy", {"unhappy"}),
    ("handler", "news", {"news"}),
    ("dispatcher", "relay", {"relay"}),
    ("supervisor", "stuck", {"dispute", "stuck"}),
]


def test_views_hold_the_work_they_name(town: Town, busy: dict[str, str], desk: AtDesk) -> None:
    for who, tab, needs in WORK:
        cases = set(listed(desk(who), tab))
        assert {name for name, number in busy.items() if number in cases} == needs, (who, tab)


DECISIONS = ("extend", "dispatch", "arbitrate", "confirm", "agree_exclusion")


def test_approvals_are_cases_with_a_decision(
    town: Town, busy: dict[str, str], desk: AtDesk
) -> None:
    for who in WHO:
        at = desk(who)
        waiting = set(listed(at, "approvals"))
        for case_no in busy.values():
            html = at.get(f"/cases/{case_no}").text
            status = town.get("admin", f"/cases/{case_no}").json()["status"]
            decides = [
                step
                for step in DECISIONS
                if f'action="/console/cases/{case_no}/{step}"' in html
                and (step != "dispatch" or status == "returned")
            ]
            assert bool(decides) == (case_no in waiting), (who, case_no, decides)


def test_deputys_view_equals_its_number(own_town: Town) -> None:
    own_town.hire("deputy", Role.HANDLER, OTHER_UNIT)
    with own_town.database.begin() as session:
        session.execute(update(Unit).where(Unit.code == UNIT).values(deputies="deputy"))
    change(own_town, own_town.case(unit=UNIT), sign_by=now() - timedelta(hours=1))
    with Desk(own_town, "deputy") as at:
        assert len(listed(at, "deputy")) == numbers(at)["deputy"] == 1


def test_unknown_views_and_filters_are_kind(desk: AtDesk) -> None:
    at = desk("handler")
    assert at.get("/cases?tab=nonsense").status_code == 200
    assert at.get("/cases?status=nonsense").status_code == 422
    assert at.get("/cases?due=never").status_code == 422
    assert at.get("/cases?kind=nothing").status_code == 200
    assert set(VIEWS) >= set(numbers(at))


def test_signing_makes_a_case_ones_own(town: Town, desk: AtDesk) -> None:
    case_no = stages.accepted(town)
    assert listed(desk("handler"), "mine") == [case_no]
    with town.database.begin() as session:
        assignee = session.scalars(select(Case.assignee_id)).one()
        assert session.get_one(StaffAccount, assignee).username == "handler"
