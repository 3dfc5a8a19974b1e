"""Tracks: how a case is handled and settled. Suggestions and praise are not solved. Pure."""

from enum import StrEnum

from backend.errors import Conflict
from backend.vocabulary.case_lifecycle import Action


class Track(StrEnum):
    USUAL = "usual"  # a matter to be solved
    SUGGESTION = "suggestion"  # to be answered: adopted, replied to, or forwarded (S47)
    PRAISE = "praise"  # to be passed on
    LEGAL = "legal"  # decided by law: no outcome is promised (S22)

    @property
    def label(self) -> str:
        return TRACK_LABELS[self]

    @property
    def needs_only_reply(self) -> bool:
        """True if the case is settled by a reply, with nothing to solve."""
        return self in REPLY_ONLY


TRACK_LABELS = {
    Track.USUAL: "一般事项",
    Track.SUGGESTION: "人民建议",
    Track.PRAISE: "表扬",
    Track.LEGAL: "涉法涉诉",
}
REPLY_ONLY = frozenset({Track.SUGGESTION, Track.PRAISE})
_OF_KIND = {"suggestion": Track.SUGGESTION, "praise": Track.PRAISE}

_RESOLVABLE = frozenset({Track.USUAL, Track.LEGAL})
# Actions of some tracks only; all other actions belong to every track.
ONLY_ON: dict[Action, frozenset[Track]] = {
    Action.RESOLVE: _RESOLVABLE,
    Action.ADOPT: frozenset({Track.SUGGESTION}),
    Action.REPLY: frozenset({Track.SUGGESTION}),
    Action.FORWARD: frozenset({Track.SUGGESTION}),
    Action.PASS_ON: frozenset({Track.PRAISE}),
}


def track_of(kind: str, *, is_legal: bool = False) -> Track:
    """The track of a kind of appeal. An inquiry, suggestion or praise is never a legal matter."""
    if kind in ("inquiry", *_OF_KIND):
        return _OF_KIND.get(kind, Track.USUAL)
    return Track.LEGAL if is_legal else Track.USUAL


def allows(track: Track, action: Action) -> bool:
    """True if the track has this action."""
    return action not in ONLY_ON or track in ONLY_ON[action]


def must_allow(track: Track, action: Action) -> None:
    """Raises Conflict when the track does not have this action."""
    if not allows(track, action):
        raise Conflict(f"这是“{track.label}”，不能{action.label}")
