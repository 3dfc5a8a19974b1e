"""Pages for canned replies, hours and rota, units, the power list and routing models."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from backend.clock import SHANGHAI, now
from backend.conversations.duty import current_hours
from backend.deadlines.city import calendar
from backend.jobs.emergency_owners import assign_owners
from backend.models.conversations import ReplyDraft
from backend.models.emergencies import Emergency
from backend.models.staff import AuditEntry, Role, StaffAccount
from backend.models.units import ModelSwitch, Unit
from backend.routing import past_case_models
from backend.settings import DATA_FOLDER
from nlu.trained import case_model
from tests.support.desk import Desk
from tests.support.staff_app import UNIT, Town

AtDesk = Callable[[str], Desk]
REPLIES, HOURS, UNITS = "/admin/replies", "/admin/hours", "/admin/units"
LIST, MODELS = "/admin/power-list", "/admin/models"
SCRIPT = "<script>alert('x')</script>\""
HEAD = "code,name,tier,unit_type,parent,area_code,ended,successor\n"
NEW_HOURS = {
    "working_days": "09:00-12:00 13:00-20:00", "other_days": "10:00-16:00",
    "day": "supervisor, dispatcher", "night": "dispatcher",
}  # fmt: skip


def fields(at: Desk, page: str) -> dict[str, str]:
    """Token and version of the page's last form."""
    html = at.get(page).text
    found_fields = dict(re.findall(r'name="(form_token|over)" value="([^"]*)"', html))
    assert found_fields
    return found_fields


def saved(at: Desk, page: str, path: str = "", **typed: str) -> Response:
    return at.post(f"{page}{path}", data=fields(at, page) | typed)


def uploaded(at: Desk, page: str, content: str | bytes, name: str = "units.csv") -> Response:
    content = content.encode() if isinstance(content, str) else content
    return at.post(page, data=fields(at, page), files={"file": (name, content, "text/csv")})


# Canned replies


def test_a_new_reply_is_inserted_at_once(town: Town, desk: AtDesk) -> None:
    admin = desk("admin")
    assert "记下了" in saved(admin, REPLIES, title="夜里", text="{name}在，{unit}值班。").text
    chat = town.conversation()
    town.post("dispatcher", f"/conversations/{chat}/claim")
    address, at = f"/conversations/{chat}", desk("dispatcher")
    code = re.findall(r'value="(reply:own-\w+)"', at.get(address).text)
    at.submit(address, f"{address}/insert", text="", insert=code[0])
    with town.database.begin() as session:
        assert session.scalars(select(ReplyDraft.text)).one().startswith("示例派单员在，")


def test_a_reply_is_changed_and_deleted(town: Town, desk: AtDesk) -> None:
    admin = desk("admin")
    assert saved(admin, REPLIES, code="look", title="去查", text="我去查。").status_code == 200
    assert "我去查。" in admin.get(REPLIES).text
    assert saved(admin, REPLIES, "/delete", code="look").status_code == 200
    assert "我去查。" not in admin.get(REPLIES).text
    assert saved(admin, REPLIES, "/delete", code="look").status_code == 404
    with town.database.begin() as session:
        edits = session.scalars(select(AuditEntry.subject).filter_by(action="edit_replies")).all()
    assert edits == ["去查", "look"]


@pytest.mark.parametrize(
    ("title", "text", "says"),
    [
        ("空", "电话是 {phone}", "没有 {phone} 这个空"),
        ("空", "{name!r}", "没有"),
        ("空", "{name:>99999999}", "没有"),
        ("空", "{name.__class__}", "没有"),
        ("空", "{", "花括号不成对"),
        ("", "好", "按钮上的字要写"),
        ("长" * 10_000, "好", "按钮上的字要写"),
        ("空", "长" * 10_000, "要说的话要写"),
        ("空", " ", "要说的话要写"),
    ],
)
def test_bad_replies_stay_in_the_form(desk: AtDesk, title: str, text: str, says: str) -> None:
    admin = desk("admin")
    answer = saved(admin, REPLIES, title=title, text=text)
    assert answer.status_code == 400
    assert says in answer.text
    assert not text.strip() or text[:50] in answer.text.replace("&gt;", ">")
    assert 'value="0"' in admin.get(REPLIES).text  # no version was stored


