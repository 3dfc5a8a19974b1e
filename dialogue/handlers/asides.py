"""Detects messages that do not answer the question about a draft."""

from dialogue.answers import thanks_only, urges_only
from dialogue.handlers import case_questions
from dialogue.handlers.nothing_said import has_no_words
from dialogue.turn import Turn
from nlu.appeals.cues import has_trouble, topics_of
from nlu.places import answers

SURE = 0.7
# Intents that are never the answer to what was asked.
ASIDES = frozenset(
    {
        "request_human", "emergency", "repeat", "ask_help", "check_progress", "rate_case",
        "withdraw_case", "chase_case", "goodbye", "greet", "thank", "out_of_scope",
    }
)  # fmt: skip


def is_aside(turn: Turn) -> bool:
    """True if another handler answers the message, as it is a question, thanks or the like."""
    utterance, message = turn.utterance, turn.message
    if utterance.pressed:
        return utterance.pressed not in ("affirm", "deny", "cancel", "lodge_appeal")
    if utterance.stands_for or answers.is_only_place(utterance.words):
        return False
    if (message.questions and not message.appeals) or case_questions.before_case(turn.words):
        return True
    if turn.means(ASIDES, SURE):
        return not (_tells_more(turn) or urges_only(turn.words))
    if turn.means("ask_question", SURE):
        return not utterance.parse.places and not _tells_more(turn)
    return False


def _tells_more(turn: Turn) -> bool:
    """True if the words tell of a matter too: 谢谢，楼道里也没灯."""
    matters = "\n".join(parts.text for parts in turn.message.appeals)
    if (
        not matters
        or turn.utterance.answer.polarity is not None
        or not turn.facts.matter(matters).is_sure
    ):
        return False
    return has_trouble(matters) or bool(topics_of(matters))  # 查进度 alone is near to many a matter


def says_nothing(turn: Turn) -> bool:
    """Talk that is no part of the appeal: 哦知道了，继续刚才那个; thanks; 快点."""
    words, message = turn.words, turn.message
    if thanks_only(words) or urges_only(words):
        return True
    if has_no_words(words):
        return not message.phone
    if message.appeals:
        return turn.utterance.answer.polarity is not None and not turn.utterance.answer.more
    return not message.phone
