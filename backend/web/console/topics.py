"""「热点」: topics that many residents report, and the forms that edit them (S54, S57)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.desk import case_search
from backend.errors import BadInput, MinhuError, NotFound
from backend.measures.city_units import City
from backend.models.topics import Topic
from backend.staff.accounts import actor_for
from backend.staff.permissions import edits_topics, require_edits_topics
from backend.staff.visibility import visible_cases
from backend.topics import edits, lists
from backend.topics.index import formula_at
from backend.topics.numbers import heats_under
from backend.topics.versions import heat_formulas
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import Page, RowId, Words

HERE = "/console/topics"
EDIT_LABELS = {
    "merge": "并入另一热点",
    "split": "拆出几件",
    "rename": "改名",
    "dismiss": "移出热点榜",
    "restore": "放回热点榜",
}
TICK = "case-"  # prefix of the names of the boxes that tick cases


def topic_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/topics", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("")
    def show_all(
        visitor: Annotated[Visitor, here], dismissed: bool = False, version: Words = None
    ) -> Response:
        """With `version` the board is computed again under that version of the formula."""
        with database.begin() as session:
            topics = lists.hot_topics(session, visible_cases(visitor.staff), dismissed=dismissed)
            heats = _heats(session, topics, version)
            return _page(
                session,
                visitor,
                "topics.html",
                topics=sorted(topics, key=lambda topic: -heats[topic.id]),
                heats=heats,
                version=version,
                versions=heat_formulas().versions,
                units=lists.unit_counts(session, (topic.id for topic in topics)),
                dismissed=dismissed,
            )

    @routes.get("/{topic_id}")
    def show(topic_id: RowId, visitor: Annotated[Visitor, here], number: Page = None) -> Response:
        with database.begin() as session:
            return _one(session, visitor, edits.by_id(session, topic_id), number or 1)

    routes.include_router(_edit_routes(database))
    return routes


def _heats(session: Session, topics: list[Topic], version: str | None) -> dict[int, float]:
    """Heat by topic, under the version asked for. Raises BadFilter."""
    if version is None:
        return {topic.id: topic.heat for topic in topics}
    formula = heat_formulas().of(now().astimezone(SHANGHAI).date(), version)
    ids = [topic.id for topic in topics]
    return dict.fromkeys(ids, 0.0) | heats_under(session, ids, formula, now())


def _edit_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.post("/{topic_id}/{action}")
    def edit(
        topic_id: RowId, action: str, post: Annotated[Posted, Depends(posted_in(database))]
    ) -> Response:
        require_edits_topics(post.staff)

        def take(session: Session) -> str:
            _edit(session, post, edits.by_id(session, topic_id, lock=True), action)
            return f"{HERE}/{topic_id}"

        def again(session: Session, problem: MinhuError) -> Response:
            topic = edits.by_id(session, topic_id)
            return _one(session, post.visitor, topic, 1, problem=problem)

        return step_or_page(database, take, again)

    return routes


def _edit(session: Session, post: Posted, topic: Topic, action: str) -> None:
    actor, form = actor_for(post.staff), post.form
    if action == "merge":
        other = edits.by_id(session, _topic_number(form.get("other", "")), lock=True)
        edits.merge(session, topic, other, actor, now=now())
    elif action == "split":
        numbers = [name.removeprefix(TICK) for name in form if name.startswith(TICK)]
        edits.split(session, topic, numbers, actor, now=now())
    elif action == "rename":
        edits.rename(session, topic, form.get("title", ""), actor, now=now())
    elif action in ("dismiss", "restore"):
        edits.dismiss(session, topic, yes=action == "dismiss", actor=actor, now=now())
    else:
        raise NotFound("没有这一步")


def _topic_number(typed: str) -> int:
    digits = typed.rsplit("/", 1)[-1]
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 9:
        raise BadInput("请填另一个热点的号码")
    return int(digits)


def _one(
    session: Session,
    visitor: Visitor,
    topic: Topic,
    number: int,
    *,
    problem: Refusal = None,
) -> Response:
    visible = lists.cases_of(topic, visible_cases(visitor.staff))
    listed = case_search.one_page(session, visible, number)
    count = case_search.count(session, visible.order_by(None))
    if not count:
        raise NotFound("没有这个热点，或者其中没有您能看的工单")
    return _page(
        session,
        visitor,
        "topic.html",
        problem,
        topic=topic,
        cases=listed.cases,
        has_more=listed.has_more,
        number=number,
        elsewhere=topic.cases - count,
        units=lists.unit_counts(session, [topic.id]).get(topic.id, {}),
        history=edits.edits_of(session, topic),
        edit_labels=EDIT_LABELS,
        tick=TICK,
    )


def _page(
    session: Session, visitor: Visitor, template: str, problem: Refusal = None, **more: Any
) -> Response:
    return desk_page(
        session,
        visitor,
        template,
        problem,
        formula=formula_at(now()),
        city=City.read(session),
        edits=edits_topics(visitor.staff),
        **more,
    )
