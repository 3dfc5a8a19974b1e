"""Which case a resident speaks of: by number, by "the noise one", or one of a few to choose."""

from collections.abc import Sequence

from backend.cases import service as cases
from backend.cases.lifecycle import Status
from backend.cases.models import Case
from backend.messaging.messages import Button
from dialogue import texts
from dialogue.pointing import fits, is_explicit, pointed_at
from dialogue.turn import Turn
from nlu.city import power_list

MOST_CHOICES = 5


def number(turn: Turn) -> str | None:
    """The number that was said, or that the pressed choice carries."""
    return turn.pressed.get("case_no") or turn.case_number()


def words(turn: Turn) -> str:
    """What was said; of a pressed choice, what had been said before the choice was asked for."""
    earlier = turn.pressed.get("words_of")
    return turn.words_of(earlier) if earlier else turn.words


def own(turn: Turn, *, only_open: bool = False) -> list[Case]:
    return cases.of_resident(
        turn.session, turn.resident_id, number=number(turn), only_open=only_open
    )


def fitting(turn: Turn, among: Sequence[Case]) -> list[Case]:
    """Those of them that the words point at."""
    return fitting_words(words(turn), among)


def fitting_words(said: str, among: Sequence[Case]) -> list[Case]:
    pointed = pointed_at(said)
    return [case for case in among if fits(pointed, _known_of(case))]


def pick(turn: Turn, among: Sequence[Case], say: str, *, strict: bool = True) -> Case | None:
    """The one that is meant; None when the resident has been asked which.

    `strict`: where "the noise one" fits none, the only other one is not taken for it.
    """
    fit = fitting(turn, among)
    if len(fit) == 1:
        return fit[0]
    if not fit and strict and _points_elsewhere(turn):
        turn.say(
            texts.none_fits(pointed_at(words(turn)), among[:MOST_CHOICES]),
            _choices(turn, among, say),
        )
        return None
    several = fit or list(among)
    if len(several) == 1:
        return several[0]
    turn.say(texts.which_case(several[:MOST_CHOICES]), _choices(turn, several, say))
    return None


def _points_elsewhere(turn: Turn) -> bool:
    if number(turn):
        return False
    return is_explicit(words(turn)) and bool(pointed_at(words(turn)))


def _choices(turn: Turn, among: Sequence[Case], say: str) -> list[Button]:
    earlier = turn.pressed.get("words_of") or turn.message_id
    return [
        Button(texts.short(case.text, 10), say, {"case_no": case.case_no, "words_of": earlier})
        for case in among[:MOST_CHOICES]
    ]


def _known_of(case: Case) -> str:
    item = power_list().by_code.get(case.power_item_code or "")
    found = (item.title, *item.keywords) if item else ()
    return "\n".join((case.text, str(case.location.get("text") or ""), *found))


def settled_of(among: Sequence[Case]) -> list[Case]:
    """Those that could be reopened."""
    return [
        case for case in among if not Status(case.status).is_open and case.outcome != "withdrawn"
    ]


def points(turn: Turn, among: Sequence[Case]) -> bool:
    """Whether the words single out some of them, or one that is not there."""
    fit = fitting(turn, among)
    return 0 < len(fit) < len(among) or (not fit and _points_elsewhere(turn))
