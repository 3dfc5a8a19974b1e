"""Authentication of API calls by a bearer token."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from backend.clock import now
from backend.database import Database
from backend.errors import NotSignedIn
from backend.models.staff import StaffAccount
from backend.staff import accounts as staff
from backend.web.refusals import remember

_bearer = HTTPBearer(auto_error=False, description="`access_token` from `POST /api/v1/token`")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def signed_in(database: Database) -> Callable[[Request, Credentials], StaffAccount]:
    """A dependency that raises NotSignedIn.

    It runs in a short transaction of its own: a call without a valid token gets its 401 before its
    body is read, and no connection is in use while the call waits for a thread.
    """

    def check(request: Request, credentials: Credentials) -> StaffAccount:
        if credentials is None:
            raise NotSignedIn("请先登录，再带上令牌")
        with database.begin() as session:
            account = staff.by_token(session, credentials.credentials, now=now())
        remember(request, account)
        return account

    return check
