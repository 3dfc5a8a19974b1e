"""Reads the fields of a form that a browser sends."""

from fastapi import Request
from starlette.datastructures import FormData

from backend.errors import TooLarge
from backend.vocabulary.messages import storable

MOST_FORM_BYTES, MOST_FIELDS = 200_000, 80  # a page of cases to tick and some more

Form = dict[str, str]


async def form_of(request: Request) -> Form:
    """A dependency that raises TooLarge."""
    if int(request.headers.get("content-length") or 0) > MOST_FORM_BYTES:
        raise TooLarge("写得太长了，请删短一些")
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return written_in(form)


def number_in(form: Form, name: str) -> int:
    """A whole number that the page has put into the form; 0 for anything else."""
    value = form.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def written_in(form: FormData) -> Form:
    """The text fields of the form, without its files."""
    return {name: storable(value).strip() for name, value in form.items() if isinstance(value, str)}
