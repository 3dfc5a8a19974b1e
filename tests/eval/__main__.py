"""`make eval`: one table, the figures of last time beside it; a drop of over a point fails.

`python -m tests.eval --keep` writes the figures down as those of last time.
"""

import json
import sys
from pathlib import Path

from tests.eval.certainty import calibration_lines
from tests.eval.measures import LESS_IS_BETTER, SHARED, TIMED, rows

PREVIOUS = Path(__file__).parent / "previous.json"
MOST_DROP = 0.01


def main() -> int:
    previous = json.loads(PREVIOUS.read_text()) if PREVIOUS.exists() else {}
    figures, dropped = {}, []
    for name, value, reach in rows():
        if name not in TIMED:
            figures[name] = round(value, 4)
        before = previous.get(name)
        if before is not None and _drop(name, before, value) > MOST_DROP:
            dropped.append(name)
        print(f"{name:<46} {value:6.3f}   reach {_text(reach)}   last {_text(before)}")
    for line in calibration_lines():
        print(line)
    if not SHARED.is_dir():
        print("the shared data is not here: its figures were not measured")
    if "--keep" in sys.argv:
        PREVIOUS.write_text(json.dumps(previous | figures, ensure_ascii=False, indent=2) + "\n")
    for name in dropped:
        print(f"dropped by more than a point: {name}", file=sys.stderr)
    return 1 if dropped else 0


def _drop(name: str, before: float, now: float) -> float:
    return now - before if name in LESS_IS_BETTER else before - now


def _text(figure: float | None) -> str:
    return "  -  " if figure is None else f"{figure:.3f}"


if __name__ == "__main__":
    sys.exit(main())
