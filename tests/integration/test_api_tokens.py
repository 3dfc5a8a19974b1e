"""Sign-in, and that nothing else works without it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from backend.clock import now
from backend.models.staff import StaffAccount, StaffToken
from tests.support.staff_app import PASSWORD, Town

WRONG = {"username": "handler", "password": "wrong"}
RIGHT = {"username": "handler", "password": PASSWORD}


def test_the_right_password_gives_a_token_that_works(town: Town) -> None:
    token = town.client.post("/api/v1/token", json=RIGHT).json()["access_token"]
    answer = town.client.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["handler", "nobody", "", "a\0b"])
def test_wrong_name_or_password_is_refused_alike(town: Town, name: str) -> None:
    answer = town.client.post("/api/v1/token", json={"username": name, "password": "wrong"})
    assert answer.status_code == 401
    assert answer.json()["error"].startswith("用户名或密码不对")


@pytest.mark.parametrize("body", [{}, {"username": "x"}, {"username": "x", "password": "y" * 201}])
def test_a_malformed_sign_in_is_bad_input(town: Town, body: dict[str, str]) -> None:
    assert town.client.post("/api/v1/token", json=body).status_code == 400


def test_only_sign_in_works_without_a_token(town: Town) -> None:
    paths = town.app.openapi()["paths"]
    calls = [
        (method, path)
        for path, methods in paths.items()
        if path.startswith("/api/v1/") and path != "/api/v1/token"
        for method in methods
    ]
    assert len(calls) >= 10
    for method, path in calls:
        filled = path.replace("{conversation_id}", "1").replace("{case_no}", "HZ1")
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eA=="}):
            answer = town.client.request(method, filled, headers=headers)
            assert answer.status_code == 401, (method, path)


def test_an_expired_token_is_refused(town: Town) -> None:
    headers = town.bearer("handler")
    assert town.client.get("/api/v1/cases", headers=headers).status_code == 200
    with town.database.begin() as session:
        session.execute(update(StaffToken).values(expires_at=now() - timedelta(seconds=1)))
    assert town.client.get("/api/v1/cases", headers=headers).status_code == 401


def test_an_account_that_was_switched_off_is_refused(town: Town) -> None:
    headers = town.bearer("handler")
    with town.database.begin() as session:
        session.execute(update(StaffAccount).values(active=False))
    assert town.client.get("/api/v1/cases", headers=headers).status_code == 401
