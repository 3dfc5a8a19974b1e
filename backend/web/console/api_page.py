"""The HTTP API as a page for signed-in staff, made from the application's OpenAPI description."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from backend.database import Database
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute

Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    name: str
    place: str  # path, query or body
    type: str
    required: bool


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    tag: str
    text: str
    fields: list[Field]


def api_page_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/api", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("")
    def show_api(request: Request, visitor: Annotated[Visitor, here]) -> Response:
        with database.begin() as session:
            return desk_page(
                session,
                visitor,
                "api.html",
                operations=list(operations(request.app.openapi())),
            )

    return routes


def operations(description: Json) -> Iterator[Operation]:
    """Every operation of an OpenAPI 3.1 description, in its order."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield Operation(
                method.upper(),
                path,
                ", ".join(operation.get("tags", [])),
                operation.get("description") or operation.get("summary", ""),
                [*_parameters(operation), *_body(operation, description)],
            )


def _parameters(operation: Json) -> Iterator[Field]:
    for parameter in operation.get("parameters", []):
        type_ = _type(parameter.get("schema", {}))
        yield Field(parameter["name"], parameter["in"], type_, parameter.get("required", False))


def _body(operation: Json, description: Json) -> Iterator[Field]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        alternatives = [_resolved(one, description) for one in _alternatives(content["schema"])]
        shapes = [one for one in alternatives if "properties" in one]
        fields = {name: field for one in shapes for name, field in one["properties"].items()}
        for name, field in fields.items():
            is_needed = all(name in one.get("required", []) for one in shapes)
            yield Field(name, "body", _type(field), is_needed)


def _alternatives(schema: Json) -> list[Json]:
    return schema.get("anyOf") or schema.get("oneOf") or [schema]


def _resolved(schema: Json, description: Json) -> Json:
    if "$ref" not in schema:
        return schema
    target: Json = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return target


def _type(schema: Json) -> str:
    names = (_name(alternative) for alternative in _alternatives(schema))
    return " | ".join(dict.fromkeys(names))


def _name(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}[]"
    return str(schema.get("format") or schema.get("type") or "any")
