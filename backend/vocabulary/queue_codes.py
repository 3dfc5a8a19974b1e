"""Why a chat waits for a person."""

from enum import StrEnum


class QueueCode(StrEnum):
    REQUEST = "asked"
    EMERGENCY = "emergency"
    UNCLEAR = "unclear"  # low confidence: the bot did not understand, or could not answer
    UNHAPPY = "unhappy"
    UNANSWERED = "unanswered"  # the colleague who had it did not answer
    HANDED_OVER = "handed_over"  # by a colleague, to a unit

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    QueueCode.REQUEST: "要人工",
    QueueCode.EMERGENCY: "紧急",
    QueueCode.UNCLEAR: "没听懂",
    QueueCode.UNHAPPY: "不满",
    QueueCode.UNANSWERED: "没人回",
    QueueCode.HANDED_OVER: "转来",
}
