"""Table of call-backs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.conversations import Conversation
from backend.models.residents import Resident
from backend.sealed import Sealed


class CallBackStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_REACHED = "not_reached"  # given up after some tries
    CANCELLED = "cancelled"  # by the resident


class CallBack(Base):
    """A call that staff owe a resident: the number and the wanted period."""

    __tablename__ = "call_backs"
    __table_args__ = (
        Index("ix_call_backs_open", "wanted_from", postgresql_where=text("status = 'open'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int] = mapped_column(BigInteger, unique=True)  # the confirming message
    phone: Mapped[str] = mapped_column(Sealed)
    wanted_from: Mapped[datetime]
    wanted_until: Mapped[datetime]
    status: Mapped[str] = mapped_column(default=CallBackStatus.OPEN)
    tries: Mapped[int] = mapped_column(default=0)  # unanswered calls
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    resident: Mapped[Resident] = relationship()
    conversation: Mapped[Conversation] = relationship()
