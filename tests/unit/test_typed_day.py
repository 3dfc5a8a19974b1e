"""A day typed in a form is read, or refused with words that say how to write it."""

from datetime import date

import pytest

from backend.deadlines.typed_day import typed_day
from backend.errors import BadInput


def test_a_day_is_read() -> None:
    assert typed_day("2026-12-31") == date(2026, 12, 31)


@pytest.mark.parametrize(
    "text", ["", "明天", "2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31", "2026-12-31x"]
)
def test_other_words_and_far_years_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="日期"):
        typed_day(text)
