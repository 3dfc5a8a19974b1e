"""Offers to lodge the resident's words as an appeal, or to reopen a settled case."""

from collections.abc import Callable, Sequence

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text, joined
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.texts import case_answers
from dialogue.texts import cases as texts
from dialogue.turn import Turn


def offer_to_lodge(
    turn: Turn, text: Text, others: Sequence[Button] = (), *, words: str = ""
) -> bool:
    buttons = [*word_buttons(texts.LODGE_IT), *others]
    return turn.ask(Ask.LODGE, text, buttons, words=words or turn.words)


def offer_to_reopen(
    turn: Turn, case: CaseView, text: Text, *, words: str = "", **details: object
) -> bool:
    """Ask whether the case shall be done again; `details` are carried by the buttons."""
    details["reopen"] = case.case_no
    buttons = [Button(texts.AGAIN, "/affirm", details), Button(texts.ENOUGH, "/deny", details)]
    return turn.ask(Ask.REOPEN, text, buttons, case_no=case.case_no, words=words)


def offer_to_reopen_settled(turn: Turn, case: CaseView) -> bool:
    text = texts.ASK_REOPEN_SETTLED.format(case_no=case.case_no)
    return offer_to_reopen(turn, case, text, words=turn.words)


def offer_withdrawn(turn: Turn, case: CaseView) -> bool:
    """Offer to lodge a case again that they withdrew."""
    text = joined([case_answers.ended(case), case_answers.LODGE_WITHDRAWN], "")
    return offer_to_lodge(turn, text, words=case.text)


def act_on_open_case(
    turn: Turn, action: str, act: Callable[[Turn, CaseView, str], None], *, strict: bool = True
) -> bool:
    """Act on the open case that the words describe, or ask which; see `own_cases.pick`."""
    open_cases = own_cases.own(turn, only_open=True)
    if not open_cases:
        return answer_without_open_case(turn)
    if case := own_cases.pick(turn, open_cases, action, strict=strict):
        act(turn, case, turn.words)
    return True


def answer_without_open_case(turn: Turn) -> bool:
    """No case is open to chase or add to: offer to reopen an ended one, or to lodge the words."""
    ended = None if turn.state.draft else _ended(turn)
    if ended and ended.can_reopen:
        return offer_to_reopen_settled(turn, ended)
    if ended:
        return offer_withdrawn(turn, ended)
    if own_cases.number(turn):
        return turn.say(texts.NOT_YOURS)
    if turn.state.draft:
        return turn.say(texts.NONE_OPEN)
    if turn.facts.matter(turn.words).is_sure and turn.message.appeals:
        return False  # a new matter
    return offer_to_lodge(turn, texts.NO_OPEN_CASE)


def _ended(turn: Turn) -> CaseView | None:
    """The case by its number, or one that ended lately if the words add nothing new."""
    if own_cases.number(turn):
        return next(iter(own_cases.own(turn)), None)
    settled = [case for case in turn.facts.recent_cases if not case.is_open]
    newest = turn.facts.own_cases()[:1]
    lately = settled or [case for case in newest if case.outcome == "withdrawn"]
    is_new = turn.facts.matter(turn.words).is_sure
    candidates = own_cases.fitting(turn.words, lately) or ([] if is_new else lately)
    return next(iter(candidates), None)
