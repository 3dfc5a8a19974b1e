"""What a resident says is wrong in what we wrote, and what it should be. Pure.

`find` reads a correction from the words; `dialogue.correction_places` puts it into a text.
"""

import re
from dataclasses import replace
from itertools import islice

from dialogue.answer_scan import Clause, clauses
from dialogue.correction import Correction as Correction
from dialogue.correction_bare import find_bare as find_bare
from dialogue.correction_clauses import is_no, is_sound, rest_behind, rest_of, split_no
from dialogue.correction_kinds import kinds_of_both, other_kind, softened
from dialogue.correction_names import is_person, is_thing
from dialogue.correction_places import place_in_place, place_in_text, remove_contact
from dialogue.correction_words import (
    BARE_NEGATED,
    CHANGED,
    EITHER_OR,
    IS_AT,
    MISWRITTEN,
    MOST_CLAUSES,
    NAMED,
    NEGATED,
    NEGATED_STATED,
    NO_RIGHT,
    OWN_REMOVED,
    PART_IS,
    PART_WORDS,
    PLACE_IS,
    REMOVED,
    REMOVED_ALSO,
    STATED,
    STATED_NEGATED,
    WRITTEN_AS,
    WRONG_PART,
    clean,
    kind_of,
    part_of,
)
from dialogue.correction_words import Part as Part
from nlu.gazetteer.vague import is_vague
from nlu.language.text import find_phones
from nlu.places.answers import place_in


def find(words: str) -> Correction | None:
    """The correction that the words make; None when they correct nothing."""
    parts = [part for one in islice(clauses(words), MOST_CLAUSES) for part in split_no(one)]
    for number, clause in enumerate(parts):
        if clause.is_question or is_sound(clause):
            continue
        made = _removal(parts, number, words) or _replacement(parts, number, words)
        return made or (_bare(parts, number, words) if number and is_no(parts[0]) else None)
    return None


def apply(text: str, correction: Correction) -> str | None:
    """`text` with the wrong words replaced in place; None when they cannot be placed."""
    if correction.removes:
        return remove_contact(text) if correction.part is Part.CONTACT else None
    if correction.right is None or correction.part is Part.KIND:
        return None
    part = correction.part.value if correction.part else None
    return place_in_text(text, correction.wrong, correction.right, part)


def apply_place(place: str, correction: Correction) -> str | None:
    """The place with the wrong name or number replaced; None when it cannot be placed."""
    if correction.removes or correction.right is None or correction.part not in (Part.PLACE, None):
        return None
    return place_in_place(place, correction.wrong, correction.right)


def _bare(parts: list[Clause], number: int, words: str) -> Correction | None:
    """不对，462号: what is right, and nothing else."""
    rest = rest_of(parts, number + 1, words)
    if match := NAMED.fullmatch(parts[number].text):
        return Correction(None, clean(match["right"]), Part.NAME, rest=rest)
    right = clean(parts[number].text)
    part = part_of(right)
    if part is None:
        return None
    return Correction(None, right, part, rest=rest)


def _removal(parts: list[Clause], number: int, words: str) -> Correction | None:
    text = parts[number].text
    match = REMOVED.fullmatch(text) or OWN_REMOVED.fullmatch(text)
    if match is None:
        return None
    groups = match.groupdict()
    what = groups["what"] or groups.get("what2") or groups.get("what3") or ""
    part = next((one for one, names in PART_WORDS.items() if re.fullmatch(names, what)), None)
    after = number + 1
    while after < len(parts) and REMOVED_ALSO.fullmatch(parts[after].text):
        after += 1
    return Correction(None, None, part, removes=True, rest=rest_of(parts, after, words))


