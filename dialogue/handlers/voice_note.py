"""A voice note on its way to becoming words: shown as it was heard, and used after a yes."""

from dataclasses import replace

from backend.vocabulary.messages import Transcript
from backend.vocabulary.texts import Text, joined
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
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.texts import wishes as texts
from dialogue.turn import Turn
from dialogue.wishes import Wish, wish_of
from nlu.language.figures import spelled_numbers
from nlu.speech.limits import LONGEST_SECONDS


def handle(turn: Turn) -> bool:
    voice = turn.utterance.voice
    waiting = turn.open.hearing if turn.open and turn.open.ask is Ask.HEARING else None
    if waiting and turn.utterance.stands_for:
        turn.uncover()  # a yes, or words typed in its place: they go on as if typed
        return False
    is_clear = voice is None or voice.confidence >= SURE
    if waiting and is_clear and (verdict := verdict_of(turn.words)):
        return _judge(turn, waiting, verdict)
    if waiting and waiting.text and _goes_beside(turn, waiting):
        return True
    if voice is not None:
        return _read_back(turn, waiting, voice)
    if waiting and not leaves_waiting(turn.words):
        turn.uncover()
    return False


def _read_back(turn: Turn, waiting: Hearing | None, voice: Transcript) -> bool:
    """Show the transcript and ask whether it is right; or use it at once, and show it before the
    answer."""
    words = turn.words
    if words and not voice.is_cut and not needs_read_back(words, voice.confidence):
        turn.say(texts.TRANSCRIPT.format(text=words))
        return False
    hearing = hear(waiting, words)
    if hearing.text is None:
        _ask_again(turn, hearing, texts.NOTHING_HEARD)
    else:
        _show(turn, hearing, voice)
    return True


def _goes_beside(turn: Turn, waiting: Hearing) -> bool:
    """A message sent before the resident could see the read-back is read back with it.

    Small talk adds nothing, and the read-back is shown once more, however late it comes.
    """
    voice, words = turn.utterance.voice, turn.words
    is_early = not turn.facts.reply_was_seen(waiting.asked_in, turn.utterance.received_at)
    if is_small_talk(words) or (is_early and not words):
        _show(turn, waiting, None)
        return True
    if not is_early or not needs_read_back(words, 1.0):
        return False
    more = go_on(waiting, spoken=words) if voice else go_on(waiting, typed=words)
    turn.do(TakeBackReply(waiting.asked_in))
    _say_lead(turn, waiting)
    _show(turn, more, voice)
    return True


def _say_lead(turn: Turn, waiting: Hearing) -> None:
    """Say again what stood before a read-back that is taken back."""
    if turn.open and not turn.facts.reply_was_seen(waiting.asked_in, turn.facts.now):
        turn.say(turn.state.last_text.removesuffix(turn.open.text).rstrip())


def _judge(turn: Turn, waiting: Hearing, verdict: Verdict) -> bool:
    if verdict is Verdict.AGAIN:
        retried = say_again(waiting) if waiting.text else waiting
        _ask_again(turn, retried, texts.SAY_IT_AGAIN)
        return True
    if waiting.text is None and wish_of(turn.words) is not Wish.PERSON:
        turn.uncover()
        return False  # nothing is shown that a yes, or a number, could be about
    if verdict is Verdict.PERSON:
        return person.hand_over(turn, texts.HEAR_REASON)
    return False


def _show(turn: Turn, hearing: Hearing, voice: Transcript | None) -> None:
    assert hearing.text is not None
    lines = [texts.STILL_WRONG] if hearing.offers_person else []
    lines.append(texts.TRANSCRIPT.format(text=hearing.text))
    if voice and voice.is_cut:
        lines.append(texts.HEARD_PART if voice.seconds > LONGEST_SECONDS else texts.HEARD_BROKEN)
    if numbers := spelled_numbers(hearing.text):
        lines.append(texts.SPELLED.format(text="，".join(numbers)))
    if hearing.typed:
        lines.append(texts.TYPED.format(text=hearing.typed))
    lines.append(texts.IS_THAT_RIGHT)
    _ask(turn, hearing, joined(lines, "\n"), texts.RIGHT, texts.AGAIN, texts.PERSON)


def _ask_again(turn: Turn, hearing: Hearing, question: Text) -> None:
    if hearing.offers_person:
        _ask(turn, hearing, texts.OFFER_PERSON, texts.PERSON, texts.AGAIN)
    else:
        _ask(turn, hearing, question)


def _ask(turn: Turn, hearing: Hearing, text: Text, *titles: str) -> None:
    """The question that was open before the note came waits behind this one."""
    if turn.open and turn.open.ask is not Ask.HEARING:
        turn.change(behind=(*turn.state.behind, turn.open))
    hearing = replace(hearing, asked_in=turn.utterance.message_id)
    turn.ask(Ask.HEARING, text, word_buttons(*titles), hearing=hearing)
    turn.is_final = True
