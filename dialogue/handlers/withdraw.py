"""Withdraws a registered case, after a yes."""

import re

from backend.vocabulary.messages import Button
from dialogue.answers import Polarity, says_solved
from dialogue.commands import Withdraw
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.handlers.offers import act_on_open_case
from dialogue.state import Ask
from dialogue.texts import case_answers
from dialogue.texts import cases as texts
from dialogue.turn import Turn
from nlu.appeals.cues import HONOUR

SURE = 0.5
# The classifier alone withdraws nothing: 我要看工单 sounds like 我要撤工单.
_WITHDRAWS = re.compile(
    r"(?<!不)(?:想|要|把|给我|帮我|单子|工单|投诉|那个|这个|这件|那件)?撤(?:掉|了|销|回|诉|单)(?!没|不)"
)
LONGEST = 24  # characters; a longer message tells of something
_SAYS_SO = re.compile(
    r"撤|不(?:用|要|必|想)?(?:再)?(?:办|处理|管|投诉|报|追究|麻烦)了?|取消|算了|作废|销"
)
_KEEPS = re.compile(r"(?:不|别|先不)(?:要|用|想)?撤")
_CONFIRMS = re.compile(r"(?:我?[要想]?|就|确定|确认)撤.{0,6}$")
_OF_A_CASE = re.compile(
    "撤|不(?:报|投诉|举报|反映|办)了|(?:取消|作废).{0,4}(?:工单|单子|投诉|H)"
    "|(?:取消|不用了?|算了)[，,。 ]*我?们?自己"
)


def handle(turn: Turn) -> bool:
    if not means_case(turn) and not _wants_to(turn):
        return False
    open_cases = own_cases.own(turn, only_open=True)
    if not open_cases and (ended := own_cases.own(turn)):
        return turn.say(case_answers.not_to_withdraw(ended[0]))
    # With one open case alone, the question itself asks whether that case is meant.
    return act_on_open_case(turn, "withdraw_case", ask, strict=len(open_cases) > 1)


def _wants_to(turn: Turn) -> bool:
    if turn.utterance.pressed:
        return turn.utterance.pressed == "withdraw_case"
    if _WITHDRAWS.search(turn.words) and len(turn.words) <= LONGEST:
        return True
    is_meant = turn.means("withdraw_case", SURE)
    return is_meant and _SAYS_SO.search(turn.words) is not None


def means_case(turn: Turn) -> bool:
    """True if 撤了吧, 撤掉 HZ… or 灯亮了 is about a case, and not about the open question."""
    if turn.state.draft is not None or turn.utterance.pressed:
        return False
    ends_case = turn.polarity is Polarity.NEVER_MIND and _OF_A_CASE.search(turn.words)
    if not (ends_case or _says_solved(turn)):
        return False
    return bool(own_cases.number(turn) or turn.facts.own_cases(only_open=True))


def _says_solved(turn: Turn) -> bool:
    """True if the words say that the trouble is over; praise for it is praise."""
    is_short = len(turn.words) <= LONGEST
    return is_short and says_solved(turn.words) and not HONOUR.search(turn.words)


def ask(turn: Turn, case: CaseView, _: str = "") -> None:
    details = {"withdraw": case.case_no}
    buttons = [Button("确定撤掉", "/affirm", details), Button("不撤", "/deny", details)]
    if _says_solved(turn):
        turn.say(texts.GLAD_IT_IS_SOLVED)
    text = texts.SURE_TO_WITHDRAW.format(case_no=case.case_no)
    turn.ask(Ask.WITHDRAW, text, buttons, case_no=case.case_no)


def answer(turn: Turn) -> bool:
    assert turn.open
    turn.close_question()
    keeps = _KEEPS.search(turn.words) is not None
    if turn.agrees or (not keeps and _CONFIRMS.match(turn.words)):
        _withdraw(turn, turn.open.case_no)
    elif keeps or turn.polarity is Polarity.NO or turn.refuses:
        turn.say(texts.WITHDRAW_KEPT)
    else:
        return False
    return True


def _withdraw(turn: Turn, case_no: str | None) -> None:
    case = own_cases.by_number(turn.facts, case_no)
    if case is None:
        turn.say(texts.NOTHING_PENDING)
    elif not case.is_open:
        turn.say(case_answers.not_to_withdraw(case))
    else:
        turn.do(Withdraw(case.case_no))
