"""Files on their way: fetched on arrival, voices heard, while the turn of their message waits.

A job is put off before it is tried, so that one whose worker dies is tried again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.attachments.storage import attach, note_transcript
from backend.database import wake
from backend.models.messages import FileJob, InboxMessage, Stage
from backend.vocabulary.messages import Body, File, Transcript

TURNS = "inbox"  # the topic of inbox.py, which begins these jobs
TOPICS = {Stage.FETCH: "files", Stage.HEAR: "voices"}
# How long a turn waits. Then the resident is answered without the file, or without its words.
FETCHING, HEARING = timedelta(seconds=30), timedelta(seconds=60)
LEASE = timedelta(seconds=150)  # longer than the slowest download, or the slowest hearing
MOST_FETCHES = 10  # the pauses between them add up to a quarter of an hour
MOST_HEARINGS = 2
MOST_VOICES = 50  # that wait to be heard; more would wait longer than any turn does


def begin(session: Session, message: InboxMessage, *, now: datetime) -> None:
    """For a message that has just come. What a page uploads is there already."""
    files = Body.of(message.body).files
    if any(file.digest is None for file in files):
        session.add(FileJob(message=message, stage=Stage.FETCH, due_at=now, attempts=0))
        _wait(session, message, Stage.FETCH, now + FETCHING)
    elif files:
        attach(session, message, list(files), now=now)
        job = FileJob(message=message, stage=Stage.DONE, due_at=now, attempts=0)
        session.add(job)
        _go_on(session, job, message, now)


def claim(session: Session, stage: Stage, *, now: datetime) -> FileJob | None:
    job = session.scalar(
        select(FileJob)
        .where(FileJob.stage == stage, FileJob.due_at <= now)
        .order_by(FileJob.due_at, FileJob.inbox_id)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True)
    )
    if job is not None:
        job.due_at = now + LEASE
        job.attempts += 1
    return job


def fetched(session: Session, job: FileJob, files: Sequence[File], *, now: datetime) -> None:
    message = job.message
    attach(session, message, list(files), now=now)
    _go_on(session, job, message, now)


def heard(session: Session, job: FileJob, transcript: Transcript) -> None:
    """What the channel's own recogniser heard stays when ours heard nobody."""
    body = Body.of(job.message.body)
    if transcript.text or body.transcript is None:
        job.message.body = {**job.message.body, "transcript": vars(transcript)}
        note_transcript(session, job.message, transcript)
    _end(session, job)


def put_off(job: FileJob, *, now: datetime) -> bool:
    """Try again later, later each time. False when it was tried often enough."""
    most = MOST_FETCHES if job.stage == Stage.FETCH else MOST_HEARINGS
    job.due_at = now + timedelta(seconds=2**job.attempts)
    return job.attempts < most


def give_up(session: Session, job: FileJob, problem: str) -> None:
    """`problem` is for the resident when the file could not be taken, else for staff."""
    job.problem = problem
    _end(session, job)


def lost(session: Session, message: InboxMessage) -> str | None:
    """Why files of the message will never come; None while they may."""
    job = session.get(FileJob, message.id)
    return job.problem if job is not None and _is_unfetched(message) else None


def _is_unfetched(message: InboxMessage) -> bool:
    return any(file.digest is None for file in Body.of(message.body).files)


def _go_on(session: Session, job: FileJob, message: InboxMessage, now: datetime) -> None:
    """The files are there: have them heard, when somebody speaks in them."""
    body = Body.of(message.body)
    if not any(file.is_spoken for file in body.files):
        _end(session, job)
    elif _waiting_voices(session) >= MOST_VOICES:
        give_up(session, job, "太多语音在等")
    else:
        job.stage, job.due_at, job.attempts = Stage.HEAR, now, 0
        # Whoever wrote beside it has said in words what they want.
        _wait(session, message, Stage.HEAR, None if body.text else now + HEARING)


def _waiting_voices(session: Session) -> int:
    waiting = select(func.count()).select_from(FileJob).where(FileJob.stage == Stage.HEAR)
    return session.scalar(waiting) or 0


def _wait(session: Session, message: InboxMessage, stage: Stage, until: datetime | None) -> None:
    message.waits_until = until
    wake(session, TOPICS[stage])
    if until is None:
        wake(session, TURNS)


def _end(session: Session, job: FileJob) -> None:
    job.stage, job.message.waits_until = Stage.DONE, None
    wake(session, TURNS)
