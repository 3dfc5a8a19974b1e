"""What goes wrong on a public page leads back to a public page."""

import pytest

from tests.support.staff_app import Town


@pytest.mark.parametrize("address", ["/public/reviews/999999", "/public/reviews/x"])
def test_public_problem_links_to_no_staff_page(town: Town, address: str) -> None:
    answer = town.client.get(address)
    assert answer.status_code in (400, 404)
    assert 'href="/public/reviews"' in answer.text
    assert 'href="/console/' not in answer.text.replace('href="/console/static', "")
    assert "工作台" not in answer.text


def test_console_problem_leads_back_to_console(town: Town) -> None:
    answer = town.client.get("/console/nowhere")
    assert answer.status_code == 404
    assert 'href="/console/cases"' in answer.text
