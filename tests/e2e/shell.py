"""The `minhu` command as a shell calls it: JSON Lines in, JSON Lines out."""

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from backend.settings import PROJECT_FOLDER
from tests.e2e.whole import environment

Row = dict[str, Any]
Ended = subprocess.CompletedProcess[str]


def minhu(*arguments: str, stdin: str | bytes = "", **settings: str) -> Ended:
    """Run the command to its end, in a fork of `command_server`."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder, name) for name in ("stdin", "stdout", "stderr")}
        for file in files.values():
            file.touch()
        files["stdin"].write_bytes(stdin.encode() if isinstance(stdin, str) else stdin)
        command = {name: str(file) for name, file in files.items()}
        command |= {"arguments": arguments, "environment": environment(**settings)}
        server = _server()
        assert server.stdin
        assert server.stdout
        server.stdin.write(f"{json.dumps(command)}\n".encode())
        server.stdin.flush()
        code = int(server.stdout.readline())
        output, errors = (
            files[name].read_bytes().decode(errors="replace") for name in ("stdout", "stderr")
        )
    return Ended(["minhu", *arguments], code, output, errors)


@cache
def _server() -> "subprocess.Popen[bytes]":
    """One for all tests of this process; it ends when its standard input does."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.command_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PROJECT_FOLDER,
        env=environment(),
    )


def lines(*rows: Row | str) -> str:
    return "".join(r if isinstance(r, str) else f"{json.dumps(r)}\n" for r in rows)


def results(ended: Ended) -> list[Row]:
    # Not splitlines(): a text may have a line separator of Unicode's in it.
    return [json.loads(line) for line in ended.stdout.split("\n") if line]
