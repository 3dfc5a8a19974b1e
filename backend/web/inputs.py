"""Types of request parameters that several routes share."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator, BeforeValidator, Field

from backend.vocabulary.messages import storable
from backend.vocabulary.typed_text import LARGEST_BIG_ID, LARGEST_ID

MOST_PAGES = 100_000


def address_of(request: Request) -> str:
    """The caller's address; behind a proxy the one that the proxy names (uvicorn reads it)."""
    return request.client.host if request.client else ""


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


def _words(value: str | None) -> str | None:
    return storable(value).strip() or None if value else None


# `?status=` in an address means the same as no status at all.
EmptyIsNone = BeforeValidator(_none_if_empty)
Page = Annotated[Annotated[int, Field(ge=1, le=MOST_PAGES)] | None, EmptyIsNone]
Words = Annotated[Annotated[str, Field(max_length=200)] | None, EmptyIsNone, AfterValidator(_words)]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
BigRowId = Annotated[int, Path(ge=1, le=LARGEST_BIG_ID)]
