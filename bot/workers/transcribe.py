"""Transcribes voice messages one after another, apart from text turns."""

import logging

from backend.attachments import file_jobs
from backend.attachments.storage import AttachmentFolder
from backend.clock import now
from backend.database import Database
from backend.models.messages import FileJob, Stage
from backend.vocabulary.messages import Body, Transcript
from bot.workers.child_process import ChildFailed
from bot.workers.speech_to_text import Listener, NotHeard

log = logging.getLogger(__name__)

# Shown to staff; the resident is asked to type instead.
SWITCHED_OFF = "没有开通语音识别"
FAILED = "语音识别出错了"


class Hearing:
    """One thread runs `hear_next`. Without a listener every voice goes on without transcript."""

    def __init__(
        self, database: Database, listener: Listener | None, folder: AttachmentFolder
    ) -> None:
        self._database = database
        self._listener = listener
        self._folder = folder

    def hear_next(self) -> bool:
        """Transcribe one message's recording. False when none waits."""
        with self._database.begin() as session:
            job = file_jobs.claim(session, Stage.HEAR, now=now())
            message_id = job.inbox_id if job else None
            files = Body.of(job.message.body).files if job else ()
        if message_id is None:
            if self._listener:
                self._listener.rest()
            return False
        digest = next(file.digest for file in files if file.is_spoken)
        assert digest is not None
        self._hear(message_id, digest)
        return True

    def _hear(self, message_id: int, digest: str) -> None:
        """No transaction is open while the recording is transcribed."""
        if self._listener is None:
            self._give_up(message_id, SWITCHED_OFF)
            return
        path = self._folder.path(digest)
        if not path.exists():
            log.error("a recording is not in our folder", extra={"message_id": message_id})
            with self._database.begin() as session:
                file_jobs.postpone(session.get_one(FileJob, message_id), now=now())
            return
        try:
            transcript = self._listener.hear(path)
        except NotHeard as problem:
            log.warning("a recording was not heard: %s", problem, extra={"message_id": message_id})
            self._give_up(message_id, str(problem))
        except ChildFailed as problem:
            log.error("the listener failed: %s", problem, extra={"message_id": message_id})
            self._put_off(message_id)
        else:
            self._note(message_id, transcript)

    def _note(self, message_id: int, transcript: Transcript) -> None:
        with self._database.begin() as session:
            file_jobs.finish_hearing(session, session.get_one(FileJob, message_id), transcript)

    def _put_off(self, message_id: int) -> None:
        with self._database.begin() as session:
            job = session.get_one(FileJob, message_id)
            if not file_jobs.put_off(job, now=now()):
                file_jobs.give_up(session, job, FAILED)

    def _give_up(self, message_id: int, problem: str) -> None:
        with self._database.begin() as session:
            file_jobs.give_up(session, session.get_one(FileJob, message_id), problem)
