"""Two staff, the bot and the resident write in one chat at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from backend.clock import now
from backend.messaging import outbox
from backend.models.conversations import Conversation, Owner
from backend.models.messages import InboxMessage, OutboxMessage
from backend.vocabulary.texts import Text
from tests.support.staff_app import Town

EACH = 8


def test_nothing_is_lost_doubled_or_disordered(town: Town) -> None:
    chat = town.conversation()
    town.post("dispatcher", f"/conversations/{chat}/claim")
    bearers = {name: town.bearer(name) for name in ("dispatcher", "supervisor")}

    def staff(name: str) -> list[int]:
        address = f"/api/v1/conversations/{chat}/reply"
        return [
            town.client.post(
                address, json={"text": f"{name} {n}"}, headers=bearers[name]
            ).status_code
            for n in range(EACH)
        ]

    def resident() -> None:
        for n in range(EACH):
            town.says(chat, f"resident {n}")

    def bot() -> None:
        for n in range(EACH):
            with town.database.begin() as session:
                conversation = session.get_one(Conversation, chat)
                outbox.reply(
                    session, conversation, Text(f"bot {n}"), now=now(), dedupe_key=f"bot:{n}"
                )

    with ThreadPoolExecutor(4) as pool:
        owner, other = (pool.submit(staff, name) for name in ("dispatcher", "supervisor"))
        for work in (pool.submit(resident), pool.submit(bot)):
            work.result()
    assert owner.result() == [200] * EACH
    assert other.result() == [409] * EACH  # it is not their chat
    with town.database.begin() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.seq)).all()
        received = session.scalars(select(InboxMessage).order_by(InboxMessage.id)).all()
        assert session.get_one(Conversation, chat).owner == Owner.STAFF
    assert len({row.seq for row in rows}) == len(rows) == 1 + 2 * EACH
    for who in ("dispatcher", "bot"):
        texts = [row.text for row in rows if row.text.startswith(f"{who} ")]
        assert texts == [f"{who} {n}" for n in range(EACH)]
    assert [row.body["text"] for row in received] == [f"resident {n}" for n in range(EACH)]
