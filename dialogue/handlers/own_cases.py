"""Finds the case that a resident speaks of: by number, by description, or by asking which."""

from collections.abc import Sequence

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from dialogue.facts import CaseView, Facts
from dialogue.pointing import fits, is_explicit, pointed_at
from dialogue.state import Ask
from dialogue.texts import cases as texts
from dialogue.turn import Turn

MOST_CHOICES = 5


def number(turn: Turn) -> str | None:
    """The case number in the button or in the words."""
    pressed = turn.utterance.data.get("case_no")
    return str(pressed) if pressed else turn.utterance.case_number


def own(turn: Turn, *, only_open: bool = False) -> list[CaseView]:
    return turn.facts.own_cases(number=number(turn), only_open=only_open)


def by_number(facts: Facts, case_no: str | None) -> CaseView | None:
    """The resident's own case with exactly this number."""
    cases = facts.own_cases(number=case_no) if case_no else []
    return next((case for case in cases if case.case_no == case_no), None)


def fitting(words: str, among: Sequence[CaseView]) -> list[CaseView]:
    """Cases that match the resident's description."""
    pointed = pointed_at(words)
    return [case for case in among if fits(pointed, _known_of(case))]


def pick(
    turn: Turn, among: Sequence[CaseView], action: str, *, strict: bool = True
) -> CaseView | None:
    """The case that the words describe; None when the resident has been asked which.

    `strict`: when the description fits none of several cases, ask instead of taking one.
    """
    matches = fitting(turn.words, among)
    if len(matches) == 1:
        return matches[0]
    if not matches and strict and points_elsewhere(turn):
        text = texts.none_fits(pointed_at(turn.words), among[:MOST_CHOICES])
        ask_which(turn, text, among, action)
        return None
    several = matches or list(among)
    if len(several) == 1:
        return several[0]
    ask_which(turn, texts.which_case(several[:MOST_CHOICES]), several, action)
    return None


def ask_which(turn: Turn, text: Text, among: Sequence[CaseView], action: str) -> None:
    cases = among[:MOST_CHOICES]
    buttons = [
        Button(texts.short(case.text, 10), f"/{action}", {"case_no": case.case_no})
        for case in cases
    ]
    choices = tuple(case.case_no for case in cases)
    turn.ask(Ask.WHICH_CASE, text, buttons, action=action, words=turn.words, choices=choices)


def points_elsewhere(turn: Turn) -> bool:
    if number(turn):
        return False
    return is_explicit(turn.words) and bool(pointed_at(turn.words))


def points(turn: Turn, among: Sequence[CaseView]) -> bool:
    """True if the words describe some of the cases, or a case that is not among them."""
    matches = fitting(turn.words, among)
    return 0 < len(matches) < len(among) or (not matches and points_elsewhere(turn))


def _known_of(case: CaseView) -> str:
    return "\n".join((case.text, case.place, *case.item_words))
