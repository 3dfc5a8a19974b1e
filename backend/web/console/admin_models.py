"""「管理 · 派单模型」: models of past cases, what each would change, and the switch."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.errors import BadInput, Conflict, MinhuError, NotFound
from backend.models.units import ModelSwitch
from backend.routing import past_case_models
from backend.routing.corrections import last_cases
from backend.routing.past_case_models import StoredModel
from backend.routing.replay import Replay, replay
from backend.routing.service import routable_units
from backend.staff.accounts import audit
from backend.staff.permissions import require_administers, require_administers_city
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import number_in

HERE = "/console/admin/models"
MOST_CASES = 200
MOST_SWITCHES = 20
OVER = "the newest cases"


def model_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/admin/models", route_class=ConsoleRoute)
    here, posted = Depends(visitor_of(database)), Depends(posted_in(database))

    @routes.get("")
    def show(visitor: Annotated[Visitor, here], done: str = "") -> Response:
        with database.begin() as session:
            return _page(session, visitor, notice="换好了，下一件工单就用它派。" if done else "")

    @routes.post("/replay")
    def show_replay(post: Annotated[Posted, posted]) -> Response:
        require_administers_city(post.staff)
        try:
            with database.begin() as session:
                model = _chosen(session, post)
                audit(session, post.staff, "replay_model", model.name, now=now())
                return _page(session, post.visitor, replayed=(model, _replay(session, model)))
        except MinhuError as problem:
            with database.begin() as session:
                return _page(session, post.visitor, problem)

    @routes.post("/use")
    def use(post: Annotated[Posted, posted]) -> Response:
        return _step(database, post, _use)

    @routes.post("/back")
    def back(post: Annotated[Posted, posted]) -> Response:
        return _step(database, post, _back)

    return routes


def _step(database: Database, post: Posted, take: Callable[[Session, Posted], str]) -> Response:
    def step(session: Session) -> str:
        require_administers_city(post.staff)
        name = take(session, post)
        audit(session, post.staff, "use_model", name, now=now())
        return f"{HERE}?done=1"

    return step_or_page(database, step, partial(_again, post))


def _again(post: Posted, session: Session, problem: MinhuError) -> Response:
    return _page(session, post.visitor, problem)


def _chosen(session: Session, post: Posted) -> StoredModel:
    """The model of the form; number 0 is the built-in one. Raises NotFound."""
    try:
        return past_case_models.stored_model(session, number_in(post.form, "model") or None)
    except NotFound:
        raise NotFound("没有这个模型") from None


def _use(session: Session, post: Posted) -> str:
    """Switch to a model whose replay was on the page, and store a replay with the switch."""
    before, new = past_case_models.in_use(session), _chosen(session, post)
    if number_in(post.form, "before") != (before.id or 0):
        raise BadInput("在用的模型刚刚换过，请再重放一遍看看")
    result, by = _replay(session, new), post.staff.username
    if result.is_worse:
        raise BadInput("没有换：重放下来，这个模型改错的比改对的多")
    report = result.as_json()
    try:
        past_case_models.switch(session, new, report, replayed_over=before, by=by, now=now())
    except Conflict:
        raise Conflict("这个模型已经在用，或者刚刚有人换过，请再看看") from None
    return new.name


def _back(session: Session, post: Posted) -> str:
    try:
        return past_case_models.switch_back(session, by=post.staff.username, now=now()).name
    except Conflict:
        raise Conflict("没有上一个可以换回，一直用的是自带的") from None


def _replay(session: Session, new: StoredModel) -> Replay:
    """The newest cases, routed by the model in use and by `new`. Raises BadInput."""
    pasts = list(last_cases(session, MOST_CASES))
    if not pasts:
        raise BadInput("还没有工单，没有可以重放的")
    before = past_case_models.in_use(session)
    return replay(
        pasts,
        routable_units(session),
        in_use=(before.name, past_case_models.load_model(session, before)),
        new=(new.name, past_case_models.load_model(session, new)),
        over=OVER,
    )


def _page(
    session: Session,
    visitor: Visitor,
    problem: Refusal = None,
    *,
    replayed: tuple[StoredModel, Replay] | None = None,
    notice: str = "",
) -> Response:
    require_administers(visitor.staff)
    switches = select(ModelSwitch).order_by(ModelSwitch.id.desc()).limit(MOST_SWITCHES)
    models = past_case_models.all_models(session)
    return desk_page(
        session, visitor, "admin_models.html", problem,
        models=models,
        names={model.id: model.name for model in models},
        in_use=past_case_models.in_use(session),
        switches=session.scalars(switches).all(),
        replayed=replayed,
        most_cases=MOST_CASES,
        notice=notice,
    )  # fmt: skip
