"""News of a case: words of the resident that staff have not acted on, and questions to relay.

A unit that cannot reach the resident asks the centre to ask them; the answer is news for the unit.
"""

from backend.cases.step import StepContext
from backend.errors import BadInput
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.contact_results import UNREACHED
from backend.vocabulary.step_details import Contact

# Steps of staff that do not act on the resident's words.
_BESIDE = frozenset(
    {
        Action.NOTE,
        Action.ASSIGN,
        Action.REMIND,
        Action.SUPERVISE,
        Action.INTERVIEW,
        Action.ACKNOWLEDGE_URGING,
    }
)
_FROM_RESIDENT = frozenset({Action.ADD_DETAIL, Action.WRITE_BACK})


def contact(step: StepContext[Contact]) -> None:
    """An attempt to reach the resident. Raises BadInput."""
    if step.details.result not in UNREACHED:
        if not step.details.text:
            raise BadInput("请填写和市民说了什么")
        step.case.relay_asked_at = None


def ask_relay(step: StepContext) -> None:
    step.case.relay_asked_at = step.now


def update_news(step: StepContext) -> None:
    """Words of the resident, here or told to the centre, are news until staff take a step."""
    if step.action in _FROM_RESIDENT and step.actor != SYSTEM:
        step.case.news_at = step.now
    elif step.actor.is_staff and step.action not in _BESIDE:
        step.case.news_at = None
