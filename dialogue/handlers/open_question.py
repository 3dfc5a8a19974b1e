"""Passes the message to the handler of the open question."""

from collections.abc import Mapping

from dialogue.handlers import (
    appeal_answers,
    consult,
    contact,
    join,
    lodge_answer,
    person,
    rate,
    read_back_answers,
    reopen,
    which_case,
    withdraw,
)
from dialogue.state import OF_THE_APPEAL, Ask
from dialogue.turn import Handler, Turn

ANSWERS: Mapping[Ask, Handler] = {
    **appeal_answers.ANSWERS,
    **read_back_answers.ANSWERS,
    Ask.CONTACT: contact.answer,
    Ask.CONSULT: consult.answer,
    Ask.JOIN: join.answer,
    Ask.WHICH_CASE: which_case.answer,
    Ask.WITHDRAW: withdraw.answer,
    Ask.REOPEN: reopen.answer,
    Ask.REOPEN_WHY: reopen.answer_why,
    Ask.RATING_REASON: rate.answer_reason,
    Ask.SOLVED: rate.answer_solved,
    Ask.LODGE: lodge_answer.answer,
    Ask.PERSON: person.answer_offer,
}


def handle(turn: Turn) -> bool:
    if turn.asks in OF_THE_APPEAL and turn.state.draft is None:
        turn.close_question()  # its draft is gone
        turn.open = None
    question = turn.open
    answer = ANSWERS.get(question.ask) if question else None
    if answer is None:
        return False
    if answer(turn):
        return True
    is_uncovered = turn.open is not None and turn.open is not question
    return is_uncovered and handle(turn)  # it may answer the question that waited behind
