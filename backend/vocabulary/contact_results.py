"""Results of an attempt to reach a resident by phone or in person."""

from enum import StrEnum


class ContactResult(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"

    @property
    def label(self) -> str:
        return CONTACT_LABELS[self]


CONTACT_LABELS = {
    ContactResult.REACHED: "说上话了",
    ContactResult.NO_ANSWER: "没人接",
    ContactResult.WRONG_NUMBER: "号码不对",
}
# These do not stop the clock of the first contact.
UNREACHED = frozenset({ContactResult.NO_ANSWER, ContactResult.WRONG_NUMBER})
