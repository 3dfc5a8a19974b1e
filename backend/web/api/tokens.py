"""Signing in to the API: a token for a name and a password."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field

from backend.database import Database
from backend.staff.accounts import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    TOKEN_LIFE,
    new_token,
)
from backend.vocabulary.messages import storable


class SignIn(BaseModel):
    username: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(storable)]
    password: Annotated[str, Field(max_length=LONGEST_PASSWORD)]


def token_routes(database: Database) -> APIRouter:
    routes = APIRouter(tags=["sign-in"])

    @routes.post("/token")
    def make_token(body: SignIn) -> dict[str, str | int]:
        token = new_token(database, body.username, body.password)
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
        }

    return routes
