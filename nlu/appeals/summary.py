"""A long text in short: its most telling whole clauses. Pure, linear in the text."""

import re
from collections.abc import Sequence
from dataclasses import replace

from nlu.appeals.asides import without_asides
from nlu.appeals.clauses import Clause, finer, join
from nlu.appeals.cues import RHETORICAL, TROUBLE, is_place, topics_of
from nlu.appeals.details import is_general_wish
from nlu.matters.kinds import kind_said

MATTER = 70  # characters that a read-back has room for
_HISTORY = re.compile(
    r"(?:尊敬|敬爱|您好|你好|百忙|领导|书记|市长|祝|感谢|谢谢|近年来|众所周知|随着|自从|记得"
    r"|想当年|入住以来|本人是|我是一[名位个]|我叫|政策|号召|党|中央|精神|发展|形象"
    r"|打电话|反映过|多次|联系|投诉过|之前|以前|后来|当时|去年|前年|\d{4}年|说是|回复|答复|心情"
    r"|无奈|希望|恳请|不知道|觉得|认为|想)"
)
_TROUBLE_WORTH, _TOPIC_WORTH, _KIND_WORTH, _LEAD_WORTH, _HISTORY_WORTH = 2.0, 1.5, 1.0, 1.0, -2.0
_LEAD = 5  # clauses
_LONGEST_CLAUSE = 30  # characters that tell their matter well


def shorten(text: str, most: int = MATTER) -> str:
    """The most telling clauses in their order, together at most `most` characters."""
    return shorten_clauses(without_asides(text), most)


def shorten_clauses(clauses: Sequence[Clause], most: int = MATTER) -> str:
    whole = join(clauses)
    if len(whole) <= most:
        return whole
    parts = list(_once([clause for clause in finer(clauses) if clause.words]))
    chosen = _choose(parts, most)
    if not chosen:
        return f"{max(parts, key=lambda part: _worth(part.words, 0)).words[: most - 1]}…"
    return join([replace(parts[index], mark=_mark(parts[index])) for index in sorted(chosen)])


def _once(parts: Sequence[Clause]) -> list[Clause]:
    """Said again and again counts once."""
    return list({part.words: part for part in reversed(parts)}.values())[::-1]


def _mark(part: Clause) -> str:
    return "？" if part.mark == "？" else "，"


def _choose(parts: Sequence[Clause], most: int) -> set[int]:
    worth = [_worth(part.words, index) for index, part in enumerate(parts)]
    chosen: set[int] = set()
    room, topics = most, set[str]()
    order = sorted(range(len(parts)), key=lambda index: (-worth[index], index))
    for index in order:
        needs = len(parts[index].words) + 1
        named = topics_of(parts[index].words)
        if needs > room + 1 or (chosen and worth[index] <= 0):
            continue
        if len(chosen) >= 2 and named and named <= topics and worth[index] < worth[order[0]]:
            continue  # the same object again says little more
        chosen.add(index)
        topics |= named
        room -= needs
    return chosen


def _worth(words: str, index: int) -> float:
    worth = _TROUBLE_WORTH * min(2, len(set(TROUBLE.findall(words))))
    worth += _TOPIC_WORTH * min(2, len(topics_of(words)))
    kind, _ = kind_said(words)
    worth += _KIND_WORTH * (kind in ("report", "complaint", "help"))
    worth += _LEAD_WORTH * (index < _LEAD)
    worth += _HISTORY_WORTH * (_HISTORY.search(words) is not None)
    if RHETORICAL.search(words) or is_general_wish(words):
        worth -= 2
    return worth - max(0, len(words) - _LONGEST_CLAUSE) / 15


def matter_of(clauses: Sequence[Clause]) -> str:
    """What is wrong, for the read-back, which shows the place and the wish by themselves."""
    told = [clause for clause in clauses if clause.words]
    plain = [clause for clause in told if not is_place(clause.words) or _praises(clause.words)]
    telling = [clause for clause in plain if not _is_only_outcry(clause.words)]
    return shorten_clauses(telling or plain or told)


def _praises(words: str) -> bool:
    """表扬西溪医院护士小王 names who did well, and is more than a place."""
    return kind_said(words)[0] == "praise"


def _is_only_outcry(words: str) -> bool:
    rest = TROUBLE.sub("", words)
    return RHETORICAL.search(words) is not None and not topics_of(words) and len(rest) <= 12
