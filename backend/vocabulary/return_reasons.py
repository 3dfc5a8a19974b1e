"""Coded reasons for which a unit returns a case."""

from enum import StrEnum


class ReturnReason(StrEnum):
    NOT_OURS = "not_ours"
    OTHER_AREA = "other_area"
    NEEDS_OTHERS = "needs_others"
    BEYOND_POWER = "beyond_power"
    UNCLEAR = "unclear"

    @property
    def label(self) -> str:
        return RETURN_LABELS[self]


RETURN_LABELS = {
    ReturnReason.NOT_OURS: "不属本单位职责",
    ReturnReason.OTHER_AREA: "不属本辖区",
    ReturnReason.NEEDS_OTHERS: "需多部门联办",
    ReturnReason.BEYOND_POWER: "事权不在本级，请上级办",
    ReturnReason.UNCLEAR: "内容不清，无法办理",
}
