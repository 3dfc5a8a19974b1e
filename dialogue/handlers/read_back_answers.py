"""Answers to the read-back: yes, yes and more, no, a correction by part, never mind."""

import re

from dialogue import answers, corrections
from dialogue import draft as drafts
from dialogue.answers import Polarity, urges_only
from dialogue.commands import AddDetail, Reopen
from dialogue.corrections import Appeal, Correction
from dialogue.draft import Draft
from dialogue.handlers import appeal, ask_question, cancel, lodging, set_aside
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers.asides import is_aside, says_nothing
from dialogue.handlers.correcting import correct
from dialogue.handlers.passing import note_contact
from dialogue.handlers.person import offer_person
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.texts import case_answers
from dialogue.texts import cases as case_texts
from dialogue.texts import chat as chat_texts
from dialogue.turn import Turn
from nlu.appeals import parts
from nlu.appeals.another import announces_another
from nlu.appeals.cues import has_trouble
from nlu.appeals.parts import Message, Parts
from nlu.language.text import find_phones
from nlu.places.answers import has_support, is_only_place, is_whole_city, place_in
from nlu.places.merge import names_firm

MOST_TRIES = 3
_ALL_RIGHT_THEN = re.compile("^(?:那|哎|唉)?算了[吧啦]?[，, ]+")
_LONG_MATTER = 5  # characters; shorter words correct a part of the matter
_TELLS_ANEW = re.compile(
    r"(?:那|让)?我(?:来|想|要)?(?:再|重新|从头|重)(?:给你)?(?:说|讲)(?:一?[遍下次]|过)?[吧了。！]*"
)
# Of course, and at once; a polite question (是不是能快点) agrees to nothing.
_HURRIES = re.compile(
    "(?!.*(?:是不是|可不可以|能否|可否|[吗么?？])).*(?:快|赶紧|抓紧|马上|立刻|立即|废话)"
)
_NOTHING_WRONG = re.compile("没有?(?:什么|哪里|啥|地方)?(?:不对|错)(?:的|啊|呀)*")


def take_confirmed(turn: Turn) -> bool:
    """The answer to "is this right?"."""
    if turn.utterance.pin:
        return questions.take_pin(turn)
    repeats = _repeats_case(turn)
    if repeats is not None:
        return _lodge_repeat(turn) if repeats else lodging.lodge(turn)
    names_place = is_only_place(turn.words) and turn.more not in (turn.draft.place or "")
    if (turn.polarity is Polarity.YES and not names_place) or _hurries(turn):
        return _yes(turn)
    if turn.polarity is Polarity.NEVER_MIND and (other := _instead(turn.words)):
        return correct(turn, other)  # 算了，改成建议吧
    if turn.polarity is Polarity.NEVER_MIND or cancel.declines(turn):
        return False
    if correction := _correction_in(turn, turn.words):
        return correct(turn, correction)
    if turn.polarity is Polarity.NO:
        return _no(turn)
    if _TELLS_ANEW.fullmatch(turn.words):
        return _ask_change(turn)
    if turn.polarity is Polarity.LATER and not turn.more:
        turn.say(chat_texts.TAKE_YOUR_TIME)
        turn.is_final = True
        return True
    return False if is_aside(turn) else _take_more(turn)


def _hurries(turn: Turn) -> bool:
    """废话！快点！ to "is this right?" agrees."""
    return urges_only(turn.words) and _HURRIES.match(turn.words) is not None


def _instead(words: str) -> Correction | None:
    """算了，改成建议吧 gives up nothing but a part."""
    rest = _ALL_RIGHT_THEN.sub("", words, count=1)
    return corrections.find(rest) if rest != words else None


def _correction_in(turn: Turn, words: str) -> Correction | None:
    """The correction that the words make: 不是…，是…; or only what is right: 81号, 是养鸡."""
    if not words:
        return None
    draft = turn.draft
    if correction := corrections.find(words) or corrections.find_bare(
        words, draft.text, draft.place
    ):
        return correction
    stated = corrections.find_stated(words, draft.text)
    if stated and _fits(draft, stated):
        return stated
    return corrections.find_denied(words, f"{draft.text}\n{draft.place}")


def _fits(draft: Draft, correction: Correction) -> bool:
    """True if the correction finds the words that it stands for."""
    corrected = corrections.apply(draft.text, draft.place, correction)
    return corrected not in (None, Appeal(draft.text, draft.place))


def _repeats_case(turn: Turn) -> bool | None:
    """True if they say that it is the same as the case that stands; None for neither."""
    data = turn.utterance.data
    if "adds_to" in data or "another" in data:
        return "adds_to" in data
    answer = answers.answers_repeat(turn.words) if turn.draft.duplicate else None
    return answer == "same" if answer else None


def _lodge_repeat(turn: Turn) -> bool:
    """Add the draft to the case that it repeats, or reopen that case with it."""
    number = str(turn.utterance.data.get("adds_to") or turn.draft.duplicate or "")
    own = turn.facts.own_cases(number=number) if number else []
    if not own:
        return lodging.lodge(turn)
    case_no, words = own[0].case_no, turn.draft.full_wording
    if own[0].is_open:
        turn.do(AddDetail(case_no, words))
        turn.say(case_answers.added(own[0]))
    else:
        turn.do(Reopen(case_no, words))
        turn.say(case_texts.REOPENED)
    lodging.go_on(turn)
    return True


