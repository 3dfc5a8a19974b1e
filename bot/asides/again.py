"""重新办: a case that was settled and has not helped is done once more, for a reason."""

import re
from dataclasses import replace

from backend.cases import service as cases
from backend.cases.lifecycle import Action, Status
from backend.cases.models import Case
from backend.cases.service import RESIDENT
from backend.cases.steps import Details
from backend.collective.repeats import recent
from backend.messaging.messages import Button
from bot.asides import texts
from bot.asides.moment import Moment
from bot.numbered import last_asked
from bot.turn import HandledBy, Reply
from dialogue.own_cases import MOST_CHOICES, fitting_words, settled_of
from dialogue.standing import tells_why
from dialogue.texts import REOPENED, short
from nlu.text import find_case_nos, is_blank

_AGAIN = re.compile(
    r"(?:重新|再)(?:给我|帮我)?(?:办理?|处理|弄|修|查)(?:一[遍次下])?|重办|返工|打回去?重[办做弄]"
)
_STOP = re.compile(r"(?:算了|不用了?|不办了?|取消|不要了?)[吧。！!]*")
SHORTEST_REASON = 4  # characters beside the wish itself
_FILLER = re.compile(
    r"请|麻烦|帮我|给我|我?要求?|我?想|能不能|可以|那个|那件|这件|工单|事情?|一下|吧|吗|[，。！？,.!?\s]"
)


def answer(moment: Moment, words: str) -> Reply | None:
    if moment.before.reopens:
        return _take_reason(moment, moment.before.reopens, words)
    if (asked := _asked_to_reopen(moment)) and tells_why(words):
        return _reopen(moment, asked, words)
    if not _AGAIN.search(words) or moment.conversation.draft:
        return None
    settled = settled_of(recent(moment.session, moment.resident.id, now=moment.now))
    meant = _meant(settled, words)
    if not meant:
        return None  # nothing to do again: an appeal in the making, or a new one
    if len(meant) > 1:
        return _which(meant)
    return _ask_why(moment, meant[0], words)


def _asked_to_reopen(moment: Moment) -> Case | None:
    """The case of which the last message asked whether it shall be done again."""
    last = last_asked(moment.session, moment.conversation.id)
    asked = [button["data"].get("reopen") for button in last.buttons] if last else []
    number = next(filter(None, asked), None)
    if number is None:
        return None
    own = cases.of_resident(moment.session, moment.resident.id, number=number)
    return own[0] if own and not Status(own[0].status).is_open else None


def _meant(settled: list[Case], words: str) -> list[Case]:
    numbers = find_case_nos(words)
    if numbers:
        return [case for case in settled if case.case_no.endswith(numbers[0].value)]
    meant = fitting_words(words, settled)
    return meant or ([] if _reason(words) else settled)  # 重新修一下井盖 may be a new matter


def _which(meant: list[Case]) -> Reply:
    buttons = [
        Button(short(case.text, 10), f"重新办 {case.case_no}") for case in meant[:MOST_CHOICES]
    ]
    return Reply(HandledBy.RULES, texts.WHICH_AGAIN, buttons)


def _ask_why(moment: Moment, case: Case, words: str) -> Reply:
    if _reason(words.replace(case.case_no, "")):
        return _reopen(moment, case, words)
    moment.after = replace(moment.after.past(), reopens=case.case_no)
    return Reply(HandledBy.RULES, texts.WHY_AGAIN)


def _reason(words: str) -> bool:
    """Whether more is said than the wish itself."""
    return len(_FILLER.sub("", _AGAIN.sub("", words))) >= SHORTEST_REASON


def _take_reason(moment: Moment, case_no: str, words: str) -> Reply | None:
    moment.after = replace(moment.after, reopens=None)
    if _STOP.fullmatch(words):
        return Reply(HandledBy.RULES, texts.NOT_AGAIN)
    own = cases.of_resident(moment.session, moment.resident.id, number=case_no)
    if not own or is_blank(words):
        return None
    return _reopen(moment, own[0], words)


def _reopen(moment: Moment, case: Case, reason: str) -> Reply:
    if not Status(case.status).is_open:  # open already: the same turn, taken again
        details = Details(reason=reason)
        cases.act(moment.session, case, Action.REOPEN, RESIDENT, details, now=moment.now)
    moment.after = replace(moment.after.past(), reopens=None)
    return Reply(HandledBy.RULES, REOPENED)
