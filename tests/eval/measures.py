"""What is measured: one function a row of the table, each over sets that were never trained on."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from backend.routing.service import demo_units, matter_of, route_among
from backend.settings import DATA_FOLDER, PROJECT_FOLDER, settings
from bot.cli.parsing import parse_all
from nlu.articles.search import Answer, ArticleIndex, load, not_covered_in
from nlu.city.loaded import gazetteer
from nlu.classifiers.meaning import SentenceEncoder, meaning
from nlu.dangers.emergency import detect
from nlu.language.text import normalise
from nlu.matters.confidence import calibration
from nlu.trained import danger_model
from tests.eval import incidents, places, read_backs, routes, voices

OWN = Path(__file__).parent
SHARED = PROJECT_FOLDER.parent / "shared" / "data"

Row = dict[str, Any]


def _lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


@cache
def chat_lines() -> list[tuple[Row, Row]]:
    """Each line of our own set with what `minhu parse` makes of it."""
    rows = _lines(OWN / "chat_lines.jsonl")
    return list(zip(rows, parse_all(rows), strict=True))


def macro_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Mean over the classes that occur of 2·tp / (2·tp + fp + fn); pairs are (true, found)."""
    all_pairs = list(pairs)
    scores = []
    for name in sorted({true for true, _ in all_pairs}):
        hit = sum(true == predicted == name for true, predicted in all_pairs)
        missed = sum(true == name != predicted for true, predicted in all_pairs)
        wrong = sum(predicted == name != true for true, predicted in all_pairs)
        scores.append(2 * hit / (2 * hit + missed + wrong))
    return sum(scores) / len(scores)


def _share(results: Iterable[bool]) -> float:
    values = list(results)
    return sum(values) / len(values)


def intent_all() -> float:
    return macro_f1((row["intent"], parsed["intent"]) for row, parsed in chat_lines())


def intent_voice() -> float:
    return macro_f1((r["intent"], f["intent"]) for r, f in chat_lines() if r["voice"])


def location_spans() -> float:
    return _spans_f1(chat_lines())


def location_voice() -> float:
    return _spans_f1((row, parsed) for row, parsed in chat_lines() if row["voice"])


def _spans_f1(lines: Iterable[tuple[Row, Row]]) -> float:
    """Exact spans, F1."""
    hit = missed = wrong = 0
    for row, parsed in lines:
        true = {_span(e) for e in row["entities"] if e["type"] == "location"}
        spans = {_span(e) for e in parsed["entities"] if e["type"] == "location"}
        hit, missed, wrong = (
            hit + len(true & spans), missed + len(true - spans), wrong + len(spans - true),
        )  # fmt: skip
    return 2 * hit / (2 * hit + missed + wrong)


def location_overlap() -> float:
    """Share of the places that a found one overlaps."""
    pairs = [
        (_span(place), [_span(e) for e in parsed["entities"] if e["type"] == "location"])
        for row, parsed in chat_lines()
        for place in row["entities"]
        if place["type"] == "location"
    ]
    return _share(any(a < end and start < b for a, b in spans) for (start, end), spans in pairs)


def _span(entity: Row) -> tuple[int, int]:
    return entity["start"], entity["end"]


def streets() -> float:
    with (DATA_FOLDER / "areas" / "streets.csv").open(encoding="utf-8") as rows:
        names = {row["name"] for row in csv.DictReader(rows)}
    lines = [row for row, _ in chat_lines() if row.get("street") in names]
    return _share(_street(row["text"]) == row["street"] for row in lines)


def _street(text: str) -> str | None:
    street = gazetteer().resolve(normalise(text)).street
    return street.name if street else None


@cache
def _answers(knows: SentenceEncoder | None) -> list[tuple[Row, Answer]]:
    not_covered = not_covered_in(DATA_FOLDER / "not_covered.yml")
    index = ArticleIndex(load(DATA_FOLDER / "knowledge"), not_covered, knows)
    index.wait_for_meaning()
    return [(row, index.answer(row["question"])) for row in _lines(OWN / "questions.jsonl")]


