"""The console: lists, and who sees what."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.clock import now
from backend.models.cases import Case
from backend.models.messages import Attachment
from backend.models.staff import AuditEntry
from tests.support.staff_app import UNIT, Town

PHONE = "13812345678"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c63606060f80f00010401005f8f7b4e0000000049454e44ae426082"
)


def test_another_units_case_has_an_explanatory_page(town: Town, desk: Any) -> None:
    page = desk("other_handler").get(f"/cases/{town.case(unit=UNIT)}")
    assert page.status_code == 403
    assert "不归您的单位" in page.text
    assert 'href="/console/cases"' in page.text


@pytest.mark.parametrize("who", ["dispatcher", "handler", "supervisor", "leader"])
def test_numbers_are_whole_only_for_who_must_ring(town: Town, desk: Any, who: str) -> None:
    case_no = town.case(f"打我电话{PHONE}", phone=PHONE, unit=UNIT)
    browser = desk(who)
    html = browser.get(f"/cases/{case_no}").text
    assert (PHONE in html) == (who in {"dispatcher", "handler"})
    assert "138****5678" in html
    assert PHONE not in browser.get("/cases?tab=to-accept").text
    with town.database.begin() as session:
        entry = session.scalar(
            select(func.count(AuditEntry.id)).where(AuditEntry.action == "see_phone")
        )
    assert bool(entry and entry > 1) == (who in {"dispatcher", "handler"})


def test_what_residents_write_is_never_markup(town: Town, desk: Any) -> None:
    evil = "<script>alert(1)</script>"
    conversation_id = town.conversation()
    case_no = town.case(evil, location=f"{evil}路", conversation_id=conversation_id, unit=UNIT)
    town.do("handler", case_no, "return", reason="unclear", text=evil)
    town.says(conversation_id, evil)
    town.queue(conversation_id, evil)
    browser = desk("dispatcher")
    chats = ("/conversations", f"/conversations/{conversation_id}")
    lists = ("/cases?tab=returned", f"/cases?q={evil}")
    for page in (f"/cases/{case_no}", f"/cases/{evil.replace('/', '')}", *lists, *chats):
        html = browser.get(page).text
        assert "<script>alert" not in html, page
        assert "&lt;script&gt;" in html, page


def attachment_id(town: Town) -> int:
    with town.database.begin() as session:
        return session.scalars(select(Attachment.id)).one()


def test_case_attachment_is_served_only_to_its_viewers(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    town.says(conversation_id, photo=PNG)
    town.case(conversation_id=conversation_id, unit=UNIT)
    path = f"/attachments/{attachment_id(town)}"
    answer = desk("handler").get(path)
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["cache-control"] == "no-store"
    assert desk("handler").get(path, headers={"Range": "bytes=0-3"}).content == PNG[:4]
    assert desk("other_handler").get(path).status_code == 404
    assert desk("leader").get(path).status_code == 200


def test_chat_attachment_is_served_only_to_chat_readers(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    town.says(conversation_id, photo=PNG)
    path = f"/attachments/{attachment_id(town)}"
    assert desk("supervisor").get(path).status_code == 200
    assert desk("handler").get(path).status_code == 404
    town.post("dispatcher", f"/conversations/{conversation_id}/claim")
    assert desk("dispatcher").get(path).status_code == 200
    assert desk("supervisor").get(path).status_code == 404


@pytest.mark.parametrize("number", ["999", "x", "0", str(2**70)])
def test_an_attachment_that_is_not_there(desk: Any, number: str) -> None:
    assert desk("admin").get(f"/attachments/{number}").status_code in {400, 404}


def test_each_tab_holds_what_must_be_done_next(town: Town, desk: Any) -> None:
    waiting, dispatched, accepted = town.case(), town.case(unit=UNIT), town.case(unit=UNIT)
    town.do("handler", accepted, "accept")
    browser = desk("admin")

    def listed(tab: str) -> set[str]:
        html = browser.get(f"/cases?tab={tab}").text
        return {number for number in (waiting, dispatched, accepted) if number in html}

    assert listed("to-dispatch") == {waiting}
    assert listed("to-accept") == {dispatched}
    assert listed("in-hand") == {accepted}
    assert listed("returned") == listed("done") == listed("late") == set()
    assert listed("all") == {waiting, dispatched, accepted}
    assert listed("nonsense") == {waiting}


def test_late_cases_are_labelled_and_come_first(town: Town, desk: Any) -> None:
    soon, late = town.case(unit=UNIT), town.case(unit=UNIT)
    with town.database.begin() as session:
        due = now() - timedelta(days=2, hours=1)
        session.execute(update(Case).where(Case.case_no == late).values(resolve_by=due))
    html = desk("handler").get("/cases").text
    assert "超期 2 天 1 小时" in html
    assert html.index(late) < html.index(soon)
    assert late in desk("handler").get("/cases?tab=late").text
    assert soon not in desk("handler").get("/cases?tab=late").text


def test_searching_looks_through_all(town: Town, desk: Any) -> None:
    lamp, other = town.case("路灯不亮", unit=UNIT), town.case("井盖丢了", unit=UNIT)
    town.do("handler", lamp, "accept")
    html = desk("handler").get("/cases?q=路灯").text
    assert lamp in html
    assert other not in html
    assert "没有找到" in desk("handler").get("/cases?q=没有这个").text


def test_fifty_make_a_page_here_too(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    for _ in range(51):
        town.case(conversation_id=conversation_id)
    browser = desk("admin")
    assert "下一页" in browser.get("/cases?tab=all").text
    second = browser.get("/cases?tab=all&page=2").text
    assert second.count('role="rowheader"') == 1
    assert "上一页" in second
