"""Somebody went to see: time, place and photos, over the API and by the console's form."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from backend.clock import now
from backend.models.messages import Attachment
from tests.support.staff_app import Town
from tests.support.stages import accepted, dispatched, resolved

VISIT = {"place": "文三路10号门口", "text": "灯杆已经换新，电话13812345678"}


def just_now() -> str:
    return now().isoformat()


def a_photo(shade: int = 0, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (4, 4), shade).save(buffer, kind)
    return buffer.getvalue()


def send(town: Town, who: str, case_no: str, details: dict[str, str], *photos: bytes) -> Any:
    files = [("photos", (f"{n}.bin", photo)) for n, photo in enumerate(photos)]
    address = f"/api/v1/cases/{case_no}/visit"
    return town.client.post(address, data=details, files=files or None, headers=town.bearer(who))


def test_visit_with_photos_is_visible_to_case_viewers(town: Town, desk: Any) -> None:
    case_no = accepted(town)
    details = VISIT | {"at": just_now()}
    answer = send(town, "handler", case_no, details, a_photo(1), a_photo(2, "JPEG"), a_photo(1))
    assert answer.status_code == 200, answer.text
    case = answer.json()
    [visit] = case["visits"]
    assert (visit["place"], len(visit["photos"])) == (VISIT["place"], 2)  # the same one once
    event = case["events"][-1]
    assert (event["action"], event["details"]["photos"], event["round"]) == ("visit", 2, 1)
    assert case["status"] == "accepted"
    assert case["attachments"] == []  # the resident's
    assert "138****5678" in town.get("leader", f"/cases/{case_no}").json()["visits"][0]["text"]
    page = desk("supervisor").get(f"/cases/{case_no}").text
    assert VISIT["place"] in page
    photo = f"/attachments/{visit['photos'][0]['id']}"
    assert f"/console{photo}" in page
    assert desk("handler").get(photo).headers["content-type"].startswith("image/")
    assert desk("other_handler").get(photo).status_code == 404


def test_a_visit_without_photos_may_be_json(town: Town) -> None:
    case_no = accepted(town)
    done = town.do("handler", case_no, "visit", at=just_now(), **VISIT)
    assert done.json()["visits"][0]["photos"] == []


def test_invalid_visit_is_refused_and_stores_nothing(town: Town) -> None:
    case_no = accepted(town)
    good = VISIT | {"at": just_now()}
    for wrong in (
        {"place": ""}, {"place": " "}, {"text": ""}, {"at": ""}, {"at": "昨天"},
        {"at": "2026-11-26T10:00"}, {"at": "2999-01-01T10:00+08:00"},
        {"at": "2020-01-01T10:00+08:00"}, {"place": "长" * 501},
    ):  # fmt: skip
        assert send(town, "handler", case_no, good | wrong, a_photo()).status_code == 400, wrong
    bodies = [{**good, "place": 5}, [], "x"]
    assert all(
        town.post("handler", f"/cases/{case_no}/visit", body).status_code == 400 for body in bodies
    )
    ten = [a_photo(shade) for shade in range(10)]
    assert send(town, "handler", case_no, good, *ten).status_code == 400
    for photo, code in (
        (b"not a photo", 415), (b"", 400), (b"#!AMR\n" + b"\0" * 40, 415),
        (b"\x89PNG\r\n\x1a\nbut no more", 415), (b"\xff\xd8\xff\xe0 no picture", 415),
        (a_photo() + b"\0" * 1024 * 1024, 413),
    ):  # fmt: skip
        assert send(town, "handler", case_no, good, photo).status_code == code, photo[:20]
    assert town.get("admin", f"/cases/{case_no}").json()["visits"] == []
    with town.database.begin() as session:
        assert session.scalars(select(Attachment)).all() == []


@pytest.mark.parametrize(
    ("begin", "who", "code"),
    [
        (accepted, "other_handler", 403),
        (accepted, "supervisor", 403),
        (resolved, "handler", 409),
        (dispatched, "handler", 200),
    ],
)
def test_only_holder_of_open_case_records_visits(
    town: Town, begin: Any, who: str, code: int
) -> None:
    details = VISIT | {"at": just_now()}
    assert send(town, who, begin(town), details, a_photo()).status_code == code


def test_nobody_who_is_not_signed_in(town: Town) -> None:
    address = f"/api/v1/cases/{accepted(town)}/visit"
    assert town.client.post(address, data=VISIT).status_code == 401


def test_the_consoles_form_takes_photos(town: Town, desk: Any) -> None:
    case_no, handler = accepted(town), desk("handler")
    page = handler.get(f"/cases/{case_no}").text
    token = handler.cookies and page.split('name="form_token" value="')[1].split('"')[0]
    typed = VISIT | {"at": "2026-01-01T09:30", "form_token": token}
    files = [("photos", ("a.png", a_photo()))]
    refused = handler.post(f"/cases/{case_no}/visit", data=typed, files=files)
    assert refused.status_code == 400
    assert "比诉求登记还早" in refused.text
    assert VISIT["place"] in refused.text  # what was typed is not lost
    wrong = [("photos", ("a.png", b"no photo"))]
    local = (now() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%S")
    right = typed | {"at": local}
    assert handler.post(f"/cases/{case_no}/visit", data=right, files=wrong).status_code == 415
    done = handler.post(f"/cases/{case_no}/visit", data=right, files=files)
    assert "“现场走访”已完成" in done.text
    assert "照片 1 张" in done.text
    other = right | {"form_token": "of another site"}
    assert handler.post(f"/cases/{case_no}/visit", data=other, files=files).status_code == 403
