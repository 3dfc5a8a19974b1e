"""Answers to the questions about a draft: what, where, in which area."""

import re
from dataclasses import replace

from dialogue import corrections
from dialogue import draft as drafts
from dialogue.answers import Polarity
from dialogue.corrections.names import is_person
from dialogue.handlers import appeal, ask_question, correcting, set_aside
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers.asides import SURE, is_aside, says_nothing
from dialogue.handlers.nothing_said import has_no_words
from dialogue.handlers.passing import note_contact
from dialogue.handlers.person import offer_person
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.turn import Turn
from nlu.appeals import parts
from nlu.appeals.another import announces_another
from nlu.appeals.cues import has_trouble, object_alone, topics_of
from nlu.appeals.parts import Parts
from nlu.gazetteer.vague import is_vague_answer
from nlu.language.choices import choice_index
from nlu.language.openings import is_question_announcement
from nlu.places import answers

_FILLER = re.compile(
    "(?:那个?|这个|就是说?|怎么说呢?|(?:让)?我想想|是这样的?|我跟你说|[额呃嗯啊哦诶唉，,。.… ])+"
)
_ALSO = re.compile("[哦噢对了，, ]{0,4}(?:另外|还有|再有)")
MOST_TRIES = 2  # the third time a person is offered


def take_matter(turn: Turn) -> bool:
    """The answer to "what is it?"."""
    message = turn.message
    if turn.utterance.pin:
        return questions.take_pin(turn)
    if _asks_without_answer(turn):
        appeal.start_with_words(turn)
        return True
    if is_aside(turn) or turn.polarity is Polarity.NEVER_MIND:
        return False
    if _FILLER.fullmatch(turn.words):
        return _ask_matter_again(turn)
    place = appeal.place_of(turn)
    if place and answers.is_only_place(turn.words):
        place = answers.merge(turn.draft.place or "", place)
        return questions.go_on(turn, replace(turn.draft, place=place))
    if not message.appeals and is_vague_answer(turn.words):
        turn.keep(drafts.with_subject(turn.draft, turn.words))
        return _ask_matter_again(turn)
    if (thing := object_alone(turn.words)) and not turn.draft.matter.endswith(thing):
        return questions.go_on(turn, drafts.with_subject(turn.draft, thing))  # 电梯: and no more
    is_topic = not message.appeals and bool(topics_of(turn.words)) and not turn.polarity
    tells = is_topic or (message.appeals and not says_nothing(turn))
    if turn.utterance.button or not tells:
        return _ask_matter_again(turn)
    if is_topic:
        message = replace(message, appeals=(Parts(turn.words, turn.words),))
    appeal.start(turn, message)
    return True


def _asks_without_answer(turn: Turn) -> bool:
    """True if the message is a question without an article: then the question is the matter."""
    if turn.utterance.pressed or turn.polarity or not turn.means("ask_question", SURE):
        return False
    if is_question_announcement(turn.words) or has_no_words(turn.words):
        return False
    return turn.facts.answer(turn.words).article is None


def _ask_matter_again(turn: Turn) -> bool:
    turn.count_try()
    return offer_person(turn) if turn.tries > MOST_TRIES else questions.ask_next(turn)


def take_where(turn: Turn) -> bool:
    """The answer to "where?" or "in which of these areas?"."""
    if turn.utterance.pin:
        return questions.take_pin(turn)
    if turn.polarity is Polarity.NEVER_MIND or is_aside(turn):
        return False
    if _begins_another(turn) or _corrects(turn):
        return True
    return _take_area(turn) if turn.asks is Ask.AREA else _take_place(turn)


def _corrects(turn: Turn) -> bool:
    """Correct what they call wrong in the matter, instead of an answer: 不是昨天，是前天."""
    correction = corrections.find(turn.words)
    if correction is None or not correction.wrong or correction.part is corrections.Part.PLACE:
        return False
    if correction.wrong not in turn.draft.text:
        return False
    return correcting.correct(turn, correction)


