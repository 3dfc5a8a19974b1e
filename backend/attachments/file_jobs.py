"""File jobs: download arriving files and transcribe voices, while the message's turn waits.

Claiming a job postpones it, so a job whose worker dies is tried again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.attachments.storage import attach, note_transcript
from backend.database import wake
from backend.models.messages import FileJob, InboxMessage, Stage
from backend.vocabulary.messages import Body, File, Transcript

TURNS = "inbox"  # the topic of messaging.intake, which cannot be imported here
TOPICS = {Stage.FETCH: "files", Stage.HEAR: "voices"}
# How long a turn waits. After that it goes on without the file, or without the transcript.
FETCHING, HEARING = timedelta(seconds=30), timedelta(seconds=60)
LEASE = timedelta(seconds=150)  # longer than the slowest download or transcription
MOST_FETCHES = 10  # attempts; the pauses between them add up to a quarter of an hour
MOST_HEARINGS = 2  # attempts
# While a file cannot be stored, or lies where this process does not reach it.
NEW, RETRY_NEW, RETRY_OLD = timedelta(minutes=10), timedelta(seconds=5), timedelta(minutes=5)
MOST_VOICES = 50  # in the queue; a longer queue would take longer than any turn waits


def begin(session: Session, message: InboxMessage, *, now: datetime) -> None:
    """Create the job of an arriving message; files uploaded by the web page are stored already."""
    files = Body.of(message.body).files
    if any(file.digest is None for file in files):
        session.add(FileJob(message=message, stage=Stage.FETCH, due_at=now, attempts=0))
        _wait(session, message, Stage.FETCH, now + FETCHING)
    elif files:
        attach(session, message, list(files), now=now)
        job = FileJob(message=message, stage=Stage.DONE, due_at=now, attempts=0)
        session.add(job)
        _begin_hearing(session, job, message, now)


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


def finish_fetch(session: Session, job: FileJob, files: Sequence[File], *, now: datetime) -> None:
    """Attach the downloaded files, and queue voices for transcription."""
    message = job.message
    attach(session, message, list(files), now=now)
    _begin_hearing(session, job, message, now)


def finish_hearing(session: Session, job: FileJob, transcript: Transcript) -> None:
    """Store the transcript; an empty one does not replace the transcript of the channel."""
    body = Body.of(job.message.body)
    if transcript.text or body.transcript is None:
        job.message.body = {**job.message.body, "transcript": vars(transcript)}
        note_transcript(session, job.message, transcript)
    _end(session, job)


def put_off(job: FileJob, *, now: datetime) -> bool:
    """Retry later, with a doubled pause. False if the attempts are used up."""
    most = MOST_FETCHES if job.stage == Stage.FETCH else MOST_HEARINGS
    job.due_at = now + timedelta(seconds=2**job.attempts)
    return job.attempts < most


def postpone(job: FileJob, *, now: datetime) -> None:
    """Retry until it can be done: the trouble is ours, and no attempt is counted."""
    is_new = now - job.message.received_at < NEW
    job.due_at = now + (RETRY_NEW if is_new else RETRY_OLD)
    job.attempts -= 1


def give_up(session: Session, job: FileJob, problem: str) -> None:
    """End the job. `problem` is shown to the resident if a download failed, else to staff."""
    job.problem = problem
    _end(session, job)


def loss_reason(session: Session, message: InboxMessage) -> str | None:
    """Why files of the message could not be downloaded; None unless the job was given up."""
    job = session.get(FileJob, message.id)
    return job.problem if job is not None and _is_unfetched(message) else None


def _is_unfetched(message: InboxMessage) -> bool:
    return any(file.digest is None for file in Body.of(message.body).files)


def _begin_hearing(session: Session, job: FileJob, message: InboxMessage, now: datetime) -> None:
    """Queue the stored files for transcription, or end the job if none contains speech."""
    body = Body.of(message.body)
    if not any(file.is_spoken for file in body.files):
        _end(session, job)
    elif _waiting_voices(session) >= MOST_VOICES:
        give_up(session, job, "太多语音在等")
    else:
        job.stage, job.due_at, job.attempts = Stage.HEAR, now, 0
        # A message with text need not wait for the transcript.
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
