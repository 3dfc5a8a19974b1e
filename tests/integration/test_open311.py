"""Open311 GeoReport v2 as another app uses it; the shapes are those of the standard's examples."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from backend.cases.queries import by_number
from backend.clock import now
from backend.database import Database
from backend.models.cases import Case
from backend.settings import Settings
from backend.web.open311.routes import open311_routes
from tests.fakes import serving
from tests.support.sources_desk import FORUM, a_key
from tests.support.staff_app import UNIT, Town

LAMP = "CJ040"
REQUEST_FIELDS = (
    "service_request_id status status_notes service_name service_code description "
    "agency_responsible service_notice requested_datetime updated_datetime expected_datetime "
    "address address_id zipcode lat long media_url"
).split()


@pytest.fixture(scope="module")
def endpoint(shared_database: Database) -> Iterator[str]:
    site = FastAPI()
    site.include_router(open311_routes(shared_database, Settings()))
    with serving(site) as address:
        yield f"{address}/open311/v2"


@pytest.fixture
def app(endpoint: str, town: Town) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=endpoint, timeout=60, verify=False) as client:
        yield client


@pytest.fixture
def key(database: Database) -> str:
    return a_key(database, FORUM)


def lodge(app: httpx.Client, key: str, ending: str = ".json", **form: Any) -> httpx.Response:
    fields = {"api_key": key, "service_code": LAMP, "address_string": "西湖区文三路"} | form
    return app.post(f"/requests{ending}", data=fields)


def lodged(app: httpx.Client, key: str, **form: Any) -> str:
    answer = lodge(app, key, **form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["service_request_id"])


def numbers(app: httpx.Client, **question: Any) -> list[str]:
    answer = app.get("/requests.json", params=question)
    assert answer.status_code == 200, answer.text
    return [one["service_request_id"] for one in answer.json()]


def xml(answer: httpx.Response) -> ElementTree.Element:
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return ElementTree.fromstring(answer.content)


# What there is


@pytest.mark.parametrize("address", ["/discovery", "/discovery.json", "/discovery.xml"])
def test_discovery_names_the_endpoint_and_both_formats(app: httpx.Client, address: str) -> None:
    answer = app.get(address, headers={"Accept": "application/json"})
    if address.endswith("xml"):
        root = xml(answer)
        assert root.tag == "discovery"
        formats = [one.text for one in root.findall("endpoints/endpoint/formats/format")]
        url = root.findtext("endpoints/endpoint/url")
    else:
        [endpoint] = answer.json()["endpoints"]
        assert {"changeset", "contact", "key_service"} < set(answer.json())
        formats, url = endpoint["formats"], endpoint["url"]
    assert formats == ["text/xml", "application/json"]
    assert str(app.base_url).rstrip("/") == url


def test_services_are_the_same_in_both_formats(app: httpx.Client) -> None:
    in_json = app.get("/services.json").json()
    root = xml(app.get("/services.xml"))
    assert root.tag == "services"
    in_xml = [{field.tag: field.text for field in one} for one in root.findall("service")]
    assert [one["service_code"] for one in in_xml] == [one["service_code"] for one in in_json]
    lamp = next(one for one in in_json if one["service_code"] == LAMP)
    assert (lamp["service_name"], lamp["metadata"], lamp["type"]) == ("路灯不亮", False, "realtime")
    assert in_xml[0]["metadata"] == "false"
    assert set(lamp) == set(in_xml[0]) == {
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    }  # fmt: skip


def test_format_follows_ending_then_accept_header_then_xml(
    app: httpx.Client,
) -> None:
    assert app.get("/services", headers={"Accept": "application/json"}).json()
    assert xml(app.get("/services")).tag == "services"


def test_a_service_asks_for_nothing_more(app: httpx.Client) -> None:
    assert app.get(f"/services/{LAMP}.json").json() == {"service_code": LAMP, "attributes": []}
    root = xml(app.get(f"/services/{LAMP}.xml"))
    assert (root.tag, root.findtext("service_code")) == ("service_definition", LAMP)


# Lodging


def test_request_becomes_a_case_of_its_unit(app: httpx.Client, key: str, town: Town) -> None:
    number = lodged(
        app, key, description="第三根灯杆，黑了一个星期", lat="30.2798", long="120.1295",
        first_name="明", last_name="李", phone="13812345678", email="li@example.org",
        device_id="tt222111", media_url="https://example.org/p.jpg",
    )  # fmt: skip
    case = town.get("dispatcher", f"/cases/{number}").json()
    assert case["text"] == "路灯不亮：第三根灯杆，黑了一个星期"
    assert case["unit"]["code"] == UNIT
    assert case["resident"] == {"name": "李明", "phone": "13812345678", "channel": "open311"}
    assert case["source"]["code"] == FORUM
    assert case["source"]["as_given"] == {
        "service_code": LAMP, "email": "li@example.org", "media_url": "https://example.org/p.jpg",
    }  # fmt: skip


def test_the_answer_in_xml(app: httpx.Client, key: str) -> None:
    root = xml(lodge(app, key, ".xml"))
    assert root.tag == "service_requests"
    [request] = root
    assert [field.tag for field in request] == [
        "service_request_id", "service_notice", "account_id",
    ]  # fmt: skip
    assert request.tag == "request"
    assert str(request.findtext("service_request_id")).startswith("HZ")


def test_the_very_same_form_is_the_same_request(app: httpx.Client, key: str) -> None:
    first = lodged(app, key, description="桥头那根")
    assert lodged(app, key, description="桥头那根") == first
    assert lodged(app, key, description="桥尾那根") != first


def test_only_a_point_on_the_map_will_do(app: httpx.Client, key: str, town: Town) -> None:
    number = lodged(app, key, address_string="", lat="30.2798", long="120.1295")
    place = town.get("dispatcher", f"/cases/{number}").json()["location"]
    assert place["district"]["name"] == "西湖区"
    assert place["pin"]["latitude"] == 30.2798


def test_request_reporting_danger_gets_emergency_number(app: httpx.Client, key: str) -> None:
    answer = lodge(app, key, service_code="OTHER", description="着火了快来人，有人困在里面")
    assert "119" in answer.json()[0]["service_notice"]


def test_invalid_telephone_loses_no_appeal(app: httpx.Client, key: str, town: Town) -> None:
    number = lodged(app, key, phone="111111111")
    assert town.get("admin", f"/cases/{number}").json()["source"]["as_given"]["phone"]


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "deadbeef-nonsense"}, 403, "密钥"),
        ({"api_key": "é"}, 403, "密钥"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "NOPE"}, 404, "service_code"),
        ({"address_string": ""}, 400, "address_string"),
        ({"address_string": "", "address_id": "7"}, 400, "address_id"),
        ({"address_string": "", "lat": "30.2"}, 400, "long"),
        ({"lat": "nan", "long": "120"}, 400, "lat"),
        ({"lat": "1e999", "long": "120"}, 400, "lat"),
        ({"lat": "120.1", "long": "30.2"}, 400, "lat"),
        ({"lat": "39.9", "long": "116.4"}, 400, "不在本市"),
        ({"description": "长" * 4001}, 400, "description"),
        ({"first_name": "长" * 301}, 400, "first_name"),
        ({"service_code": "OTHER"}, 400, "description"),
    ],
)
def test_refusal_is_explained_in_both_formats(
    app: httpx.Client, key: str, form: dict[str, str], status: int, words: str
) -> None:
    answer = lodge(app, key, **form)
    assert answer.status_code == status
    assert answer.json()[0]["code"] == status
    assert any(words in one["description"] for one in answer.json())
    in_xml = lodge(app, key, ".xml", **form)
    root = xml(in_xml)
    assert (in_xml.status_code, root.tag) == (status, "errors")
    assert root.findtext("error/code") == str(status)
    assert numbers(app) == []


def test_all_that_is_wrong_is_said_at_once(app: httpx.Client, key: str) -> None:
    answer = lodge(app, key, lat="x", long="y", description="长" * 4001)
    assert len(answer.json()) == 2


def test_form_in_gbk_is_read(app: httpx.Client, key: str, town: Town) -> None:
    form = {"service_code": "OTHER", "lat": "30.2741", "long": "120.1551", "api_key": key}
    for encoding in ("gb18030", "utf-8"):
        body = urlencode(form | {"description": f"路口护栏断了，{encoding}"}, encoding=encoding)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = app.post("/requests.json", content=body, headers=kind)
        [created] = answer.json()
        case = town.get("dispatcher", f"/cases/{created['service_request_id']}").json()
        assert case["text"] == f"路口护栏断了，{encoding}"


def test_form_in_another_encoding_is_refused(app: httpx.Client) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = app.post("/requests.json", content=b"description=%FF%FF%FF", headers=kind)
    assert answer.status_code == 400
    assert "UTF-8" in answer.text


def test_photo_is_named_in_the_refusal(app: httpx.Client, key: str) -> None:
    form = {"service_code": "OTHER", "lat": "30.2741", "long": "120.1551", "api_key": key}
    photo = {"media": ("a.jpg", b"\xff\xd8\xff", "image/jpeg")}
    answer = app.post("/requests.json", data=form, files=photo)
    assert answer.status_code == 400
    assert "media" in answer.text
    assert "照片" in answer.text


def test_a_form_that_is_no_form(app: httpx.Client, key: str) -> None:
    raw = app.post("/requests.json", content=b'{"api_key": "x"}')
    assert (raw.status_code, raw.json()[0]["code"]) == (403, 403)
    assert lodge(app, key, **{f"attribute[{n}]": "x" for n in range(60)}).status_code == 400
    assert lodge(app, key, description="长" * 60_000).status_code == 400
    assert app.post(f"/requests.json?api_key={key}", data={}).status_code == 400
    assert app.post("/services.json").status_code == 404


# Reading


def test_request_shows_status_and_no_residents_words(
    app: httpx.Client, key: str, town: Town
) -> None:
    number = lodged(
        app, key, description="我家楼下，我叫李明", address_string="西湖区文三路 9 号 3 单元 501",
        phone="13812345678", lat="30.27981", long="120.12954",
    )  # fmt: skip
    answer = app.get(f"/requests/{number}.json")
    [request] = answer.json()
    assert list(request) == REQUEST_FIELDS
    assert (request["status"], request["service_code"]) == ("open", LAMP)
    assert request["agency_responsible"] == "西湖区综合行政执法局"
    assert request["requested_datetime"].endswith("+08:00")
    assert request["expected_datetime"] > request["requested_datetime"]
    for private in ("李明", "501", "文三路", "1381234", "30.27981", "120.12954"):
        assert private not in answer.text
    assert request["address"].endswith("西湖区")
    town.do("handler", number, "accept")
    town.do("handler", number, "resolve", outcome="solved", text="李明先生，灯已修好")
    [closed] = app.get(f"/requests/{number}.json").json()
    assert (closed["status"], closed["status_notes"]) == ("closed", "已办结，待评价：已解决")
    assert closed["updated_datetime"] >= request["updated_datetime"]
    assert "李明" not in app.get("/requests.json").text


def test_a_list_in_xml_has_the_same_fields(app: httpx.Client, key: str) -> None:
    number = lodged(app, key)
    [request] = xml(app.get("/requests.xml"))
    assert [field.tag for field in request] == REQUEST_FIELDS
    assert request.findtext("service_request_id") == number
    assert request.findtext("description") == ""
    [token] = xml(app.get(f"/tokens/{number}.xml"))
    assert token.findtext("service_request_id") == token.findtext("token") == number


def test_lists_filter_by_service_status_time_and_number(
    app: httpx.Client, key: str, town: Town
) -> None:
    lamp = lodged(app, key)
    hole = lodged(app, key, service_code="CJ041")
    town.do("handler", lamp, "accept")
    town.do("handler", lamp, "resolve", outcome="solved", text="修好了")
    assert numbers(app) == [hole, lamp]
    assert numbers(app, service_code=LAMP) == [lamp]
    assert numbers(app, service_code=f"{LAMP},CJ041") == [hole, lamp]
    assert numbers(app, service_code=[LAMP, "CJ041"]) == [hole, lamp]
    assert numbers(app, service_code="OTHER") == []
    assert numbers(app, status="open") == [hole]
    assert numbers(app, status="closed,open", service_code="") == [hole, lamp]
    assert numbers(app, service_request_id=f"{lamp},HZ1", status="open") == [lamp]
    tomorrow = (now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert numbers(app, start_date=tomorrow) == []
    assert numbers(app, end_date=tomorrow) == [hole, lamp]
    assert numbers(app, page=2) == []


def test_without_dates_it_is_the_last_90_days(
    app: httpx.Client, key: str, database: Database
) -> None:
    old, new = lodged(app, key, description="旧"), lodged(app, key, description="新")
    then = now() - timedelta(days=91)
    with database.begin() as session:
        session.execute(update(Case).where(Case.case_no == old).values(registered_at=then))
    assert numbers(app) == [new]
    assert numbers(app, start_date=(then - timedelta(hours=1)).isoformat()) == [old]
    assert numbers(app, service_request_id=old) == [old]


@pytest.mark.parametrize(
    "question",
    [
        {"status": "solved"},
        {"service_code": "NOPE"},
        {"start_date": "2026-01-01"},
        {"start_date": "昨天"},
        {"end_date": "0001-01-01T00:00:00Z"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"},
        {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"page": "0"},
        {"page": "9" * 40},
        {"page": "²"},
        {"service_request_id": ",".join(["HZ1"] * 201)},
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    app: httpx.Client, question: dict[str, str]
) -> None:
    answer = app.get("/requests.json", params=question)
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400


@pytest.mark.parametrize(
    "address",
    ["/requests/HZ20200101000001", "/services/NOPE", "/tokens/none", "/nowhere", "/requests/%00"],
)
def test_missing_request_is_404_in_both_formats(app: httpx.Client, address: str) -> None:
    answer = app.get(f"{address}.json")
    assert (answer.status_code, answer.json()[0]["code"]) == (404, 404)
    assert xml(app.get(f"{address}.xml")).findtext("error/code") == "404"


def test_what_is_nobody_elses_business_is_not_shown(
    app: httpx.Client, key: str, town: Town, database: Database
) -> None:
    """Reports, what was withdrawn, and what concerns one household."""
    chat = town.case("路灯不亮，晚上黑得看不见", location="西湖区文三路")
    assert numbers(app) == [chat]
    report = lodged(app, key, description="一")
    withdrawn = lodged(app, key, description="二")
    household = town.case("低保停了，家里没有收入", location="西湖区文三路")
    with database.begin() as session:
        by_number(session, report).kind = "report"
        by_number(session, withdrawn).outcome = "withdrawn"
    assert numbers(app) == [chat]
    for hidden in (report, withdrawn, household):
        assert app.get(f"/requests/{hidden}.json").status_code == 404
        assert app.get(f"/tokens/{hidden}.json").status_code == 404
        assert numbers(app, service_request_id=hidden) == []


def test_app_can_follow_whatever_it_lodged(app: httpx.Client, key: str) -> None:
    number = lodged(app, key, service_code="OTHER", description="低保停了，家里没有收入")
    [request] = app.get(f"/requests/{number}.json").json()
    assert (request["service_code"], request["description"]) == ("OTHER", None)
    assert numbers(app, service_code="OTHER") == [number]
    assert numbers(app, service_code=f"OTHER,{LAMP}") == [number]
    assert numbers(app, service_code=LAMP) == []


def test_control_characters_do_not_break_the_xml(app: httpx.Client, key: str) -> None:
    root = xml(app.get("/requests/%0B%EF%BF%BE.xml"))
    assert root.tag == "errors"