def _replacement(parts: list[Clause], number: int, words: str) -> Correction | None:
    text = parts[number].text
    following = parts[number + 1] if number + 1 < len(parts) else None
    if made := softened(parts, number, words) or _written_as(parts, number, words):
        return made
    for pattern in (STATED_NEGATED, NEGATED_STATED, BARE_NEGATED, MISWRITTEN, CHANGED):
        if (match := pattern.fullmatch(text)) and (
            made := _pair(match, pattern, rest_of(parts, number + 1, words))
        ):
            return made
    if match := WRONG_PART.fullmatch(text):
        if match["thing"]:
            return _thing(parts, number, words)
        return _named_part(Part(match.lastgroup or ""), parts, number, words)
    if match := PART_IS.fullmatch(text):
        part = next(part for part in Part if match[part.value])
        return Correction(None, clean(match["right"]), part, rest=rest_of(parts, number + 1, words))
    if (match := PLACE_IS.fullmatch(text)) and _is_place(match["right"]):
        rest = rest_of(parts, number + 1, words)
        return Correction(None, clean(match["right"]), Part.PLACE, rest=rest)
    if (match := NEGATED.fullmatch(text)) and not _is_irony(text):
        return _negated(match["wrong"], parts, number, words)
    if following and (kinds := kinds_of_both(text, following.text)):
        return Correction(*kinds, Part.KIND, rest=rest_of(parts, number + 2, words))
    if following and (made := _stated_then_denied(text, following, parts[number + 2 :], words)):
        return made
    return _stated_alone(text, rest_of(parts, number + 1, words))


def _stated_then_denied(
    text: str, following: Clause, after: list[Clause], words: str
) -> Correction | None:
    """是文二路，不是文三路; 在文二路，不在文三路."""
    match = STATED.fullmatch(text) or IS_AT.fullmatch(text)
    denied = NEGATED.fullmatch(following.text)
    if match is None or denied is None or following.is_question:
        return None
    return _made(denied["wrong"], match["right"], rest_of(after, 0, words))


def _is_irony(text: str) -> bool:
    return re.match("(?:又|可|还|要|怎么|难道|莫|倒|才|是)不是", text) is not None


def _pair(match: re.Match[str], pattern: re.Pattern[str], rest: str) -> Correction | None:
    wrong, right = match["wrong"], match["right"]
    if pattern is BARE_NEGATED and (wrong[-1] != right[-1] or _is_irony(match[0])):
        return None
    if pattern is CHANGED:
        return _changed(wrong, right, rest)
    if pattern is MISWRITTEN and part_of(right) is None and part_of(wrong) is None:
        return None
    if pattern is NEGATED_STATED:
        if EITHER_OR.search(match[0]) and not kind_of(clean(wrong)):
            return None
        right, rest = _cut(wrong, match.string[match.start("right") :], right, rest)
    return _made(wrong, right, rest)


def _changed(wrong: str, right: str, rest: str) -> Correction | None:
    """改成3号楼; 绿地改成了停车场 tells of a matter."""
    wrong, right = clean(wrong), clean(right)
    if kind := kind_of(right):
        return Correction(wrong if kind_of(wrong) else None, kind, Part.KIND, rest=rest)
    part = part_of(right)
    named = next(
        (p for p, names in PART_WORDS.items() if re.fullmatch(f"我?的?(?:{names})", wrong)), None
    )
    if part is None and named is None:
        return None
    if wrong and named is None and part_of(wrong) is not part:
        return None
    return Correction(None if named or not wrong else wrong, right, named or part, rest=rest)


def _made(wrong: str, right: str, rest: str) -> Correction | None:
    wrong, right = clean(wrong), clean(right)
    if not wrong or not right or wrong == right or (NO_RIGHT.match(right) and not kind_of(right)):
        return None
    if kind_of(wrong) and (kind := kind_of(right)):
        return Correction(wrong, kind, Part.KIND, rest=rest)
    return Correction(wrong, right, part_of(right) or part_of(wrong), rest=rest)


def _cut(wrong: str, tail: str, right: str, rest: str) -> tuple[str, str]:
    """In a voice note the sentence goes on: 不是文三路是文二路那里的灯."""
    at = right.find(wrong[-1])
    if (
        len(right) <= len(wrong) + 4
        or at < 1
        or wrong[-1] not in "路街巷弄号幢栋楼室村镇乡区苑园毛块元天"
    ):
        return right, rest
    return right[: at + 1], f"{tail[at + 1 :]}{'，' if rest else ''}{rest}"


