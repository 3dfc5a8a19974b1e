"""Table of the jobs that the clock starts."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class JobRun(Base):
    """When a job of the clock has last ended well; one row a job."""

    __tablename__ = "job_runs"

    job: Mapped[str] = mapped_column(primary_key=True)
    ended_at: Mapped[datetime]
