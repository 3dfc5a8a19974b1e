"""Answers to the read-back: yes, yes and more, no, a correction by part, never mind."""

import re
from dataclasses import replace

from dialogue import answers, corrections
from dialogue import draft as drafts
from dialogue.answers import Polarity
from dialogue.commands import AddDetail, Reopen
from dialogue.corrections import Correction
from dialogue.draft import Draft
from dialogue.handlers import appeal, ask_question, lodging
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers.asides import is_aside, says_nothing
from dialogue.handlers.correcting import correct
from dialogue.handlers.passing import save_phone
from dialogue.handlers.person import offer_person
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.texts import cases as case_texts
from dialogue.turn import Turn
from nlu.appeals import parts
from nlu.appeals.another import announces_another
from nlu.city.loaded import elsewhere
from nlu.places import answers as place_answers

MOST_TRIES = 3
_IT_IS = re.compile("^(?:应该|其实|而)?就?是(?=.{2})(?!不是)")
_TELLS_ANEW = re.compile(
    r"(?:那|让)?我(?:来|想|要)?(?:再|重新|从头|重)(?:给你)?(?:说|讲)(?:一?[遍下次]|过)?[吧了。！]*"
)
_NOTHING_WRONG = re.compile("没有?(?:什么|哪里|啥|地方)?(?:不对|错)(?:的|啊|呀)*")


def take_confirmed(turn: Turn) -> bool:
    """To "is this right?"."""
    draft = turn.state.draft
    if draft is None:
        return False
    if turn.heard.pin:
        return _take_pin(turn, draft)
    if (same := _repeats(turn, draft)) is not None:
        return _lodge_as(turn, draft, same=same)
    if turn.polarity is Polarity.YES and (not _is_place(turn) or turn.more in (draft.place or "")):
        return _yes(turn, draft)
    if turn.polarity is Polarity.NEVER_MIND:
        return False
    if correction := _correction(turn.words, draft):
        return correct(turn, correction)
    if turn.polarity is Polarity.NO:
        return _no(turn)
    if _TELLS_ANEW.fullmatch(turn.words):
        return _ask_change(turn)
    if turn.polarity is Polarity.LATER and not turn.more:
        turn.say(texts.TAKE_YOUR_TIME)
        turn.is_final = True
        return True
    if is_aside(turn):
        return False
    return _take_more(turn, draft)


def _correction(words: str, draft: Draft | None) -> Correction | None:
    """Said to be one (不是…，是…), or only what is right: 81号."""
    made = corrections.find(words)
    if made or draft is None:
        return made
    return corrections.find_bare(words, draft.text, draft.place)


def _is_place(turn: Turn) -> bool:
    return place_answers.is_only_place(turn.words)


def _repeats(turn: Turn, draft: Draft) -> bool | None:
    """Whether they say that it is the same as the case that stands; None for neither."""
    data = turn.heard.data
    if "adds_to" in data or "another" in data:
        return "adds_to" in data
    if draft.duplicate is None:
        return None
    said = answers.answers_repeat(turn.words)
    return said == "same" if said else None


def _lodge_as(turn: Turn, draft: Draft, *, same: bool) -> bool:
    number = str(turn.heard.data.get("adds_to") or draft.duplicate or "")
    own = turn.facts.own_cases(number=number) if same and number else []
    if not own:
        return lodging.lodge(turn)
    if own[0].is_open:
        turn.do(AddDetail(own[0].case_no, draft.said))
        turn.say(case_texts.ADDED.format(case_no=own[0].case_no))
    else:
        turn.do(Reopen(own[0].case_no, draft.said))
        turn.say(case_texts.REOPENED)
    lodging.go_on(turn)
    return True


def _yes(turn: Turn, draft: Draft) -> bool:
    """What stands beside a yes is taken in."""
    more = turn.more
    if not more:
        save_phone(turn)
        return lodging.lodge(turn)
    if correction := _correction(more, draft):
        return correct(turn, correction)
    if announces_another(more):
        message = parts.read(more)
        lodging.lodge(turn, also=message)
        return True
    message = parts.read(more)
    save_phone(turn)
    if message.appeals and not answers.thanks_only(more) and not answers.urges_only(more):
        for one in message.appeals:
            draft = drafts.extend(draft, one, more)
        turn.state = turn.state.with_draft(draft)
        turn.say(texts.TAKEN_IN)
    lodging.lodge(turn)
    for question in message.questions:
        ask_question.answer_beside(turn, question)
    return True


def _no(turn: Turn) -> bool:
    more = turn.more
    if more and (correction := _correction(more, turn.state.draft)):
        return correct(turn, correction)
    if not more or turn.heard.button:
        return _ask_change(turn)
    return _take_instead(turn, more)


