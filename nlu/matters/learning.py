"""Learning from a city's own history: reading it, holding out a part, and saying how good it is.

What is learnt is added to the written examples of `data/appeals`, which know domains that a
city's history may lack. A report always stands beside what the model in use says of the same
texts, none of which the new one has seen.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from nlu.classifiers.linear import LinearModel
from nlu.matters.matter import Matter
from nlu.matters.past_cases import DOMAIN, UNIT_TYPE, PastCase, train

SEED = 12345
HELD_OUT = 5  # one case in so many
FEWEST_HELD_OUT = 5  # fewer say nothing
_LONGEST_SHOWN = 60  # characters of a wrong value

Judge = Callable[[str, LinearModel], Matter]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Known:
    """The judgements that there are; anything else in a history is a mistake."""

    domains: frozenset[str]
    unit_types: frozenset[str]


@dataclass
class History:
    """`problems` are sentences for people, each with its line; `unjudged` lines only count."""

    cases: list[PastCase] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unjudged: int = 0


@dataclass(frozen=True)
class Score:
    """How often the best judgement was the right one, and the mean F1 of the labels there."""

    accuracy: float
    macro_f1: float


@dataclass(frozen=True)
class Measure:
    """One question over the held-out cases."""

    cases: int
    new: Score
    in_use: Score


@dataclass(frozen=True)
class Report:
    learnt_from: int
    held_out: int
    measures: Mapping[str, Measure]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def report_lines(report: Mapping[str, Any] | None) -> Iterator[str]:
    """A report as it was kept, for people."""
    for name, it in (report or {}).get("measures", {}).items():
        new, in_use = it["new"], it["in_use"]
        yield (
            f"{name.replace('_', ' ')}, {it['cases']} held-out cases: "
            f"accuracy {new['accuracy']:.3f} (in use: {in_use['accuracy']:.3f}), "
            f"macro-F1 {new['macro_f1']:.3f} (in use: {in_use['macro_f1']:.3f})"
        )


def read_history(lines: Iterable[bytes], known: Known) -> History:
    """Every row that can be used, and what is wrong with the others."""
    history = History()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case, problems = _case(line.removeprefix(b"\xef\xbb\xbf"), known)
        except ValueError as error:
            history.problems.append(f"line {number}: {error}")
            continue
        history.problems += [f"line {number}: {problem}" for problem in problems]
        if case.domain or case.unit_types:
            history.cases.append(case)
        elif not problems:
            history.unjudged += 1
    return history


def _case(line: bytes, known: Known) -> tuple[PastCase, list[str]]:
    """Raises ValueError with what is wrong with the line as a whole."""
    row = _object(line)
    domain, not_domain = _judgement(row, "domain", known.domains)
    unit_type, not_unit_type = _judgement(row, "unit_type", known.unit_types)
    text = "\n".join(filter(None, (row.get("title"), row["text"])))
    case = PastCase(text, domain, (unit_type,) if unit_type else ())
    return case, [*not_domain, *not_unit_type]


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode())
    except ValueError:
        raise ValueError("not JSON in UTF-8") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise ValueError('an object with a string "text" is needed')
    if not isinstance(row.get("title") or "", str):
        raise ValueError('"title" must be a string')
    return row


def _judgement(
    row: Mapping[str, Any], name: str, known: frozenset[str]
) -> tuple[str | None, list[str]]:
    said = row.get(name)
    if said is None or (isinstance(said, str) and said.strip() in known):
        return said and said.strip(), []
    return None, [f"unknown {name.replace('_', ' ')} {_short(said)}"]


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


def learn(
    history: Sequence[PastCase],
    written: Sequence[PastCase],
    *,
    in_use: LinearModel,
    judge: Judge,
    say: Say = lambda _: None,
) -> LinearModel:
    """A model of `history` beside the `written` examples, with its held-out report in its notes.

    Raises ValueError when there is nothing to learn from.
    """
    if not history:
        raise ValueError("the history has no case that says its domain or its unit type")
    report = _held_out_report(history, written, in_use, judge, say)
    say(f"training on all {len(history)} cases of the history")
    model = _train(history, written)
    return replace(model, notes={"cases": len(history), "report": report and report.as_json()})


def _held_out_report(
    history: Sequence[PastCase],
    written: Sequence[PastCase],
    in_use: LinearModel,
    judge: Judge,
    say: Say,
) -> Report | None:
    learnt, held_out = hold_out(history)
    if len(held_out) < FEWEST_HELD_OUT:
        say(f"no held-out report: {len(history)} cases are too few to set some aside")
        return None
    say(f"training on {len(learnt)} cases of the history, to measure on {len(held_out)} others")
    seen = {_key(case) for case in held_out}
    trained = _train(learnt, [case for case in written if _key(case) not in seen])
    report = Report(len(learnt), len(held_out), _measures(held_out, trained, in_use, judge))
    for line in report_lines(report.as_json()):
        say(line)
    return report


def _train(history: Sequence[PastCase], written: Sequence[PastCase]) -> LinearModel:
    """The more there is of the city's own, the less the written examples count."""
    weight = len(written) / (len(written) + len(history))
    return train([*(replace(case, weight=weight) for case in written), *history], balanced=False)


