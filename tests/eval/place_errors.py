"""`python -m tests.eval.place_errors [--show]`: kinds of errors of the labeller of places.

Over our own held-out lines. With `--show` each error is printed with its line.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.eval.measures import Row, chat_lines

Span = tuple[int, int]


def errors() -> Iterator[tuple[str, str]]:
    """(kind of error, line with the marked place in [] and what was found in {})."""
    for row, parsed in chat_lines():
        true = _places(row["entities"])
        spans = _places(parsed["entities"])
        for span in sorted(set(true) - set(spans)):
            yield _kind(span, spans), _shown(row["text"], span, _touching(span, spans))
        for span in sorted(set(spans) - set(true)):
            if not _touching(span, true):
                yield "no place", _shown(row["text"], None, [span])


def _places(entities: Sequence[Row]) -> list[Span]:
    return [(e["start"], e["end"]) for e in entities if e["type"] == "location"]


def _touching(span: Span, others: Sequence[Span]) -> list[Span]:
    return [other for other in others if other[0] < span[1] and span[0] < other[1]]


def _kind(span: Span, spans: Sequence[Span]) -> str:
    """What is wrong with what was found instead of the marked place."""
    touching = _touching(span, spans)
    if not touching:
        return "missed"
    if len(touching) > 1:
        return "split in two"
    [(start, end)] = touching
    parts = []
    if start != span[0]:
        parts.append("begins early" if start < span[0] else "begins late")
    if end != span[1]:
        parts.append("ends early" if end < span[1] else "ends late")
    return ", ".join(parts)


def _shown(text: str, true: Span | None, spans: Sequence[Span]) -> str:
    marks = dict.fromkeys(range(len(text) + 1), "")
    for start, end in spans:
        marks[start] += "{"
        marks[end] = "}" + marks[end]
    if true:
        marks[true[0]] += "["
        marks[true[1]] = "]" + marks[true[1]]
    return "".join(f"{marks[i]}{text[i : i + 1]}" for i in range(len(text) + 1))


def main() -> None:
    all_errors = list(errors())
    for kind, count in Counter(kind for kind, _ in all_errors).most_common():
        sys.stdout.write(f"{count:4}  {kind}\n")
        if "--show" in sys.argv:
            for one, line in all_errors:
                if one == kind:
                    sys.stdout.write(f"        {line}\n")


if __name__ == "__main__":
    main()
