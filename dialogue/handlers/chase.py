"""Passes a reminder of the resident to the unit of the case: 催办."""

import re

from backend.vocabulary.texts import joined
from dialogue.commands import Chase
from dialogue.facts import CaseView
from dialogue.handlers import case_questions
from dialogue.handlers.offers import act_on_open_case
from dialogue.handlers.progress import text_of
from dialogue.texts import case_answers as texts
from dialogue.turn import Turn

SURE = 0.5
_NO_MORE = re.compile("(?:别|不用|不要|不必)(?:再)?催")


# 怎么这么慢, 这都几天了
_SLOW = re.compile(
    "(?:[你您]们?|这|也|都|到底|怎么|咋|为什么|为啥|[，,])*"
    "(?:(?:还)?(?:这么|那么|太|这样)(?:慢|久|拖拉|磨蹭)|(?:这)?都?(?:好?几|多少)天了?|拖到(?:什么时候|哪天)|还(?:没|不)(?:来|弄|办|处理|解决|动静))"
    "(?:[了啊呀呢吗吧！!？?。])*"
)


def handle(turn: Turn) -> bool:
    if not _chases(turn) or case_questions.asks_call(turn.words):
        return False
    if _NO_MORE.search(turn.words):
        return turn.say(texts.WILL_TELL)
    return act_on_open_case(turn, "chase_case", urge)


def _chases(turn: Turn) -> bool:
    """Without an open case, 你们到底管不管事 announces a matter that is still to be told."""
    is_open = bool(turn.facts.own_cases(only_open=True))
    if is_open and _SLOW.fullmatch(turn.words):
        return True
    return turn.means("chase_case", SURE) and (is_open or not turn.message.is_vague)


def urge(turn: Turn, case: CaseView, words: str) -> None:
    turn.do(Chase(case.case_no, words))
    lines = [texts.urged(case), text_of(turn, case)]
    turn.say(joined(lines, "\n"))
