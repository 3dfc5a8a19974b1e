"""Cases over HTTP: what is shown, to whom, and how they are found."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.clock import now
from backend.models.cases import Case
from backend.models.staff import AuditEntry
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import RESOLVED, dispatched, on_hold, resolved

PHONE = "13812345678"


def test_a_case_has_what_the_contract_names(town: Town) -> None:
    case_no = town.case("文三路的烧烤店每天晚上油烟很大，占道经营")
    case = town.get("admin", f"/cases/{case_no}").json()
    assert {
        "case_no", "status", "kind", "domain", "text", "power_item", "unit", "events",
        "first_contact_owner", "respond_by", "resolve_by", "round", "location", "routing",
        "attachments", "rating",
    } <= case.keys()  # fmt: skip
    assert {"evidence", "confidence", "runner_up"} <= case["routing"].keys()
    assert {"text", "district", "street", "community"} <= case["location"].keys()
    assert case["location"]["text"] == "西湖区文三路"
    assert [(e["action"], e["from"], e["to"]) for e in case["events"]][:1] == [
        ("register", None, "registered")
    ]
    assert {"at", "actor_name", "action", "label", "from", "to", "details"} <= case["events"][
        0
    ].keys()


def test_the_unit_is_named_whole(town: Town) -> None:
    case = town.get("admin", f"/cases/{town.case(unit=UNIT)}").json()
    assert case["unit"] == {
        "code": UNIT,
        "name": "西湖区综合行政执法局",
        "tier": "district",
        "unit_type": "urban_management",
    }


def test_photo_and_rating_are_on_the_case(town: Town) -> None:
    conversation_id = town.conversation()
    town.says(conversation_id, photo=PNG)
    case_no = town.case(conversation_id=conversation_id, unit=UNIT)
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", **RESOLVED)
    town.rates(case_no, 1, reason="没修")
    case = town.get("admin", f"/cases/{case_no}").json()
    assert [file["media_type"] for file in case["attachments"]] == ["image/png"]
    assert case["rating"]["score"] == 1
    assert case["rating"]["reason"] == "没修"


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63606060f80f00010401005f8f7b4e0000000049454e44ae426082"
)


def audits(town: Town) -> int:
    with town.database.begin() as session:
        query = select(func.count()).where(AuditEntry.action == "see_phone")
        return session.scalar(query) or 0


@pytest.mark.parametrize("who", ["dispatcher", "admin", "handler"])
def test_caller_sees_the_number_and_access_is_logged(town: Town, who: str) -> None:
    case_no = town.case(f"请打我电话{PHONE}", phone=PHONE, unit=UNIT)
    entries = audits(town)
    case = town.get(who, f"/cases/{case_no}").json()
    assert case["resident"]["phone"] == PHONE
    assert PHONE in case["text"]
    assert audits(town) == entries + 1


@pytest.mark.parametrize("who", ["supervisor", "leader"])
def test_others_see_the_number_masked(town: Town, who: str) -> None:
    case_no = town.case(f"请打我电话{PHONE}，快", phone=PHONE, unit=UNIT)
    town.do("handler", case_no, "return", reason="unclear", text=f"{PHONE} 打不通")
    entries = audits(town)
    answer = town.get(who, f"/cases/{case_no}")
    assert answer.json()["resident"]["phone"] == "138****5678"
    assert answer.json()["text"] == "请打我电话138****5678，快"
    assert PHONE not in answer.text
    assert audits(town) == entries


def test_former_unit_sees_the_number_masked(town: Town) -> None:
    case_no = town.case(phone=PHONE, unit=UNIT)
    town.do("handler", case_no, "return", reason="not_ours", text="是街道的路")
    town.do("dispatcher", case_no, "dispatch", unit=OTHER_UNIT)
    assert town.get("handler", f"/cases/{case_no}").json()["resident"]["phone"] == "138****5678"


def test_a_list_never_shows_a_number(town: Town) -> None:
    town.case(f"请打我电话{PHONE}", phone=PHONE)
    assert PHONE not in town.get("dispatcher", "/cases").text


def numbers(town: Town, who: str = "admin", **filters: Any) -> list[str]:
    answer = town.get(who, "/cases", **filters)
    assert answer.status_code == 200, answer.text
    return [case["case_no"] for case in answer.json()["cases"]]


def test_the_filters_find_what_they_name(town: Town) -> None:
    lamp = town.case("五号楼前的路灯不亮 100%", location="翠苑街道", unit=UNIT)
    noise = town.case("我要投诉", unit=OTHER_UNIT)
    praise = town.case("我要表扬社区小王，服务热情", location=None)
    vague = town.case()
    town.do("handler", lamp, "accept")
    assert numbers(town) == [vague, praise, noise, lamp]
    assert numbers(town, status="accepted") == [lamp]
    assert numbers(town, unit=OTHER_UNIT) == [noise]
    assert numbers(town, kind="praise") == [praise]
    assert numbers(town, q="路灯") == [lamp]
    assert numbers(town, q="翠苑") == [lamp]
    assert numbers(town, q="100%") == [lamp]
    assert numbers(town, q="%") == [lamp]
    assert numbers(town, q=vague) == [vague]
    assert numbers(town, q=vague[-6:]) == [vague]
    assert numbers(town, q="没有这个词") == []
    assert numbers(town, q="a\0") == []
    assert numbers(town, status="", unit="", kind="", overdue="", q="", page="") == numbers(town)


def test_overdue_counts_open_cases_whose_clock_runs(town: Town) -> None:
    late, held, done = dispatched(town), on_hold(town), resolved(town)
    with town.database.begin() as session:
        session.execute(update(Case).values(resolve_by=now() - timedelta(days=1)))
    in_time = dispatched(town)
    assert numbers(town, overdue="true") == [late]
    assert numbers(town, overdue="false") == [in_time, done, held]


@pytest.mark.parametrize(
    "filters", [{"status": "lost"}, {"kind": "joke"}, {"overdue": "maybe"}, {"page": 0},
                {"page": "x"}, {"page": 10**30}, {"q": "x" * 201}]
)  # fmt: skip
def test_a_filter_that_means_nothing_is_bad_input(town: Town, filters: dict[str, Any]) -> None:
    assert town.get("admin", "/cases", **filters).status_code == 400


def test_fifty_make_a_page(town: Town) -> None:
    conversation_id = town.conversation()
    for _ in range(51):
        town.case(conversation_id=conversation_id)
    first = town.get("admin", "/cases").json()
    second = town.get("admin", "/cases", page=2).json()
    assert (len(first["cases"]), first["page"], first["total"]) == (50, 1, 51)
    assert (len(second["cases"]), second["page"], second["total"]) == (1, 2, 51)
    assert numbers(town, page=3) == []


@pytest.mark.parametrize("number", ["HZ20200101000001", "nonsense", "%00", "HZ'--"])
def test_a_number_that_nobody_has_is_not_there(town: Town, number: str) -> None:
    assert town.get("admin", f"/cases/{number}").status_code == 404
