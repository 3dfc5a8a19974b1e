from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, Field

from backend.clock import now
from backend.database import Database
from backend.errors import NotSignedIn
from backend.staff.accounts import LOCKED_FOR, MOST_FAILURES, TOKEN_LIFE, sign_in
from backend.vocabulary.messages import storable

LONGEST_NAME, LONGEST_PASSWORD = 100, 200
WRONG = (
    f"用户名或密码不对。连续输错 {MOST_FAILURES} 次，"
    f"账号会锁定 {int(LOCKED_FOR.total_seconds()) // 60} 分钟。"
)


class SignIn(BaseModel):
    username: Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(storable)]
    password: Annotated[str, Field(max_length=LONGEST_PASSWORD)]


def new_token(database: Database, username: str, password: str) -> str:
    """Raises NotSignedIn; the failed attempt is committed first, so that it counts."""
    with database.begin() as session:
        token = sign_in(session, username, password, now=now())
    if token is None:
        raise NotSignedIn(WRONG)
    return token


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
