"""A draft: an appeal before the yes, by its parts (S10). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.vocabulary.messages import Pin
from nlu.appeals.parts import Parts


@dataclass(frozen=True)
class Draft:
    """`wording` is all that the resident said of it; the other fields are the clean parts."""

    wording: tuple[str, ...] = ()
    text: str = ""
    matter: str = ""
    wish: str = ""
    since: str = ""
    who: str = ""
    place: str | None = None  # None: not known yet; "": asked, and not named
    denied_place: str = ""  # the resident called it wrong; what is right is asked for
    pin: Pin | None = None
    choices: tuple[str, ...] = ()  # areas, when the place is in several
    is_unplaced: bool = False  # the place is in no area that we know
    area_asked_of: str | None = None  # the place whose area was asked: never twice
    kind: str | None = None  # corrected by the resident: 不是投诉是建议
    duplicate: str | None = None  # number of their own case that this repeats
    regret: bool = False  # they are angry: one sentence of regret before the next step
    name: str = ""  # of the resident, as they gave it

    @property
    def full_wording(self) -> str:
        return "\n".join(self.wording)

    @property
    def asks_area(self) -> bool:
        return (bool(self.choices) or self.is_unplaced) and self.place != self.area_asked_of


def begin(parts: Parts, wording: str, *, place: str | None, regret: bool) -> Draft:
    return Draft(
        wording=(wording,),
        text=parts.text,
        matter=parts.matter,
        wish=parts.wish,
        since=parts.since,
        who=parts.affected,
        place=place,
        regret=regret,
    )


def restart(draft: Draft, parts: Parts, wording: str, place: str | None) -> Draft:
    """The draft with another matter in the place of its own, at `place` or where it was."""
    new = begin(parts, wording, place=place or draft.place, regret=False)
    old_words = with_wording(draft, wording).wording
    return replace(new, wording=old_words, kind=draft.kind, name=draft.name)


def extend(draft: Draft, appeals: Sequence[Parts], wording: str) -> Draft:
    """The draft with what another message adds to it."""
    for parts in appeals:
        draft = replace(
            with_wording(draft, wording),
            text=_joined(draft.text, parts.text, "\n"),
            matter=_joined(draft.matter, parts.matter, "；"),
            wish=_joined(draft.wish, parts.wish, "；"),
            since=draft.since or parts.since,
            who=draft.who or parts.affected,
        )
    return draft


def with_wording(draft: Draft, wording: str) -> Draft:
    """The draft with words added to its wording alone; the same message counts once."""
    if not wording or (wording,) == draft.wording[-1:]:
        return draft
    return replace(draft, wording=(*draft.wording, wording))


_BEFORE_SUBJECT = re.compile("^[，,。 嗯哦]*(?:也|都|就|是|在)*")


def with_subject(empty: Draft, words: str) -> Draft:
    """The empty draft after words that only say what or where it is about: 就是我家楼上."""
    subject = _BEFORE_SUBJECT.sub("", words).rstrip("，,。！!~～ 啊呀呢吧嘛")
    matter = subject if subject in empty.matter else f"{empty.matter}{subject}"
    return replace(with_wording(empty, words), matter=matter)


def fill_empty(empty: Draft, draft: Draft) -> Draft:
    """`draft` with the pin, kind, subject and wording of the empty draft that it replaces."""
    return replace(
        draft,
        text=f"{empty.matter}{draft.text}",
        matter=f"{empty.matter}{draft.matter}",
        wording=(*empty.wording, *draft.wording),
        pin=empty.pin if draft.place == empty.place else None,
        kind=empty.kind,
    )


def _joined(first: str, second: str, between: str) -> str:
    if not second or second in first:
        return first
    return f"{first}{between}{second}" if first else second
