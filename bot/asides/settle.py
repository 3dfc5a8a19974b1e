"""In which order a message is looked at, and what is remembered of it."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from backend.conversations.models import Owner
from backend.messaging.messages import Transcript
from backend.messaging.models import InboxMessage
from backend.residents.service import set_elder_mode
from bot.asides import again, calls, caring, graded, own_ways, people, secrecy, texts, voices
from bot.asides.moment import Moment
from bot.turn import ForRasa, Reply
from dialogue import aside as asides
from dialogue.hearing import SURE, joined, leaves_waiting, verdict_of
from dialogue.wishes import is_an_elder
from nlu.text import is_blank


def settle(
    session: Session,
    message: InboxMessage,
    words: str,
    *,
    voice: Transcript | None,
    now: datetime,
) -> Reply | ForRasa | None:
    """The reply, what Rasa is to be told instead, or None when the words are for Rasa.

    `words` that begin with `/` are a button's or a menu's intent: they only end what was asked.
    """
    conversation = message.conversation
    before = asides.load(conversation.aside, message.id)
    moment = Moment(session, message, now, before, before)
    _note_mode(moment, words, voice)
    settled = _settle(moment, words, voice)
    if conversation.aside or moment.after != before:
        conversation.aside = asides.save(message.id, before, moment.after)
    return _with_first(moment, words, settled)


def _note_mode(moment: Moment, words: str, voice: Transcript | None) -> None:
    """A voice note, or 我眼睛不好 in passing, switches elder mode on. It is told once, and what
    the resident has switched off stays off."""
    if moment.resident.elder_mode is False or moment.before.told_mode:
        return
    if voice is None and not is_an_elder(words):
        return
    set_elder_mode(moment.resident, on=True)
    moment.after = replace(moment.after, told_mode=True)
    moment.first = texts.BY_VOICE


def _settle(moment: Moment, words: str, voice: Transcript | None) -> Reply | ForRasa | None:
    if moment.conversation.owner == Owner.QUEUE:
        return None if is_blank(words) or words.startswith("/") else _understand(moment, words)
    if words.startswith("/"):
        moment.after = moment.after.past()
        return None
    if voice is None and is_blank(words):
        return None  # a photo, or nothing: what was asked is still asked
    is_clear = voice is None or voice.confidence >= SURE
    if moment.before.hearing and is_clear and verdict_of(words):
        return _judge(moment, words)
    if more := voices.beside(moment, words, voice):
        return more
    if voice is not None:
        return _heard(moment, words, voice)
    understood = _understand(moment, words)
    return understood or graded.answer(moment, words) or _in_its_place(moment, words)


def _in_its_place(moment: Moment, words: str) -> ForRasa | None:
    """Typed in answer to what was heard: it takes its place, not that of what was typed before."""
    before = moment.before.hearing
    if before is None or not before.typed or moment.after.hearing:
        return None
    return _stands_for(moment, joined(before.typed, words))


def _heard(moment: Moment, words: str, voice: Transcript) -> Reply | ForRasa:
    """Read back, or answered at once with what was heard before the answer."""
    if reply := voices.read_back(moment, words, voice):
        return reply
    said = texts.HEARD.format(text=words)
    return _understand(moment, words) or ForRasa(words, first=said)


def _judge(moment: Moment, words: str) -> Reply | ForRasa | None:
    reply, confirmed = voices.judge(moment, words)
    if reply:
        return reply
    moment.after = replace(moment.after, hearing=None)
    if confirmed is None:
        return _understand(moment, words)
    return _understand(moment, confirmed) or _stands_for(moment, confirmed)


def _stands_for(moment: Moment, meant: str) -> ForRasa:
    """Rasa's actions read the message: what it stands for is what was said."""
    moment.message.body = {**moment.message.body, "means": meant}
    return ForRasa(meant)


def _understand(moment: Moment, words: str) -> Reply | None:
    """Words that were typed, or spoken and said yes to."""
    wishes = (own_ways.answer, people.answer, calls.answer, caring.answer)
    for answer in (*wishes, secrecy.answer, again.answer):
        if settled := answer(moment, words):
            return settled
    still_waits = moment.after.hearing if leaves_waiting(words) else None
    moment.after = replace(moment.after.past(), hearing=still_waits)
    return None


def _with_first(
    moment: Moment, words: str, settled: Reply | ForRasa | None
) -> Reply | ForRasa | None:
    if moment.first is None:
        return settled
    if isinstance(settled, Reply):
        return settled.after(moment.first) if settled.text else settled
    if moment.conversation.owner != Owner.BOT or words.startswith("/"):
        return settled
    forwarded = settled or ForRasa(words)
    both = "\n\n".join(part for part in (moment.first, forwarded.first) if part)
    return replace(forwarded, first=both)
