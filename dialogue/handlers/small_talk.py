"""Answers greetings, thanks, goodbyes, requests for help and what is out of scope."""

import re
from collections.abc import Mapping

from backend.vocabulary.messages import Button
from dialogue.answers import Polarity, is_thanks, waits_only
from dialogue.texts import cases as case_texts
from dialogue.texts import chat as texts
from dialogue.turn import Handler, Turn
from dialogue.wishes import Wish, calls_out, wish_of

SURE = 0.4
_GOODBYE = re.compile("再见|拜拜|回头见|下次聊")
GREETING = (
    Button("咨询政策", "咨询政策"),
    Button("反映诉求", "/lodge_appeal"),
    Button("提出建议", "/lodge_appeal", {"kind": "suggestion"}),
    Button("查询评价", "/check_progress"),
)
HELP = (
    Button("反映诉求", "/lodge_appeal"),
    Button("查询评价", "/check_progress"),
    Button("转人工", "/request_human"),
)


def handle(turn: Turn) -> bool:
    intent = turn.utterance.intent if turn.utterance.confidence >= SURE else ""
    if calls_out(turn.words):
        intent = "greet"
    elif _GOODBYE.search(turn.words) and len(turn.words) <= 8:
        intent = "goodbye"
    elif is_thanks(turn.words):
        intent = "thank"
    elif waits_only(turn.words) and turn.facts.own_cases():
        return turn.say(texts.WAITING)
    if turn.facts.is_waiting and intent in ("greet", "thank"):
        return turn.say(texts.SOON)
    if answer := _ANSWERS.get(intent):
        return answer(turn)
    if turn.utterance.button and turn.polarity in (Polarity.YES, Polarity.NO):
        return turn.say(texts.STALE_BUTTON)  # a mere "all right" would sound as if it were done
    answers_nothing = turn.polarity in (Polarity.YES, Polarity.NO, Polarity.NEVER_MIND)
    if (answers_nothing and not turn.more) or wish_of(turn.words) is Wish.NEXT:
        return turn.say(case_texts.NOTHING_PENDING)
    if turn.polarity is Polarity.LATER and not turn.more:
        return turn.say(texts.TAKE_YOUR_TIME)
    return False


def _greet(turn: Turn) -> bool:
    if turn.state.draft is not None:
        return turn.say(texts.HELLO_AGAIN)
    return turn.say(texts.GREET, GREETING)


_ANSWERS: Mapping[str, Handler] = {
    "greet": _greet,
    "thank": lambda turn: turn.say(texts.THANK),
    "goodbye": lambda turn: turn.say(texts.GOODBYE),
    "ask_help": lambda turn: turn.say(texts.HELP, HELP),
    "out_of_scope": lambda turn: turn.say(texts.OUT_OF_SCOPE),
}
