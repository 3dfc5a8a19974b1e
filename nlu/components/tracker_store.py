"""Where Rasa keeps a dialogue: after each turn, only the state that the next one starts from.

A sender id is `CONVERSATION-TURN-PREVIOUS`. Reading it gives a tracker with the slots and the
active form that PREVIOUS ended with and nothing older, so turn 100 costs what turn 2 does; and a
turn that is taken again after a crash starts from the same state, as if never tried.
"""

from collections.abc import Iterable
from typing import Any

import jsonschema
import sqlalchemy as sa
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sqlalchemy.dialects import postgresql

FIRST_TURN = 0

TURNS = sa.Table(
    "dialogue_turns",
    sa.MetaData(),
    sa.Column("conversation", sa.BigInteger, primary_key=True),
    sa.Column("turn", sa.BigInteger, primary_key=True),
    sa.Column("state", postgresql.JSONB, nullable=False),
)


class TurnTrackerStore(TrackerStore):
    """`host` is the whole address of the database that the app uses too."""

    def __init__(self, domain: Domain | None = None, host: str | None = None, **_: Any) -> None:
        if not host:
            raise RasaException("the tracker store needs the address of its database")
        self._engine = sa.create_engine(host, pool_pre_ping=True)
        TURNS.metadata.create_all(self._engine)
        super().__init__(domain)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        conversation, _, previous = parse(sender_id)
        if previous == FIRST_TURN or self.domain is None:
            return None
        statement = sa.select(TURNS.c.state).where(
            TURNS.c.conversation == conversation, TURNS.c.turn == previous
        )
        with self._engine.connect() as connection:
            state = connection.execute(statement).scalar()
        if state is None:
            return None
        return DialogueStateTracker.from_events(sender_id, seed(state), self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        conversation, turn, previous = parse(tracker.sender_id)
        statement = postgresql.insert(TURNS).values(
            conversation=conversation, turn=turn, state=state_of(tracker)
        )
        forget = TURNS.delete().where(
            TURNS.c.conversation == conversation, TURNS.c.turn.not_in([turn, previous])
        )
        with self._engine.begin() as connection:
            connection.execute(forget)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[TURNS.c.conversation, TURNS.c.turn],
                    set_={"state": statement.excluded.state},
                )
            )

    async def keys(self) -> Iterable[str]:
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(TURNS.c.conversation, TURNS.c.turn)).all()
        return [f"{row.conversation}-{row.turn}-{row.turn}" for row in rows]


def parse(sender_id: str) -> list[int]:
    """(conversation, turn, previous turn); 0 as previous begins a dialogue."""
    parts = sender_id.split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        raise RasaException(f"a sender id is CONVERSATION-TURN-PREVIOUS, not {sender_id!r}")
    return [int(part) for part in parts]


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
    return {"slots": slots, "loop": tracker.active_loop_name}


def seed(state: dict[str, Any]) -> list[Event]:
    """The events that bring an empty tracker to `state`, waiting for the resident."""
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [SlotSet(name, value) for name, value in state["slots"].items()]
    if state["loop"]:
        events += [ActiveLoop(state["loop"]), ActionExecuted(state["loop"])]
    return [*events, ActionExecuted(ACTION_LISTEN_NAME)]


# Rasa compiles this schema anew for every action call, which is three quarters of the call's
# 50 ms; it never changes, so it is compiled once. Rasa imports this module through endpoints.yml.
_RESULT = jsonschema.validators.validator_for(RemoteAction.action_response_format_spec())(
    RemoteAction.action_response_format_spec()
)


def _validate_once_compiled(action: RemoteAction, result: dict[str, Any]) -> bool:
    for error in _RESULT.iter_errors(result):
        error.message += f" Failed to validate the result of action '{action.name()}'."
        raise error
    return True


RemoteAction._validate_action_result = _validate_once_compiled
