"""Fraud: repeats the first steps to a resident who has not reported it to the police."""

import re
from datetime import timedelta

from dialogue import draft as drafts
from dialogue.texts import appeal as texts
from dialogue.turn import Turn

LONGEST = 20  # characters; a longer message tells of more
JUST_NOW = timedelta(days=1)  # since the case was registered
_HAS_NOT = re.compile(
    r"(?:没|没有|还没|不敢|不想|不会|不知道|不晓得|不用)[^，。]{0,6}(?:报|打|去派出所)|还没(?:有|来得及|呢|啊)*[。！]*$"
    r"|没来得及|(?:怎么|如何|去?哪里?|哪儿|打哪[^，。]{0,4})[^，。]{0,3}报|报警?(?:有用|行|来得及|要)|要(?:不要)?报警?吗|打不通"
)
_HAS = re.compile(
    r"^(?:我|我们|早就|已经|都|刚|昨天|刚才|派出所)*(?:报|立)(?:过)?(?:警|案)?(?:过)?了|打过(?:110|96110)?了|110打过"
)

_RAN_AWAY = re.compile("跑路|卷款|卷钱|卷走|失联|人去楼空")


def handle(turn: Turn) -> bool:
    answer = has_reported(turn.words)
    if answer is None or turn.utterance.pressed or not _is_of_swindlers(turn):
        return False
    if turn.state.draft:
        turn.keep(drafts.with_wording(turn.draft, turn.words))
    return turn.say(texts.REPORTED if answer else texts.REPORT_NOW)


def has_reported(words: str) -> bool | None:
    """True if they say that the police know of it, or that they do not; None for neither."""
    if len(words) > LONGEST:
        return None
    if _HAS_NOT.search(words):
        return False
    return True if _HAS.search(words) else None


def _is_of_swindlers(turn: Turn) -> bool:
    """True if the draft, or the case just registered, tells of money that swindlers took."""
    if turn.state.draft:
        return _are_swindlers(turn, turn.draft.text)
    newest = turn.facts.own_cases(only_open=True)[:1]
    return any(
        turn.facts.now - case.registered_at <= JUST_NOW and _are_swindlers(turn, case.text)
        for case in newest
    )


def _are_swindlers(turn: Turn, text: str) -> bool:
    return _RAN_AWAY.search(text) is not None or turn.facts.matter(text).report_to is not None
