"""Extractive summary: the most informative whole clauses of a text. Pure, linear in the text."""

import re
from collections.abc import Sequence
from dataclasses import replace

from nlu.appeals.asides import strip_asides
from nlu.appeals.clauses import Clause, join, split_long_clauses
from nlu.appeals.cues import RHETORICAL, TROUBLE, is_place, topics_of
from nlu.appeals.details import is_general_wish
from nlu.matters.kinds import kind_by_cues

MATTER = 70  # characters of the matter in a read-back
# Salutations, circumstances, earlier calls: 尊敬的领导, 去年, 反映过
_HISTORY = re.compile(
    r"(?:尊敬|敬爱|您好|你好|百忙|领导|书记|市长|祝|感谢|谢谢|近年来|众所周知|随着|自从|记得"
    r"|想当年|入住以来|本人是|我是一[名位个]|我叫|政策|号召|党|中央|精神|发展|形象"
    r"|打电话|反映过|多次|联系|投诉过|之前|以前|后来|当时|去年|前年|\d{4}年|说是|回复|答复|心情"
    r"|无奈|希望|恳请|不知道|觉得|认为|想)"
)
_TROUBLE_WORTH, _TOPIC_WORTH, _KIND_WORTH, _LEAD_WORTH, _HISTORY_WORTH = 2.0, 1.5, 1.0, 1.0, -2.0
_SUBJECT_WORTH = 2.0
_LEAD = 5  # clauses
_LONGEST_CLAUSE = 30  # characters; each 15 beyond cost a point


def shorten(text: str, longest: int = MATTER) -> str:
    """The most informative clauses in text order, together at most `longest` characters."""
    return shorten_clauses(strip_asides(text), longest)


def shorten_clauses(clauses: Sequence[Clause], longest: int = MATTER) -> str:
    """The same for clauses that are split already."""
    text = join(clauses)
    if len(text) <= longest:
        return text
    parts = list(_once([clause for clause in split_long_clauses(clauses) if clause.words]))
    chosen_parts = _choose(parts, longest)
    if not chosen_parts:
        return f"{max(parts, key=lambda part: _worth(part.words, 0)).words[: longest - 1]}…"
    return join([replace(parts[index], mark=_mark(parts[index])) for index in sorted(chosen_parts)])


def _once(parts: Sequence[Clause]) -> list[Clause]:
    """Clauses without repetitions."""
    return list({part.words: part for part in reversed(parts)}.values())[::-1]


def _mark(part: Clause) -> str:
    return "？" if part.mark == "？" else "，"


def _choose(parts: Sequence[Clause], longest: int) -> set[int]:
    worth = [
        _worth(part.words, index) + _SUBJECT_WORTH * _is_subject(parts, index)
        for index, part in enumerate(parts)
    ]
    numbers: set[int] = set()
    room, topics = longest, set[str]()
    order = sorted(range(len(parts)), key=lambda index: (-worth[index], index))
    for index in order:
        needs = len(parts[index].words) + 1
        named_topics = topics_of(parts[index].words)
        if needs > room + 1 or (numbers and worth[index] <= 0):
            continue
        if (
            len(numbers) >= 2
            and named_topics
            and named_topics <= topics
            and worth[index] < worth[order[0]]
        ):
            continue  # a further clause on the same topics adds little
        numbers.add(index)
        topics |= named_topics
        room -= needs
    return numbers


def _is_subject(parts: Sequence[Clause], index: int) -> bool:
    """True if the clause names the object of a trouble that follows: 那个楼梯灯啊, …, 不亮的."""
    if not topics_of(parts[index].words) or TROUBLE.search(parts[index].words):
        return False
    after = (part.words for part in parts[index + 1 : index + 3])
    return any(TROUBLE.search(words) and not topics_of(words) for words in after)


def _worth(words: str, index: int) -> float:
    """Informativeness of the clause at `index`, in points; the weights are hand-set."""
    worth = _TROUBLE_WORTH * min(2, len(set(TROUBLE.findall(words))))
    worth += _TOPIC_WORTH * min(2, len(topics_of(words)))
    kind, _ = kind_by_cues(words)
    worth += _KIND_WORTH * (kind in ("report", "complaint", "help"))
    worth += _LEAD_WORTH * (index < _LEAD and worth > 0)
    worth += _HISTORY_WORTH * (_HISTORY.search(words) is not None)
    if RHETORICAL.search(words) or is_general_wish(words):
        worth -= 2
    return worth - max(0, len(words) - _LONGEST_CLAUSE) / 15


def matter_of(clauses: Sequence[Clause]) -> str:
    """Summary of a matter for the read-back, without bare places and outcries."""
    clauses_with_words = [clause for clause in clauses if clause.words]
    plain = [
        clause
        for clause in clauses_with_words
        if not is_place(clause.words) or _praises(clause.words)
    ]
    informative = [clause for clause in plain if not _is_only_outcry(clause.words)]
    return shorten_clauses(informative or plain or clauses_with_words)


def _praises(words: str) -> bool:
    """表扬西溪医院护士小王 names who did well, and is more than a place."""
    return kind_by_cues(words)[0] == "praise"


def _is_only_outcry(words: str) -> bool:
    remainder = TROUBLE.sub("", words)
    return RHETORICAL.search(words) is not None and not topics_of(words) and len(remainder) <= 12
