"""A voice note on its way to becoming words: shown as it was heard, and said yes to."""

from dataclasses import replace

from backend.messaging import passive
from backend.messaging.messages import Button, Transcript
from bot.asides import people, texts
from bot.asides.moment import Moment
from bot.turn import HandledBy, Reply
from dialogue.hearing import (
    Hearing,
    Verdict,
    go_on,
    hear,
    is_small_talk,
    needs_read_back,
    say_again,
    verdict_of,
)
from nlu.figures import spelled
from nlu.speech.limits import LONGEST_SECONDS


def read_back(moment: Moment, words: str, voice: Transcript) -> Reply | None:
    """The transcript, to be said yes to. None when the words may be used at once."""
    if words and not voice.is_cut and not needs_read_back(words, voice.confidence):
        return None
    heard = hear(moment.before.hearing, words)
    _asks(moment, heard)
    if heard.text is None:
        return _ask_again(heard, texts.NOTHING_HEARD)
    return _with_verdicts(heard, voice)


def _asks(moment: Moment, heard: Hearing) -> None:
    heard = replace(heard, asked_in=moment.message.id)
    moment.after = replace(moment.after, hearing=heard, pieces=(), buttons=())


def beside(moment: Moment, words: str, voice: Transcript | None) -> Reply | None:
    """What they go on with, before they could see what was heard: both are read back.

    Small talk adds nothing, and the read-back is shown once more, however late it comes.
    None for any other words: they are an answer, or stand for themselves.
    """
    heard = moment.before.hearing
    if heard is None or heard.text is None:
        return None
    is_early = _came_before_read_back(moment, heard)
    if is_small_talk(words) or (is_early and not words):
        return _with_verdicts(heard, None)
    if not is_early or not needs_read_back(words, 1.0):
        return None
    more = go_on(heard, spoken=words) if voice else go_on(heard, typed=words)
    _take_back(moment, heard)
    _asks(moment, more)
    return _with_verdicts(more, voice)


def _came_before_read_back(moment: Moment, heard: Hearing) -> bool:
    shown = passive.reply_to(moment.session, heard.asked_in)
    return shown is None or shown.sent_at is None or moment.message.received_at <= shown.sent_at


def _take_back(moment: Moment, heard: Hearing) -> None:
    """A read-back that has not left would come behind the one that says more."""
    unsaid = passive.take_back(moment.session, heard.asked_in, now=moment.now)
    if unsaid and unsaid.startswith(texts.BY_VOICE):
        moment.first = texts.BY_VOICE


def _with_verdicts(heard: Hearing, voice: Transcript | None) -> Reply:
    assert heard.text is not None
    lines = [texts.STILL_WRONG] if heard.offers_person else []
    lines.append(texts.HEARD.format(text=heard.text))
    if voice and voice.is_cut:
        lines.append(texts.HEARD_PART if voice.seconds > LONGEST_SECONDS else texts.HEARD_BROKEN)
    if numbers := spelled(heard.text):
        lines.append(texts.SPELLED.format(text="，".join(numbers)))
    if heard.typed:
        lines.append(texts.TYPED.format(text=heard.typed))
    lines.append(texts.IS_THAT_RIGHT)
    return _with_choices("\n".join(lines), texts.RIGHT, texts.AGAIN, texts.PERSON)


def judge(moment: Moment, words: str) -> tuple[Reply | None, str | None]:
    """What is answered to "right", "again" or "a person"; or the words that are now confirmed."""
    hearing, verdict = moment.before.hearing, verdict_of(words)
    assert hearing is not None
    if verdict is Verdict.AGAIN:
        again = say_again(hearing) if hearing.text else hearing
        moment.after = replace(moment.after, hearing=again)
        return _ask_again(again, texts.SAY_IT_AGAIN), None
    if hearing.text is None:
        return None, None  # nothing is shown that a yes could be about
    if verdict is Verdict.PERSON:
        return people.hand_over(moment, texts.HEAR_REASON), None
    return None, hearing.words


def _ask_again(heard: Hearing, question: str) -> Reply:
    if heard.offers_person:
        return _with_choices(texts.OFFER_PERSON, texts.PERSON, texts.AGAIN)
    return Reply(HandledBy.RULES, question)


def _with_choices(text: str, *titles: str) -> Reply:
    return Reply(HandledBy.RULES, text, [Button(title, title) for title in titles])
