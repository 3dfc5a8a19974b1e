"""Limits of the state; the messages themselves are stored in full. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from dialogue.draft import Draft
from dialogue.state import State

MOST_DRAFTS = 9
MOST_BEHIND = 9  # interrupted questions
MOST_CHARACTERS = 20_000  # of an appeal in the making: two of the longest messages
LONGEST_PLACE = 1_000


def bounded(state: State) -> State:
    """The state with drafts and texts beyond the limits joined or cut."""
    drafts = tuple(_cut(draft) for draft in _few(state.drafts))
    return replace(state, drafts=drafts, behind=state.behind[-MOST_BEHIND:])


def _few(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """At most `MOST_DRAFTS` drafts: those behind are joined with the last."""
    return (*drafts[: MOST_DRAFTS - 1], *_joined(drafts[MOST_DRAFTS - 1 :]))


def _joined(drafts: Sequence[Draft]) -> Sequence[Draft]:
    return (reduce(_with, drafts),) if drafts else ()


def _with(draft: Draft, more: Draft) -> Draft:
    return replace(
        draft,
        wording=(*draft.wording, *more.wording),
        text=f"{draft.text}\n{more.text}",
        matter=f"{draft.matter}；{more.matter}",
    )


def _cut(draft: Draft) -> Draft:
    return replace(
        draft,
        wording=_within(draft.wording),
        text=draft.text[:MOST_CHARACTERS],
        matter=draft.matter[:MOST_CHARACTERS],
        wish=draft.wish[:MOST_CHARACTERS],
        place=draft.place and draft.place[:LONGEST_PLACE],
    )


def _within(wording: Sequence[str]) -> tuple[str, ...]:
    """The first messages that fit into the limit."""
    parts: list[str] = []
    characters = MOST_CHARACTERS
    for words in wording:
        if characters <= 0:
            break
        parts.append(words[:characters])
        characters -= len(words) + 1
    return tuple(parts)