def hold_out(cases: Sequence[PastCase]) -> tuple[list[PastCase], list[PastCase]]:
    """About a fifth of each judgement set aside; what was said twice is on one side only."""
    by_judgement: dict[tuple[str | None, tuple[str, ...]], list[str]] = defaultdict(list)
    first = {_key(case): case for case in reversed(cases)}
    for key, case in sorted(first.items()):
        by_judgement[case.domain, case.unit_types].append(key)
    order = random.Random(SEED)  # noqa: S311  (no secret: the same history gives the same report)
    aside: set[str] = set()
    left_over: list[str] = []
    for judgement in sorted(by_judgement, key=str):
        keys = by_judgement[judgement]
        order.shuffle(keys)
        aside.update(keys[: len(keys) // HELD_OUT])
        left_over += keys[len(keys) // HELD_OUT :][: len(keys) % HELD_OUT]
    order.shuffle(left_over)
    aside.update(left_over[: len(left_over) // HELD_OUT])
    learnt = [case for case in cases if _key(case) not in aside]
    return learnt, [first[key] for key in sorted(aside)]


def _key(case: PastCase) -> str:
    return "".join(case.text.split())


def _measures(
    cases: Sequence[PastCase], new: LinearModel, in_use: LinearModel, judge: Judge
) -> dict[str, Measure]:
    said = [(judged(judge(case.text, new)), judged(judge(case.text, in_use))) for case in cases]
    measures: dict[str, Measure] = {}
    for head in (DOMAIN, UNIT_TYPE):
        known = [
            (truth, by_new[head], by_old[head])
            for case, (by_new, by_old) in zip(cases, said, strict=True)
            if (truth := truths(case)[head])
        ]
        if known:
            measures[head] = Measure(
                len(known),
                score([(truth, new_one) for truth, new_one, _ in known]),
                score([(truth, old_one) for truth, _, old_one in known]),
            )
    return measures


def judged(matter: Matter) -> dict[str, str | None]:
    """The best judgement of each question that a history answers."""
    return {
        DOMAIN: matter.domain,
        UNIT_TYPE: matter.unit_types[0][0] if matter.unit_types else None,
    }


def truths(case: PastCase) -> dict[str, str | None]:
    return {DOMAIN: case.domain, UNIT_TYPE: case.unit_types[0] if case.unit_types else None}


def score(pairs: Sequence[tuple[str, str | None]]) -> Score:
    """Over pairs of what is true and what was said; macro-F1 over the labels that are true."""
    true, said = Counter(t for t, _ in pairs), Counter(s for _, s in pairs)
    right = Counter(t for t, s in pairs if t == s)
    f1 = [2 * right[label] / (true[label] + said[label]) for label in true]
    return Score(round(right.total() / len(pairs), 4), round(sum(f1) / len(f1), 4))
