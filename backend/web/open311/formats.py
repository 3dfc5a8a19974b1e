"""Answers in the two formats of GeoReport v2: JSON, and XML with elements of the same names."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from fastapi import Request, Response
from fastapi.responses import JSONResponse

JSON, XML = "json", "xml"
XML_TYPE = "text/xml; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"
# XML element names of list members.
MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "endpoints": "endpoint",
    "formats": "format",
}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def format_of(request: Request) -> str:
    """The format of the address's ending, else of the Accept header, else XML, the default."""
    ending = request.url.path.rpartition(".")[2]
    if ending in (JSON, XML):
        return ending
    return JSON if "json" in request.headers.get("accept", "") else XML


def answer(request: Request, root: str, content: Any, status: int = 200) -> Response:
    """`content` in the request's format; `root` names the XML document's element."""
    if format_of(request) == JSON:
        return JSONResponse(content, status, media_type=JSON_TYPE)
    return Response(as_xml(root, content), status, media_type=XML_TYPE)


def as_xml(root: str, content: Any) -> bytes:
    tree = _element(root, content)
    return bytes(ElementTree.tostring(tree, encoding="utf-8", xml_declaration=True))


def _element(name: str, content: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, Sequence) and not isinstance(content, str):
        element.extend(_element(MEMBERS[name], member) for member in content)
    elif content is not None:
        element.text = _as_text(content)
    return element


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NOT_XML.sub("", str(value))
