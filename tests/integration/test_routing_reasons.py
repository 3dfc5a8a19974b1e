"""What a case page says about the router's reading: the kind as a guess, and who does what."""

from typing import Any

import pytest

from tests.support.staff_app import Town

pytestmark = pytest.mark.model


def test_unconfirmed_kind_is_shown_as_a_guess(town: Town, desk: Any) -> None:
    guessed, declared = town.case("楼上装修太吵了"), town.case("我要投诉楼上装修太吵了")
    browser = desk("dispatcher")
    assert "<dd>像是" in browser.get(f"/cases/{guessed}").text
    assert "<dd>像是" not in browser.get(f"/cases/{declared}").text


def test_corrected_kind_is_no_guess(town: Town, desk: Any) -> None:
    case_no, browser = town.case("楼上装修太吵了"), desk("dispatcher")
    browser.step(case_no, "correct", kind="report")
    page = browser.get(f"/cases/{case_no}").text
    assert "<dd>举报" in page
    assert "<dd>像是" not in page


def test_the_page_says_who_builds_and_repairs(town: Town, desk: Any) -> None:
    page = desk("dispatcher").get(f"/cases/{town.case('文三路路灯坏了')}").text
    assert "职责表“路灯”：建 住建房管、市级部门综合行政执法；修 综合行政执法、供电；管 " in page