def _yes(turn: Turn) -> bool:
    """Register, after taking in what stands beside the yes."""
    more = turn.more
    correction = _correction_in(turn, more)
    if correction and _changes(turn, correction):
        return correct(turn, correction)
    more = correction.rest if correction else more  # 对，电话就不留了: there is none
    place = next(filter(is_only_place, re.split("[，,。；;]", more)), None)
    if place and place not in (turn.draft.place or ""):
        return _add_place(turn, place_in(place) or place)  # 对是对，就是在金沙湖旁边
    message = parts.read(more)
    if announces_another(more):
        return lodging.lodge(turn, also=message)
    note_contact(turn)
    if message.phone:
        turn.say(case_texts.PHONE_SAVED.format(phone=message.phone))
    if message.appeals and not answers.thanks_only(more) and not urges_only(more):
        turn.keep(drafts.extend(turn.draft, message.appeals, more))
        turn.say(texts.TAKEN_IN)
    lodging.lodge(turn)
    ask_question.answer_beside(turn, message.questions)
    return True


def _changes(turn: Turn, correction: Correction) -> bool:
    """False where the correction says what stands there, or removes a number that nobody gave."""
    if correction.removes and correction.part is corrections.Part.CONTACT:
        return bool(turn.facts.resident.phone or find_phones(turn.draft.full_wording))
    appeal = Appeal(turn.draft.text, turn.draft.place)
    return corrections.apply(turn.draft.text, turn.draft.place, correction) != appeal


def _no(turn: Turn) -> bool:
    if correction := _correction_in(turn, turn.more):
        return correct(turn, correction)
    if not turn.more or turn.utterance.button:
        return _ask_change(turn)
    return _take_instead(turn, turn.more)


def _take_instead(turn: Turn, words: str) -> bool:
    """不对，是春建乡: a place replaces the place, a word its like, a matter the matter."""
    stated = corrections.find_stated(words, turn.draft.text)
    words = stated.right or words if stated else words
    if set_aside.is_elsewhere(turn, words):
        return True
    place, old = place_in(words), turn.draft
    if place and is_only_place(words):
        return correct(turn, Correction(right=place, part=corrections.Part.PLACE))
    appeals = parts.read(words).appeals[:1]
    is_new = not corrections.adds_to(words, old.text) and len(words) >= _LONG_MATTER
    if appeals and is_new and _is_matter(turn, appeals[0]):
        draft = drafts.restart(old, appeals[0], turn.words, place)
    elif stated:
        return correct(turn, stated)
    elif appeals:
        draft = drafts.extend(old, appeals, turn.words)
        draft = questions.at_place(draft, place) if place else draft
    else:
        turn.keep(drafts.with_wording(old, turn.words))
        return _ask_change(turn)
    return questions.go_on(turn, draft)


def _is_matter(turn: Turn, new: Parts) -> bool:
    return turn.facts.matter(new.text).is_sure and "不是" not in new.text


def _ask_change(turn: Turn) -> bool:
    if turn.asks is Ask.CHANGE:
        turn.count_try()
    if turn.tries >= MOST_TRIES:
        return offer_person(turn)
    return turn.ask(Ask.CHANGE, texts.ASK_CHANGE, texts.CHANGE_CHOICES)


def _take_more(turn: Turn) -> bool:
    """Neither yes nor no: a place, more of the matter, or nothing that we understand."""
    message, place = turn.message, _place_in(turn)
    if not message.appeals and set_aside.is_elsewhere(turn, message.home or ""):
        return True
    names_only = is_only_place(turn.words) or names_firm(turn.words) or not message.appeals
    if place and (names_only or place == texts.WHOLE_CITY):
        return _add_place(turn, place)
    note_contact(turn)
    ask_question.answer_beside(turn, message.questions)
    if says_nothing(turn):
        return _nothing_new(turn)
    if announces_another(turn.words) and _tells_trouble(turn, message):
        appeal.start(turn, message)
        return True
    draft = questions.at_place(turn.draft, place) if place else turn.draft
    return questions.go_on(turn, drafts.extend(draft, message.appeals, turn.words))


def _tells_trouble(turn: Turn, message: Message) -> bool:
    """True if the words tell of a trouble; 还有，厂名叫华美服饰 only adds to the first."""
    matters = "\n".join(parts.text for parts in message.appeals)
    is_sure = has_trouble(matters) or turn.facts.matter(matters).is_sure
    return is_sure and appeal.tells_matter(turn, message)


def _place_in(turn: Turn) -> str | None:
    if is_whole_city(turn.words):
        return texts.WHOLE_CITY
    return place_in(turn.words, turn.utterance.parse.places) or questions.detail_in(turn)


def _add_place(turn: Turn, place: str) -> bool:
    questions.share_place(turn, place)
    if has_support(place):
        return correct(turn, Correction(right=place, part=corrections.Part.PLACE))
    draft = drafts.with_wording(turn.draft, turn.words)
    return questions.go_on(turn, questions.at_place(draft, place))


def _nothing_new(turn: Turn) -> bool:
    if not turn.message.phone and not turn.message.name:
        turn.count_try()
        if turn.tries >= MOST_TRIES:
            return offer_person(turn)
        turn.say(texts.GO_ON)
    return questions.ask_next(turn)


def take_change(turn: Turn) -> bool:
    """The answer to "what is wrong?": any words are what is right."""
    if turn.agrees or _NOTHING_WRONG.fullmatch(turn.words.strip("。！!")):
        return questions.ask_next(turn)  # nothing was wrong after all: read back again
    if turn.polarity is Polarity.NEVER_MIND or is_aside(turn):
        return False
    if correction := _correction_in(turn, turn.words):
        return correct(turn, correction)
    if turn.refuses:
        return _ask_change(turn)
    if detail := questions.detail_in(turn):
        return _add_place(turn, detail)
    if says_nothing(turn) and not is_only_place(turn.words):
        return _ask_change(turn)
    return _take_instead(turn, turn.more or turn.words)


ANSWERS = {Ask.CONFIRM: take_confirmed, Ask.CHANGE: take_change}
