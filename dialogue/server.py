"""The route that Rasa calls to run an action, inside the app. See docs/decisions/0002."""

import asyncio
import hmac
import logging
from typing import Any

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from backend import clock
from backend.database import Database
from backend.knowledge import service as knowledge
from backend.routing import service as routing
from dialogue import appeals, forms, talk
from dialogue.turn import register
from nlu.trained import danger_model

log = logging.getLogger(__name__)

PATH = "/internal/actions"


def action_routes(database: Database, secret: str) -> APIRouter:
    """`POST /internal/actions`, for the holder of `secret` alone.

    Plain `def`: actions run on the web server's threads, which never wait for Rasa.
    """
    executor = ActionExecutor()
    register(executor, database, forms.FORMS | appeals.ACTIONS | talk.ACTIONS)
    routes = APIRouter()

    @routes.post(PATH, include_in_schema=False)
    def run_action(call: dict[str, Any], authorization: str = Header("")) -> JSONResponse:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {secret}".encode()):
            return JSONResponse({"error": "not for you"}, status_code=401)
        return _run(executor, call)

    return routes


def _run(executor: ActionExecutor, call: dict[str, Any]) -> JSONResponse:
    action = str(call.get("next_action"))
    call.setdefault("domain", {})  # Rasa leaves it out, and the executor would refuse (449)
    try:
        result = asyncio.run(executor.run(call))
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})
    except ActionExecutionRejection as rejected:
        error = {"action_name": rejected.action_name, "error": str(rejected)}
        return JSONResponse(error, status_code=400)
    except ActionNotFoundException:
        return JSONResponse({"action_name": action, "error": "no such action"}, status_code=404)
    except Exception:
        # An error status would be silence: Rasa drops the whole turn. `bot.rasa` knows this mark.
        log.exception("an action failed", extra={"action": action})
        return JSONResponse({"events": [], "responses": [{"custom": {"failed": True}}]})


def warm_up(database: Database) -> None:
    """Read what the first message would otherwise wait for: articles, places, dangers."""
    danger_model()
    with database.begin() as session:
        knowledge.index(session)
        routing.route(
            session, text="楼下夜里施工太吵", location_text="西湖区文三路", said_at=clock.now()
        )
