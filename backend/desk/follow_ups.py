"""Follow-up calls (回访) to residents whom no message reaches: the result, and their rating."""

from backend.cases.step import StaffStep
from backend.cases.stepping import note
from backend.errors import BadInput, Conflict, NotAllowed
from backend.ratings import service as ratings
from backend.ratings.service import PhoneRating
from backend.vocabulary.contact_results import UNREACHED
from backend.vocabulary.grades import Grade
from backend.vocabulary.step_details import FollowUp

LONGEST_WORDS = 1000


def follow_up(step: StaffStep[FollowUp]) -> None:
    """Log the call; who was reached is informed, and may rate. Raises BadInput, Conflict or
    NotAllowed, and then changes nothing."""
    if step.case.tell_at is None:
        raise Conflict("没有要打电话告诉这位市民的事，可能同事已经打过了")
    was_reached, rating = step.details.result not in UNREACHED, _rating(step)
    if rating and not was_reached:
        raise BadInput("没说上话，不能记评价")
    note(step)
    if not was_reached:
        return
    step.case.tell_at = None
    if rating:
        ratings.take_down(step, rating)


def _rating(step: StaffStep[FollowUp]) -> PhoneRating | None:
    """Raises BadInput or NotAllowed."""
    details = step.details
    if details.score is None:
        if details.solved is not None:
            raise BadInput("请也记下市民评了什么")
        return None
    if step.staff.unit_code == step.case.unit_code:
        raise NotAllowed("评的是您自己的单位，请别的单位的人来回访")
    words = details.text
    if not words:
        raise BadInput("请填写市民的原话")
    if len(words) > LONGEST_WORDS:
        raise BadInput(f"最多写 {LONGEST_WORDS} 字，现在有 {len(words)} 字")
    return PhoneRating(Grade(details.score), words, details.solved, step.staff.id)