def questions_first(knows: SentenceEncoder | None = None) -> float:
    """The right article is the answer or, where none is given, the first that is offered."""
    answers = _answers(knows)
    return _share(_first(a) in _right_articles(row) for row, a in answers if row["article"])


def _right_articles(row: Row) -> list[str]:
    """The article that answers, and others that answer as well."""
    return [row["article"], *row.get("also", ())]


def _first(answer: Answer) -> str | None:
    offered = [hit.article for hit in answer.candidates]
    articles = [answer.article, *offered] if answer.article else offered
    return articles[0].id if articles else None


def questions_answered(knows: SentenceEncoder | None = None) -> float:
    return _share(
        a.article is not None and a.article.id in _right_articles(row)
        for row, a in _answers(knows)
        if row["article"]
    )


def questions_answered_wrongly(knows: SentenceEncoder | None = None) -> float:
    return _share(
        a.article is not None and a.article.id not in _right_articles(row)
        for row, a in _answers(knows)
        if row["article"]
    )


def questions_invented(knows: SentenceEncoder | None = None) -> float:
    answers = _answers(knows)
    return _share(a.article is not None for row, a in answers if row["article"] is None)


def emergencies_found() -> float:
    rows = _lines(OWN / "emergencies.jsonl")
    return _share(_is_danger(r["text"]) for r in rows if r["emergency"])


def emergencies_false() -> float:
    rows = _lines(OWN / "emergencies.jsonl")
    return _share(_is_danger(r["text"]) for r in rows if not r["emergency"])


def emergencies_alarmed() -> float:
    """Near-misses that are taken for certain: they interrupt the talk, and fetch a person."""
    rows = _lines(OWN / "emergencies.jsonl")
    alarms = [detect(normalise(r["text"]), danger_model()) for r in rows if not r["emergency"]]
    return _share(danger is not None and danger.is_certain for danger in alarms)


def messages_false_alarms() -> float:
    rows = _lines(SHARED / "messages_dev.jsonl")
    return _share(_is_danger(_whole(row)) for row in rows)


def _is_danger(text: str) -> bool:
    return detect(normalise(text), danger_model()) is not None


def messages_domain() -> float:
    rows = _lines(SHARED / "messages_dev.jsonl")
    return macro_f1((r["domain"], matter_of(normalise(_whole(r))).domain or "") for r in rows)


@cache
def _routes() -> list[tuple[Row, list[str], str]]:
    """Each routed message with the unit types found, best first, and the kind."""
    routes = []
    for row in _lines(SHARED / "routing_dev.jsonl"):
        route = route_among(demo_units(), _whole(row), None)
        routes.append((row, [scored.code for scored in route.unit_types], route.kind))
    return routes


def unit_type_first() -> float:
    return _share(bool(types) and types[0] in row["unit_types"] for row, types, _ in _routes())


def unit_type_in_three() -> float:
    return _share(bool(set(types[:3]) & set(row["unit_types"])) for row, types, _ in _routes())


def _dispatched() -> list[tuple[Row, str]]:
    """Routed messages whose unit type is sure enough to be dispatched without a person."""
    bar = calibration().bar_for(settings().dispatch_precision)
    routes = ((row, route_among(demo_units(), _whole(row), None)) for row in _routing_rows())
    return [(row, it.unit_types[0].code) for row, it in routes if it.confidence >= bar]


def dispatched_share() -> float:
    return len(_dispatched()) / len(_routing_rows())


def dispatched_right() -> float:
    return _share(unit_type in row["unit_types"] for row, unit_type in _dispatched())


