"""Registers the first draft after a yes, and goes on with the next one."""

from dataclasses import replace

from dialogue.care import AGREE, REFUSE
from dialogue.commands import Register
from dialogue.handlers import appeal
from dialogue.handlers import appeal_questions as questions
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.texts import wishes as wish_texts
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
    else:
        _then_ask(turn, is_hidden=is_hidden)
    return True


def go_on(turn: Turn) -> None:
    """Remove the first draft, which became no case of its own, and ask about the next."""
    turn.state = turn.state.without_draft()
    turn.close_question()
    if turn.state.draft:
        turn.say(texts.NEXT_ONE)
        questions.ask_next(turn)


def _then_ask(turn: Turn, *, is_hidden: bool) -> None:
    """Ask about care, else for a phone number when none is known."""
    needs, resident = turn.state.care, turn.facts.resident
    if is_hidden:
        turn.say(texts.AFTER_SUBMIT)
        turn.say(texts.ANONYMOUS)
        return
    if needs and not resident.has_agreed_to_care:
        turn.say(texts.AFTER_SUBMIT)
        ask_care(turn, needs)
    elif turn.phone:
        turn.say(texts.AFTER_SUBMIT)
    else:
        turn.ask(Ask.CONTACT, texts.ASK_PHONE)


def ask_care(turn: Turn, needs: tuple[str, ...]) -> None:
    question = wish_texts.ASK_CARE.format(needs="、".join(needs))
    turn.ask(Ask.CARE, question, word_buttons(AGREE, REFUSE))
