"""「等候的会话」 (waiting chats), and the page of one chat."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.orm import Session, joinedload

from backend.clock import now
from backend.conversations import emergencies
from backend.database import Database
from backend.desk import alarms, chats, hand_over
from backend.desk.canned_replies import canned_replies
from backend.desk.chat_appeals import ChatAppeal, proposed
from backend.desk.chat_notes import notes_of
from backend.desk.reply_drafts import draft_of, drop_draft, save_draft
from backend.desk.transcripts import messages_of
from backend.desk.viewers import Viewer, presence_of, viewers_of
from backend.errors import MinhuError
from backend.knowledge import service as knowledge
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.emergencies import Emergency
from backend.staff import permissions
from backend.staff.visibility import visible_cases
from backend.vocabulary.case_lifecycle import OPEN
from backend.web.console import call_backs, queue
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import Page, RowId
from backend.web.pages import go_to, page
from nlu.articles.search import Article
from nlu.language.text import normalise

CHATS = "/console/conversations"
WHOLE = "conversations.html"
MOST_CASES = 10
NOTICES = {
    "claim": "已接起，市民看到了您的单位和姓名。",
    "release": "已结束，会话交回小呼。",
    "register": "登记好了，市民收到了编号。",
    "hand-over": "转过去了，对方看得到您的备注。",
    "ticked": "记下了。",
    "no-emergency": "记下了，不算紧急，小呼会学着点。",
    "emergency-over": "记下了，这件紧急的事办完了。",
    "note": "记下了，市民看不到。",
    "transcript": "转写改好了，原来的也留着，给语音识别学。",
    "add": "记到工单里了，承办单位看得到。",
}
NOTICES |= call_backs.NOTICES
LONGEST_KEY = 64
LONGEST_FIND = 1000


@dataclass(frozen=True)
class UnsentReply:
    """A reply that was refused, with the error and its text."""

    error: MinhuError
    text: str
    appeal: ChatAppeal | None = None


def conversation_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/conversations", route_class=ConsoleRoute)
    visitor = Depends(visitor_of(database))
    watching = Depends(visitor_of(database, is_used=False))
    posted = Depends(posted_in(database))

    @routes.get("")
    def list_waiting(
        visitor: Annotated[Visitor, visitor], done: str = "", page: Page = None
    ) -> Response:
        return _list(database, visitor, WHOLE, NOTICES.get(done, ""), page or 1)

    @routes.get("/waiting")
    def show_lists(visitor: Annotated[Visitor, watching], page: Page = None) -> Response:
        return _list(database, visitor, "conversation_lists.html", "", page or 1)

    @routes.get("/{conversation_id}")
    def show(
        conversation_id: RowId,
        visitor: Annotated[Visitor, visitor],
        done: str = "",
        find: Annotated[str, Query(max_length=LONGEST_FIND)] = "",
    ) -> Response:
        notice = NOTICES.get(done, "")
        with database.begin() as session:
            return chat_page(session, visitor, conversation_id, notice=notice, find=find)

    @routes.post("/{conversation_id}/claim")
    def claim(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        with database.begin() as session:
            chats.claim(session, conversation_id, posted.staff, now=now())
        return go_to(f"{CHATS}/{conversation_id}?done=claim#latest")

    @routes.post("/{conversation_id}/reply")
    def reply(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _reply(database, conversation_id, posted)

    @routes.post("/{conversation_id}/release")
    def release(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _release(database, conversation_id, posted)

    return routes


def _list(
    database: Database, visitor: Visitor, template: str, notice: str, number: int
) -> Response:
    permissions.require_answers_chats(visitor.staff)
    with database.begin() as session:
        others = queue.of_colleagues(session, visitor)
        own, waiting = queue.claimed_by(session, visitor), queue.waiting(session, visitor, number)
        return page(
            template,
            visitor=visitor,
            waiting=(total := queue.waiting_count(session, visitor)),
            number=number,
            last_number=max(1, -(-total // queue.MOST_SHOWN)),
            own=own,
            queued=waiting,
            others=others,
            alarm_words=alarms.shown_words(session, visitor.staff, waiting),
            last_words=queue.last_words(session, visitor, [*own, *waiting]),
            viewers=_viewers(session, visitor, [*waiting, *others]),
            calls=call_backs.open_calls(session, visitor) if template == WHOLE else [],
            notice=notice,
        )


def _viewers(
    session: Session, visitor: Visitor, rows: list[Conversation]
) -> dict[int, tuple[Viewer, ...]]:
    """Who else looks at the chats of the lists."""
    return viewers_of(session, [row.id for row in rows], now=now(), but=visitor.staff)


def _release(database: Database, conversation_id: int, posted: Posted) -> Response:
    """End the talk; what was written and not sent stays as a draft."""
    with database.begin() as session:
        if text := posted.form.get("text", ""):
            save_draft(session, conversation_id, posted.staff, text, now=now())
        chats.release(session, conversation_id, posted.staff, now=now())
    return go_to(f"{CHATS}?done=release")


def _reply(database: Database, conversation_id: int, posted: Posted) -> Response:
    text, key = posted.form.get("text", ""), posted.form.get("key", "")[:LONGEST_KEY]

    def reply(session: Session) -> str:
        chats.reply(session, conversation_id, posted.staff, text, now=now(), key=key or None)
        drop_draft(session, conversation_id, posted.staff)
        return f"{CHATS}/{conversation_id}#latest"

    return chat_step(database, conversation_id, posted, reply, typed=text)


def chat_step(
    database: Database,
    conversation_id: int,
    posted: Posted,
    step: Callable[[Session], str],
    *,
    typed: str,
    appeal: ChatAppeal | None = None,
) -> Response:
    """Take the step and go to the address it returns; refused, show the chat with what is typed."""

    def again(session: Session, problem: MinhuError) -> Response:
        unsent = UnsentReply(problem, typed, appeal)
        return chat_page(session, posted.visitor, conversation_id, unsent=unsent)

    return step_or_page(database, step, again)


def chat_page(
    session: Session,
    visitor: Visitor,
    conversation_id: int,
    *,
    notice: str = "",
    unsent: UnsentReply | None = None,
    find: str = "",
) -> Response:
    conversation = chats.read(session, conversation_id, visitor.staff, now=now())
    is_mine = chats.has(conversation, visitor.staff)
    return page(
        "conversation.html",
        status=unsent.error.status_code if unsent else 200,
        visitor=visitor,
        waiting=queue.waiting_count(session, visitor),
        conversation=conversation,
        is_mine=is_mine,
        messages=messages_of(session, conversation, visitor.staff),
        presence=presence_of(session, conversation, visitor.staff, now=now()),
        cases=_open_cases(session, visitor, conversation),
        emergency=(emergency := _emergency(session, conversation)),
        alarm_words=_alarm_words(session, visitor, conversation) if emergency else {},
        checklist=alarms.checklist(emergency) if emergency else [],
        find=find,
        articles=_articles(session, visitor, conversation, find) if is_mine else [],
        canned=canned_replies(session) if is_mine else (),
        draft=draft_of(session, conversation.id, visitor.staff),
        notes=notes_of(session, conversation.id),
        colleagues=hand_over.colleagues(session, visitor.staff) if is_mine else [],
        appeal=_appeal(session, visitor, conversation, unsent),
        key=secrets.token_urlsafe(12),  # idempotency key: the page sent twice gives one reply
        longest=chats.LONGEST_REPLY,
        notice=notice,
        unsent=unsent,
    )


def _articles(
    session: Session, visitor: Visitor, conversation: Conversation, find: str
) -> list[Article]:
    """Articles for the words that were typed, else for the resident's last words."""
    last = queue.last_words(session, visitor, [conversation])
    words = normalise(find or last.get(conversation.id, ""))[:LONGEST_FIND]
    return knowledge.find(session, words) if words.strip() else []


def _emergency(session: Session, conversation: Conversation) -> Emergency | None:
    return emergencies.open_ones(session, [conversation.id]).get(conversation.id)


def _alarm_words(session: Session, visitor: Visitor, conversation: Conversation) -> dict[int, str]:
    return alarms.shown_words(session, visitor.staff, [conversation])


def _appeal(
    session: Session, visitor: Visitor, conversation: Conversation, refused: UnsentReply | None
) -> ChatAppeal | None:
    """Fields of the form for a new case; None for staff who do not own the chat."""
    if not chats.has(conversation, visitor.staff):
        return None
    if refused and refused.appeal:
        return refused.appeal
    return proposed(session, conversation, now=now())


def _open_cases(session: Session, visitor: Visitor, conversation: Conversation) -> list[Case]:
    query = (
        visible_cases(visitor.staff)
        .where(Case.resident_id == conversation.account.resident_id, Case.status.in_(OPEN))
        .options(joinedload(Case.unit))
        .order_by(Case.resolve_by)
        .limit(MOST_CASES)
    )
    return list(session.scalars(query))