def _named_part(part: Part, parts: list[Clause], number: int, words: str) -> Correction:
    """时间不对，是昨天夜里: the part is named, and then what is right."""
    pointing = Correction(None, None, part)
    if number + 1 == len(parts):
        return pointing
    after, rest = parts[number + 1].text, rest_of(parts, number + 2, words)
    if part is Part.CONTACT and (phones := find_phones(words)):
        behind = rest_behind(phones[0].end, parts, words)
        return replace(pointing, right=phones[0].value, rest=behind)
    for pattern in (NEGATED_STATED, STATED_NEGATED):
        if match := pattern.fullmatch(after):
            return Correction(clean(match["wrong"]), clean(match["right"]), part, rest=rest)
    if part is Part.KIND and (kind := kind_of(clean(re.sub("^(?:应该)?就?是", "", after)))):
        return replace(pointing, right=kind, rest=rest)
    if part is Part.NAME and (match := NAMED.fullmatch(after)):
        return _name(match["right"], rest, is_own=after.startswith("我"))
    if (match := NEGATED.fullmatch(after)) and (
        made := _negated(match["wrong"], parts, number + 1, words)
    ):
        return replace(made, part=part)
    if match := STATED.fullmatch(after):
        if part is Part.NAME:
            return _name(match["right"], rest)
        return replace(pointing, right=clean(match["right"]), rest=rest)
    if part is Part.NAME and is_thing(clean(after)):
        return _name(after, rest)
    if part_of(after) is part:
        return replace(pointing, right=clean(after), rest=rest)
    return replace(pointing, rest=rest_of(parts, number + 1, words))


def _name(right: str, rest: str, *, is_own: bool = False) -> Correction:
    """Only 我叫陈美芳, or what reads as a person, is the teller's name; else that of a thing."""
    right = clean(right)
    of_teller = is_own or is_person(right)
    return Correction(None, right, Part.NAME if of_teller else None, rest=rest)


def _thing(parts: list[Clause], number: int, words: str) -> Correction:
    """店名写错了，叫老张面馆."""
    rest = rest_of(parts, number + 2, words)
    after = parts[number + 1].text if number + 1 < len(parts) else ""
    match = NAMED.fullmatch(after) or STATED.fullmatch(after)
    if match or is_thing(clean(after)):
        return Correction(None, clean(match["right"] if match else after), None, rest=rest)
    return Correction(None, None, Part.MATTER, rest=rest_of(parts, number + 1, words))


def _written_as(parts: list[Clause], number: int, words: str) -> Correction | None:
    """(不)是东门，你写成西门了: what we wrote is wrong, and what stands beside it is right."""
    here = WRITTEN_AS.fullmatch(parts[number].text)
    if number + 1 == len(parts):
        return None
    following = parts[number + 1]
    there = WRITTEN_AS.fullmatch(following.text)
    said = following.text if here else parts[number].text
    stated = STATED.fullmatch(said) or NEGATED.fullmatch(said)
    wrong = (here or there or {"wrong": ""})["wrong"]
    if not wrong or following.is_question:
        return None
    right = clean(re.sub("^(?:明明|本来|我说的?|其实)", "", said))
    if stated:
        right = clean(stated.groupdict().get("right") or stated.groupdict().get("wrong") or "")
    elif part_of(right) is None:
        return None
    return _made(wrong, right, rest_of(parts, number + 2, words))


def _is_place(words: str) -> bool:
    """Not 我们小区, which says where only to themselves."""
    if is_vague(words) and not re.search("[0-9一二三四五六七八九十]", words):
        return False
    return part_of(clean(words)) is Part.PLACE or place_in(words) is not None


def _negated(wrong: str, parts: list[Clause], number: int, words: str) -> Correction | None:
    """不是X, and what it is stands in the clause that follows."""
    wrong = clean(wrong)
    if kind := kind_of(wrong):
        return other_kind(wrong, kind, parts, number, words)
    if number + 1 == len(parts) or parts[number + 1].is_question:
        return None
    following = parts[number + 1].text
    match = STATED.fullmatch(following)
    if match is None and parts[number].text.find("不在") >= 0:
        match = IS_AT.fullmatch(following)
    if match is None and part_of(wrong) and part_of(wrong) is part_of(following):
        return _made(wrong, following, rest_of(parts, number + 2, words))
    if match and following.startswith("就是"):
        return None  # 不是堵，就是臭: either of them
    return _made(wrong, match["right"], rest_of(parts, number + 2, words)) if match else None


def _stated_alone(text: str, rest: str) -> Correction | None:
    """是462号, after a no: only what reads as a place, a time or a phone number."""
    match = STATED.fullmatch(text)
    if match is None or NO_RIGHT.match(match["right"]):
        return None
    right = clean(match["right"])
    part = part_of(right)
    return Correction(None, right, part, rest=rest) if right and part else None
