"""Units and articles over HTTP."""

from typing import Any

import pytest

from tests.support.staff_app import UNIT, Town


def units(town: Town, **filters: str) -> list[dict[str, Any]]:
    return list(town.get("leader", "/units", **filters).json()["units"])


def test_units_are_found_by_name_code_and_tier(town: Town) -> None:
    assert len(units(town)) > 100
    assert [unit["code"] for unit in units(town, q="西湖区综合行政")] == [UNIT]
    assert [unit["name"] for unit in units(town, q=UNIT)] == ["西湖区综合行政执法局"]
    assert {unit["tier"] for unit in units(town, tier="street")} == {"street"}
    assert units(town, q="没有这个单位") == []
    assert town.get("leader", "/units", tier="moon").status_code == 400


def test_articles_are_found_by_their_words(town: Town) -> None:
    articles = town.get("handler", "/knowledge", q="年休假").json()["articles"]
    assert "annual-leave" in [article["id"] for article in articles]
    assert town.get("handler", "/knowledge", q="没有这篇文章").json()["articles"] == []


@pytest.mark.parametrize("who", ["handler", "supervisor", "leader"])
def test_others_do_not_edit_articles(town: Town, who: str) -> None:
    answer = town.client.put(
        "/api/v1/knowledge/annual-leave", json={"body": "x"}, headers=town.bearer(who)
    )
    assert answer.status_code == 403


def test_missing_and_empty_articles_are_refused(town: Town) -> None:
    headers = town.bearer("admin")
    path = "/api/v1/knowledge"
    assert town.client.put(f"{path}/none", json={}, headers=headers).status_code == 404
    for body in ({"title": " "}, {"body": ""}, {"questions": "x"}, {"checked": "soon"}):
        answer = town.client.put(f"{path}/annual-leave", json=body, headers=headers)
        assert answer.status_code == 400, body
