"""Adds words to a case that is open."""

import re
from datetime import timedelta

from dialogue.commands import AddDetail
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.handlers.asides import says_nothing
from dialogue.handlers.offers import act_on_open_case
from dialogue.handlers.passing import note_contact
from dialogue.texts import case_answers
from dialogue.texts import cases as texts
from dialogue.turn import Turn
from nlu.appeals.another import announces_another, counts_another
from nlu.appeals.cues import has_trouble, topics_of
from nlu.appeals.details import spans_of_time

SURE = 0.4
NEW_MATTER = 0.9
JUST_NOW = timedelta(minutes=30)
PEOPLE_AND_PLACES = frozenset({"hospital", "old"})  # topics that a story is full of
_SAYS_MORE = re.compile(
    r"补充|(?:写|说|讲|打|填|弄|报)错了?(?![的人])|地址(?:是|说|应该|具体|再)|具体(?:一?点|地址|位置)|再(?:加|补|说)(?:上|一)?[句点条]|(?:刚才|前面)(?:忘|漏)了?(?:说|讲|提)|忘了(?:说|讲)|还有一点"
)

# 昨天又有人在那里摔了, 半夜更吵
_POINTS_BACK = re.compile("[这那](?:里|边|儿|个?地方)(?!有[个没人])|更[^，。]{1,4}$")
_OF_THE_SAME = re.compile("[^，。]{0,3}(?:他们?|她们?|它|这家|那家|里面)")


def handle(turn: Turn) -> bool:
    utterance = turn.utterance
    if utterance.pressed == "add_detail":
        return _pressed(turn)
    if turn.state.draft is not None or _tells_another(turn):
        return False
    if not _SAYS_MORE.search(turn.words):
        if not _goes_on(turn) or _begins_anew(turn):
            return False
        if says_nothing(turn) and not turn.message.name and own_cases.own(turn, only_open=True):
            return False
    if (case := _lodged_just_now(turn)) and not own_cases.points(turn, turn.facts.own_cases()):
        add(turn, case, turn.words)
        return True
    return act_on_open_case(turn, "add_detail", add, strict=False)


def _goes_on(turn: Turn) -> bool:
    """True if the message adds to a case: by the classifier; or, right after an appeal was
    lodged, when it names no object and no place of its own: 前天有个老头踩空摔伤了."""
    utterance = turn.utterance
    if utterance.intent == "add_detail":
        return utterance.confidence >= SURE
    tells = utterance.intent == "lodge_appeal" and utterance.confidence < NEW_MATTER
    points_back = _POINTS_BACK.search(turn.words) or announces_another(turn.words)
    may_go_on = tells or utterance.intent == "emergency" or points_back or _is_name(turn)
    if not may_go_on or utterance.parse.places:
        return False
    if _lodged_just_now(turn) is None:
        return False
    return _is_name(turn) or not (_objects(turn.words) or utterance.message.is_vague)


def _is_name(turn: Turn) -> bool:
    return turn.message.name is not None and not turn.message.appeals


def _lodged_just_now(turn: Turn) -> CaseView | None:
    newest = next(iter(turn.facts.own_cases(only_open=True)), None)
    is_new = newest is not None and turn.facts.now - newest.registered_at <= JUST_NOW
    return newest if is_new else None


def _objects(words: str) -> set[str]:
    return topics_of(words) - PEOPLE_AND_PLACES


def _tells_another(turn: Turn) -> bool:
    """True if another matter comes, or an object that the new case lacks: 还有那个红绿灯.

    还有，那个灯一直闪 and 哦还有，是上个礼拜三夜里的事 only say more of the same.
    """
    case, objects = _lodged_just_now(turn), _objects(turn.words)
    if case is not None and not counts_another(turn.words):
        is_other = objects or (announces_another(turn.words) and has_trouble(turn.words))
        says_more = _SAYS_MORE.search(turn.words) or _OF_THE_SAME.match(turn.words)
        is_of_it = says_more or objects & topics_of(case.text) or _is_name(turn)
        return bool(is_other and not is_of_it)
    is_bare = not topics_of(turn.words) and not has_trouble(turn.words)
    is_more = is_bare and bool(spans_of_time(turn.words)) and not turn.utterance.parse.places
    return announces_another(turn.words) and not is_more


def _begins_anew(turn: Turn) -> bool:
    """True if there is no case to add to, and the words tell of a matter: 我拍了照片，树要倒了."""
    matters = "\n".join(parts.text for parts in turn.message.appeals)
    is_placed = has_trouble(matters) and bool(turn.utterance.parse.places)
    is_matter = is_placed or (bool(matters) and turn.facts.matter(matters).is_sure)
    return is_matter and not own_cases.own(turn, only_open=True)


def _pressed(turn: Turn) -> bool:
    case = own_cases.by_number(turn.facts, own_cases.number(turn))
    return turn.say(texts.NOT_YOURS if case is None else texts.NOTHING_PENDING)


def add(turn: Turn, case: CaseView, words: str) -> None:
    note_contact(turn)
    turn.do(AddDetail(case.case_no, words))
    turn.say(case_answers.added(case))
