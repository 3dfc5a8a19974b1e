"""Hands the chat to a person, tells the place in the queue, and leaves the queue."""

import re
from dataclasses import replace
from typing import Literal

from backend.clock import for_people
from backend.vocabulary.messages import Button
from backend.vocabulary.queue_codes import QueueCode
from backend.vocabulary.texts import Text, joined
from dialogue.answers import Polarity
from dialogue.calling import CALL_ME
from dialogue.commands import AskForPerson, LeaveQueue
from dialogue.reply import word_buttons
from dialogue.state import OF_THE_APPEAL, Ask, Question
from dialogue.texts import appeal as appeal_texts
from dialogue.texts import cases as texts
from dialogue.texts import chat as chat_texts
from dialogue.texts import wishes as wish_texts
from dialogue.turn import Turn
from dialogue.wishes import Wish, asks_who_we_are, calls_out, wish_of
from nlu.appeals.cues import has_trouble
from nlu.appeals.insults import is_angry

SURE = 0.7
MOST_TRIES = 2  # the same words
_HOW_LONG = re.compile(
    r"(?:怎么|咋|到底)?还(?:没|不)有?(?:人|来|回|理)"
    r"|还?要?(?:等|排)?(?:多久|多长时间|几个人|几位)|排到(?:哪|几|我)|前面(?:还)?有?(?:几|多少)"
)
_CALLS_FOR_ONE = re.compile(
    "(?:转|找|叫|要|请|换|接|喊|让|派|给我|帮我|来)[^，,。！!？?]{0,6}(?:人|客服|领导|主任|负责|经理|坐席)"
)
_PERSON = re.compile("人工|真人|活人|客服|工作人员|坐席")
_STOP = frozenset(["取消", "不等了", "不用了", "算了", "退出", "找小呼", "返回", "不等", "不排了"])

_NO_PERSON = re.compile(
    "(?:那|就|先|我|算了|[，, ])*(?:不用|不要|别|不|取消)(?:再)?(?:找|转|叫|等|请|要)?"
    "(?:人工|真人|客服|工作人员|人)(?:来|服务)?[了啦吧啊]*"
)


def handle(turn: Turn) -> bool:
    if turn.facts.is_waiting and _stops_waiting(turn):
        return _leave(turn)
    if turn.facts.is_waiting and _HOW_LONG.search(turn.words) and len(turn.words) <= 12:
        return _tell_place(turn)
    if calls_out(turn.words):
        return False
    if asks_who_we_are(turn.words):
        return turn.say(chat_texts.WHO_WE_ARE)
    if matter := _matter_beside_call(turn):
        hand_over(turn, wish_texts.ASKED_REASON)
        turn.narrow(matter)
        return False
    asks = turn.means("request_human", SURE) and not _only_mentions_one(turn)
    if asks or any(wish_of(clause) is Wish.PERSON for clause in _clauses(turn)):
        return hand_over(turn, wish_texts.ASKED_REASON)
    return False


def _clauses(turn: Turn) -> list[str]:
    return [clause for clause in re.split("[，,。！!；;\n]", turn.words) if clause]


def _matter_beside_call(turn: Turn) -> str:
    """The matter of 人工，路灯坏了没人修: it is taken down while they wait; "" for none."""
    clauses = _clauses(turn)
    others = [clause for clause in clauses if wish_of(clause) is not Wish.PERSON]
    matter = "，".join(others) if len(others) < len(clauses) else ""
    return matter if matter and turn.facts.matter(matter).is_sure else ""


def _only_mentions_one(turn: Turn) -> bool:
    """True if the words tell of a matter in which somebody else's staff occur: 商家客服不理我.

    我有件烦心事想跟你们说说 announces one.
    """
    if _CALLS_FOR_ONE.search(turn.words):
        return False
    if turn.message.is_vague and not _PERSON.search(turn.words):
        return True
    matter = turn.facts.matter(turn.words)
    return matter.report_to is not None or (has_trouble(turn.words) and matter.is_sure)


def _stops_waiting(turn: Turn) -> bool:
    words = turn.words.strip("。！!，,～~ ")
    if words in _STOP or _NO_PERSON.fullmatch(words):
        return True
    return turn.asks is None and turn.polarity is Polarity.NEVER_MIND


