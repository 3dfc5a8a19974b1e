"""The API as a page on the console."""

from backend.web.console.api_page import Field, operations
from tests.support.desk import Desk
from tests.support.staff_app import Town


def test_staff_read_every_operation_with_its_fields(town: Town) -> None:
    with Desk(town, "handler") as desk:
        page = desk.get("/api")
    assert page.status_code == 200
    description = town.app.openapi()
    for path in description["paths"]:
        assert path in page.text
    assert "username" in page.text
    step = description["paths"]["/api/v1/cases/{case_no}/{action}"]["post"]["requestBody"]
    shapes = step["content"]["application/json"]["schema"]["anyOf"]
    assert {"Dispatch", "Assign", "WithReason"} <= {shape["title"] for shape in shapes}
    assert "$defs" not in str(step)


def test_a_stranger_is_asked_to_sign_in(town: Town) -> None:
    answer = town.client.get("/console/api", follow_redirects=False)
    assert answer.status_code == 303


def test_alternatives_lists_and_references_have_a_type() -> None:
    text, number = {"type": "string"}, {"type": "integer"}
    step = {
        "properties": {"unit": text, "tags": {"type": "array", "items": number}},
        "required": ["unit"],
    }
    schema = {"anyOf": [{"$ref": "#/components/schemas/Step"}, {"type": "null"}]}
    operation = {
        "parameters": [{"name": "case_no", "in": "path", "required": True, "schema": text}],
        "requestBody": {"content": {"application/json": {"schema": schema}}},
    }
    description = {
        "paths": {"/a/{case_no}": {"post": operation}},
        "components": {"schemas": {"Step": step}},
    }
    [only] = operations(description)
    assert (only.method, only.path, only.text) == ("POST", "/a/{case_no}", "")
    assert only.fields == [
        Field("case_no", "path", "string", True),
        Field("unit", "body", "string", True),
        Field("tags", "body", "integer[]", False),
    ]
