"""One line a record, with the fields that were given as `extra`."""

import json
import logging
import sys

from bot.logs import JsonLines, TextLines


def record(message: str, *values: object, **extra: object) -> logging.LogRecord:
    log = logging.getLogger("bot.test")
    return log.makeRecord(
        log.name, logging.WARNING, "file.py", 1, message, values, None, extra=extra
    )


def test_text_lines_show_the_extra_fields() -> None:
    line = TextLines().format(record("%s wait", 3, inbox_ids=[7, 8]))
    assert line.endswith("WARNING 3 wait inbox_ids=[7, 8]")


def test_json_lines_show_the_extra_fields() -> None:
    line = json.loads(JsonLines().format(record("%s wait", 3, inbox_ids=[7, 8])))
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "warning", "logger": "bot.test", "message": "3 wait", "inbox_ids": [7, 8],
    }  # fmt: skip


def test_json_lines_hold_the_traceback() -> None:
    try:
        raise ValueError("wrong")
    except ValueError:
        failed = record("a step failed")
        failed.exc_info = sys.exc_info()
    text = JsonLines().format(failed)
    assert "\n" not in text
    assert json.loads(text)["error"].endswith("ValueError: wrong")
