"""Coded outcomes of a case, for counting (S89). Pure."""

from enum import StrEnum
from typing import Literal, get_args


class Outcome(StrEnum):
    SOLVED = "solved"
    EXPLAINED = "explained"
    NO_COMPETENCE = "no_competence"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    LONG_TERM = "long_term"
    # For suggestions and praise, which are not solved: each by the action of the same name.
    ADOPTED = "adopted"
    REPLIED = "replied"
    FORWARDED = "forwarded"
    PASSED_ON = "passed_on"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.SOLVED: "已解决",
    Outcome.EXPLAINED: "已解释说明",
    Outcome.NO_COMPETENCE: "无管辖权",
    Outcome.DUPLICATE: "重复诉求",
    Outcome.WITHDRAWN: "已撤诉",
    Outcome.LONG_TERM: "需长期推进",
    Outcome.ADOPTED: "已采纳",
    Outcome.REPLIED: "已答复",
    Outcome.FORWARDED: "已转送",
    Outcome.PASSED_ON: "已转达",
}

# Outcomes that a unit may choose. Only the resident withdraws a case, which also prevents a rating.
StaffOutcome = Literal[
    Outcome.SOLVED,
    Outcome.EXPLAINED,
    Outcome.NO_COMPETENCE,
    Outcome.DUPLICATE,
    Outcome.LONG_TERM,
]
STAFF_OUTCOMES: tuple[StaffOutcome, ...] = get_args(StaffOutcome)


class ForwardedTo(StrEnum):
    """Recipients of a suggestion outside the tree of units (S47).

    Between units it is returned and dispatched like any case (S30).
    """

    CONGRESS = "congress"
    CONSULTATIVE = "consultative"
    OTHER = "other"

    @property
    def label(self) -> str:
        return FORWARD_LABELS[self]


FORWARD_LABELS = {
    ForwardedTo.CONGRESS: "人大代表",
    ForwardedTo.CONSULTATIVE: "政协委员",
    ForwardedTo.OTHER: "别的机构",
}
