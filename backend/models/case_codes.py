"""Tables of query codes, and of tries at the public doors."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class CaseCode(Base):
    """The query code of a case; only its hash is stored. A new code replaces the old one."""

    __tablename__ = "case_codes"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    code_hash: Mapped[str]
    made_at: Mapped[datetime]


class PublicTry(Base):
    """A try at a public door, for its limits; deleted by the sweep."""

    __tablename__ = "public_tries"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_hash: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
