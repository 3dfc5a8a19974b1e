"""Table of the jobs that the clock starts."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class JobRun(Base):
    """Time of the last success of each clock job; one row a job."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]
