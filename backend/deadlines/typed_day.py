"""A day as it is typed in a form."""

from datetime import date

from backend.errors import BadInput

FIRST_YEAR, LAST_YEAR = 2000, 2100


def typed_day(text: str) -> date:
    """The day of 2026-12-31. Raises BadInput for other words and for years outside 2000-2100."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput("日期要写成 2026-12-31 这样") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput("日期不对")
    return day
