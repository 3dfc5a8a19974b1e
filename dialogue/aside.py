"""What the bot itself has asked, beside Rasa's forms: kept with the conversation.

It lives in our database and not in Rasa, so that it survives a restart and works while Rasa is
away. A turn that is taken again after a crash starts from what stood before it (`load`).
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from dialogue.calling import Call
from dialogue.hearing import Hearing


@dataclass(frozen=True)
class Aside:
    hearing: Hearing | None = None  # a transcript that waits for a yes
    call: Call | None = None  # a call-back that is being arranged
    pieces: tuple[str, ...] = ()  # what is left of a text that is told slowly
    buttons: tuple[dict[str, Any], ...] = ()  # to be shown with the last piece
    care: tuple[str, ...] = ()  # said by the resident, and not agreed to be noted
    asks_care: bool = False
    told_mode: bool = False  # that a voice note has switched elder mode on
    anonymous: bool | None = None  # what they wish for all that they tell in this chat
    reopens: str | None = None  # the case that is to be done again, and waits for a reason

    def past(self) -> "Aside":
        """As after a message that is about something else."""
        return replace(
            self, hearing=None, call=None, pieces=(), buttons=(), asks_care=False, reopens=None
        )


def load(kept: dict[str, Any] | None, turn: int) -> Aside:
    """What stood before this turn, also when it is taken for the second time."""
    if kept is None:
        return Aside()
    return _read(kept["before"] if kept["turn"] == turn else kept["after"])


def save(turn: int, before: Aside, after: Aside) -> dict[str, Any]:
    return {"turn": turn, "before": _written(before), "after": _written(after)}


def _written(aside: Aside) -> dict[str, Any]:
    written = asdict(aside)
    if aside.call:
        start, end = aside.call.start, aside.call.end
        written["call"] |= {
            "start": start.isoformat() if start else None,
            "end": end.isoformat() if end else None,
        }
    return written


def _read(written: dict[str, Any]) -> Aside:
    hearing, call = written["hearing"], written["call"]
    return Aside(
        hearing=Hearing(**hearing) if hearing else None,
        call=Call(call["phone"], _moment(call["start"]), _moment(call["end"])) if call else None,
        pieces=tuple(written["pieces"]),
        buttons=tuple(written["buttons"]),
        care=tuple(written["care"]),
        asks_care=written["asks_care"],
        told_mode=written["told_mode"],
        anonymous=written.get("anonymous"),  # kept by an older version, it is not there
        reopens=written.get("reopens"),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
