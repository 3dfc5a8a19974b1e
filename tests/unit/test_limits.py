"""How long a case may take: the power item's days, and never more than its kind has."""

from types import SimpleNamespace
from typing import Any

import pytest

from backend.deadlines.hours import OFFICE_HOURS
from backend.deadlines.limits import Limits, TimeLimits

KINDS = {"help": {"respond": 2, "resolve": 10}, "suggestion": {"respond": 2, "reply": 15}}
LIMITS = TimeLimits("1", OFFICE_HOURS, KINDS, 5, 3, {}, 4, {}, 2)


@pytest.mark.parametrize(
    ("kind", "days", "limits"),
    [
        ("help", None, Limits(2, 5, 3)),
        ("help", (1, 7), Limits(1, 7, 3)),
        ("help", (9, 90), Limits(2, 10, 3)),
        ("suggestion", None, Limits(2, 15, 3, owes="reply")),
        ("suggestion", (1, 7), Limits(1, 15, 3, owes="reply")),
        ("suggestion", (9, 90), Limits(2, 15, 3, owes="reply")),
    ],
)
def test_the_item_shortens_and_never_lengthens(kind: str, days: Any, limits: Limits) -> None:
    item: Any = days and SimpleNamespace(respond_days=days[0], resolve_days=days[1])
    assert LIMITS.of(kind, item) == limits
