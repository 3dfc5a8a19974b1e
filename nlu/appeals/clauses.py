"""Splitting of a message into clauses, and joining of clauses."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

LONGEST_READ = 10_000  # characters; the rest of a message is not read
_LONG_CLAUSE = 26  # characters; a longer clause is split at its conjunctions

_PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d"
# Punctuation, emoji and spaces that end a clause. Not a colon after a label (姓名：), and not a
# comma or colon between digits.
_MARKS = re.compile(
    rf"(?:[，。！!？?；;\n…~～{_PICTURES}]|(?<![名人话式址号机点住\d])[：:]|(?<=\d)[：:](?!\d)"
    r"|(?<!\d),|,(?!\d)|(?<=[\u4e00-\u9fff])\.(?!\d)"
    r"|(?<=[^\sA-Za-z,，。:：]) +(?=[\u4e00-\u9fff\d])|(?<=[，。！!？?；;\n…]) +)+"
)
_ENDS = frozenset("。！!？?；;\n…")
# Positions where another matter begins without punctuation, as in voice notes: …还有一件事…
_MATTER_STARTS = re.compile(
    r"(?<=[\u4e00-\u9fff\d])(?="
    r"还有(?:一|另一|另外一)?(?:个|件|桩)(?:事|问题|情况|就是|是)|还有一件|还有就是"
    r"|另外(?:我?[还再也想要]|反映|投诉|一(?:件|个)(?:事|问题))"
    r"|顺便(?:再|说|问|讲|反映|提|投诉)|第[二三四](?:件|个)(?:事|问题|是|就)|[②-⑨]|再一个就是"
    r"|另一个是)"
    r"|(?<=[两三几]个事)(?=一个|第一|一是)|(?<=[两三几]件事)(?=一个|一件|第一|一是)"
    r"|(?<=[两三几][个件]事情)(?=一个|一件|第一|一是)|(?<=[两三]个问题)(?=一个|第一|一是)"
)
# The same before an ordinal, when the text announces a number of matters: 第一件
_ORDINAL_STARTS = re.compile(r"(?<=[\u4e00-\u9fff\d])(?=第[一二三四](?:件|个|点)?(?:事|是|就是)?)")
LONGEST_ANNOUNCEMENT = 60  # characters from the start
_ANNOUNCES_COUNT = re.compile(r"[两二三四几23]\s?[件个](?:事情?|问题)")
# A bare ordinal before a matter: 第一小区门口…，第二楼道灯…; not in 第一人民医院
_BARE_ORDINAL = re.compile(
    r"(?:^|(?<=[，,、：:；;。！!\s]))(第[一二三四五六])"
    r"(?=[\u4e00-\u9fff])(?![件个点条是就人中医届期批幢栋排次天季级])"
)
# Between a particle or a word and a conjunction or request: …了|我, …|希望你们
_CONJUNCTIONS = re.compile(
    r"(?<=[了呀啊嘛哎])(?=我|他|她|你们|现在|结果|然后|就是|老板|物业|那个|这个|打|找|还|都|又"
    r"|到现在)"
    r"|(?<=[\u4e00-\u9fff])(?=然后|但是|可是|结果|而且|所以|因为|现在又|我们跟|他们说"
    r"|麻烦(?:你们|帮)"
    r"|希望(?:你们|能|可以|有关)|能不能(?:给|帮|派|装|修|加|来|把))"
)
# 三件事，一个电梯坏了，一个垃圾没人收
_ONE_EACH = re.compile(r"(?<=[，,：:、。；;])\s?一[个件](?=[\u4e00-\u9fff]{3})(?![是呢就月人])")
_FEWEST_ENTRIES = 2
_EDGES = "，,、：:；;。！!…~～ \n"


@dataclass(frozen=True)
class Clause:
    """Words between two punctuation marks."""

    words: str
    mark: str = ""  # the one punctuation mark after the clause, or nothing

    @property
    def ends_sentence(self) -> bool:
        """True if a full stop, question mark or the like follows."""
        return self.mark in _ENDS and self.mark != ""


def split_clauses(text: str) -> list[Clause]:
    """Clauses of a normalised text in order; a run of marks (！！！) counts as one."""
    joined = separate_ordinals(text)
    joined = _MATTER_STARTS.sub("，", joined[:LONGEST_READ])
    clauses: list[Clause] = []
    at = 0
    for match in _MARKS.finditer(joined):
        clauses.append(Clause(joined[at : match.start()].strip(), _strongest_mark(match.group())))
        at = match.end()
    clauses.append(Clause(joined[at:].strip()))
    return [clause for clause in clauses if clause.words or clause.mark]


def separate_ordinals(text: str) -> str:
    """A comma around the ordinals of a list, if the text announces one: 两件事：第一…，第二….

    What stands before the announcement does not change: 我住第二小区.
    """
    announced = _ANNOUNCES_COUNT.search(text[:LONGEST_ANNOUNCEMENT])
    if announced is None:
        return text
    before, entries = text[: announced.end()], text[announced.end() :]
    if len(_ONE_EACH.findall(entries)) >= _FEWEST_ENTRIES:
        entries = _ONE_EACH.sub(r"\g<0>是", entries)
    entries = _ORDINAL_STARTS.sub("，", entries)
    if _BARE_ORDINAL.findall(entries)[:2] == ["第一", "第二"]:
        entries = _BARE_ORDINAL.sub(r"\1，", entries)
    return f"{before}，{entries}" if entries.startswith("第") else before + entries


def _strongest_mark(marks: str) -> str:
    for mark in ("？", "?", "！", "!", "。", "；", ";", "\n", "…", "，", ",", "：", ":"):
        if mark in marks:
            return {"?": "？", "!": "！", ";": "；", ",": "，", ":": "："}.get(mark, mark)
    return "，"


def split_long_clauses(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """Clauses with the long ones split before conjunctions (然后, 但是), for a summary."""
    for clause in clauses:
        if len(clause.words) <= _LONG_CLAUSE:
            yield clause
            continue
        *firsts, last = [part for part in _CONJUNCTIONS.split(clause.words) if part] or [""]
        yield from (Clause(part, "，") for part in firsts)
        yield replace(clause, words=last)


def join(clauses: Sequence[Clause]) -> str:
    """Text of the clauses; an empty clause passes its sentence end on to the one before it."""
    remaining: list[Clause] = []
    for clause in clauses:
        if clause.words:
            remaining.append(clause)
        elif remaining and clause.ends_sentence and not remaining[-1].ends_sentence:
            remaining[-1] = replace(remaining[-1], mark="。")
    text = "".join(clause.words + (clause.mark or "，") for clause in remaining)
    return text.strip(_EDGES)
