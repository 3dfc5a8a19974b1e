"""Every route × every role of another unit × a row of somebody else's: refused, and unchanged."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import func, select

from backend.attachments.storage import AttachmentFolder
from backend.call_backs import service as call_backs
from backend.cases import queries
from backend.clock import now
from backend.conversations import service as conversations
from backend.database import Database
from backend.models.call_backs import CallBack
from backend.models.cases import CaseEvent
from backend.models.conversations import Conversation, Owner
from backend.models.messages import Attachment, OutboxMessage
from backend.models.staff import AuditEntry, Role, SavedView, StaffAccount
from backend.settings import Settings
from backend.vocabulary.case_lifecycle import Action
from bot.app import Minhu
from bot.rasa.client import Rasa
from tests.fakes.rasa import nobody_home
from tests.integration.test_console import PNG
from tests.support.clients import client_of
from tests.support.staff_app import UNIT, Town, TownHall

FOREIGN = "330102-housing"  # neither above nor below the unit that has the case
WORDS, PHONE = "楼道里的灯坏了三个月", "13812345678"
# Lists and tools without a row of their own; measures hold counts. Everything else is walked.
ROWLESS = re.compile(
    r"/(openapi\.json|healthz|livez|readyz|metrics|chat.*|public.*|open311.*|telegram|wechat/?)|"
    r"/console(/(events|static|sign-in|sign-out|api|measures|boards|sources|reviews|topics|alerts"
    r"|campaigns|consultations|briefs|problems|knowledge|admin).*)?|"
    r"/console/\{address:path\}|"
    r"/api/v1/(token|measures.*|boards.*|units.*|knowledge.*|sources.*|exchange|freshness.*|topics.*|alerts.*)"
)


@pytest.fixture(scope="module")
def hall(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """The whole app."""
    folder = tmp_path_factory.mktemp("var")
    rasa = Rasa(nobody_home())
    app = Minhu(Settings(_env_file=None, data_dir=folder), shared_database, rasa).web()
    attachments = AttachmentFolder(folder / "attachments", limit_bytes=10**6)
    yield TownHall(shared_database, attachments, app, "")
    rasa.close()


@pytest.fixture
def town(hall: TownHall, database: Database) -> Iterator[Town]:
    """With one account of each role at the foreign unit."""
    with client_of(hall.app, follow_redirects=False) as client:
        town = Town(hall, client)
        for role in Role:
            town.hire(f"foreign-{role}", role, FOREIGN)
        yield town


_SOME_ACTIONS = [Action.DISPATCH, Action.ACCEPT, Action.UNMASK, Action.CONTACT, Action.MERGE]


class Rows:
    """A case of the west with its chat, file and call; values for the parameters of addresses."""

    def __init__(self, town: Town, owner: Owner) -> None:
        chat = town.conversation("zheng")
        message = town.says(chat, WORDS, photo=PNG)
        self.case_no = town.case(WORDS, conversation_id=chat, unit=UNIT, phone=PHONE)
        with town.database.begin() as session:
            conversation = session.get_one(Conversation, chat)
            period = (now(), now())
            call_backs.ask(session, conversation, PHONE, period, message_id=message, now=now())
            session.flush()
            colleague = session.scalars(
                select(StaffAccount.id).where(StaffAccount.username == "dispatcher")
            ).one()
            saved = SavedView(staff_id=colleague, name="我的", query="tab=all", created_at=now())
            session.add(saved)
            session.flush()
            self.values = {
                "view_id": str(saved.id),
                "case_no": self.case_no,
                "conversation_id": str(chat),
                "attachment_id": str(session.scalars(select(Attachment.id)).one()),
                "call_back_id": str(session.scalars(select(CallBack.id)).one()),
            }
        if owner is Owner.QUEUE:
            town.queue(chat)
        if owner is Owner.STAFF:
            with town.database.begin() as session:
                colleague = session.scalars(
                    select(StaffAccount.id).where(StaffAccount.username == "dispatcher")
                ).one()
                conversations.claim(session, chat, colleague, now=now())
        with town.database.begin() as session:
            case = queries.by_number(session, self.case_no)
            areas = {"street": {"code": "330106002"}, "district": {"code": "330106"}}
            case.location = {**case.location, **areas}

    def addresses(self, path: str) -> Iterator[str]:
        names = re.findall(r"\{(\w+)", path)
        actions = list(Action) if path.startswith("/api") else _SOME_ACTIONS
        for action in actions if "action" in names else [None]:
            values = {**self.values, "action": action or "", "code": "12345"}
            assert set(names) <= set(values), f"{path}: say what a foreign row of it is"
            yield re.sub(r"\{(\w+)\}", lambda match, values=values: values[match[1]], path)


def row_routes(town: Town) -> list[tuple[str, str]]:
    routes = [
        (method, context.path or "")
        for context in iter_route_contexts(town.app.routes)
        if isinstance(context.original_route, APIRoute)
        for method in context.methods or ()
    ]
    return [(method, path) for method, path in routes if not ROWLESS.fullmatch(path)]


BODY = {
    "text": "看看", "reason": "看看", "unit": FOREIGN, "days": 3, "outcome": "solved",
    "lead": "HZ1", "cases": [], "at": "2026-11-30 10:00", "place": "文三路", "to": "congress",
}  # fmt: skip


@pytest.mark.parametrize("owner", list(Owner))
@pytest.mark.parametrize("role", list(Role))
def test_foreign_rows_are_neither_shown_nor_changed(town: Town, role: Role, owner: Owner) -> None:
    rows = Rows(town, owner)
    headers = town.bearer(f"foreign-{role}")
    cookie = f"minhu_staff={headers['Authorization'][7:]}"
    token = _form_token(town, cookie)
    before = _state(town)
    for method, path in row_routes(town):
        for address in rows.addresses(path):
            is_page = path.startswith("/console")
            answer = town.client.request(
                method,
                address,
                headers={"Cookie": cookie} if is_page else headers,
                **(
                    {}
                    if method == "GET"
                    else {"data": {**BODY, "form_token": token}}
                    if is_page
                    else {"json": BODY}
                ),
            )
            assert WORDS not in answer.text, (method, address)
            assert PHONE not in answer.text, (method, address)
            if "{" in path:
                assert answer.status_code in {403, 404}, (method, address, answer.status_code)
    assert _state(town) == before


def _form_token(town: Town, cookie: str) -> str:
    page = town.client.get("/console/cases", headers={"Cookie": cookie})
    return re.findall(r'name="form_token" value="([^"]+)"', page.text)[0]


def _state(town: Town) -> list[object]:
    with town.database.begin() as session:
        chat = session.scalars(select(Conversation)).one()
        call = session.scalars(select(CallBack)).one()
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (CaseEvent, OutboxMessage)
        ]
        return [chat.owner, chat.staff_id, call.status, call.tries, *counts]


def test_centre_and_unit_see_their_own_rows(town: Town) -> None:
    rows = Rows(town, Owner.QUEUE)
    town.hire("own-dispatcher", Role.DISPATCHER, UNIT)
    town.hire("street-dispatcher", Role.DISPATCHER, "330106002-street")
    chat = f"/conversations/{rows.values['conversation_id']}"
    assert town.get("dispatcher", chat).status_code == 200
    assert town.get("own-dispatcher", chat).status_code == 200  # a resident of its own case
    assert town.get("street-dispatcher", chat).status_code == 200  # waits in its own area
    assert len(town.get("street-dispatcher", "/conversations").json()["conversations"]) == 1
    assert town.get("foreign-dispatcher", "/conversations").json()["conversations"] == []
    assert town.get("foreign-dispatcher", "/call-backs").json()["call_backs"] == []


def test_views_searches_and_refusals_are_audited(town: Town) -> None:
    rows = Rows(town, Owner.STAFF)
    town.get("handler", "/cases", q=f"灯坏了 {PHONE}")
    cookie = {"Cookie": f"minhu_staff={town.token('dispatcher')}"}
    file = f"/console/attachments/{rows.values['attachment_id']}"
    assert town.client.get(file, headers=cookie).status_code == 200
    town.get("handler", f"/conversations/{rows.values['conversation_id']}")
    with town.database.begin() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    noted = {entry.action: entry.subject for entry in entries}
    assert noted["search"] == "灯坏了 （电话不显示）"
    assert noted["see_file"] == rows.values["attachment_id"]
    assert noted["refused"] == f"/api/v1/conversations/{rows.values['conversation_id']}"
