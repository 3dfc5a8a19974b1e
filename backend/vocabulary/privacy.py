"""What residents may ask for about their personal information."""

from enum import StrEnum


class RequestKind(StrEnum):
    COPY = "copy"  # PIPL, article 45
    ERASURE = "erasure"  # article 47
