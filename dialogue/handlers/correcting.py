"""A correction names a part of the appeal: it is replaced there, and read back again."""

from dataclasses import replace

from dialogue import draft as drafts
from dialogue.commands import ForgetPhone, SavePhone
from dialogue.corrections import Correction, Part, apply
from dialogue.draft import Draft
from dialogue.handlers import appeal
from dialogue.handlers import appeal_questions as questions
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.texts import cases as case_texts
from dialogue.turn import Turn
from nlu.appeals import parts
from nlu.city.loaded import elsewhere
from nlu.language.text import find_phones
from nlu.places import answers


def correct(turn: Turn, correction: Correction) -> bool:
    draft = turn.state.draft
    assert draft is not None
    draft = drafts.heard(draft, turn.words)
    if correction.removes or correction.part in (Part.CONTACT, Part.NAME):
        draft = _contact(turn, draft, correction)
    elif correction.part is Part.KIND:
        draft = _kind(draft, correction)
    elif correction.right is None:
        return _only_points(turn, draft, correction)
    elif correction.part is Part.PLACE and (city := elsewhere().named_in(correction.right)):
        return appeal.point_elsewhere(turn, city, turn.state.drafts[:1])
    elif correction.part is Part.PLACE and draft.pin:
        draft = _not_at_pin(draft, correction.right)
    else:
        draft = _replaced(draft, correction)
    turn.state = turn.state.with_draft(_with_rest(draft, correction.rest))
    questions.ask_next(turn)
    return True


def _contact(turn: Turn, draft: Draft, correction: Correction) -> Draft:
    phones = find_phones(correction.right or "")
    if phones:
        turn.do(SavePhone(phones[0].value))
        return draft
    if correction.removes and correction.part is not Part.NAME:
        turn.do(ForgetPhone())
        turn.say(case_texts.PHONE_FORGOTTEN)
    return replace(draft, text=parts.clean(draft.text) or draft.text)


def _kind(draft: Draft, correction: Correction) -> Draft:
    return replace(draft, kind=correction.right)


def _only_points(turn: Turn, draft: Draft, correction: Correction) -> bool:
    """地点不对: asked for anew."""
    turn.state = turn.state.with_draft(draft)
    if correction.part is Part.PLACE:
        turn.state = turn.state.with_draft(replace(draft, place=None, pin=None, area_asked_of=None))
        turn.change(home=None)
        questions.ask_next(turn)
    elif correction.part is Part.MATTER:
        turn.state = turn.state.with_draft(replace(draft, text="", matter="", wish="", since=""))
        questions.ask_next(turn)
    else:
        turn.ask(Ask.CHANGE, texts.ASK_CHANGE, texts.CHANGE_CHOICES)
    return True


def _not_at_pin(draft: Draft, right: str) -> Draft:
    place = answers.place_in(right)
    if place is None:
        return questions.at_place(draft, right)  # 是3幢: of what the pin points at
    return replace(draft, place=place, pin=None, area_asked_of=None, is_unplaced=False)


def _replaced(draft: Draft, correction: Correction) -> Draft:
    """In the text and in the place, so that both say the same; what fits nowhere is added."""
    right = correction.right or ""
    both = apply(draft.text, draft.place, correction)
    if both is None:
        return drafts.extend(draft, parts.Parts(text=right, matter=right), "")
    if both.place != draft.place:
        draft = replace(draft, place=both.place, pin=None, area_asked_of=None, is_unplaced=False)
    return reread(draft, both.text) if both.text != draft.text else draft


def reread(draft: Draft, text: str) -> Draft:
    """The parts of a text that has changed."""
    message = parts.read(text)
    told = message.appeals[0] if len(message.appeals) == 1 else parts.Parts(text, text)
    return replace(
        draft, text=text, matter=told.matter, wish=told.wish or draft.wish, since=told.since
    )


def _with_rest(draft: Draft, rest: str) -> Draft:
    if not rest:
        return draft
    message = parts.read(rest)
    for told in message.appeals:
        draft = drafts.extend(draft, told, "")
    return replace(draft, wording=tuple(filter(None, draft.wording)))
