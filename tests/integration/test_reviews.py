"""A panel review: drawn by lot, scored with codes that work once, published with care."""

import re
from collections.abc import Callable
from html import unescape

import httpx
import pytest

from backend.database import Database
from backend.simulation.filled_month import fill
from tests.support.days import TODAY
from tests.support.desk import Desk
from tests.support.staff_app import Town

DRAW = {
    "title": "九月评议",
    "period": "2026-09",
    "each": "1",
    "seed": "双色球2026117期",
    "seed_from": "中国福彩网 2026-10-13 公布",
}


@pytest.fixture
def at(town: Town, database: Database, desk: Callable[[str], Desk]) -> Desk:
    with database.begin() as session:
        fill(session, 300)
        session.connection().exec_driver_sql(  # two units, so that a unit gets many scores
            "UPDATE cases SET unit_code = CASE WHEN mod(id, 2) = 0 THEN '330106-urban_management'"
            " ELSE '330102-urban_management' END, text = '王阿姨电话13800000001，路灯坏了',"
            " outcome_text = '已修好'"
        )
    return desk("supervisor")


def started(at: Desk, **other: str) -> httpx.Response:
    return at.submit("/reviews", "/reviews", **(DRAW | other))


def codes(at: Desk, address: str, capacity: str, people: int) -> list[str]:
    path = httpx.URL(address).path.removeprefix("/console")
    page = at.submit(path, f"{path}/invite", capacity=capacity, how_many=str(people))
    return re.findall(r"<code>(\w+)</code>", page.text)


def scores(client: httpx.Client, code: str, grade: int) -> httpx.Response:
    page = client.post("/public/panel", data={"code": code})
    items = set(re.findall(r'name="(item-\d+)"', page.text))
    grades = {item: str(grade) for item in items}
    return client.post("/public/panel/scores", data={"code": code} | grades)


def test_from_the_draw_to_the_published_page(at: Desk, town: Town) -> None:
    review = started(at, each="5")
    assert "抽了 10 件" in review.text
    address = str(review.url)
    experts = codes(at, address, "expert", 1)
    residents = codes(at, address, "resident", 2)
    assert len({*experts, *residents}) == 3
    sheet = town.client.post("/public/panel", data={"code": experts[0]}).text
    assert sheet.count("<fieldset") == 10
    assert "路灯坏了" in sheet
    assert "13800000001" not in sheet
    assert scores(town.client, experts[0], 5).status_code == 200
    for code in residents:
        assert scores(town.client, code, 3).status_code == 200
    path = httpx.URL(address).path.removeprefix("/console")
    public = f"/public{path}"
    assert town.client.get(public).status_code == 404  # not before it is published
    assert "公布" in at.submit(path, f"{path}/publish").text
    page = unescape(town.client.get(public).text)
    assert "66.7" in page  # (4·5 + 2·10) of 4·15 points
    assert DRAW["seed"] in page
    assert "SHA-256" in page
    assert "路灯" not in page
    assert "九月评议" in town.client.get("/public/reviews").text
    measures = town.get("admin", "/measures", period="2026-09").json()["whole"]
    assert measures["panel"]["numerator"] == 80
    assert measures["panel"]["denominator"] == 120
    assert "panel" in measures["efficiency"]["parts"]
    assert "/invite" not in at.get(path).text


def test_few_scores_are_not_published(at: Desk, town: Town) -> None:
    review = started(at, each="2")
    address = str(review.url)
    for code in codes(at, address, "expert", 2):
        scores(town.client, code, 1)
    for code in codes(at, address, "resident", 1):
        scores(town.client, code, 5)
    path = httpx.URL(address).path.removeprefix("/console")
    at.submit(path, f"{path}/publish")
    page = town.client.get(f"/public{path}").text
    cells = re.findall(r"<td>([^<]*)</td>", page)
    assert cells == ["33.3", "不公布", "不公布"] * 2  # six in all, but four and two apart


def test_code_works_once_for_all_cases(at: Desk, town: Town) -> None:
    [code] = codes(at, str(started(at).url), "expert", 1)
    client = town.client
    half = client.post("/public/panel/scores", data={"code": code, "item-1": "5"})
    assert half.status_code == 400
    assert "每一件" in half.text
    assert (
        client.post("/public/panel/scores", data={"code": code, "item-x": "9"}).status_code == 400
    )
    assert scores(client, code, 4).status_code == 200
    assert client.post("/public/panel", data={"code": code}).status_code == 404
    assert scores(client, code, 1).status_code == 404
    assert "评议码不对" in client.post("/public/panel", data={"code": "guess"}).text
    assert client.get("/public/panel").status_code == 200


NO_DRAW = (
    ({"period": f"{TODAY:%Y-%m}"}, "还没有过完"),
    ({"period": "soon"}, "统计期写成"),
    ({"seed": "1"}, "种子至少"),
    ({"seed_from": ""}, "种子从哪里来"),
    ({"each": "0"}, "每个单位抽"),
    ({"each": "many"}, "请填数字"),
    ({"period": "2020-01"}, "抽到 0 件"),
)


@pytest.mark.usefixtures("noon")
def test_what_is_no_draw(at: Desk) -> None:
    for other, problem in NO_DRAW:
        answer = started(at, **other)
        assert answer.status_code in (400, 422)
        assert problem in answer.text


def test_who_may(at: Desk, desk: Callable[[str], Desk]) -> None:
    review = httpx.URL(str(started(at).url)).path.removeprefix("/console")
    handler = desk("handler")
    assert "抽一次" not in handler.get("/reviews").text
    token = re.search(r'name="form_token" value="([^"]*)"', handler.get("/reviews").text)
    assert token is not None
    for path in ("/reviews", f"{review}/invite", f"{review}/publish"):
        assert handler.post(path, data={"form_token": token[1]} | DRAW).status_code == 403
    assert handler.get("/reviews/99").status_code == 404
    early = at.submit(review, f"{review}/publish")
    assert early.status_code == 409
    assert "还没有人评分" in early.text


def test_strangers_are_not_told_whose_case_it_is(at: Desk, town: Town) -> None:
    identity = "330106198801011234"
    with town.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE residents SET name = '郑小满'")
        session.connection().exec_driver_sql(
            f"UPDATE cases SET text = '我是郑小满，证件{identity}', outcome_text = '郑小满您好'"
        )
    [code] = codes(at, str(started(at).url), "expert", 1)
    sheet = town.client.post("/public/panel", data={"code": code}).text
    assert "我是（姓名不显示）" in sheet
    assert "郑小满" not in sheet
    assert identity not in sheet
