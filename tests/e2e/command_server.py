"""A process with Minhu's libraries and models in memory; each command runs in a fork of it.

A command costs 0.1 s in place of the 3-8 s that a new Python takes to read them. It is a process
of its own all the same, with its own arguments, environment, standard streams and exit code.
"""

import json
import os
import sys
import traceback
from typing import Any

from bot.cli import main, parsing

WARM_UP = "西湖区文三路路灯坏了三天"


def serve() -> None:
    """One JSON object a line on standard input; the exit code of its command on standard output."""
    from backend.routing.service import demo_units, route_among

    list(parsing.parse_all([{"text": WARM_UP}]))
    route_among(demo_units(), WARM_UP, None)
    for line in sys.stdin:
        print(_run(json.loads(line)), flush=True)


def _run(command: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        _take_over(command)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _take_over(command: dict[str, Any]) -> None:
    """What remains of this process is `minhu` with the arguments of `command`."""
    for number, (name, flags) in enumerate(
        (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))
    ):
        os.dup2(os.open(command[name], flags), number)
        mode = "r" if number == 0 else "w"
        setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(command["environment"])
    sys.argv = ["minhu", *command["arguments"]]
    os._exit(_exit_code())


def _exit_code() -> int:
    try:
        main.main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code


if __name__ == "__main__":
    serve()
