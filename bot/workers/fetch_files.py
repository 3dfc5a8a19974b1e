"""Fetches residents' files from their channels, which keep them for days at most."""

import logging
from collections.abc import Mapping

from backend.attachments import file_jobs
from backend.attachments.storage import AttachmentFolder
from backend.clock import now
from backend.database import Database, Session
from backend.errors import MinhuError, StorageFull
from backend.messaging import outbox
from backend.models.messages import FileJob, Stage
from backend.vocabulary.messages import Body, File
from bot.channels.base import Channel, ChannelError, Refused, Unreachable
from dialogue.texts import chat as texts

log = logging.getLogger(__name__)


class Fetching:
    """Several threads may run `fetch_next` at once."""

    def __init__(
        self, database: Database, channels: Mapping[str, Channel], folder: AttachmentFolder
    ) -> None:
        self._database = database
        self._channels = channels
        self._folder = folder

    def fetch_next(self) -> bool:
        """Fetch the files of one message. False when none is due.

        No transaction is open while the channel is called.
        """
        with self._database.begin() as session:
            job = file_jobs.claim(session, Stage.FETCH, now=now())
            if job is None:
                return False
            message_id, message = job.inbox_id, job.message
            channel, files = self._channels.get(message.channel), Body.of(message.body).files
        try:
            stored_files = [self._store(channel, file) for file in files]
        except StorageFull:
            log.error("the disk is full; a file is fetched later", extra={"message_id": message_id})
            with self._database.begin() as session:
                file_jobs.postpone(session.get_one(FileJob, message_id), now=now())
        except MinhuError as problem:
            self._give_up(message_id, problem.message)
        except ChannelError as problem:
            self._put_off(message_id, problem)
        else:
            with self._database.begin() as session:
                file_jobs.finish_fetch(
                    session, session.get_one(FileJob, message_id), stored_files, now=now()
                )
        return True

    def _store(self, channel: Channel | None, file: File) -> File:
        """Fetch and store one file, unless it is stored already.

        Raises MinhuError for a file that is not accepted, ChannelError when it cannot be fetched.
        """
        if file.digest:
            return file
        assert file.reference is not None
        if channel is None:
            raise Unreachable("the channel is not switched on")
        try:
            return self._folder.keep(channel.fetch(file.reference))
        except Refused as problem:
            raise MinhuError(texts.FILE_GONE) from problem

    def _put_off(self, message_id: int, problem: ChannelError) -> None:
        log.warning("a file was not fetched: %s", problem, extra={"message_id": message_id})
        with self._database.begin() as session:
            job = session.get_one(FileJob, message_id)
            if file_jobs.put_off(job, now=now()):
                return
            _report_loss(session, job, texts.FILE_UNREACHABLE)

    def _give_up(self, message_id: int, reason: str) -> None:
        with self._database.begin() as session:
            _report_loss(session, session.get_one(FileJob, message_id), reason)


def _report_loss(session: Session, job: FileJob, reason: str) -> None:
    """Give the job up; the message's answer gives the reason, or a reply if it was answered."""
    file_jobs.give_up(session, job, reason)
    message = job.message
    if message.done_at is not None:
        outbox.reply(
            session,
            message.conversation,
            texts.FILE_REFUSED.format(why=reason),
            now=now(),
            dedupe_key=f"lost:{message.id}",
        )
