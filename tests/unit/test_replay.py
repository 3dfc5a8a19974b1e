"""A replay says when the new model is worse beyond chance."""

import pytest

from backend.routing.replay import Change, Replay


@pytest.mark.parametrize(
    ("mended", "spoilt", "is_worse"),
    [(0, 0, False), (0, 2, False), (0, 3, True), (10, 14, False), (10, 20, True), (20, 10, False)],
)
def test_worse_beyond_chance(mended: int, spoilt: int, is_worse: bool) -> None:
    change = Change(known=100, right_before=50, mended=mended, spoilt=spoilt)
    assert change.is_worse is is_worse
    replay = Replay("cases", "old", "new", changes={"domain": Change(), "unit_type": change})
    assert replay.is_worse is is_worse
