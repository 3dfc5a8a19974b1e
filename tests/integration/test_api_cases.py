"""Cases over HTTP: every step, who may take it, and who may see what."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.cases.lifecycle import Action
from backend.cases.models import Case, CaseEvent
from backend.clock import now
from backend.database import Database
from backend.messaging.models import OutboxMessage
from backend.staff.models import AuditEntry, Role
from tests.staff_app import OTHER_UNIT, UNIT, Town, town_over

PHONE = "13812345678"
RESOLVED = {"outcome": "solved", "text": "路灯已经修好"}


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Iterator[Town]:
    with town_over(database, tmp_path) as town:
        yield town


def accepted(town: Town) -> str:
    case_no = town.case(unit=UNIT)
    town.do("handler", case_no, "accept")
    return case_no


def resolved(town: Town) -> str:
    case_no = accepted(town)
    town.do("handler", case_no, "resolve", **RESOLVED)
    return case_no


def registered(town: Town) -> str:
    return town.case()


def dispatched(town: Town) -> str:
    return town.case(unit=UNIT)


def on_hold(town: Town) -> str:
    case_no = accepted(town)
    town.do("handler", case_no, "hold", reason="等配件")
    return case_no


def returned(town: Town) -> str:
    case_no = dispatched(town)
    town.do("handler", case_no, "return", reason="not_ours", text="是街道的路")
    return case_no


STEPS = [
    (registered, "dispatcher", "dispatch", {"unit": UNIT}, "dispatched"),
    (registered, "dispatcher", "answer", {"text": "可以到社区办"}, "closed"),
    (registered, "dispatcher", "decline", {"reason": "属于法院", "text": "请到法院"}, "closed"),
    (dispatched, "handler", "accept", None, "accepted"),
    (dispatched, "handler", "return", {"reason": "not_ours", "text": "是街道的路"}, "returned"),
    (accepted, "handler", "hold", {"reason": "等配件"}, "on_hold"),
    (on_hold, "handler", "resume", {}, "accepted"),
    (accepted, "handler", "extend", {"reason": "要开挖", "days": 5}, "accepted"),
    (accepted, "handler", "resolve", RESOLVED, "resolved"),
    (returned, "dispatcher", "dispatch", {"unit": OTHER_UNIT}, "dispatched"),
    (resolved, "supervisor", "close", {}, "closed"),
    (resolved, "supervisor", "reopen", {"reason": "又坏了"}, "dispatched"),
    (accepted, "dispatcher", "remind", {"reason": "市民又来问"}, "accepted"),
    (accepted, "supervisor", "supervise", {"reason": "快到期了"}, "accepted"),
]


@pytest.mark.parametrize(
    ("begin", "who", "action", "body", "status"), STEPS, ids=[f"{s[2]}-{s[4]}" for s in STEPS]
)
def test_each_step_changes_the_status_and_is_logged(
    town: Town, begin: Any, who: str, action: str, body: Any, status: str
) -> None:
    case_no = begin(town)
    answer = town.post(who, f"/cases/{case_no}/{action}", body)
    assert answer.status_code == 200, answer.text
    case = answer.json()
    assert case["status"] == status
    last = case["events"][-1]
    assert last["action"] == action
    assert last["label"] == Action(action).label
    assert last["actor_name"].endswith(f"示例{Role(who).label}")
    assert {name: last["details"].get(name) for name in body or {}} == (body or {})


@pytest.mark.parametrize(
    ("begin", "who", "action", "body"), [s[:4] for s in STEPS], ids=[s[2] for s in STEPS]
)
def test_a_leader_only_looks(town: Town, begin: Any, who: str, action: str, body: Any) -> None:
    case_no = begin(town)
    assert town.post("leader", f"/cases/{case_no}/{action}", body).status_code == 403
    assert town.get("leader", f"/cases/{case_no}").status_code == 200


@pytest.mark.parametrize(
    ("begin", "who", "action", "body"),
    [
        (registered, "handler", "accept", {}),  # not theirs to see yet
        (registered, "admin", "accept", {}),
        (registered, "admin", "close", {}),
        (dispatched, "handler", "resolve", RESOLVED),
        (dispatched, "handler", "resume", {}),
        (dispatched, "dispatcher", "dispatch", {"unit": OTHER_UNIT}),
        (accepted, "handler", "accept", {}),
        (on_hold, "handler", "resolve", RESOLVED),
        (on_hold, "handler", "extend", {"reason": "x", "days": 5}),
        (resolved, "handler", "resolve", RESOLVED),
        (resolved, "dispatcher", "remind", {"reason": "x"}),
        (resolved, "supervisor", "supervise", {"reason": "x"}),
        (returned, "handler", "accept", {}),
    ],
)
def test_a_step_that_is_not_allowed_now_changes_nothing(
    town: Town, begin: Any, who: str, action: str, body: Any
) -> None:
    case_no = begin(town)
    before = town.get("admin", f"/cases/{case_no}").json()
    answer = town.post(who, f"/cases/{case_no}/{action}", body)
    assert answer.status_code == (404 if (begin, who) == (registered, "handler") else 409)
    assert town.get("admin", f"/cases/{case_no}").json() == before


@pytest.mark.parametrize(
    ("begin", "who", "action", "body"),
    [
        (registered, "dispatcher", "dispatch", {}),
        (registered, "dispatcher", "dispatch", {"unit": "no-such-unit"}),
        (registered, "dispatcher", "answer", {"text": "  "}),
        (registered, "dispatcher", "decline", {"reason": "x"}),
        (dispatched, "handler", "return", {"reason": "too_busy", "text": "忙"}),
        (dispatched, "handler", "return", {"reason": "not_ours"}),
        (accepted, "handler", "hold", {}),
        (accepted, "handler", "extend", {"reason": "x", "days": 0}),
        (accepted, "handler", "extend", {"reason": "x", "days": 31}),
        (accepted, "handler", "extend", {"reason": "x", "days": "many"}),
        (accepted, "handler", "resolve", {"outcome": "perfect", "text": "好"}),
        (accepted, "handler", "resolve", {"outcome": "solved"}),
        (accepted, "handler", "resolve", {"outcome": "solved", "text": "字" * 5001}),
        (accepted, "dispatcher", "remind", {}),
        (accepted, "supervisor", "supervise", {"reason": " "}),
        (resolved, "supervisor", "reopen", {}),
    ],
)
def test_a_lack_or_nonsense_is_bad_input(
    town: Town, begin: Any, who: str, action: str, body: Any
) -> None:
    case_no = begin(town)
    before = town.get("admin", f"/cases/{case_no}").json()
    answer = town.post(who, f"/cases/{case_no}/{action}", body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert town.get("admin", f"/cases/{case_no}").json() == before


@pytest.mark.parametrize("action", ["fly", "ACCEPT", "%00"])
def test_an_unknown_step_is_not_there(town: Town, action: str) -> None:
    assert town.post("admin", f"/cases/{town.case()}/{action}", {}).status_code == 404


@pytest.mark.parametrize("action", ["withdraw", "rate", "chase", "add_detail", "register"])
def test_what_only_residents_do_no_member_of_staff_does(town: Town, action: str) -> None:
    case_no = town.case(unit=UNIT)
    body = {"text": "非常满意", "reason": "x"}
    assert town.post("admin", f"/cases/{case_no}/{action}", body).status_code == 403


def test_another_units_case_is_not_there(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    assert town.get("other_handler", f"/cases/{case_no}").status_code == 404
    assert town.post("other_handler", f"/cases/{case_no}/accept").status_code == 404
    assert town.get("other_handler", "/cases").json()["total"] == 0
    assert town.get("handler", "/cases").json()["total"] == 1


def test_the_first_contact_still_sees_the_case_but_no_longer_handles_it(town: Town) -> None:
    case_no = returned(town)
    town.do("dispatcher", case_no, "dispatch", unit=OTHER_UNIT)
    case = town.get("handler", f"/cases/{case_no}").json()
    assert case["first_contact_owner"] == UNIT
    assert case["unit"]["code"] == OTHER_UNIT
    assert town.post("handler", f"/cases/{case_no}/accept").status_code == 403
    assert town.post("other_handler", f"/cases/{case_no}/accept").status_code == 200


def test_a_dispatcher_who_hands_a_case_out_of_sight_has_still_dispatched_it(town: Town) -> None:
    town.hire("district_dispatcher", Role.DISPATCHER, UNIT)
    case_no = returned(town)
    with town.database.begin() as session:
        session.execute(update(Case).values(first_contact_owner=OTHER_UNIT))
    body = {"unit": OTHER_UNIT}
    answer = town.post("district_dispatcher", f"/cases/{case_no}/dispatch", body)
    assert answer.status_code == 200
    assert town.get("district_dispatcher", f"/cases/{case_no}").status_code == 404


def test_of_two_who_accept_at_once_one_is_told_that_it_is_done(town: Town) -> None:
    town.hire("colleague", Role.HANDLER, UNIT)
    headers = [town.bearer("handler"), town.bearer("colleague")]
    for _ in range(5):
        path = f"/api/v1/cases/{town.case(unit=UNIT)}/accept"
        together, codes = threading.Barrier(2), []

        def accept(
            mine: dict[str, str], path: str = path, together: Any = together, codes: Any = codes
        ) -> None:
            together.wait()
            codes.append(town.client.post(path, headers=mine).status_code)

        threads = [threading.Thread(target=accept, args=[mine]) for mine in headers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(codes) == [200, 409]


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


def test_a_photo_and_a_rating_are_on_the_case(town: Town) -> None:
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
def test_who_must_ring_the_resident_sees_the_number_and_that_is_noted(town: Town, who: str) -> None:
    case_no = town.case(f"请打我电话{PHONE}", phone=PHONE, unit=UNIT)
    noted = audits(town)
    case = town.get(who, f"/cases/{case_no}").json()
    assert case["resident"]["phone"] == PHONE
    assert PHONE in case["text"]
    assert audits(town) == noted + 1


@pytest.mark.parametrize("who", ["supervisor", "leader"])
def test_others_see_the_number_masked(town: Town, who: str) -> None:
    case_no = town.case(f"请打我电话{PHONE}，快", phone=PHONE, unit=UNIT)
    town.do("handler", case_no, "return", reason="unclear", text=f"{PHONE} 打不通")
    noted = audits(town)
    answer = town.get(who, f"/cases/{case_no}")
    assert answer.json()["resident"]["phone"] == "138****5678"
    assert answer.json()["text"] == "请打我电话138****5678，快"
    assert PHONE not in answer.text
    assert audits(town) == noted


def test_a_unit_that_no_longer_has_the_case_sees_the_number_masked(town: Town) -> None:
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


def test_a_refused_step_tells_the_resident_nothing(town: Town) -> None:
    case_no = town.case(unit=UNIT)
    with town.database.begin() as session:
        before = session.scalar(select(func.count(OutboxMessage.id)))
        events = session.scalar(select(func.count(CaseEvent.id)))
    town.post("handler", f"/cases/{case_no}/return", {"reason": "not_ours"})
    with town.database.begin() as session:
        assert session.scalar(select(func.count(OutboxMessage.id))) == before
        assert session.scalar(select(func.count(CaseEvent.id))) == events
