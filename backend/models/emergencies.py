"""Table of emergencies that residents reported in chats."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.conversations import Conversation
from backend.models.staff import StaffAccount


class Emergency(Base):
    """An alarm that the bot raised, with the sentence that raised it; a chat has one open one."""

    __tablename__ = "emergencies"
    __table_args__ = (
        Index(
            "ix_emergencies_open",
            "conversation_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    kind: Mapped[str]  # of `data/danger.yml`
    words: Mapped[str]
    raised_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    owned_at: Mapped[datetime | None]
    done: Mapped[list[str]] = mapped_column(JSONB, default=list)  # codes of the checklist
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    is_false: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None]  # why it is none, or how it ended
    conversation: Mapped[Conversation] = relationship()
    owner: Mapped[StaffAccount | None] = relationship(foreign_keys=[owner_id])
