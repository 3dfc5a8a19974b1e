"""Training on a city's own case history, with a held-out evaluation.

The history is added to the hand-written examples of `data/appeals`, which cover domains that the
history may lack. The evaluation compares the new model with the model in use on held-out cases,
which the new one has not been trained on.
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
HELD_OUT = 5  # one case in five is held out
FEWEST_HELD_OUT = 5  # with fewer there is no evaluation
_LONGEST_SHOWN = 60  # characters of an invalid value in a message

Judge = Callable[[str, LinearModel], Matter]
Say = Callable[[str], None]


@dataclass(frozen=True)
class ValidLabels:
    """Valid labels; any other label in a history is an error."""

    domains: frozenset[str]
    unit_types: frozenset[str]


@dataclass
class History:
    """A parsed history. `problems` are messages with line numbers; `unjudged` counts lines
    without a label.
    """

    cases: list[PastCase] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unjudged: int = 0


@dataclass(frozen=True)
class Score:
    """Accuracy and macro-F1, each from 0 to 1."""

    accuracy: float
    macro_f1: float


@dataclass(frozen=True)
class Measure:
    """Scores of both models for one label type on the held-out cases."""

    cases: int
    new: Score
    in_use: Score


@dataclass(frozen=True)
class Report:
    """Held-out evaluation of a new model."""

    learnt_from: int
    held_out: int
    measures: Mapping[str, Measure]

    def as_json(self) -> dict[str, Any]:
        """The report as plain dictionaries, as stored in the model's notes."""
        return asdict(self)


def report_lines(report: Mapping[str, Any] | None) -> Iterator[str]:
    """Lines of text for a report in the form of `Report.as_json`; none for None."""
    for name, measure in (report or {}).get("measures", {}).items():
        new, in_use = measure["new"], measure["in_use"]
        yield (
            f"{name.replace('_', ' ')}, {measure['cases']} held-out cases: "
            f"accuracy {new['accuracy']:.3f} (in use: {in_use['accuracy']:.3f}), "
            f"macro-F1 {new['macro_f1']:.3f} (in use: {in_use['macro_f1']:.3f})"
        )


def read_history(lines: Iterable[bytes], labels: ValidLabels) -> History:
    """Parse a history in JSON Lines: its usable cases, and the problems of the other lines."""
    history = History()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case, problems = _case(line.removeprefix(b"\xef\xbb\xbf"), labels)
        except ValueError as error:
            history.problems.append(f"line {number}: {error}")
            continue
        history.problems += [f"line {number}: {problem}" for problem in problems]
        if case.domain or case.unit_types:
            history.cases.append(case)
        elif not problems:
            history.unjudged += 1
    return history


def _case(line: bytes, labels: ValidLabels) -> tuple[PastCase, list[str]]:
    """Case of a line and the problems of its labels. Raises ValueError for an unusable line."""
    row = _object(line)
    domain, not_domain = _judgement(row, "domain", labels.domains)
    unit_type, not_unit_type = _judgement(row, "unit_type", labels.unit_types)
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
    row: Mapping[str, Any], name: str, labels: frozenset[str]
) -> tuple[str | None, list[str]]:
    label = row.get(name)
    if label is None or (isinstance(label, str) and label.strip() in labels):
        return label and label.strip(), []
    return None, [f"unknown {name.replace('_', ' ')} {_short(label)}"]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def learn(
    history: Sequence[PastCase],
    hand_written: Sequence[PastCase],
    *,
    in_use: LinearModel,
    judge: Judge,
    say: Say = lambda _: None,
) -> LinearModel:
    """Train a model on `history` and the `written` examples; its notes contain the evaluation.

    `in_use` is the model to compare with, `judge` classifies a text with a model, `say` receives
    progress messages. Raises ValueError for an empty history.
    """
    if not history:
        raise ValueError("the history has no case that says its domain or its unit type")
    report = _held_out_report(history, hand_written, in_use, judge, say)
    say(f"training on all {len(history)} cases of the history")
    model = _train(history, hand_written)
    return replace(model, notes={"cases": len(history), "report": report and report.as_json()})


