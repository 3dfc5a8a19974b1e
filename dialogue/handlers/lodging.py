"""Registers the first draft after a yes, and goes on with the next one."""

from dataclasses import replace

from dialogue.commands import Register
from dialogue.handlers import appeal, join
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers.after_lodging import then_ask
from dialogue.texts import appeal as texts
from dialogue.turn import Turn
from nlu.appeals.parts import Message


def lodge(turn: Turn, also: Message | None = None) -> bool:
    """Register the first draft; `also` is a message with another matter, told beside the yes."""
    draft = turn.state.draft
    assert draft is not None
    kind = questions.kind_of(turn, draft)
    turn.do(Register(replace(draft, kind=kind), turn.state.anonymous))
    is_hidden = questions.is_hidden(turn, draft, kind)
    turn.state = turn.state.without_draft()
    turn.close_question()
    turn.lodged_place = draft.place or ""
    if also is not None:
        appeal.start(turn, also)
    elif turn.state.draft:
        turn.say(texts.NEXT_ONE)
        questions.ask_next(turn)
    elif is_hidden or not join.offer(turn, draft):
        then_ask(turn, is_hidden=is_hidden)
    return True


def go_on(turn: Turn) -> None:
    """Remove the first draft, which became no case of its own, and ask about the next."""
    turn.state = turn.state.without_draft()
    turn.close_question()
    if turn.state.draft:
        turn.say(texts.NEXT_ONE)
        questions.ask_next(turn)
