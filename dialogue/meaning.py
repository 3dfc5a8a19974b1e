"""Replaces a yes to a transcript or an offer by the words that it confirms."""

import re

from dialogue.answers import Polarity, read
from dialogue.hearing import Verdict, is_small_talk, joined, leaves_waiting, verdict_of
from dialogue.state import Ask, Question
from dialogue.texts.cases import LODGE_IT
from dialogue.wishes import wish_of

ONLY_IF_SAID = "only_if_said"  # an offer that was not put: a mere 好的 does not take it
_ASKS_TO_LODGE = re.compile(
    r"(?:那|好|就|行|嗯|，)*(?:麻烦)?(?:你|您)?(?:先)?(?:帮我|给我|替我)?(?:登记|报|反映|记|交|问)(?:上去|下来)?"
    r"(?:一下|下)?(?:问一?[下问])?(?:吧|呗|好了)?"
)
_UNDERSTOOD = re.compile("(?:知道|晓得|明白|清楚|了解|懂)了")
_LODGE = re.compile("登记|报|反映|交上去|投诉|记下来")


def words_to_understand(
    question: Question | None, words: str, *, is_spoken: bool, was_seen: bool
) -> tuple[str, bool]:
    """The words to be understood, and whether they differ from those of the message.

    `was_seen`: the question had reached the resident before they wrote this.
    """
    if question is None:
        return words, False
    if question.ask is Ask.HEARING:
        return _of_hearing(question, words, is_spoken=is_spoken, was_seen=was_seen)
    if question.ask is Ask.LODGE and _says_lodge(
        words, only_if_said=question.action == ONLY_IF_SAID
    ):
        return question.words, True
    return words, False


def answers_whole(question: Question | None, words: str) -> bool:
    """True if the words are a yes or a no to the open question, and nothing else: 全错了."""
    answer = read(words) if question else None
    return bool(answer and answer.polarity in (Polarity.YES, Polarity.NO) and not answer.more)


def _says_lodge(words: str, *, only_if_said: bool) -> bool:
    if words == LODGE_IT:
        return True
    if _ASKS_TO_LODGE.fullmatch(words.strip("。！!，,~ ")):
        return True
    answer = read(words)
    if _UNDERSTOOD.search(words):
        return False  # 晓得了谢谢: thanks for the answer
    is_yes = answer.polarity is Polarity.YES and not answer.more
    return is_yes and (not only_if_said or _LODGE.search(words) is not None)


def _of_hearing(
    question: Question, words: str, *, is_spoken: bool, was_seen: bool
) -> tuple[str, bool]:
    hearing = question.hearing
    if hearing is None:
        return words, False
    verdict = verdict_of(words)
    if verdict is Verdict.RIGHT and hearing.text:
        return hearing.words, True
    takes_its_place = not is_spoken and was_seen and bool(hearing.typed) and verdict is None
    if takes_its_place and not (leaves_waiting(words) or is_small_talk(words) or wish_of(words)):
        return joined(hearing.typed, words), True
    return words, False
