"""Applies a correction to the first draft."""

import re
from dataclasses import replace

from dialogue import corrections
from dialogue import draft as drafts
from dialogue.commands import ForgetPhone, SavePhone
from dialogue.corrections import Correction, Part
from dialogue.draft import Draft
from dialogue.handlers import appeal_questions as questions
from dialogue.handlers import set_aside
from dialogue.state import Ask
from dialogue.texts import appeal as texts
from dialogue.texts import cases as case_texts
from dialogue.turn import Turn
from nlu.appeals import parts
from nlu.appeals.cues import has_trouble, topics_of
from nlu.appeals.details import spans_of_time
from nlu.language.text import find_phones
from nlu.places import answers

_LAST_DIGITS = re.compile(r"(?:尾号|最后四位|后四位|后面四位)(?:应该)?(?:是)?\s?(\d{4})(?!\d)")
SHORTEST_MATTER, LONG_MATTER = 4, 6  # characters; a short one must name its object


def correct(turn: Turn, correction: Correction) -> bool:
    """Correct the first draft and read it back, or ask for what is right."""
    draft = drafts.with_wording(turn.draft, turn.words)
    right, is_place = correction.right, correction.part is Part.PLACE
    if correction.removes or correction.part in (Part.CONTACT, Part.NAME):
        draft = _with_contact(turn, draft, correction)
    elif correction.part is Part.KIND:
        draft = replace(draft, kind=right)
    elif right is None and spans_of_time(correction.rest) and correction.part is Part.TIME:
        pass  # 时间不对，白天也冒: the rest adds to it
    elif right is None:
        return _ask_for_right(turn, draft, correction)
    elif is_place and set_aside.is_elsewhere(turn, right):
        return True
    elif is_place and draft.pin:
        draft = _not_at_pin(draft, right)
    elif matter := _other_matter(turn, draft, correction):
        draft = drafts.restart(draft, matter, turn.words, answers.place_in(right))
    else:
        draft = _replaced(draft, correction)
    rest = corrections.without_denied(correction.rest, turn.draft.text, draft.text)
    rest = _LAST_DIGITS.sub("", rest) if correction.part is Part.CONTACT else rest
    more = parts.read(rest).appeals if rest else ()
    return questions.go_on(turn, drafts.extend(draft, more, ""))


def _other_matter(turn: Turn, draft: Draft, correction: Correction) -> parts.Parts | None:
    """The matter that what is right tells as a whole, where it stands for no words of the draft.

    楼上漏水 for 放音乐很吵; not 漏水, which may be the 渗油 of the draft.
    """
    right = correction.right or ""
    if correction.part not in (Part.MATTER, None) or len(right) < SHORTEST_MATTER:
        return None
    if corrections.apply(draft.text, draft.place, correction) is not None:
        return None
    appeals = parts.read(right).appeals
    is_whole = has_trouble(right) and bool(topics_of(right) or len(right) >= LONG_MATTER)
    return appeals[0] if is_whole and appeals and turn.facts.matter(right).is_sure else None


def _with_contact(turn: Turn, draft: Draft, correction: Correction) -> Draft:
    phones = find_phones(correction.right or "")
    if phone := phones[0].value if phones else _with_last_digits(turn):
        turn.do(SavePhone(phone))
        return draft
    if correction.removes and correction.part is not Part.NAME:
        turn.do(ForgetPhone())
        turn.say(case_texts.PHONE_FORGOTTEN)
    text = parts.clean(draft.text) or draft.text
    return replace(draft, text=text, name=_name_after(draft.name, correction))


def _name_after(name: str, correction: Correction) -> str:
    """The name after a correction, which may be of the given name alone: 是建国不是建军."""
    right = correction.right or ""
    if correction.part is not Part.NAME:
        return name
    wrong = correction.wrong
    return name.replace(wrong, right) if right and wrong and wrong in name else right


def _with_last_digits(turn: Turn) -> str | None:
    """The number that is known, with the last digits that they say: 尾号是5432."""
    digits = _LAST_DIGITS.search(turn.words)
    return turn.phone[:-4] + digits[1] if digits and turn.phone else None


def _ask_for_right(turn: Turn, draft: Draft, correction: Correction) -> bool:
    """地点不对: forget the wrong part and ask for it again."""
    if correction.part is Part.PLACE:
        turn.change(home=None)
        denied = draft.place or ""
        return questions.go_on(turn, replace(_moved(draft, None), denied_place=denied))
    if correction.part is Part.MATTER:
        return questions.go_on(turn, replace(draft, text="", matter="", wish="", since=""))
    turn.keep(draft)
    return turn.ask(Ask.CHANGE, texts.ASK_CHANGE, texts.CHANGE_CHOICES)


def _not_at_pin(draft: Draft, right: str) -> Draft:
    place = answers.place_in(right)
    if place is None:
        return questions.at_place(draft, right)  # 是3幢: of what the pin points at
    return _moved(draft, place)


def _moved(draft: Draft, place: str | None) -> Draft:
    return replace(draft, place=place, pin=None, area_asked_of=None, is_unplaced=False)


def placed(draft: Draft, place: str) -> Draft:
    """The draft at the place that was asked for, in the place of the one that was wrong."""
    if not (place and draft.denied_place):
        return replace(draft, place=place)
    denied = replace(draft, place=draft.denied_place, denied_place="")
    return _replaced(denied, Correction(right=place, part=Part.PLACE))


def _replaced(draft: Draft, correction: Correction) -> Draft:
    """The draft with the correction in text and place; what fits nowhere is added."""
    right = correction.right or ""
    corrected = corrections.apply(draft.text, draft.place, correction)
    if corrected is None:
        return drafts.extend(draft, [_note_of(correction, right)], "")
    if corrected.place != draft.place:
        draft = _moved(draft, corrected.place)
    return _reread(draft, corrected.text) if corrected.text != draft.text else draft


def _note_of(correction: Correction, right: str) -> parts.Parts:
    """The stated words as a note, when the text has nothing that they contradict."""
    if correction.part is Part.TIME:
        return parts.Parts(text=right, matter="", since=right)
    note = texts.correction_note(correction.wrong, right)
    return parts.Parts(text=note, matter=note)


def _reread(draft: Draft, text: str) -> Draft:
    """The draft with the parts of its corrected text."""
    appeals = parts.read(text).appeals
    new = appeals[0] if len(appeals) == 1 else parts.Parts(text, text)
    wish = new.wish or draft.wish
    return replace(draft, text=text, matter=new.matter, wish=wish, since=new.since)
