"""Signing in to the API: a token for a name and a password."""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, Field

from backend.database import Database
from backend.models.staff import Role
from backend.staff import passwords
from backend.staff.accounts import IDLE, TOKEN_LIFE
from backend.staff.sign_in import LONGEST_CODE, LONGEST_NAME, Credentials, sign_in
from backend.vocabulary.messages import storable
from backend.web.inputs import address_of


class SignIn(BaseModel):
    username: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(storable)]
    password: Annotated[str, Field(max_length=passwords.LONGEST)]
    code: Annotated[str, Field(max_length=LONGEST_CODE)] = ""


def token_routes(database: Database, code_roles: Collection[Role] = ()) -> APIRouter:
    """`code_roles` are the roles that need a second factor."""
    routes = APIRouter(tags=["sign-in"])

    @routes.post("/token")
    def make_token(request: Request, body: SignIn) -> dict[str, str | int]:
        """`code` is that of the second factor. 429 after too many wrong tries."""
        credentials = Credentials(body.username, body.password, body.code)
        token = sign_in(database, credentials, address=address_of(request), code_roles=code_roles)
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "idle_seconds": int(IDLE.total_seconds()),
        }

    return routes
