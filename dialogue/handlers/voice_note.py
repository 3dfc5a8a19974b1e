"""A voice note on its way to becoming words: shown as it was heard, and said yes to."""

from dataclasses import replace

from backend.vocabulary.messages import Button, Transcript
from dialogue.commands import TakeBackReply
from dialogue.handlers import person
from dialogue.hearing import (
    SURE,
    Hearing,
    Verdict,
    go_on,
    hear,
    is_small_talk,
    leaves_waiting,
    needs_read_back,
    say_again,
    verdict_of,
)
from dialogue.state import Ask
from dialogue.texts import wishes as texts
from dialogue.turn import Turn
from dialogue.wishes import Wish, wish_of
from nlu.language.figures import spelled_numbers
from nlu.speech.limits import LONGEST_SECONDS


def handle(turn: Turn) -> bool:
    heard, voice = turn.heard, turn.heard.voice
    waits = turn.open.hearing if turn.open and turn.open.ask is Ask.HEARING else None
    if waits and heard.stands_for:
        turn.uncover()  # a yes, or words typed in its place: they go on as if typed
        return False
    is_clear = voice is None or voice.confidence >= SURE
    if waits and is_clear and (verdict := verdict_of(turn.words)):
        return _judge(turn, waits, verdict)
    if waits and waits.text and _goes_beside(turn, waits):
        return True
    if voice is not None:
        return _read_back(turn, waits, voice)
    if waits and not leaves_waiting(turn.words):
        turn.uncover()
    return False


def _read_back(turn: Turn, waits: Hearing | None, voice: Transcript) -> bool:
    """The transcript, to be said yes to; or used at once, with what was heard before the answer."""
    words = turn.words
    if words and not voice.is_cut and not needs_read_back(words, voice.confidence):
        turn.say(texts.HEARD.format(text=words))
        return False
    heard = hear(waits, words)
    if heard.text is None:
        _ask_again(turn, heard, texts.NOTHING_HEARD)
    else:
        _show(turn, heard, voice)
    return True


def _goes_beside(turn: Turn, waits: Hearing) -> bool:
    """What they go on with before they could see what was heard: both are read back.

    Small talk adds nothing, and the read-back is shown once more, however late it comes.
    """
    voice, words = turn.heard.voice, turn.words
    is_early = not turn.facts.reply_was_seen(waits.asked_in, turn.heard.received_at)
    if is_small_talk(words) or (is_early and not words):
        _show(turn, waits, None)
        return True
    if not is_early or not needs_read_back(words, 1.0):
        return False
    more = go_on(waits, spoken=words) if voice else go_on(waits, typed=words)
    turn.do(TakeBackReply(waits.asked_in))
    _say_lead(turn, waits)
    _show(turn, more, voice)
    return True


def _say_lead(turn: Turn, waits: Hearing) -> None:
    """What stood before the read-back goes with it when it is taken back."""
    if turn.open and not turn.facts.reply_was_seen(waits.asked_in, turn.facts.now):
        turn.say(turn.state.last_text.removesuffix(turn.open.text).rstrip())


def _judge(turn: Turn, waits: Hearing, verdict: Verdict) -> bool:
    if verdict is Verdict.AGAIN:
        again = say_again(waits) if waits.text else waits
        _ask_again(turn, again, texts.SAY_IT_AGAIN)
        return True
    if waits.text is None and wish_of(turn.words) is not Wish.PERSON:
        turn.uncover()
        return False  # nothing is shown that a yes, or a number, could be about
    if verdict is Verdict.PERSON:
        person.hand_over(turn, texts.HEAR_REASON)
        return True
    return False


def _show(turn: Turn, heard: Hearing, voice: Transcript | None) -> None:
    assert heard.text is not None
    lines = [texts.STILL_WRONG] if heard.offers_person else []
    lines.append(texts.HEARD.format(text=heard.text))
    if voice and voice.is_cut:
        lines.append(texts.HEARD_PART if voice.seconds > LONGEST_SECONDS else texts.HEARD_BROKEN)
    if numbers := spelled_numbers(heard.text):
        lines.append(texts.SPELLED.format(text="，".join(numbers)))
    if heard.typed:
        lines.append(texts.TYPED.format(text=heard.typed))
    lines.append(texts.IS_THAT_RIGHT)
    _ask(turn, heard, "\n".join(lines), texts.RIGHT, texts.AGAIN, texts.PERSON)


def _ask_again(turn: Turn, heard: Hearing, question: str) -> None:
    if heard.offers_person:
        _ask(turn, heard, texts.OFFER_PERSON, texts.PERSON, texts.AGAIN)
    else:
        _ask(turn, heard, question)


def _ask(turn: Turn, heard: Hearing, text: str, *titles: str) -> None:
    """Behind it waits what was asked before the note came."""
    if turn.open and turn.open.ask is not Ask.HEARING:
        turn.change(behind=(*turn.state.behind, turn.open))
    kept = replace(heard, asked_in=turn.heard.message_id)
    turn.ask(Ask.HEARING, text, [Button(title, title) for title in titles], hearing=kept)
    turn.is_final = True
