"""Nothing to chase or add to: a settled case may not have helped, or the matter is new."""

from backend.vocabulary.messages import Button
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.handlers.lodge_offer import offer_to_lodge
from dialogue.state import Ask
from dialogue.texts import cases as texts
from dialogue.turn import Turn


def answer_without(turn: Turn) -> bool:
    settled = None if turn.state.draft else _settled(turn)
    if settled:
        ask_reopen(turn, settled, texts.ASK_REOPEN_SETTLED.format(case_no=settled.case_no))
    elif own_cases.number(turn):
        turn.say(texts.NOT_YOURS)
    elif turn.state.draft:
        turn.say(texts.NONE_OPEN)
    elif turn.facts.matter(turn.words).is_sure and turn.heard.message.appeals:
        return False  # a new matter
    else:
        offer_to_lodge(turn, texts.NO_OPEN_CASE)
    return True


def ask_reopen(turn: Turn, case: CaseView, text: str) -> None:
    of = {"reopen": case.case_no}
    buttons = [Button(texts.AGAIN, "/affirm", of), Button(texts.ENOUGH, "/deny", of)]
    turn.ask(Ask.REOPEN, text, buttons, case_no=case.case_no, words=turn.words)


def _settled(turn: Turn) -> CaseView | None:
    """By its number; or it was settled lately, and the words are about it or about nothing new."""
    if own_cases.number(turn):
        return next((case for case in own_cases.own(turn) if case.can_reopen), None)
    lately = [case for case in turn.facts.recent_cases() if case.can_reopen]
    about = own_cases.fitting(turn.words, lately)
    if about or turn.facts.matter(turn.words).is_sure:
        return about[0] if about else None
    return lately[0] if lately else None
