"""The console: the steps of a case, by forms alone."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.models.cases import Case
from backend.models.staff import Role
from tests.support.staff_app import OTHER_UNIT, UNIT, Town

PHONE = "13812345678"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c63606060f80f00010401005f8f7b4e0000000049454e44ae426082"
)


def test_forms_suffice_for_a_whole_case(town: Town, desk: Any) -> None:
    dispatcher, handler, supervisor = desk("dispatcher"), desk("handler"), desk("supervisor")
    case_no = town.case()
    question = dispatcher.step(case_no, "dispatch", unit_asked="西湖区综合行政执法局")
    assert "“派单”已完成，市民会收到消息。" in question.text
    assert "“签收”已完成" in handler.step(case_no, "accept").text
    question = {"days": "5", "reason": "要开挖"}
    assert "“申请延期”已完成" in handler.step(case_no, "ask_extension", **question).text
    assert "“延期”已完成" in dispatcher.step(case_no, "extend").text
    assert "“挂起”已完成" in handler.step(case_no, "hold", reason="等配件").text
    assert "“恢复办理”已完成" in handler.step(case_no, "resume").text
    assert "“催办”已完成" in dispatcher.step(case_no, "remind", reason="市民又问").text
    assert "“督办”已完成" in supervisor.step(case_no, "supervise", reason="快到期").text
    done = handler.step(case_no, "resolve", outcome="solved", text="路灯已经修好")
    assert "“办结”已完成" in done.text
    assert "“重办”已完成" in supervisor.step(case_no, "reopen", reason="又坏了").text
    messages = handler.step(case_no, "return", reason="not_ours", text="是街道的路")
    assert "“退单”已完成" in messages.text
    log = dispatcher.get(f"/cases/{case_no}").text
    for line in ("派给：西湖区综合行政执法局", "延期 5 个工作日", "原因：等配件", "结果：已解决",
                 "原因：不属本单位职责", "第 2 轮"):  # fmt: skip
        assert line in log, line


@pytest.mark.parametrize(
    ("action", "typed"),
    [("answer", {"text": "请到社区"}), ("decline", {"reason": "在法院", "text": "请到法院"})],
)
def test_a_dispatcher_settles_at_once(
    town: Town, desk: Any, action: str, typed: dict[str, str]
) -> None:
    page = desk("dispatcher").step(town.case(), action, **typed)
    assert "已结案" in page.text
    assert typed["text"] in page.text


def test_a_supervisor_closes(town: Town, desk: Any) -> None:
    case_no = town.case(unit=UNIT)
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", outcome="solved", text="修好了")
    assert "“结案”已完成" in desk("supervisor").step(case_no, "close").text


ALL_STEPS = {"dispatch", "accept", "return", "hold", "resume", "extend", "resolve", "answer",
             "decline", "close", "reopen", "remind", "supervise", "contact", "ask_extension",
             "refuse_extension", "refuse_return", "arbitrate"}  # fmt: skip


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [
        (
            "dispatcher",
            {"dispatch", "answer", "decline", "remind", "contact"},
            {"remind", "contact"},
        ),
        ("handler", set(), {"hold", "return", "ask_extension", "contact", "resolve"}),
        ("supervisor", {"remind", "supervise", "contact"}, {"remind", "supervise", "contact"}),
        ("leader", set(), set()),
    ],
)
def test_only_the_steps_that_are_open_are_offered(
    town: Town, desk: Any, who: str, before: set[str], after: set[str]
) -> None:
    case_no = town.case()

    def offered() -> set[str]:
        html = desk(who).get(f"/cases/{case_no}").text
        return {step for step in ALL_STEPS if f"/{case_no}/{step}" in html}

    assert offered() == before
    town.do("dispatcher", case_no, "dispatch", unit=UNIT)
    town.do("handler", case_no, "accept")
    assert offered() == after


def test_what_was_typed_stays_when_something_is_missing(town: Town, desk: Any) -> None:
    case_no = town.case(unit=UNIT)
    town.do("handler", case_no, "accept")
    page = desk("handler").step(case_no, "resolve", text="<i>修好了</i>")
    assert page.status_code == 400
    assert "请填写办理结果" in page.text
    assert "&lt;i&gt;修好了&lt;/i&gt;</textarea>" in page.text
    page = desk("handler").step(case_no, "ask_extension", days="三", reason="要开挖")
    assert page.status_code == 400
    assert "天数请填数字" in page.text
    assert 'value="要开挖"' in page.text


def test_conflict_with_a_colleague_keeps_the_input(town: Town, desk: Any) -> None:
    case_no = town.case(unit=UNIT)
    browser = desk("handler")
    form = browser.get(f"/cases/{case_no}").text
    token = re.search(r'name="form_token" value="(\w+)"', form)
    assert token
    town.do("admin", case_no, "accept")
    town.do("admin", case_no, "resolve", outcome="solved", text="修好了")
    data = {"form_token": token.group(1), "reason": "not_ours", "text": "是街道的路"}
    page = browser.post(f"/cases/{case_no}/return", data=data)
    assert page.status_code == 409
    assert "不能退单" in page.text
    assert "是街道的路" in page.text
    assert "已办结，待评价" in page.text


def test_a_unit_is_found_by_its_name(town: Town, desk: Any) -> None:
    case_no, browser = town.case(), desk("dispatcher")
    several = browser.step(case_no, "dispatch", unit_asked="综合行政执法")
    assert several.status_code == 400
    assert "不止一家" in several.text
    assert f'value="{UNIT}"' in several.text
    none = browser.step(case_no, "dispatch", unit_asked="火星")
    assert "没有名称或编号里带“火星”的单位" in none.text
    assert browser.step(case_no, "dispatch").status_code == 400
    assert "“派单”已完成" in browser.step(case_no, "dispatch", unit=UNIT).text


def test_router_candidates_come_first_with_readable_reasons(town: Town, desk: Any) -> None:
    case_no = town.case("文三路的烧烤店每天晚上油烟很大，占道经营", location=None)
    with town.database.begin() as session:
        case = session.scalars(select(Case)).one()
        case.status, case.unit_code = "registered", None
        case.location = {**case.location, "district": {"code": "330106", "name": "西湖区"}}
    html = desk("dispatcher").get(f"/cases/{case_no}").text
    assert "系统建议的单位" in html
    assert html.index(f'value="{UNIT}"') < html.index("或者派给别的单位")
    assert "提到“" in html
    assert "把握 " in html
    assert "依据：" in html


def test_dispatch_out_of_sight_leads_back_to_list(town: Town, desk: Any) -> None:
    town.hire("district_dispatcher", Role.DISPATCHER, UNIT)
    case_no = town.case(unit=UNIT)
    town.do("handler", case_no, "return", reason="not_ours", text="不归我们")
    with town.database.begin() as session:
        session.execute(update(Case).values(first_contact_owner=OTHER_UNIT))
    page = desk("district_dispatcher").step(case_no, "dispatch", unit=OTHER_UNIT)
    assert page.status_code == 200
    assert page.url.path == "/console/cases"
    assert "“派单”已完成" in page.text
