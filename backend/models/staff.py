"""Tables of staff accounts, their sign-ins and the audit log."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.units import Unit
from backend.sealed import Sealed


class Role(StrEnum):
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.DISPATCHER: "派单员",
    Role.HANDLER: "承办人",
    Role.SUPERVISOR: "督办员",
    Role.LEADER: "领导",
    Role.ADMIN: "管理员",
}


class StaffAccount(Base):
    __tablename__ = "staff_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None] = mapped_column(
        Sealed
    )  # of the second factor; None: the password is enough
    totp_step: Mapped[int] = mapped_column(default=0, server_default="0")  # last code's time step
    unit: Mapped[Unit] = relationship()


class StaffToken(Base):
    """A sign-in to the API or the console; only the token's hash is stored."""

    __tablename__ = "staff_tokens"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime]  # to the minute; the sign-in ends some time after the last use
    staff: Mapped[StaffAccount] = relationship()


class SavedView(Base):
    """A list of cases with filters that a member of staff wants again: the query of its address."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]


class SignInTry(Base):
    """A try to sign in that has not succeeded; tries are counted, and deleted after a day."""

    __tablename__ = "sign_in_tries"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_hash: Mapped[str] = mapped_column(index=True)  # a password is often typed as the name
    address: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


class AuditEntry(Base):
    """One line of the audit log: what a member of staff read or did, apart from case events.

    A trigger of the database refuses to change or delete an entry.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_staff_id", "staff_id", "id"),
        Index("ix_audit_entries_subject", "subject", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    at: Mapped[datetime]
    staff: Mapped[StaffAccount | None] = relationship()
