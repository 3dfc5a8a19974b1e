"""Records when each scheduled job last ended, so that monitoring sees a scheduler that stopped."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from backend.database import Database
from backend.models.jobs import JobRun


def note(database: Database, job: str, ended_at: datetime) -> None:
    with database.begin() as session:
        session.execute(
            insert(JobRun)
            .values(job=job, ended_at=ended_at)
            .on_conflict_do_update(index_elements=[JobRun.job], set_={"ended_at": ended_at})
        )
