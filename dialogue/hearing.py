"""Decides whether a transcript is read back first, and reads the answer. Pure.

Only harmless words (a greeting, a look at the progress, a wish of `dialogue.wishes`, a yes or no)
are answered at once, and only when the recogniser is sure and no number was said.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from dialogue.answers import Polarity, read
from dialogue.wishes import Wish, wish_of
from nlu.language.choices import choice_index
from nlu.language.figures import spelled_numbers

SURE = 0.7  # what a recogniser is less sure of is read back, whatever it is
MOST_TRIES = 3  # then a person is offered
MOST_HEARD = 10_000  # characters that wait for one yes


@dataclass(frozen=True)
class Hearing:
    """A transcript that waits for a yes; without `text` the resident is asked to say it again."""

    text: str | None
    failed: int  # tries that came to nothing
    typed: str = ""  # beside the note, before the read-back could be seen
    asked_in: int = 0  # the message whose answer is the read-back

    @property
    def words(self) -> str:
        """All words that a yes confirms."""
        return joined(self.text or "", self.typed)

    @property
    def offers_person(self) -> bool:
        return self.failed >= MOST_TRIES


class Verdict(StrEnum):
    """The resident's answer to the transcript; the order is that of the numbered buttons."""

    RIGHT = "right"
    AGAIN = "again"
    PERSON = "person"


_AGAIN = re.compile(r"我?(?:重新?说|再说)|重来|没听(?:对|清)|听错了?")
_END = "。！!,，.～~ 了呀啊吧哦"
_SUBJECT = "(?:我的?|上次|上回|那个|这个|那件|这件|我们?|报的|说的|反映的|投诉的)*"
_MATTER = "(?:工单|事情?|问题|投诉|诉求|案子|单子)?"
_SMALL_TALK = re.compile(
    r"(?:[您你]好|喂|小呼|在吗|在不在|谢谢[您你]?|多谢|辛苦[您你]?了?|麻烦[您你]?了|再见|拜拜|好的?)+"
)
_QUESTION_OR_GRADE = re.compile(
    rf"(?:我?想?(?:查|看|问)(?:一下|下|看)?)*{_SUBJECT}{_MATTER}的?"
    r"(?:进度|进展|办得怎么样|办到哪(?:里|儿)?|办好了?(?:吗|没有?)|怎么样|处理好了?(?:吗|没有?)"
    r"|有(?:没有)?(?:消息|结果|进展)(?:吗|没有)?|解决了?(?:吗|没有?))(?:了)?(?:吗)?"
    r"|(?:非常|很|基本|不|非常不)?满意"
)
_LONGEST_ANSWER = 12  # characters; of a longer one it is shown what was heard
_BREAK = "，,。.！!？?；; "
_BREAKS = re.compile(f"[{_BREAK}]+")


def needs_read_back(text: str, confidence: float) -> bool:
    """True if a transcript must be confirmed before it is used."""
    if spelled_numbers(text):
        return True
    if wish_of(text):
        return False  # nothing comes of a wrong one that the next word would not undo
    return confidence < SURE or not is_harmless(text)


def is_harmless(text: str) -> bool:
    """True if the transcript is small talk or a short answer, which can be taken back."""
    plain = _BREAKS.sub("", text).strip(_END)
    if leaves_waiting(text) or plain == "不等" or _AGAIN.fullmatch(plain):
        return True
    answer = read(text)
    return len(text) <= _LONGEST_ANSWER and answer.polarity is not None and not answer.more


def is_small_talk(text: str) -> bool:
    return bool(_SMALL_TALK.fullmatch(_BREAKS.sub("", text)))


def leaves_waiting(text: str) -> bool:
    """True if the words are about something else, so that the transcript still waits for a yes."""
    return is_small_talk(text) or bool(_QUESTION_OR_GRADE.fullmatch(_BREAKS.sub("", text)))


def hear(before: Hearing | None, text: str) -> Hearing:
    """The transcript of a note; a note instead of an answer is the same said again."""
    before = before or Hearing(None, 0)
    failed = before.failed + (not text or before.text is not None)
    return Hearing(text or None, failed, before.typed)


def go_on(before: Hearing, *, spoken: str = "", typed: str = "") -> Hearing:
    """Add a message that was sent before the resident could see the read-back."""
    text = joined(before.text or "", spoken)
    return replace(before, text=text or None, typed=joined(before.typed, typed))


def joined(first: str, second: str) -> str:
    """Two messages as one."""
    comma = "，" if first and second and first[-1] not in _BREAK else ""
    return f"{first}{comma}{second}"[:MOST_HEARD]


def say_again(before: Hearing) -> Hearing:
    return replace(before, text=None, failed=before.failed + 1)


def verdict_of(words: str) -> Verdict | None:
    """The answer to "is this what you said?"; None when the words are about something else."""
    number = choice_index(words, len(Verdict))
    if number is not None:
        return tuple(Verdict)[number]
    if wish_of(words) is Wish.PERSON:
        return Verdict.PERSON
    if _AGAIN.fullmatch(words.strip(_END)):
        return Verdict.AGAIN
    answer = read(words)
    if answer.more:
        return None
    if answer.polarity is Polarity.NO:
        return Verdict.AGAIN
    return Verdict.RIGHT if answer.polarity is Polarity.YES else None
