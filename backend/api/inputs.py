"""What a caller may send, in types that several calls share."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator, StringConstraints

from backend.messaging.messages import storable

MOST_PAGES = 100_000
LARGEST_ID, LARGEST_BIG_ID = 2**31 - 1, 2**63 - 1


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


# `?status=` in an address means the same as no status at all.
EmptyIsNone = BeforeValidator(_none_if_empty)
Page = Annotated[int | None, EmptyIsNone, Query(ge=1, le=MOST_PAGES)]
Words = Annotated[
    str | None,
    EmptyIsNone,
    Query(max_length=200),
    AfterValidator(lambda words: storable(words).strip() or None if words else None),
]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
BigRowId = Annotated[int, Path(ge=1, le=LARGEST_BIG_ID)]

_trimmed = StringConstraints(strip_whitespace=True)
Line = Annotated[str, _trimmed, StringConstraints(max_length=500), AfterValidator(storable)]
Text = Annotated[str, _trimmed, StringConstraints(max_length=5000), AfterValidator(storable)]
