"""The `minhu` command as a shell calls it: JSON Lines in, JSON Lines out."""

import json
import subprocess
import sys
from typing import Any

from backend.settings import PROJECT_FOLDER
from tests.e2e.whole import environment

Row = dict[str, Any]
Ended = subprocess.CompletedProcess[str]


def minhu(*arguments: str, stdin: str | bytes = "", **settings: str) -> Ended:
    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli.main", *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=240,
        cwd=PROJECT_FOLDER,
        env=environment(**settings),
    )
    output, complained = (out.decode(errors="replace") for out in (ended.stdout, ended.stderr))
    return Ended(ended.args, ended.returncode, output, complained)


def lines(*rows: Row | str) -> str:
    return "".join(r if isinstance(r, str) else f"{json.dumps(r)}\n" for r in rows)


def results(ended: Ended) -> list[Row]:
    # Not splitlines(): a text may have a line separator of Unicode's in it.
    return [json.loads(line) for line in ended.stdout.split("\n") if line]
