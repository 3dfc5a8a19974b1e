"""Topics over HTTP, the hottest first, as far as the caller may see a case of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from backend.database import Database
from backend.desk import case_search
from backend.models.staff import StaffAccount
from backend.models.topics import Topic
from backend.staff.visibility import visible_cases
from backend.topics import edits, lists
from backend.web.api import case_json
from backend.web.api.auth import signed_in
from backend.web.inputs import Page, RowId


def topic_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/topics", tags=["topics"])
    signed = Depends(signed_in(database))

    @routes.get("")
    def list_topics(
        staff: Annotated[StaffAccount, signed], dismissed: bool = False
    ) -> dict[str, Any]:
        """List topics with heat, cases, people and growth."""
        with database.begin() as session:
            topics = lists.hot_topics(session, visible_cases(staff), dismissed=dismissed)
            return {"topics": [_line(topic) for topic in topics]}

    @routes.get("/{topic_id}/cases")
    def list_cases(
        topic_id: RowId, staff: Annotated[StaffAccount, signed], page: Page = None
    ) -> dict[str, Any]:
        """The cases of a topic that the caller may see, the newest first."""
        with database.begin() as session:
            topic = edits.by_id(session, topic_id)
            visible = lists.cases_of(topic, visible_cases(staff))
            listed = case_search.one_page(session, visible, page or 1)
            total = case_search.count(session, visible.order_by(None))
            return {
                "total": topic.cases,
                "elsewhere": topic.cases - total,
                "has_more": listed.has_more,
                "cases": [case_json.line(case) for case in listed.cases],
            }

    return routes


def _line(topic: Topic) -> dict[str, Any]:
    return {
        "id": topic.id,
        "title": topic.title,
        "place": topic.place,
        "heat": topic.heat,
        "heat_version": topic.heat_version,
        "cases": topic.cases,
        "people": topic.people,
        "recent_people": topic.recent_people,
        "earlier_people": topic.earlier_people,
        "flood": topic.is_flood,
        "first": topic.first_at.isoformat(),
        "last": topic.last_at.isoformat(),
    }
