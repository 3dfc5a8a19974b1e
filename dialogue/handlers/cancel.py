"""Drops a draft (算了), and brings back one that was dropped (还是报吧)."""

import re

from backend.vocabulary.texts import Text
from dialogue.answers import Polarity
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers import withdraw
from dialogue.handlers.offers import offer_withdrawn
from dialogue.state import NO_TEXT, OF_THE_APPEAL, Ask
from dialogue.texts import appeal as texts
from dialogue.texts import cases as case_texts
from dialogue.turn import Turn

SURE = 0.7
_REFUSALS: dict[Ask | None, Text] = {
    Ask.WITHDRAW: case_texts.WITHDRAW_KEPT,
    Ask.REOPEN: case_texts.REOPEN_REFUSED,
}
_AFTER_ALL = re.compile(
    r"还是(?:把.{0,8})?(?:要|得|想)?(?:帮我|给我)?(?:报|登记|投诉|反映|交|[说讲]吧)"
    r"|(?:刚才|刚刚|上面|前面)(?:那|说的?那?)(?:个|件|条)?(?:事)?(?:.{0,4}(?:报|登记|交|继续))?"
    r"|(?:继续|接着)(?:报|登记|刚才|说刚才)|(?:登记|报)(?:一下)?刚才"
)
_DROPS = re.compile(
    r"(?:的事|那件|这件|那个|这个|第.[件个])?(?:先|就)?不(?:用)?(?:报|投诉|反映|登记|举报)了[吧啊。！]*$"
)
_LONGEST_DROP = 14  # characters
# To "shall I report it like this?": 不用了, 不用了，已经来水了
_NOT_NEEDED = re.compile(
    r"(?:那|就|嗯|哎|好的?|[，,])*(?:不用|不必|不需要)(?:报|登记)?(?:了|啦)"
    r"(?:[，,。！!~ ]*(?:谢谢|麻烦|已经|他们|我自己|人家|物业|问题)[^，。]{0,12})?[。！!~]*"
)
_ASKS = re.compile("[吗么？?]|没有?$|什么时候|多久|怎么")
_LONGEST_AFTER_ALL = 24  # characters


def declines(turn: Turn) -> bool:
    """True if the answer to the read-back is that no report is needed any more: 不用了."""
    asks_yes = turn.asks is Ask.CONFIRM and not turn.utterance.pressed
    return asks_yes and _NOT_NEEDED.fullmatch(turn.words) is not None


def handle(turn: Turn) -> bool:
    if declines(turn):
        return _drop(turn)
    if turn.state.draft is None and turn.state.dropped and _wants_back(turn):
        back, *others = turn.state.dropped
        turn.change(drafts=(back,), dropped=tuple(others), elsewhere=NO_TEXT)
        turn.say(texts.BACK_AGAIN)
        return questions.ask_next(turn)
    if turn.state.draft is None and not turn.state.dropped and _AFTER_ALL.search(turn.words):
        newest = next(iter(turn.facts.own_cases()), None)
        if newest and newest.outcome == "withdrawn":
            return offer_withdrawn(turn, newest)
    if turn.state.draft is None and turn.asks is None and not turn.more:
        return False  # 已经修好了 is about a case, if about anything
    if turn.polarity is Polarity.NEVER_MIND:
        return not withdraw.means_case(turn) and _never_mind(turn)
    if turn.state.draft and _DROPS.search(turn.words) and len(turn.words) <= _LONGEST_DROP:
        return _never_mind(turn)
    if turn.means("cancel", SURE) and not turn.polarity:
        return turn.asks in OF_THE_APPEAL and not turn.message.appeals and _never_mind(turn)
    return False


def _wants_back(turn: Turn) -> bool:
    words = turn.words
    if len(words) > _LONGEST_AFTER_ALL or _ASKS.search(words):
        return False
    if _answers_old_read_back(turn):
        return True
    says_lodge = re.search("报|登记|交上去|还是[说讲]吧", words) is not None
    if _AFTER_ALL.search(words):
        return says_lodge or not turn.facts.own_cases(only_open=True)  # 刚才那件 may be a case
    is_free = turn.asks is None and not turn.state.elsewhere
    return is_free and turn.polarity is Polarity.YES and says_lodge


def _answers_old_read_back(turn: Turn) -> bool:
    """True if this is a yes or no to the last read-back, whose draft was put aside overnight."""
    is_answer = turn.polarity in (Polarity.YES, Polarity.NO) and not turn.more
    return turn.asks is None and is_answer and texts.CHANGES[0] in turn.state.last_buttons


def _drop(turn: Turn) -> bool:
    """Put the first draft aside and say so; the reason beside the words needs no answer."""
    turn.change(question=None)
    if draft := turn.state.draft:
        turn.state = turn.state.without_draft().put_aside(draft)
    return turn.say(texts.CANCELLED)


def _never_mind(turn: Turn) -> bool:
    """Put the first draft aside; other handlers take what stands beside the words."""
    draft, more = turn.state.draft, turn.more
    turn.change(question=None)
    if draft is not None:
        turn.state = turn.state.without_draft().put_aside(draft)
        turn.say(texts.CANCELLED_SHORT if more else texts.CANCELLED)
    elif not more:
        turn.say(_REFUSALS.get(turn.asks, case_texts.NOTHING_PENDING))
    if more:
        turn.narrow(more)
        turn.open = None
        return False
    return True
