"""The city's day on which the tests were started; it stays the same when they run past midnight."""

from backend.clock import SHANGHAI, now

NOON = now().astimezone(SHANGHAI).replace(hour=12, minute=0, second=0, microsecond=0)
TODAY = NOON.date()
