"""How the bot talks to this resident: short sentences, again, slower; and what it keeps of them."""

import re
from dataclasses import replace

from backend.messaging.messages import Button
from backend.messaging.models import OutboxMessage
from backend.messaging.outbox import last_reply
from backend.residents.service import forget_care, set_elder_mode
from bot.asides import texts
from bot.asides.moment import Moment
from bot.turn import HandledBy, Reply
from dialogue import texts as dialogue_texts
from dialogue.wishes import Wish, pieces, wish_of

_NUMBER_LINES = re.compile(r"(?:\n回 \d .*)+$")
_SLOW = "慢"  # who asks for it wants it so from now on; 看不懂 is about one message


def answer(moment: Moment, words: str) -> Reply | None:
    match wish_of(words):
        case Wish.ELDER_MODE:
            return _switch(moment, on=True)
        case Wish.USUAL_MODE:
            return _switch(moment, on=False)
        case Wish.REPEAT:
            return _said_again(moment)
        case Wish.SLOWER:
            return _slower(moment, words)
        case Wish.NEXT if moment.before.pieces:
            return _next_piece(moment)
        case Wish.PROFILE:
            return _profile(moment)
        case Wish.NO_CARE:
            forget_care(moment.resident)
            moment.after = replace(moment.after, care=())
            return Reply(HandledBy.RULES, texts.CARE_FORGOTTEN)
    return None


def _switch(moment: Moment, *, on: bool) -> Reply:
    """From now on, and what was asked last once more: nobody has to scroll back."""
    set_elder_mode(moment.resident, on=on)
    moment.first = None
    moment.after = replace(moment.after, told_mode=True)
    told = texts.ELDER_MODE_ON if on else texts.USUAL_MODE_ON
    last = _last(moment)
    if last is None or not last.buttons:
        return Reply(HandledBy.RULES, told)
    return Reply(HandledBy.RULES, f"{told}\n\n{_unnumbered(last)}", _buttons(last))


def _said_again(moment: Moment) -> Reply:
    last = _last(moment)
    if last is None:
        return Reply(HandledBy.RULES, dialogue_texts.NOTHING_TO_REPEAT)
    return Reply(HandledBy.RULES, last.text, _buttons(last))


def _slower(moment: Moment, words: str) -> Reply:
    """The last message one sentence at a time; its buttons come with the last one."""
    if _SLOW in words and moment.resident.elder_mode is not True:
        set_elder_mode(moment.resident, on=True)
        moment.after = replace(moment.after, told_mode=True)
        moment.first = texts.ELDER_MODE_ON
    last = _last(moment)
    if last is None:
        return Reply(HandledBy.RULES, dialogue_texts.NOTHING_TO_REPEAT)
    parts = moment.before.pieces or pieces(_unnumbered(last))
    buttons = moment.before.buttons if moment.before.pieces else tuple(last.buttons)
    return _tell_piece(moment, parts, buttons)


def _next_piece(moment: Moment) -> Reply:
    return _tell_piece(moment, moment.before.pieces, moment.before.buttons)


def _tell_piece(
    moment: Moment, parts: tuple[str, ...], buttons: tuple[dict[str, object], ...]
) -> Reply:
    now, later = parts[0], parts[1:]
    if later:
        moment.after = replace(moment.after, pieces=later, buttons=buttons)
        return Reply(HandledBy.RULES, now, [Button(texts.NEXT, texts.NEXT)])
    moment.after = replace(moment.after, pieces=(), buttons=())
    return Reply(HandledBy.RULES, now, [Button(**button) for button in buttons])  # type: ignore[arg-type]


def _profile(moment: Moment) -> Reply:
    resident = moment.resident
    mode, other = texts.USUAL_MODE, texts.ELDER_MODE
    if resident.elder_mode:
        mode, other = other, mode
    text = texts.PROFILE.format(
        mode=mode,
        phone=resident.phone or texts.NONE_KEPT,
        care="、".join(resident.care) or texts.NONE_KEPT,
    )
    buttons = [Button(texts.CHANGE_TO.format(mode=other), other)]
    if resident.care_agreed_at:
        buttons.append(Button(texts.FORGET_CARE, texts.NO_CARE))
    return Reply(HandledBy.RULES, text, buttons)


def _last(moment: Moment) -> OutboxMessage | None:
    return last_reply(moment.session, moment.conversation.id)


def _unnumbered(row: OutboxMessage) -> str:
    """Its text without the lines that tell the numbers, and without what is told only once."""
    return _NUMBER_LINES.sub("", row.text).removeprefix(f"{texts.BY_VOICE}\n\n")


def _buttons(row: OutboxMessage) -> list[Button]:
    return [Button(**button) for button in row.buttons]
