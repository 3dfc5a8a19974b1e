"""Days, months and hours that people read are Shanghai's: the clock's UTC is converted first."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
UTC_READ = re.compile(r"\bnow\(\)(?:\.(?:date|day|month|year|hour|weekday|isocalendar)\b|:%)")
AT_IMPORT = re.compile(r"^[A-Z_]+ = .*\bnow\(\)(?!\")", re.MULTILINE)


def test_no_local_day_is_read_from_utc() -> None:
    folders = ("backend", "bot", "dialogue", "nlu", "tests")
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    others = [path for path in files if path != Path(__file__)]
    wrong = [path.name for path in others if UTC_READ.search(path.read_text("utf-8"))]
    assert wrong == []


def test_the_pattern_finds_utc_days() -> None:
    for line in ("f'{now():%Y-%m}'", "now().date()", "clock.now().month"):
        assert UTC_READ.search(line), line
    assert not UTC_READ.search("now().astimezone(SHANGHAI).date()")


def test_no_test_module_fixes_a_day_at_import() -> None:
    """A run that begins before midnight ends on the next day; `days.py` is used with `noon`."""
    modules = sorted((ROOT / "tests").rglob("test_*.py"))
    others = [path for path in modules if path != Path(__file__)]
    wrong = [path.name for path in others if AT_IMPORT.search(path.read_text("utf-8"))]
    assert wrong == []