def _take_place(turn: Turn) -> bool:
    """An answer that names no place is kept as "not known" in the end: nobody is asked thrice."""
    if set_aside.is_elsewhere(turn, turn.words):
        return True
    if answers.is_whole_city(turn.words):
        return _go_on_at(turn, texts.WHOLE_CITY)
    place = answers.place_in(turn.words, turn.utterance.parse.places)
    whole = answers.whole_answer(turn.words, place) if place else _name_in(turn)
    tells_more = whole != turn.words and _add_rest(turn)
    if whole:
        return _go_on_at(turn, whole)
    if turn.polarity is Polarity.DONT_KNOW:
        return _go_on_at(turn, "" if tells_more else _spot_in(turn.more))
    if turn.polarity is None:
        turn.keep(drafts.with_wording(turn.draft, turn.words))  # 三号楼: only they can find it
    assert turn.open
    if turn.open.tries >= MOST_TRIES:
        return _go_on_at(turn, "")
    turn.count_try()
    return questions.ask_next(turn)


def _take_area(turn: Turn) -> bool:
    """An area by number or name, or another place; anything else leaves the place as it is."""
    choices = turn.draft.choices
    number = choice_index(turn.words, len(choices))
    if number is not None:
        return _go_on_at(turn, answers.merge(turn.draft.place or "", choices[number]))
    if set_aside.is_elsewhere(turn, turn.words):
        return True
    choice = next((name for name in choices if name[:2] in turn.words), None)
    place = choice or answers.place_in(turn.words, turn.utterance.parse.places)
    if place:
        _add_rest(turn)
        return _go_on_at(turn, answers.merge(turn.draft.place or "", place))
    if detail := questions.detail_in(turn):
        draft = questions.at_place(turn.draft, detail)
        turn.keep(replace(draft, area_asked_of=draft.place))
    elif turn.polarity is None:
        _add_rest(turn)
    return _go_on_at(turn, turn.draft.place or "")


def _begins_another(turn: Turn) -> bool:
    """另外还有一件事: a new draft waits behind the one that is being asked about."""
    message = turn.message
    is_another = announces_another(turn.words) or _names_another(turn)
    if not (is_another and message.appeals and appeal.tells_matter(turn, message)):
        return False
    turn.count_try()
    turn.keep(replace(turn.draft, area_asked_of=None))
    appeal.start(turn, message)
    return True


def _names_another(turn: Turn) -> bool:
    """另外我们村口那个站牌倒了, while a lift is being asked about."""
    objects = topics_of(turn.words)
    is_other = bool(objects) and not objects & topics_of(turn.draft.text)
    return is_other and _ALSO.match(turn.words) is not None and has_trouble(turn.words)


def _name_in(turn: Turn) -> str | None:
    """The answer as a name that no list has, when it is neither talk nor about a matter."""
    words = turn.words
    if turn.polarity or has_trouble(words) or topics_of(words) or is_person(words):
        return None
    return answers.name_in(words)


def _spot_in(words: str) -> str:
    """不知道叫什么路，就在医院旁边: the spot when they say where, else ""."""
    spot = words.removeprefix("就").removeprefix("在")
    return spot if is_vague_answer(words) or parts.read(words).home else ""


def _add_rest(turn: Turn) -> bool:
    """Add what an answer tells of the matter beside the place; False when it tells nothing."""
    message = parts.read(turn.more) if turn.polarity else turn.message
    ask_question.answer_beside(turn, message.questions)
    note_contact(turn)
    if answers.is_only_place(turn.words) or says_nothing(turn):
        return False
    if not message.appeals or not appeal.tells_matter(turn, message):
        return False
    turn.keep(drafts.extend(turn.draft, message.appeals, turn.words))
    return True


def _go_on_at(turn: Turn, place: str) -> bool:
    questions.share_place(turn, place)
    draft = drafts.with_wording(turn.draft, turn.words)
    return questions.go_on(turn, correcting.placed(draft, place))


ANSWERS = {Ask.MATTER: take_matter, Ask.PLACE: take_where, Ask.AREA: take_where}
