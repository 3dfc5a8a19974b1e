"""Cuts a message into clauses and puts clauses together again."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

MOST = 10_000  # characters of a message that are read
_LONG = 26  # characters; a longer clause without marks is cut at its joints

_PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d"
# A colon after a label (姓名：) joins; a comma or colon between figures belongs to the number.
_MARKS = re.compile(
    rf"(?:[，。！!？?；;\n…~～{_PICTURES}]|(?<![名人话式址号机点住\d])[：:]|(?<=\d)[：:](?!\d)"
    r"|(?<!\d),|,(?!\d)|(?<=[\u4e00-\u9fff])\.(?!\d)"
    r"|(?<=[^\sA-Za-z,，。:：]) +(?=[\u4e00-\u9fff\d])|(?<=[，。！!？?；;\n…]) +)+"
)
_ENDS = frozenset("。！!？?；;\n…")
# Where a new thing begins though nothing is written between: voice notes have no marks.
_JOINTS = re.compile(
    r"(?<=[\u4e00-\u9fff\d])(?="
    r"还有(?:一|另一|另外一)?(?:个|件|桩)(?:事|问题|情况|就是|是)|还有一件|还有就是"
    r"|另外(?:我?[还再也想要]|反映|投诉|一(?:件|个)(?:事|问题))"
    r"|顺便(?:再|说|问|讲|反映|提|投诉)|第[二三四](?:件|个)(?:事|问题|是|就)|[②-⑨]|再一个就是"
    r"|另一个是)"
    r"|(?<=[两三几]个事)(?=一个|第一|一是)|(?<=[两三几]件事)(?=一个|一件|第一|一是)"
    r"|(?<=[两三几][个件]事情)(?=一个|一件|第一|一是)|(?<=[两三]个问题)(?=一个|第一|一是)"
)
_NUMBERED_JOINTS = re.compile(r"(?<=[\u4e00-\u9fff\d])(?=第[一二三四](?:件|个|点)?(?:事|是|就是)?)")
_SOFT_JOINTS = re.compile(
    r"(?<=[了呀啊嘛哎])(?=我|他|她|你们|现在|结果|然后|就是|老板|物业|那个|这个|打|找|还|都|又"
    r"|到现在)"
    r"|(?<=[\u4e00-\u9fff])(?=然后|但是|可是|结果|而且|所以|因为|现在又|我们跟|他们说"
    r"|麻烦(?:你们|帮)"
    r"|希望(?:你们|能|可以|有关)|能不能(?:给|帮|派|装|修|加|来|把))"
)
_EDGES = "，,、：:；;。！!…~～ \n"


@dataclass(frozen=True)
class Clause:
    words: str
    mark: str = ""  # what stands after it: one mark, or nothing

    @property
    def ends_sentence(self) -> bool:
        return self.mark in _ENDS and self.mark != ""


def cut(text: str) -> list[Clause]:
    """Clauses in order; marks of a run (！！！) count as one."""
    joined = _NUMBERED_JOINTS.sub("，", text) if _counts(text) else text
    joined = _JOINTS.sub("，", joined[:MOST])
    clauses: list[Clause] = []
    at = 0
    for match in _MARKS.finditer(joined):
        clauses.append(Clause(joined[at : match.start()].strip(), _one(match.group())))
        at = match.end()
    clauses.append(Clause(joined[at:].strip()))
    return [clause for clause in clauses if clause.words or clause.mark]


def _counts(text: str) -> bool:
    return re.search(r"[两二三四几23]\s?[件个](?:事|问题)", text[:60]) is not None


def _one(marks: str) -> str:
    for wanted in ("？", "?", "！", "!", "。", "；", ";", "\n", "…", "，", ",", "：", ":"):
        if wanted in marks:
            return {"?": "？", "!": "！", ";": "；", ",": "，", ":": "："}.get(wanted, wanted)
    return "，"


def finer(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """The same with long clauses cut at their joints, for a summary."""
    for clause in clauses:
        if len(clause.words) <= _LONG:
            yield clause
            continue
        *firsts, last = [part for part in _SOFT_JOINTS.split(clause.words) if part] or [""]
        yield from (Clause(part, "，") for part in firsts)
        yield replace(clause, words=last)


def join(clauses: Sequence[Clause]) -> str:
    """One text again; where a clause without words was taken out, the stronger mark stays."""
    kept: list[Clause] = []
    for clause in clauses:
        if clause.words:
            kept.append(clause)
        elif kept and clause.ends_sentence and not kept[-1].ends_sentence:
            kept[-1] = replace(kept[-1], mark="。")
    text = "".join(clause.words + (clause.mark or "，") for clause in kept)
    return text.strip(_EDGES)


def sentences(clauses: Iterable[Clause]) -> Iterator[list[Clause]]:
    now: list[Clause] = []
    for clause in clauses:
        now.append(clause)
        if clause.ends_sentence:
            yield now
            now = []
    if now:
        yield now