def test_scripts_in_replies_are_text(desk: AtDesk) -> None:
    admin = desk("admin")
    saved(admin, REPLIES, title="<b>x</b>", text=SCRIPT)
    assert "<script>alert" not in admin.get(REPLIES).text


def test_an_older_page_overwrites_nothing(desk: AtDesk) -> None:
    admin = desk("admin")
    before = fields(admin, REPLIES)
    assert saved(admin, REPLIES, title="一", text="第一").status_code == 200
    late = admin.post(REPLIES, data=before | {"title": "二", "text": "第二"})
    assert late.status_code == 409
    assert "第二" in late.text
    forged = admin.post(
        REPLIES, data=fields(admin, REPLIES) | {"over": "99", "title": "三", "text": "三"}
    )
    assert forged.status_code == 409


# Hours and rota


def test_hours_of_the_page_are_in_force(town: Town, desk: AtDesk) -> None:
    assert "记下了" in saved(desk("admin"), HOURS, **NEW_HOURS).text
    monday = datetime(2026, 11, 30, 12, 30, tzinfo=SHANGHAI)
    with town.database.begin() as session:
        hours = current_hours(session)
        assert hours.opens_at(monday, calendar()) == monday.replace(hour=13, minute=0)
        assert hours.on_duty(monday, calendar()) == ("dispatcher",)


def test_the_rota_of_the_page_owns_emergencies(town: Town, desk: AtDesk) -> None:
    town.hire("night", Role.DISPATCHER, "HZ-12345")
    saved(desk("admin"), HOURS, **NEW_HOURS | {"day": "night", "night": "night"})
    chat = town.conversation()
    with town.database.begin() as session:
        session.add(Emergency(conversation_id=chat, kind="gas", words="煤气味", raised_at=now()))
        session.flush()
        assign_owners(session, now(), 10)
        owner = session.scalars(
            select(StaffAccount).join(Emergency, Emergency.owner_id == StaffAccount.id)
        ).one()
        assert owner.username == "night"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"working_days": "9-5"}, "工作日的时间写成"),
        ({"other_days": "18:00-08:00"}, "其他日子的时间写成"),
        ({"other_days": ""}, "其他日子的时间写成"),
        ({"day": "nobody"}, "不能值班"),
        ({"night": "handler"}, "不能值班"),
        ({"night": " "}, "都要有人值班"),
        ({"day": "长" * 10_000}, "不能值班"),
    ],
)
def test_bad_hours_stay_in_the_form(
    town: Town, desk: AtDesk, typed: dict[str, str], says: str
) -> None:
    with town.database.begin() as session:
        before = current_hours(session)
    answer = saved(desk("admin"), HOURS, **NEW_HOURS | typed)
    assert answer.status_code == 400
    assert says in answer.text
    assert "10:00-16:00" in answer.text or "other_days" in typed
    with town.database.begin() as session:
        assert current_hours(session) == before


# Units


def test_a_units_file_is_previewed_only(town: Town, desk: AtDesk) -> None:
    town.case(unit=UNIT)
    with town.database.begin() as session:
        unit = session.get_one(Unit, UNIT)
        row = f"{UNIT},{unit.name},{unit.tier},{unit.unit_type},{unit.parent_code},{unit.area_code}"
    page = uploaded(
        desk("admin"), UNITS, f"{HEAD}{row},1,HZ-12345\nX-1,新设的局,city,other,HZ-12345,3301,,\n"
    ).text
    assert "2 行，2 处改动" in page
    assert "停用，在办的 1 件移走" in page
    assert "新设的局" in page
    with town.database.begin() as session:
        assert session.get(Unit, "X-1") is None
        assert session.get_one(Unit, UNIT).active


