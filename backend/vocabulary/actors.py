"""Who takes a step: a resident, a colleague, or a part of Minhu itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who takes a step: `key` in the log, `name` as people are shown it."""

    key: str
    name: str


RESIDENT = Actor("resident", "市民")
SYSTEM = Actor("system", "系统")
ROUTER = Actor("router", "自动派单")
BOT = Actor("bot", "小呼")


# What these do follows at once on a resident's message, so telling it is a reply to them.
ANSWERING = frozenset({RESIDENT, ROUTER, BOT})
