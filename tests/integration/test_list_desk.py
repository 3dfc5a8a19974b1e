"""Filters in the address, the way through a list, saved views, spreadsheets and refusals."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from backend.clock import now
from backend.models.cases import Case
from backend.models.staff import AuditEntry, SavedView
from tests.support import stages
from tests.support.counting import counting
from tests.support.desk import Desk
from tests.support.staff_app import OTHER_UNIT, UNIT, Town

AtDesk = Callable[[str], Desk]
PHONE = "13812345678"
SCRIPT = "<script>alert('x')</script>\"'"


def case_numbers(html: str) -> list[str]:
    return re.findall(r'role="rowheader".*?/console/cases/(\w+)\?', html)


def links(html: str) -> dict[str, str]:
    """Address by relation, of the links to the cases or pages before and after."""
    pairs = re.findall(r'rel="(prev|next)" href="([^"]+)"', html)
    return {rel: unescape(address).removeprefix("/console") for rel, address in pairs}


def first_link(html: str) -> str:
    match = re.search(r'class="what"><a href="/console([^"]+)"', html)
    assert match
    return unescape(match.group(1))


@pytest.mark.parametrize(
    ("filters", "matches"),
    [
        ({"unit": "上城区综合"}, {"theirs"}),
        ({"unit": UNIT}, {"ours"}),
        ({"kind": "praise"}, {"praise"}),
        ({"area": "330106"}, {"ours"}),
        ({"channel": "telegram"}, {"telegram"}),
        ({"due": "late"}, {"late"}),
        ({"status": "registered"}, {"praise", "late", "phone", "telegram"}),
        ({"phone": "138 1234 5678"}, {"phone"}),
        ({"q": "井盖", "unit": UNIT}, {"ours"}),
        ({"q": "井盖", "unit": OTHER_UNIT}, set()),
    ],
)
def test_filters_choose_and_stay_in_the_address(
    town: Town, desk: AtDesk, filters: dict[str, str], matches: set[str]
) -> None:
    made_cases = {
        "ours": town.case("井盖丢了", unit=UNIT),
        "theirs": town.case(unit=OTHER_UNIT),
        "praise": town.case(),
        "late": town.case(),
        "phone": town.case(phone=PHONE),
        "telegram": town.case(conversation_id=town.conversation(channel="telegram")),
    }
    areas = {"district": {"code": "330106", "name": "西湖区"}}
    changes = {
        "praise": {"kind": "praise"},
        "late": {"resolve_by": now() - timedelta(days=1)},
        "ours": {"location": areas},
    }
    with town.database.begin() as session:
        session.execute(update(Case).values(location={}))
        for name, values in changes.items():
            session.execute(update(Case).where(Case.case_no == made_cases[name]).values(**values))
    html = desk("dispatcher").get("/cases", params={"tab": "all", **filters}).text
    assert {name for name, number in made_cases.items() if number in case_numbers(html)} == matches
    assert "全部去掉" in html
    for name, value in filters.items():
        field = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
        assert (field and unescape(field.group(1)) == value) or f'"{value}" selected' in html


def test_phone_search_is_for_few_and_audited(town: Town, desk: AtDesk) -> None:
    town.case(phone=PHONE)
    assert desk("supervisor").get(f"/cases?phone={PHONE}").status_code == 403
    assert 'name="phone"' not in desk("supervisor").get("/cases").text
    assert desk("dispatcher").get(f"/cases?phone={PHONE}").status_code == 200
    with town.database.begin() as session:
        subjects = session.scalars(
            select(AuditEntry.subject).where(AuditEntry.action == "search")
        ).all()
    assert list(subjects) == ["（电话不显示）"]


def test_phone_search_finds_no_anonymous_case(town: Town, desk: AtDesk) -> None:
    case_no = town.case(phone=PHONE)
    with town.database.begin() as session:
        session.execute(update(Case).values(anonymous=True))
    assert case_no not in desk("dispatcher").get(f"/cases?phone={PHONE}").text


def test_case_leads_to_the_next_and_back(town: Town, desk: AtDesk) -> None:
    for _ in range(52):
        town.case()
    at = desk("dispatcher")
    page = at.get("/cases?tab=to-dispatch&q=问问&page=2").text
    third = at.get(first_link(page)).text
    assert "51/52" in third
    assert "tab=to-dispatch&amp;q=%E9%97%AE%E9%97%AE&amp;page=2" in third
    last = at.get(links(third)["next"]).text
    assert "52/52" in last
    assert set(links(last)) == {"prev"}
    assert "50/52" in at.get(links(third)["prev"]).text


def test_neighbours_are_read_without_a_window(town: Town, desk: AtDesk) -> None:
    numbers = [town.case(f"第 {number} 件", unit=UNIT) for number in range(4)]
    with counting(town.database) as counted:
        page = desk("handler").get(f"/cases/{numbers[1]}?list=tab%3Dto-accept&row=1").text
    assert "2/4" in page
    assert [one for one in counted.statements if " OVER (" in one] == []


def test_next_case_follows_a_step(town: Town, desk: AtDesk) -> None:
    numbers = [town.case(unit=UNIT) for _ in range(3)]
    at = desk("handler")
    first = first_link(at.get("/cases?tab=to-accept").text)
    done = at.submit(first, f"/cases/{numbers[0]}/accept")
    assert "“签收”已完成" in done.text
    assert "已不在这张表里，还有 2 件" in done.text
    assert numbers[1] in links(done.text)["next"]


def test_signing_from_the_list_is_one_click(town: Town, desk: AtDesk) -> None:
    numbers = [town.case("路灯不亮", unit=UNIT) for _ in range(2)]
    at = desk("handler")
    html = at.get("/cases?tab=to-accept&q=路灯").text
    fields = dict(re.findall(r'type="hidden" name="(form_token|list)" value="([^"]*)"', html))
    fields["list"] = unescape(fields["list"])
    button = re.search(r'formaction="/console(/cases/\w+/accept\?back=list)"', html)
    assert button
    done = at.post(button.group(1), data=fields)
    assert "“签收”已完成" in done.text
    assert dict(done.url.params) == {"tab": "to-accept", "q": "路灯", "done": "accept"}
    assert case_numbers(done.text) == numbers[1:]


def test_routing_is_corrected_in_two_clicks(town: Town, desk: AtDesk) -> None:
    case_no = town.case(unit=OTHER_UNIT)
    types = [{"code": "urban_management", "score": 0.9}]
    with town.database.begin() as session:
        case = session.scalars(select(Case)).one()
        case.routing = {**case.routing, "unit_types": types}
        case.location = {"district": {"code": "330106", "name": "西湖区"}}
    at = desk("dispatcher")
    link = first_link(at.get("/cases?tab=to-accept").text)
    done = at.submit(link, f"/cases/{case_no}/recall", unit=UNIT)
    assert "已完成" in done.text
    assert town.get("admin", f"/cases/{case_no}").json()["unit"]["code"] == UNIT


def test_saved_views_belong_to_one_person(town: Town, desk: AtDesk) -> None:
    town.case("路灯不亮", unit=UNIT)
    at, other = desk("handler"), desk("other_handler")
    where = "/cases?tab=in-hand&kind=report"
    assert at.submit(where, "/saved-views", name="举报").status_code == 200
    assert "举报</a>" in at.get("/cases").text
    assert "tab=in-hand&amp;kind=report" in at.get("/cases").text
    assert "举报</a>" not in other.get("/cases").text
    with town.database.begin() as session:
        view_id = session.scalars(select(SavedView.id)).one()
    token = re.findall(r'name="form_token" value="(\w+)"', other.get("/cases").text)[0]
    theirs = other.post(f"/saved-views/{view_id}/delete", data={"form_token": token})
    assert theirs.status_code == 404
    at.submit("/cases", f"/saved-views/{view_id}/delete")
    assert "举报</a>" not in at.get("/cases").text


@pytest.mark.parametrize("name", ["", "长" * 31, "长" * 10_000])
def test_bad_names_of_views_are_refused(desk: AtDesk, name: str) -> None:
    answer = desk("handler").submit("/cases?kind=report", "/saved-views", name=name)
    assert answer.status_code == 400
    assert "起个名字" in answer.text


def test_saved_views_hold_no_phone(town: Town, desk: AtDesk) -> None:
    at = desk("dispatcher")
    at.submit(f"/cases?tab=all&phone={PHONE}", "/saved-views", name=SCRIPT[:30])
    with town.database.begin() as session:
        assert session.scalars(select(SavedView.query)).one() == "tab=all"
    assert "<script>alert" not in at.get("/cases").text


def test_full_shelf_of_views_is_refused(town: Town, desk: AtDesk) -> None:
    at = desk("handler")
    for number in range(21):
        answer = at.submit("/cases?kind=report", "/saved-views", name=f"表 {number}")
    assert answer.status_code == 400
    assert "最多存 20 张" in answer.text


def test_spreadsheet_holds_the_list_safely(town: Town, desk: AtDesk) -> None:
    town.case(f"=1+1 打我电话{PHONE}\x07", unit=UNIT)
    town.case("别家的", unit=OTHER_UNIT)
    answer = desk("handler").get("/cases/export?tab=to-accept")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert len(rows) == 2
    assert rows[1][3] == "'=1+1 打我电话138****5678"
    with town.database.begin() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "export_cases")).one()
    assert entry.details == {"cases": 1}


def test_list_too_long_to_print_is_refused(
    town: Town, desk: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.web.console.list_export.MOST_PRINTED", 1)
    town.case(unit=UNIT)
    printed = desk("handler").get("/cases/print?tab=to-accept")
    assert "到底了，一共 1 件" in printed.text
    town.case(unit=UNIT)
    refused = desk("handler").get("/cases/print?tab=to-accept")
    assert refused.status_code == 400
    assert "有 2 件，一次最多 1 件" in refused.text


def test_refused_page_leads_to_ones_own_desk(town: Town, desk: AtDesk) -> None:
    case_no = town.case(unit=UNIT)
    for path in ("/conversations", "/sources", f"/cases/{case_no}"):
        page = desk("other_handler").get(path)
        assert page.status_code == 403
        assert 'href="/console/cases">回到我的工单' in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"q": SCRIPT},
        {"unit": SCRIPT},
        {"kind": SCRIPT},
        {"area": SCRIPT},
        {"list": SCRIPT, "row": SCRIPT},
        {"list": "tab=all&status=x", "row": "-1"},
        {"list": "tab=all&page=x", "row": "9" * 100},
    ],
)
def test_odd_filters_are_shown_as_text(town: Town, desk: AtDesk, query: dict[str, str]) -> None:
    case_no = stages.accepted(town)
    at = desk("handler")
    for path in ("/cases", "/cases/print", f"/cases/{case_no}"):
        answer = at.get(path, params=query)
        assert answer.status_code in {200, 422}
        assert "<script>alert" not in answer.text


def posts(at: Desk, case_no: str, **form: str) -> list[httpx.Response]:
    paths = (f"/cases/{case_no}/note", "/saved-views", "/saved-views/1/delete",
             f"/cases/{case_no}/accept?back=list", f"/cases/{case_no}/assign")  # fmt: skip
    return [at.post(path, data=form) for path in paths]


@pytest.mark.parametrize("token", [None, "", "0" * 64, "错", "x" * 10_000])
def test_forms_of_the_lists_need_their_token(town: Town, desk: AtDesk, token: str | None) -> None:
    case_no, at = town.case(unit=UNIT), desk("handler")
    form = {"text": "x", "name": "x"} | ({} if token is None else {"form_token": token})
    assert [answer.status_code for answer in posts(at, case_no, **form)] == [403] * 5
    assert len(town.get("admin", f"/cases/{case_no}").json()["events"]) == 2


@pytest.mark.parametrize("text", [SCRIPT, "长" * 10_000, "\0\0", "'; DROP TABLE cases; --"])
def test_odd_notes_are_text_or_refused(town: Town, desk: AtDesk, text: str) -> None:
    case_no, at = stages.accepted(town), desk("handler")
    page = at.step(case_no, "note", text=text)
    assert page.status_code in {200, 400}
    assert "<script>alert" not in page.text


def test_two_corrections_at_once_keep_both(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    statuses = town.at_once(
        f"/cases/{case_no}/correct",
        ("dispatcher", {"kind": "report"}),
        ("admin", {"place": "西湖区文三路478号"}),
    )
    assert statuses == [200, 200]
    case = town.get("admin", f"/cases/{case_no}").json()
    assert (case["kind"], case["location"]["text"]) == ("report", "西湖区文三路478号")
    same = town.at_once(
        f"/cases/{case_no}/correct",
        ("dispatcher", {"kind": "help"}),
        ("admin", {"kind": "suggestion"}),
    )
    assert 200 in same
    old = [e["details"].get("old") for e in town.get("admin", f"/cases/{case_no}").json()["events"]]
    assert old.count("report") == 1
