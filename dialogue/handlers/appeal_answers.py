"""Answers to what is asked of an appeal: what, where, in which area. See `read_back_answers`."""

from dataclasses import replace

from dialogue import draft as drafts
from dialogue.answers import Polarity
from dialogue.draft import Draft
from dialogue.handlers import appeal, ask_question
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers.asides import SURE, is_aside, says_nothing
from dialogue.handlers.nothing_said import has_no_words
from dialogue.handlers.passing import save_phone
from dialogue.handlers.person import offer_person
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.turn import Turn
from nlu.appeals import parts
from nlu.appeals.another import announces_another
from nlu.appeals.cues import topics_of
from nlu.appeals.parts import Parts
from nlu.city.loaded import elsewhere
from nlu.gazetteer.vague import is_vague_answer
from nlu.language.choices import choice_index
from nlu.language.openings import is_question_announcement
from nlu.places import answers

MOST_TRIES = 2  # the third time a person is offered


def take_matter(turn: Turn) -> bool:
    """To "what is it?"."""
    message = turn.heard.message
    if turn.heard.pin:
        return questions.begin_at_pin(turn)
    if _asks_without_answer(turn):
        appeal.start_with_words(turn)
        return True
    if is_aside(turn) or turn.polarity is Polarity.NEVER_MIND:
        return False
    place = appeal.place_of(turn)
    if answers.is_only_place(turn.words) and place:
        _set(turn, replace(_draft(turn), place=place))
        questions.ask_next(turn)
        return True
    is_topic = not message.appeals and bool(topics_of(turn.words)) and not turn.polarity
    if (
        turn.heard.button
        or not (is_topic or message.appeals)
        or (says_nothing(turn) and not is_topic)
    ):
        return _ask_again(turn)
    if is_topic:
        message = replace(message, appeals=(Parts(turn.words, turn.words),))  # 电梯: and no more
    appeal.start(turn, message)
    return True


def _asks_without_answer(turn: Turn) -> bool:
    """A question is what they came with, when no article answers it."""
    heard = turn.heard
    if heard.intent != "ask_question" or heard.pressed or heard.confidence < SURE:
        return False
    if is_question_announcement(heard.words) or has_no_words(heard.words) or turn.polarity:
        return False
    return turn.facts.answer(heard.words).article is None


def take_place(turn: Turn) -> bool:
    """To "where?". What names no place is kept as "not known" in the end: never asked thrice."""
    if turn.heard.pin:
        return _take_pin(turn)
    if turn.polarity is Polarity.NEVER_MIND or is_aside(turn):
        return False
    if _begins_another(turn):
        return True
    if city := elsewhere().named_in(turn.words):
        return appeal.point_elsewhere(turn, city, turn.state.drafts[:1])
    if answers.is_whole_city(turn.words):
        return _go_on_with(turn, texts.WHOLE_CITY)
    place = answers.place_in(turn.words, turn.heard.parse.places)
    if place:
        _add_rest(turn)
        return _go_on_with(turn, place)
    return _no_place(turn)


def _no_place(turn: Turn) -> bool:
    told = _add_rest(turn)
    if turn.polarity is Polarity.DONT_KNOW:
        return _go_on_with(turn, "" if told else _around(turn.more))
    if turn.polarity is None:
        _set(turn, drafts.heard(_draft(turn), turn.words))  # 三号楼: only they can find it
    assert turn.open
    if turn.open.tries >= MOST_TRIES:
        return _go_on_with(turn, "")
    turn.count_try()
    questions.ask_next(turn)
    return True


def _begins_another(turn: Turn) -> bool:
    """另外还有一件事: it waits behind the one that is being asked about."""
    message = turn.heard.message
    if (
        not announces_another(turn.words)
        or not message.appeals
        or not appeal.tells_matter(turn, message)
    ):
        return False
    turn.count_try()
    _set(turn, replace(_draft(turn), area_asked_of=None))
    appeal.start(turn, message)
    return True


def _around(words: str) -> str:
    """不知道叫什么路，就在医院旁边: what is left of it says where; other words do not."""
    return words if is_vague_answer(words) or parts.read(words).home else ""


def _add_rest(turn: Turn) -> bool:
    """What an answer tells of the matter beside the place; False when it tells nothing."""
    message = parts.read(turn.more) if turn.polarity else turn.heard.message
    for question in message.questions:
        ask_question.answer_beside(turn, question)
    save_phone(turn)
    if answers.is_only_place(turn.words) or says_nothing(turn):
        return False
    if not message.appeals or not appeal.tells_matter(turn, message):
        return False
    draft = _draft(turn)
    for one in message.appeals:
        draft = drafts.extend(draft, one, turn.words)
    _set(turn, draft)
    return True


def _go_on_with(turn: Turn, place: str) -> bool:
    draft = _draft(turn)
    _set(turn, replace(drafts.heard(draft, turn.words), place=place))
    questions.ask_next(turn)
    return True


def _take_pin(turn: Turn) -> bool:
    place = questions.pin_words(turn)
    if place is None:
        turn.say(texts.PIN_NOT_HERE)
        return True
    draft = _draft(turn)
    words = place if not draft.place else f"{draft.place}，{place}"
    _set(turn, replace(draft, place=words, pin=turn.heard.pin))
    questions.ask_next(turn)
    return True


def take_area(turn: Turn) -> bool:
    """To "in which of these?": by number or name; what is no choice leaves the place open."""
    draft = _draft(turn)
    if turn.heard.pin:
        return _take_pin(turn)
    if turn.polarity is Polarity.NEVER_MIND or is_aside(turn):
        return False
    if _begins_another(turn):
        return True
    number = choice_index(turn.words, len(draft.choices))
    if number is not None:
        return _go_on_with(turn, answers.merge(draft.place or "", draft.choices[number]))
    if city := elsewhere().named_in(turn.words):
        return appeal.point_elsewhere(turn, city, turn.state.drafts[:1])
    if named := [name for name in draft.choices if name[:2] in turn.words]:
        _add_rest(turn)
        return _go_on_with(turn, answers.merge(_draft(turn).place or "", named[0]))
    place = answers.place_in(turn.words, turn.heard.parse.places)
    if place:
        _add_rest(turn)
        return _go_on_with(turn, answers.merge(_draft(turn).place or "", place))
    if detail := questions.detail_in(turn):
        draft = questions.at_place(draft, detail)
        _set(turn, replace(draft, area_asked_of=draft.place))
    elif turn.polarity is None:
        _add_rest(turn)
    return _go_on_with(turn, _draft(turn).place or "")


def _ask_again(turn: Turn) -> bool:
    assert turn.open
    turn.count_try()
    if turn.tries > MOST_TRIES:
        offer_person(turn)
    else:
        questions.ask_next(turn)
    return True


def _draft(turn: Turn) -> Draft:
    draft = turn.state.draft
    return draft if draft is not None else Draft()


def _set(turn: Turn, draft: Draft) -> None:
    turn.state = turn.state.with_draft(draft)


ANSWERS = {Ask.MATTER: take_matter, Ask.PLACE: take_place, Ask.AREA: take_area}
