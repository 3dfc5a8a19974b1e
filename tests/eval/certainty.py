"""How sure the router is: its reliability table and its curve of precision and share, as lines."""

import json
from collections.abc import Iterator

from backend.settings import settings
from nlu.matters.confidence import FILE, calibration

BARS = (0.5, 0.7, 0.8, 0.9, 0.95)


def calibration_lines() -> Iterator[str]:
    """From the held-out lines of `make calibrate`."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    yield f"likelihood of the first unit type, {content['lines']} lines of our own, each held out"
    for likelihood, right, count in content["reliability"]:
        yield f"  said {likelihood:.2f}   right {right:.2f}   of {count}"
    chosen = calibration().bar_for(settings().dispatch_precision)
    for point in calibration().curve:
        if point.bar in BARS or point.bar == chosen:
            mark = "  (in use)" if point.bar == chosen else ""
            right = f"right {point.precision:.3f} (at least {point.at_least:.3f})"
            yield f"  bar {point.bar:.2f}   {right}   share {point.share:.2f}{mark}"
