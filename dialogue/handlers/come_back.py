"""After another reply, repeats an interrupted question or continues a draft."""

from dataclasses import replace

from dialogue.handlers import appeal_questions as questions
from dialogue.state import OF_THE_APPEAL, Ask, Question
from dialogue.turn import Turn

# The draft may have changed meanwhile. An area is asked once: its question is shown as it was.
_ASKED_ANEW = OF_THE_APPEAL - {Ask.AREA, Ask.CHANGE}
MOST_RETURNS = 2  # after that the question stays open, and is not put once more by us


def resume(turn: Turn) -> None:
    if turn.is_final or not turn.steps:
        return
    question = turn.state.question
    if question is None:
        _bring_back(turn)
    elif question is turn.open:
        _put_again(turn, question)


def _bring_back(turn: Turn) -> None:
    draft = turn.state.draft
    behind = list(turn.state.behind)
    if draft is None:
        behind = [question for question in behind if question.ask not in OF_THE_APPEAL]
    turn.change(behind=tuple(behind[:-1]))
    if behind:
        turn.change(question=behind[-1])
        _put_again(turn, behind[-1])
    elif draft:
        questions.ask_next(turn)


def _put_again(turn: Turn, question: Question) -> None:
    if question.returns >= MOST_RETURNS:
        return
    turn.open = replace(question, returns=question.returns + 1)
    turn.tries = question.tries
    if question.ask in _ASKED_ANEW and turn.state.draft:
        questions.ask_next(turn)
    else:
        turn.say(question.text, question.buttons)
        turn.change(question=turn.open)