def test_files_of_spreadsheets_are_read(desk: AtDesk) -> None:
    text = f"{HEAD}X-1,新设的局,city,other,HZ-12345,3301,,\n"
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        assert "新设的局" in uploaded(desk("admin"), UNITS, text.encode(encoding)).text, encoding


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "请选一个文件"),
        ("name\nx\n", "no column code"),
        (f"{HEAD}X-1,x,moon,other,HZ-12345,3301,,\n", "unknown tier"),
        (b"PK\x03\x04\0\0\xff\xfe", "不是 CSV"),
        (f"{HEAD}<b>,x,moon,other,,3301,,\n", "&lt;b&gt;"),
    ],
)
def test_bad_units_files_are_refused(desk: AtDesk, content: str | bytes, says: str) -> None:
    answer = uploaded(desk("admin"), UNITS, content)
    assert answer.status_code == 400
    assert says in answer.text


# Power list


def test_a_changed_list_is_compared_and_replayed(town: Town, desk: AtDesk) -> None:
    town.case("路灯坏了三个月没人修")
    lines = (DATA_FOLDER / "power_list" / "urban.csv").read_text(encoding="utf-8").splitlines()
    head, first, second, *others = lines
    added = first.replace("CJ001", "CJ999", 1)
    shorter = re.sub(r"^(CJ002,)[^,]+", r"\1改了名字的事项", second)
    page = uploaded(
        desk("admin"), LIST, "\n".join([head, shorter, added, *others]), "urban.csv"
    ).text
    assert "加 1 项，去 1 项，改 1 处" in page
    assert "CJ999" in page
    assert "改了名字的事项" in page
    assert re.search(r"重派最近 \d+ 件", page)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("CJ001", "DZ001", 1), "codes of another domain"),
        (lambda text: text.replace("城乡建设", "月球", 1), "unknown domain"),
        (lambda text: "\n".join(text.splitlines()[:1]), "items"),
        (lambda text: text.replace("district", "moon", 1), "unknown tier"),
        (lambda text: text.replace("resolve_days", "x", 1), "power list"),
    ],
)
def test_bad_lists_are_refused(desk: AtDesk, change: Callable[[str], str], says: str) -> None:
    text = (DATA_FOLDER / "power_list" / "urban.csv").read_text(encoding="utf-8")
    answer = uploaded(desk("admin"), LIST, change(text), "urban.csv")
    assert answer.status_code == 400
    assert says in answer.text


# Models


def test_a_model_is_replayed_used_and_undone(town: Town, desk: AtDesk) -> None:
    town.case("路灯坏了三个月没人修")
    with town.database.begin() as session:
        model_id = past_case_models.add(session, case_model().to_bytes(), "同一个", now=now()).id
    admin = desk("admin")
    page = saved(admin, MODELS, "/replay", model=str(model_id)).text
    assert "换成 同一个：1 件里 0 件换单位" in page
    assert saved(admin, MODELS, "/use", model=str(model_id), before="7").status_code == 400
    assert "换好了" in saved(admin, MODELS, "/use", model=str(model_id), before="0").text
    with town.database.begin() as session:
        assert past_case_models.in_use(session).id == model_id
        stored = session.scalars(select(ModelSwitch)).one()
        assert (stored.by, stored.replay["cases"]) == ("admin", 1)
    assert "换好了" in saved(admin, MODELS, "/back").text
    assert saved(admin, MODELS, "/back").status_code == 409
    assert saved(admin, MODELS, "/replay", model="99999").status_code == 404


# Who may


@pytest.mark.parametrize("page", [REPLIES, HOURS, UNITS, LIST, MODELS])
def test_only_the_centres_admins_change_them(town: Town, desk: AtDesk, page: str) -> None:
    for who in ("dispatcher", "handler", "supervisor", "leader"):
        assert desk(who).get(page).status_code == 403, who
    town.hire("district_admin", Role.ADMIN, UNIT)
    at = desk("district_admin")
    assert at.get(page).status_code == 200
    path = "/back" if page == MODELS else ""
    typed: dict[str, Any] = {"title": "x", "text": "x", **NEW_HOURS}
    files = {"file": ("x.csv", b"x")} if page in {UNITS, LIST} else None
    answer = at.post(page + path, data=fields(at, page) | typed, files=files)
    assert answer.status_code == 403
    assert "中心" in answer.text
