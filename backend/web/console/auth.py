"""Authentication at the console: the session cookie, and the token of each form."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from backend.clock import now
from backend.database import Database
from backend.errors import NotAllowed, NotSignedIn
from backend.models.staff import Role, StaffAccount
from backend.staff.accounts import TOKEN_LIFE, by_token
from backend.staff.permissions import (
    ADMINISTERS,
    ANSWERS_CHATS,
    REVIEWS_ARTICLES,
    SEES_LOW_RATINGS,
    SEES_SOURCES,
    TAKES_DOWN,
    TAKES_OVER_CHATS,
)
from backend.web.forms import Form, form_of
from backend.web.refusals import remember

COOKIE = "minhu_staff"
FORM_TOO_OLD = "这个页面放得太久了，请回到列表重新打开再办"
PROOF = "form_token"


@dataclass(frozen=True)
class Visitor:
    staff: StaffAccount
    token: str

    @property
    def form_token(self) -> str:
        """Proves that a form came from a page of this session (against cross-site requests)."""
        return hmac.new(self.token.encode(), b"form", hashlib.sha256).hexdigest()

    @property
    def answers_chats(self) -> bool:
        return Role(self.staff.role) in ANSWERS_CHATS

    @property
    def takes_over_chats(self) -> bool:
        return Role(self.staff.role) in TAKES_OVER_CHATS

    @property
    def takes_down(self) -> bool:
        return Role(self.staff.role) in TAKES_DOWN

    @property
    def sees_low_ratings(self) -> bool:
        return Role(self.staff.role) in SEES_LOW_RATINGS

    @property
    def reviews_articles(self) -> bool:
        return Role(self.staff.role) in REVIEWS_ARTICLES

    @property
    def administers(self) -> bool:
        return Role(self.staff.role) in ADMINISTERS

    @property
    def sees_sources(self) -> bool:
        return Role(self.staff.role) in SEES_SOURCES


@dataclass(frozen=True)
class Posted:
    """A form that was sent from a page of the visitor's session."""

    visitor: Visitor
    form: Form

    @property
    def staff(self) -> StaffAccount:
        return self.visitor.staff


class StaleForm(NotAllowed):
    """The form has no token of this session: it is from an earlier session or another site."""

    def __init__(self, visitor: Visitor, form: Form) -> None:
        super().__init__(FORM_TOO_OLD)
        self.visitor, self.form = visitor, form


def visitor_of(database: Database, *, is_used: bool = True) -> Callable[[Request], Visitor]:
    """A dependency that raises NotSignedIn. `is_used` is False for what a page asks by itself."""

    def check(request: Request) -> Visitor:
        token = request.cookies.get(COOKIE)
        if not token:
            raise NotSignedIn("请先登录")
        with database.begin() as session:
            visitor = Visitor(by_token(session, token, now=now(), is_used=is_used), token)
        remember(request, visitor.staff)
        return visitor

    return check


def posted_in(database: Database) -> Callable[[Visitor, Form], Posted]:
    """A dependency that raises NotSignedIn, or NotAllowed for a form from elsewhere."""

    def check(
        visitor: Annotated[Visitor, Depends(visitor_of(database))],
        form: Annotated[Form, Depends(form_of)],
    ) -> Posted:
        return posted_by(visitor, form)

    return check


def posted_by(visitor: Visitor, form: Form) -> Posted:
    """The form with its visitor. Raises StaleForm for a form without the session's token."""
    form_token = form.get(PROOF, "")
    if not hmac.compare_digest(form_token.encode(), visitor.form_token.encode()):
        raise StaleForm(visitor, form)
    return Posted(visitor, form)


def keep_session(response: Response, request: Request, token: str) -> None:
    """Have the browser keep the sign-in; no other site can use it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(TOKEN_LIFE.total_seconds()),
        path="/console",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def refuse_other_sites(request: Request) -> None:
    """A dependency for the sign-in form, which has no session yet. Raises NotAllowed."""
    if is_from_elsewhere(request):
        raise NotAllowed(FORM_TOO_OLD)


def is_from_elsewhere(request: Request) -> bool:
    """True if the browser says that a page of another site sent the request."""
    return request.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
