"""Places in `places.txt`: lines written before the last change of the labeller, places in []."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from bot.cli.parsing import parse_all

FILE = Path(__file__).parent / "places.txt"
_PLACE = re.compile(r"\[([^\]]+)\]")


def _line(marked: str) -> tuple[str, set[tuple[int, int]]]:
    """The text without brackets, and the spans of its places."""
    spans = {
        (m.start() - 2 * i, m.end() - 2 * i - 2) for i, m in enumerate(_PLACE.finditer(marked))
    }
    return _PLACE.sub(r"\1", marked), spans


@cache
def span_f1() -> float:
    """Exact spans, F1."""
    lines = [_line(line) for line in FILE.read_text(encoding="utf-8").splitlines() if line]
    rows: list[dict[str, Any]] = [{"text": text, "voice": False} for text, _ in lines]
    hit = wrong = missed = 0
    for (_, true), parsed in zip(lines, parse_all(rows), strict=True):
        spans = {(e["start"], e["end"]) for e in parsed["entities"] if e["type"] == "location"}
        hit, wrong, missed = (
            hit + len(true & spans), wrong + len(spans - true), missed + len(true - spans),
        )  # fmt: skip
    return 2 * hit / (2 * hit + wrong + missed)
