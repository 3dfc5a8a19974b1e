"""Actors of a step: a resident, a member of staff, or a part of Minhu."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """The actor of a step: `key` for the log, `name` for people."""

    key: str
    name: str

    @property
    def is_staff(self) -> bool:
        return self.key.startswith("staff:")


RESIDENT = Actor("resident", "市民")
SYSTEM = Actor("system", "系统")
ROUTER = Actor("router", "自动派单")
BOT = Actor("bot", "小呼")
# These actors act at once on a resident's message, so their notifications are replies to it.
ANSWERING = frozenset({RESIDENT, ROUTER, BOT})
