"""Conversations with a running Minhu, judged by what a call-taker expects.

`python -m tests.eval.conversations FILE [--url U] [--only NAME,…] [--show] [--jobs N]`

Without `--url` a Minhu of its own is started. ../shared/data/conversations.md says what stands in
the file; the demo accounts' password is MINHU_DEMO_PASSWORD.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.whole import PASSWORD, a_folder, running
from tests.eval.expectations import Outcome, failures
from tests.eval.town_staff import TownStaff, by_password
from tests.support.talks import Door, Script, Talk, transcript

Row = dict[str, Any]


def main() -> int:
    arguments = _arguments()
    if not arguments.file.exists():
        print(f"{arguments.file} is not here: nothing was measured")
        return 0
    rows = [
        row for row in _rows(arguments.file) if not arguments.only or row["name"] in arguments.only
    ]
    with _minhu(arguments.url) as (url, password):
        staff = TownStaff(by_password(url, password))
        with ThreadPoolExecutor(arguments.jobs) as pool:
            results = pool.map(lambda row: _converse(row, url, staff), rows)
            passed = [_tell(row, *result, arguments.show) for row, result in zip(rows, results)]  # noqa: B905
    _sum_up(rows, passed)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", help="a Minhu that runs already")
    parser.add_argument("--only", type=lambda names: names.split(","), default=[])
    parser.add_argument("--show", action="store_true", help="print every transcript")
    parser.add_argument("--jobs", type=int, default=4)
    return parser.parse_args()


def _rows(file: Path) -> list[Row]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


@contextmanager
def _minhu(url: str | None) -> Iterator[tuple[str, str]]:
    """Its address and the demo accounts' password."""
    if url:
        yield url.rstrip("/"), os.environ["MINHU_DEMO_PASSWORD"]
        return
    with a_folder() as parent, running(parent / "data") as minhu:
        yield minhu.url, PASSWORD


def _converse(row: Row, url: str, staff: TownStaff) -> tuple[Talk, list[str]]:
    door = Door(url)
    outcome = Outcome(staff)
    talk = Talk(Script.of(row), door, staff.take, outcome.watch(row["expect"]))
    try:
        talk.run()
        return talk, failures(row, talk, outcome)
    except Exception as error:
        return talk, [f"the conversation broke off: {error!r}"]
    finally:
        door.close()


def _tell(row: Row, talk: Talk, wrong: list[str], show: bool) -> bool:
    if show or wrong:
        print(f"== {row['name']} ({row['fault']})")
        print(transcript(talk))
    for line in wrong:
        print(f"FAIL {row['name']}: {line}", flush=True)
    return not wrong


def _sum_up(rows: Iterable[Row], passed: list[bool]) -> None:
    letters: dict[str, list[bool]] = {}
    for row, is_passed in zip(rows, passed, strict=True):
        letters.setdefault(row["fault"][0], []).append(is_passed)
    for letter, each in sorted(letters.items()):
        print(f"{letter}: {sum(each)} of {len(each)} pass")
    print(f"{sum(passed)} of {len(passed)} pass")


if __name__ == "__main__":
    sys.exit(main())