def surest_half_right() -> float:
    """First unit type right among the half of the routed messages that is surest."""
    routes = [(row, route_among(demo_units(), _whole(row), None)) for row in _routing_rows()]
    routes.sort(key=lambda pair: -pair[1].confidence)
    half = routes[: len(routes) // 2]
    return _share(it.unit_types[0].code in row["unit_types"] for row, it in half)


def _routing_rows() -> list[Row]:
    return _lines(SHARED / "routing_dev.jsonl")


def kind() -> float:
    return _share(predicted == row["kind"] for row, _, predicted in _routes())


def _whole(row: Row) -> str:
    return f"{row['title']}\n{row['text']}"


Measure = Callable[[], float]
QUESTION_SETS: dict[str, tuple[Callable[..., float], float | None]] = {
    "question: right article first": (questions_first, 0.90),
    "question: answered with the right article": (questions_answered, 0.90),
    "question: answered with another article": (questions_answered_wrongly, None),
    "question not covered: answered all the same": (questions_invented, 0.05),
}
WITH_MEANING = "; with meaning"  # the optional package
OWN_SETS: dict[str, tuple[Measure, float | None]] = {
    "intent, macro-F1": (intent_all, 0.93),
    "intent in voice style, macro-F1": (intent_voice, 0.90),
    "location, span F1": (location_spans, 0.88),
    "location in voice style, span F1": (location_voice, None),
    "location, found in part": (location_overlap, 0.96),
    "location, second set, span F1": (places.span_f1, 0.85),
    "street, where the text says it": (streets, 0.92),
    "answer to a read-back": (read_backs.right, 0.90),
    **QUESTION_SETS,
    **routes.MEASURES,
    "emergency found": (emergencies_found, 1.00),
    "emergency: near-miss that is told the numbers": (emergencies_false, None),
    "emergency: near-miss that sets off the alarm": (emergencies_alarmed, None),
    "incidents: B³ F1": (incidents.b_cubed_f1, 0.80),
    "incidents kept aside: B³ F1": (partial(incidents.b_cubed_f1, is_held_out=True), 0.80),
    "incidents: purity of the groups": (incidents.purity, 0.90),
    "incidents: found of the ten largest": (incidents.largest_found, 1.00),
    "incidents: seconds for 5,000 messages": (incidents.seconds_for_many, 30.0),
}
SHARED_SETS: dict[str, tuple[Measure, float | None]] = {
    "domain of messages_dev, macro-F1 of 7": (messages_domain, 0.85),
    "false alarm on messages_dev": (messages_false_alarms, 0.01),
    "unit type of routing_dev, first": (unit_type_first, 0.72),
    "unit type of routing_dev, in three": (unit_type_in_three, 0.90),
    "sure enough to dispatch: share of routing_dev": (dispatched_share, 0.40),
    "sure enough to dispatch: right": (dispatched_right, 0.95),
    "first unit type right among the surest half": (surest_half_right, 0.95),
    "kind of routing_dev": (kind, 0.80),
    "voices: character error rate": (voices.character_error_rate, 0.18),
    "voices: the same by Opus at 16 kbit/s": (voices.error_rate_by_opus, None),
    "voices: the same by AMR-NB": (voices.error_rate_by_amr, None),
    "voices: the same in noise, 15 dB": (voices.error_rate_in_noise, None),
    "voices: seconds of one core a second of sound": (voices.real_time_factor, 0.5),
    "voices: misheard places recovered by sound": (voices.misheard_places, 0.5),
}
TIMED = frozenset({"incidents: seconds for 5,000 messages"})  # machines differ: not compared
LESS_IS_BETTER = frozenset(
    {
        "question: answered with another article",
        "question: answered with another article; with meaning",
        "question not covered: answered all the same",
        "question not covered: answered all the same; with meaning",
        "emergency: near-miss that is told the numbers",
        "emergency: near-miss that sets off the alarm",
        "false alarm on messages_dev",
        "voices: character error rate",
        "voices: the same by Opus at 16 kbit/s",
        "voices: the same by AMR-NB",
        "voices: the same in noise, 15 dB",
        "voices: seconds of one core a second of sound",
    }
)


def rows() -> Iterator[tuple[str, float, float | None]]:
    """(name, value, figure to reach if there is one) of everything that can be measured here."""
    measured = OWN_SETS | (SHARED_SETS if SHARED.is_dir() else {})
    if knows := meaning():
        measured |= {
            name + WITH_MEANING: (partial(measure, knows), reach)
            for name, (measure, reach) in QUESTION_SETS.items()
        }
    for name, (measure, reach) in measured.items():
        yield name, measure(), reach
