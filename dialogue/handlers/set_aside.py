"""Matters of another city: put aside with its hotline, and brought back when they concern ours."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from dialogue import draft as drafts
from dialogue.draft import Draft
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers.person import hand_over, offer_person
from dialogue.state import NO_TEXT
from dialogue.texts import appeal as texts
from dialogue.texts.wishes import STUCK_REASON
from dialogue.turn import Turn
from nlu.appeals.parts import Parts
from nlu.city.loaded import elsewhere
from nlu.gazetteer.elsewhere import OtherCity

MOST_TIMES = 2  # that the hotline is named; the next time a person is offered


def is_elsewhere(turn: Turn, words: str) -> bool:
    """True if the words name another city; if so, the first draft is put aside."""
    city = elsewhere().named_in(words)
    return city is not None and point_elsewhere(turn, city, turn.state.drafts[:1])


def point_elsewhere(turn: Turn, city: OtherCity, matters: Sequence[Draft]) -> Literal[True]:
    """Say which hotline handles the matters there, put them aside, and go on with the others."""
    text = texts.ELSEWHERE.format(city=city.name, hotline=city.hotline)
    others = tuple(draft for draft in turn.state.drafts if draft not in matters)
    _put_aside(turn, matters)
    is_new = turn.state.elsewhere != text
    turn.change(drafts=others, question=None, elsewhere=text)
    if is_new:
        turn.change(elsewhere_told=1)
        turn.say(text)
    else:
        say_again(turn)
    if others and turn.state.question is None:
        turn.say(texts.NEXT_ONE)
        questions.ask_next(turn)
    return True


def say_again(turn: Turn) -> Literal[True]:
    """Say in other words why not; the third time offer a person, then call one."""
    times = turn.state.elsewhere_told + 1
    turn.change(elsewhere_told=times)
    if times <= MOST_TIMES:
        return turn.say(texts.STILL_ELSEWHERE)
    return offer_person(turn) if times == MOST_TIMES + 1 else hand_over(turn, STUCK_REASON)


def _put_aside(turn: Turn, matters: Sequence[Draft]) -> None:
    """Put the matters aside; one that follows another of there tells more of it."""
    aside = [replace(drafts.with_wording(draft, turn.words), place=None) for draft in matters]
    if turn.state.elsewhere and turn.state.dropped and len(aside) == 1:
        first, *dropped = turn.state.dropped
        turn.change(dropped=tuple(dropped))
        aside = [_joined(first, aside[0])]
    turn.state = turn.state.put_aside(*aside)


def _joined(draft: Draft, more: Draft) -> Draft:
    parts = Parts(more.text, more.matter, more.wish, more.since, more.who)
    return drafts.extend(drafts.with_wording(draft, more.full_wording), [parts], "")


def keep_words(turn: Turn) -> None:
    """Keep the words with the matter that was put aside."""
    first, *others = turn.state.dropped
    turn.change(dropped=(drafts.with_wording(first, turn.words), *others))


def bring_back(turn: Turn, place: str | None) -> Literal[True]:
    """Go on with the matter that was put aside: somebody or something of it is in our city."""
    back, *others = turn.state.dropped
    back = replace(drafts.with_wording(back, turn.words), place=place)
    turn.change(drafts=(back,), dropped=tuple(others), elsewhere=NO_TEXT, elsewhere_told=0)
    turn.change(home=place or turn.state.home)
    return questions.ask_next(turn)