def _held_out_report(
    history: Sequence[PastCase],
    hand_written: Sequence[PastCase],
    in_use: LinearModel,
    judge: Judge,
    say: Say,
) -> Report | None:
    training, held_out = hold_out(history)
    if len(held_out) < FEWEST_HELD_OUT:
        say(f"no held-out report: {len(history)} cases are too few to set some aside")
        return None
    say(f"training on {len(training)} cases of the history, to measure on {len(held_out)} others")
    held_out_keys = {_key(case) for case in held_out}
    model = _train(training, [case for case in hand_written if _key(case) not in held_out_keys])
    report = Report(len(training), len(held_out), _measures(held_out, model, in_use, judge))
    for line in report_lines(report.as_json()):
        say(line)
    return report


def _train(history: Sequence[PastCase], hand_written: Sequence[PastCase]) -> LinearModel:
    """Train on both; the weight of the written examples falls as the history grows."""
    weight = len(hand_written) / (len(hand_written) + len(history))
    return train(
        [*(replace(case, weight=weight) for case in hand_written), *history], balanced=False
    )


def hold_out(cases: Sequence[PastCase]) -> tuple[list[PastCase], list[PastCase]]:
    """Split the cases into a training and a held-out set, the latter about a fifth of each label.

    Cases with the same text are on the same side. The split is deterministic.
    """
    by_judgement: dict[tuple[str | None, tuple[str, ...]], list[str]] = defaultdict(list)
    first = {_key(case): case for case in reversed(cases)}
    for key, case in sorted(first.items()):
        by_judgement[case.domain, case.unit_types].append(key)
    rng = random.Random(SEED)  # noqa: S311  (no secret: the same history gives the same report)
    held_out_keys: set[str] = set()
    left_over: list[str] = []
    for judgement in sorted(by_judgement, key=str):
        keys = by_judgement[judgement]
        rng.shuffle(keys)
        held_out_keys.update(keys[: len(keys) // HELD_OUT])
        left_over += keys[len(keys) // HELD_OUT :][: len(keys) % HELD_OUT]
    rng.shuffle(left_over)
    held_out_keys.update(left_over[: len(left_over) // HELD_OUT])
    training = [case for case in cases if _key(case) not in held_out_keys]
    return training, [first[key] for key in sorted(held_out_keys)]


def _key(case: PastCase) -> str:
    return "".join(case.text.split())


def _measures(
    cases: Sequence[PastCase], new: LinearModel, in_use: LinearModel, judge: Judge
) -> dict[str, Measure]:
    predictions = [
        (predicted_labels(judge(case.text, new)), predicted_labels(judge(case.text, in_use)))
        for case in cases
    ]
    measures: dict[str, Measure] = {}
    for head in (DOMAIN, UNIT_TYPE):
        triples = [
            (truth, by_new[head], by_old[head])
            for case, (by_new, by_old) in zip(cases, predictions, strict=True)
            if (truth := true_labels(case)[head])
        ]
        if triples:
            measures[head] = Measure(
                len(triples),
                score([(truth, by_new) for truth, by_new, _ in triples]),
                score([(truth, by_old) for truth, _, by_old in triples]),
            )
    return measures


def predicted_labels(matter: Matter) -> dict[str, str | None]:
    """Predicted domain and unit type of a matter."""
    return {
        DOMAIN: matter.domain,
        UNIT_TYPE: matter.unit_types[0][0] if matter.unit_types else None,
    }


def true_labels(case: PastCase) -> dict[str, str | None]:
    """True domain and unit type of a past case."""
    return {DOMAIN: case.domain, UNIT_TYPE: case.unit_types[0] if case.unit_types else None}


def score(pairs: Sequence[tuple[str, str | None]]) -> Score:
    """Score of (true, predicted) pairs; macro-F1 is the mean over the labels that occur as true."""
    true_counts, predicted_counts = (
        Counter(true for true, _ in pairs),
        Counter(predicted for _, predicted in pairs),
    )
    right = Counter(true for true, predicted in pairs if true == predicted)
    f1 = [
        2 * right[label] / (true_counts[label] + predicted_counts[label]) for label in true_counts
    ]
    return Score(round(right.total() / len(pairs), 4), round(sum(f1) / len(f1), 4))
