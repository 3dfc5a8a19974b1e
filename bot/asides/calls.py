"""Arranging a call-back in the chat."""

from dataclasses import replace

from backend.call_backs import service as call_backs
from backend.conversations.service import leave_queue
from backend.messaging.messages import Button
from bot.asides import texts
from bot.asides.moment import Moment
from bot.turn import HandledBy, Reply
from dialogue import calling
from dialogue.calling import Ask, Call, Outcome, in_words
from dialogue.wishes import Wish, wish_of


def answer(moment: Moment, words: str) -> Reply | None:
    call = moment.before.call
    if call is not None:
        return _go_on(moment, call, words)
    if calling.wants_call(words):
        return _ask(moment, calling.begin(words, moment.now, moment.resident.phone))
    if wish_of(words) is Wish.NO_CALL:
        owed = call_backs.cancel(moment.session, moment.resident.id, now=moment.now)
        return Reply(HandledBy.RULES, texts.CALL_STOPPED) if owed else None
    return None


def _go_on(moment: Moment, call: Call, words: str) -> Reply | None:
    told, outcome = calling.answer(call, words, moment.now)
    match outcome:
        case Outcome.STOPPED:
            moment.after = replace(moment.after, call=None)
            return Reply(HandledBy.RULES, texts.CALL_STOPPED)
        case Outcome.AGREED:
            return _agree(moment, told)
        case Outcome.ELSEWHERE:
            moment.after = replace(moment.after, call=None)
            return None
        case Outcome.ASKING:
            return _ask(moment, told, unclear=told == call)


def _agree(moment: Moment, call: Call) -> Reply:
    phone, start, end = call.whole()
    if end <= moment.now:  # the yes came too late
        return _ask(moment, replace(call, start=None, end=None))
    call_backs.ask(
        moment.session,
        moment.conversation,
        phone,
        (start, end),
        message_id=moment.message.id,
        now=moment.now,
    )
    leave_queue(moment.session, moment.conversation.id)
    moment.after = replace(moment.after, call=None)
    return Reply(HandledBy.RULES, texts.CALL_KEPT.format(when=in_words(start, end, moment.now)))


def _ask(moment: Moment, call: Call, *, unclear: bool = False) -> Reply:
    moment.after = replace(moment.after.past(), call=call)
    if call.asks is Ask.PHONE:
        return Reply(HandledBy.RULES, texts.PHONE_UNCLEAR if unclear else texts.ASK_PHONE)
    if call.asks is Ask.WHEN:
        times = [Button(time, time) for time in texts.TIMES]
        return Reply(HandledBy.RULES, texts.WHEN_UNCLEAR if unclear else texts.ASK_WHEN, times)
    phone, start, end = call.whole()
    when = in_words(start, end, moment.now)
    question = texts.CONFIRM_CALL.format(when=when, phone=" ".join(phone))
    choices = (texts.CALL_RIGHT, texts.CALL_CHANGE, texts.CALL_STOP)
    return Reply(HandledBy.RULES, question, [Button(title, title) for title in choices])
