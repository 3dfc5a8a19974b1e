"""Which way a case goes. Most are to be solved; some are not: nothing is broken in a suggestion."""

from enum import StrEnum

from backend.errors import Conflict
from backend.vocabulary.case_lifecycle import Action


class Track(StrEnum):
    USUAL = "usual"  # a matter that is to be dealt with
    SUGGESTION = "suggestion"  # to be answered: adopted, replied to, or forwarded (S47)
    PRAISE = "praise"  # to be passed on to whom it is for
    LEGAL = "legal"  # the law decides it, and not we: no outcome is promised (S22)

    @property
    def label(self) -> str:
        return TRACK_LABELS[self]

    @property
    def is_owed_a_reply_alone(self) -> bool:
        return self in REPLY_ALONE


TRACK_LABELS = {
    Track.USUAL: "一般事项",
    Track.SUGGESTION: "人民建议",
    Track.PRAISE: "表扬",
    Track.LEGAL: "涉法涉诉",
}
REPLY_ALONE = frozenset({Track.SUGGESTION, Track.PRAISE})
_OF_KIND = {"suggestion": Track.SUGGESTION, "praise": Track.PRAISE}

_SETTLED_IN_ITS_OWN_WAY = frozenset({Track.USUAL, Track.LEGAL})
# Steps that only some tracks know; every other step is open to all.
ONLY_ON: dict[Action, frozenset[Track]] = {
    Action.RESOLVE: _SETTLED_IN_ITS_OWN_WAY,
    Action.ADOPT: frozenset({Track.SUGGESTION}),
    Action.REPLY: frozenset({Track.SUGGESTION}),
    Action.FORWARD: frozenset({Track.SUGGESTION}),
    Action.PASS_ON: frozenset({Track.PRAISE}),
}


def track_of(kind: str, *, is_legal: bool = False) -> Track:
    """A question, an idea or thanks about a court case is no case for a court."""
    if kind in ("inquiry", *_OF_KIND):
        return _OF_KIND.get(kind, Track.USUAL)
    return Track.LEGAL if is_legal else Track.USUAL


def knows(track: Track, action: Action) -> bool:
    return action not in ONLY_ON or track in ONLY_ON[action]


def must_know(track: Track, action: Action) -> None:
    """Raises Conflict."""
    if not knows(track, action):
        raise Conflict(f"这是“{track.label}”，不能{action.label}")