def _leave(turn: Turn) -> bool:
    """Leave the queue; drafts stay, and other handlers take what stands beside the words."""
    turn.do(LeaveQueue())
    turn.say(chat_texts.BACK_TO_BOT)
    if turn.more:
        turn.narrow(turn.more)
        return False
    return True


def _tell_place(turn: Turn) -> bool:
    opens_at, ahead = turn.facts.desk_opens_at, turn.facts.places_ahead()
    if turn.facts.is_alarm:
        return turn.say(chat_texts.AFTER_ALARM if opens_at else chat_texts.SOON)
    place = chat_texts.STILL_QUEUED.format(ahead=ahead) if ahead else chat_texts.NEXT_IN_QUEUE
    if opens_at is None:
        return turn.say(place)
    return turn.say(joined([place, texts.OPENS_AT.format(when=for_people(opens_at))], "\n"))


def hand_over(turn: Turn, reason: str) -> Literal[True]:
    """Put the chat into the queue; offer a call instead, and name the hotline and the counter."""
    turn.do(AskForPerson(reason, _code(turn, reason)))
    turn.say(_waiting_text(turn), word_buttons(CALL_ME, wish_texts.STOP_WAITING))
    keeps = turn.asks in OF_THE_APPEAL  # its answer is still taken while they wait
    turn.change(question=turn.open if keeps else None, behind=())
    turn.is_final = True
    return True


def _waiting_text(turn: Turn) -> Text:
    """What they are promised: nobody answers at once while the desk is closed."""
    if opens_at := turn.facts.desk_opens_at:
        return texts.DESK_CLOSED.format(when=for_people(opens_at), window=_window(turn))
    text = texts.ALREADY_WAITING if turn.facts.is_waiting else texts.WAITING
    return text.format(window=_window(turn))


def _code(turn: Turn, reason: str) -> QueueCode:
    if is_angry(turn.words):
        return QueueCode.UNHAPPY
    return QueueCode.REQUEST if reason == wish_texts.ASKED_REASON else QueueCode.UNCLEAR


def _window(turn: Turn) -> Text:
    name = turn.facts.street_window
    return texts.window_of(name) if name else texts.ANY_WINDOW


def offer_person(turn: Turn) -> Literal[True]:
    """Offer a person instead of a third try; drafts are kept."""
    if turn.asks is Ask.PERSON:
        turn.do(AskForPerson(wish_texts.STUCK_REASON, QueueCode.UNCLEAR))
        turn.change(question=None, behind=())
        turn.is_final = True
        opens_at = turn.facts.desk_opens_at
        return turn.say(_waiting_text(turn) if opens_at else appeal_texts.HANDED_OVER)
    if turn.open and turn.open.ask in OF_THE_APPEAL:
        turn.change(behind=(*turn.state.behind, replace(turn.open, tries=1, returns=0)))
    buttons = [Button("请人来", "/request_human"), Button("我再说一遍", "/deny")]
    return turn.ask(Ask.PERSON, appeal_texts.STOPPED_THREE_TIMES, buttons)


def offer_when_stuck(turn: Turn, before: Question | None) -> None:
    """Replace the same question, put a third time after two answers, by the offer of a person."""
    question = turn.state.question
    if question is None or before is None or question is before:
        return
    if (question.ask, question.text) != (before.ask, before.text):
        return
    if question.returns > before.returns:
        return  # it came back behind something else
    tries = max(question.tries, before.tries + 1)
    turn.change(question=replace(question, tries=tries))
    if tries > MOST_TRIES:
        turn.steps = [step for step in turn.steps if getattr(step, "text", None) != question.text]
        turn.open = before
        offer_person(turn)


def answer_offer(turn: Turn) -> bool:
    if turn.agrees:
        return hand_over(turn, wish_texts.STUCK_REASON)
    if turn.polarity is Polarity.NO and not turn.more:
        turn.close_question()
        return turn.say(appeal_texts.GO_ON)
    turn.uncover()
    return False  # they go on with what was asked before
