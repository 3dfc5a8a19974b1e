"""Keeps the entries of a form whose session has ended, to be sent again.

The person sends it again by hand, as a form without this session's token may be forged.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from backend.errors import TooLarge
from backend.web.console.auth import PROOF, is_from_elsewhere
from backend.web.forms import Form, form_of

PREFIX = "kept:"  # of the fields' names on the sign-in page
FIELD_LABELS = {
    "text": "写的话",
    "appeal": "事情",
    "detail": "市民补充的话",
    "note": "备注",
    "reason": "原因",
    "unit_asked": "单位",
    "units_asked": "单位",
    "place": "地点",
    "name": "称呼",
    "phone": "电话",
    "answer": "答复",
    "title": "名称",
    "offline_what": "要市民办什么",
    "offline_where": "到哪里",
    "offline_bring": "带什么",
}


def fields(request: Request, form: Form) -> Form | None:
    """The fields that can be sent again; None for a form that is not from our pages."""
    if PROOF not in form or is_from_elsewhere(request):
        return None
    return {
        name: value
        for name, value in form.items()
        if name != PROOF and not name.startswith("password")  # no page carries a password
    }


async def read_fields(request: Request) -> Form | None:
    """`fields` of a request whose body has not been read yet; None when it cannot be read."""
    try:
        return fields(request, await form_of(request))
    except (TooLarge, HTTPException):
        return None


def labelled_texts(form: Form) -> dict[str, str]:
    """The texts a person wrote, by the label of their field."""
    return {
        FIELD_LABELS[name]: value for name, value in form.items() if name in FIELD_LABELS and value
    }


def restored(form: Form) -> Form:
    """The kept fields of a sign-in form, under their own names."""
    return {
        name.removeprefix(PREFIX): value for name, value in form.items() if name.startswith(PREFIX)
    }