def _take_instead(turn: Turn, more: str) -> bool:
    """不对，是春建乡: a place takes the place's part, a matter that of the matter."""
    more = _IT_IS.sub("", more)
    if city := elsewhere().named_in(more):
        return appeal.point_elsewhere(turn, city, turn.state.drafts[:1])
    place = place_answers.place_in(more)
    if place and place_answers.is_only_place(more):
        return correct(turn, Correction(None, place, corrections.Part.PLACE))
    message = parts.read(more)
    old = turn.state.draft or Draft()
    if not message.appeals:
        turn.state = turn.state.with_draft(drafts.heard(old, turn.words))
        return _ask_change(turn)
    told = message.appeals[0]
    if turn.facts.matter(told.text).is_sure and "不是" not in told.text:
        fresh = drafts.begin(told, turn.words, place=place or old.place, regret=False)
        fresh = replace(fresh, wording=(*old.wording, turn.words), kind=old.kind)
    else:
        fresh = drafts.extend(old, told, turn.words)
        fresh = questions.at_place(fresh, place) if place else fresh
    turn.state = turn.state.with_draft(fresh)
    questions.ask_next(turn)
    return True


def _ask_change(turn: Turn) -> bool:
    if turn.asks is Ask.CHANGE:
        turn.count_try()
    if turn.tries >= MOST_TRIES:
        offer_person(turn)
        return True
    turn.ask(Ask.CHANGE, texts.ASK_CHANGE, texts.CHANGE_CHOICES)
    return True


def _take_pin(turn: Turn, draft: Draft) -> bool:
    place = questions.pin_words(turn)
    if place is None:
        turn.say(texts.PIN_NOT_HERE)
        return True
    turn.state = turn.state.with_draft(replace(draft, place=place, pin=turn.heard.pin))
    questions.ask_next(turn)
    return True


def _take_more(turn: Turn, draft: Draft) -> bool:
    """Neither yes nor no: a place, more of the matter, or nothing that we understand."""
    place = place_answers.place_in(turn.words, turn.heard.parse.places)
    message = turn.heard.message
    if place_answers.is_whole_city(turn.words):
        place = texts.WHOLE_CITY
    home = message.home or ""
    if not message.appeals and (city := elsewhere().named_in(home)):
        return appeal.point_elsewhere(turn, city, turn.state.drafts[:1])
    place = place or questions.detail_in(turn)
    if place and (_is_place(turn) or place == texts.WHOLE_CITY or not message.appeals):
        return _add_detail(turn, place)
    save_phone(turn)
    for question in message.questions:
        ask_question.answer_beside(turn, question)
    if says_nothing(turn):
        return _nothing_new(turn)
    if announces_another(turn.words) and appeal.tells_matter(turn, message):
        appeal.start(turn, message)
        return True
    if place:
        draft = questions.at_place(draft, place)
    for one in message.appeals:
        draft = drafts.extend(draft, one, turn.words)
    turn.state = turn.state.with_draft(draft)
    questions.ask_next(turn)
    return True


def _add_detail(turn: Turn, place: str) -> bool:
    draft = drafts.heard(turn.state.draft or Draft(), turn.words)
    turn.state = turn.state.with_draft(questions.at_place(draft, place))
    questions.ask_next(turn)
    return True


def _nothing_new(turn: Turn) -> bool:
    if turn.heard.message.phone:
        questions.ask_next(turn)
        return True
    turn.count_try()
    if turn.tries >= MOST_TRIES:
        offer_person(turn)
    else:
        turn.say(texts.GO_ON)
        questions.ask_next(turn)
    return True


def take_change(turn: Turn) -> bool:
    """To "what is wrong?": any words are what is right."""
    if turn.polarity is Polarity.NEVER_MIND or is_aside(turn):
        return False
    is_right = turn.polarity is Polarity.YES and not turn.more
    if is_right or _NOTHING_WRONG.fullmatch(turn.words.strip("。！!")):
        questions.ask_next(turn)  # nothing was wrong after all: read back again
        return True
    if correction := _correction(turn.words, turn.state.draft):
        return correct(turn, correction)
    if turn.polarity is Polarity.NO and not turn.more:
        return _ask_change(turn)
    if detail := questions.detail_in(turn):
        return _add_detail(turn, detail)
    if says_nothing(turn) and not _is_place(turn):
        return _ask_change(turn)
    return _take_instead(turn, turn.more or turn.words)


ANSWERS = {Ask.CONFIRM: take_confirmed, Ask.CHANGE: take_change}
