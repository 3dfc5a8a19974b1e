"""A form that comes too late loses nothing: what was typed is shown, and sent again by hand.

By hand, for a form without the token of this session may come from anywhere.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from backend.errors import TooLarge
from backend.web.console.auth import PROOF, is_from_elsewhere
from backend.web.forms import Form, form_of

KEPT = "kept:"  # begins the name of each field on the sign-in page
TYPED = {
    "text": "写的话",
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
    """What can be sent again; None for a form that did not come from one of our pages."""
    if PROOF not in form or is_from_elsewhere(request):
        return None
    return {name: value for name, value in form.items() if name != PROOF}


async def sent_with(request: Request) -> Form | None:
    """The same, of a request that nobody has read yet."""
    try:
        return fields(request, await form_of(request))
    except (TooLarge, HTTPException):
        return None


def written(form: Form) -> dict[str, str]:
    """What a person wrote, by what it is called, to be looked at again."""
    return {TYPED[name]: value for name, value in form.items() if name in TYPED and value}


def of_sign_in(form: Form) -> Form:
    """What the sign-in page carried along."""
    return {name.removeprefix(KEPT): value for name, value in form.items() if name.startswith(KEPT)}
