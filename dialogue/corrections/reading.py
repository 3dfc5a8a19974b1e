"""Reads a correction from a message. Pure.

The first clause that is no mere yes, no or sound decides. The rules are tried on it in order; the
first that fits makes the correction.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from dialogue.answers.parts import Part
from dialogue.corrections.clauses import Clauses, clauses_of
from dialogue.corrections.kinds import other_kind, right_kind_first, softened
from dialogue.corrections.names import is_person, is_thing
from dialogue.corrections.numbers import MEASURE, is_amount
from dialogue.corrections.words import (
    BARE_NEGATED,
    CHANGED,
    EVERYTHING_WRONG,
    HAPPENED_AT,
    IS_AT,
    KIN,
    MISWRITTEN,
    NAMED,
    NEGATED,
    NEGATED_STATED,
    PART_BEHIND,
    PART_IS,
    REMOVALS,
    REMOVED_ALSO,
    SO_IT_IS_RIGHT,
    STATED,
    STATED_NEGATED,
    SUBJECT_NEGATED,
    WRITTEN_AS,
    WRONG_PART,
    WRONG_WORDS,
    Correction,
    clean,
    kind_of,
    part_named,
    part_of,
)
from nlu.gazetteer.vague import is_vague
from nlu.language.text import find_phones
from nlu.places.answers import place_in

_PAIRS = (STATED_NEGATED, NEGATED_STATED, BARE_NEGATED, MISWRITTEN, CHANGED, SUBJECT_NEGATED)
_NOTHING_RIGHT = re.compile(
    f"(?:这|那|我(?!家|们|{KIN})|你|他|她|的|否|谁|什么|啥|哪|怎|因为|为了|有|不|没(?!.$)|真|要|想|说)"
)
_IRONY = re.compile("(?:又|可|还|要|怎么|难道|莫|倒|才|是)不是")
_EITHER_OR = re.compile("不是.{1,16}就是")
_OVER = re.compile("(?:都|还|已经)?不止$|都[有多]$")  # 一个月都不止
_MOST_ANGRY = 3  # clauses behind a no that say nothing, as 你听不懂啊
_LAST_OF_NAME = "路街巷弄号幢栋楼室村镇乡区苑园毛块元天"


def find(words: str) -> Correction | None:
    """The correction that the words make; None when they correct nothing."""
    all_clauses = clauses_of(words)
    for number, clause in islice(enumerate(all_clauses.parts), _MOST_ANGRY):
        if clause.is_question and not NEGATED.fullmatch(clause.text):
            continue
        here = replace(all_clauses, number=number)
        if correction := next(filter(None, (rule(here) for rule in _RULES)), None):
            return correction
        if not all_clauses.says_no_first:
            return None
    return None


def _removal(here: Clauses) -> Correction | None:
    """把电话删掉, 名字别写."""
    match = next(filter(None, (pattern.fullmatch(here.text) for pattern in REMOVALS)), None)
    if match is None:
        return None
    behind = here.ahead()
    while REMOVED_ALSO.fullmatch(behind.text):
        behind = behind.ahead()
    return Correction(part=part_named(match["what"]), removes=True, rest=behind.rest(0))


def _everything_wrong(here: Clauses) -> Correction | None:
    """全错了，是楼上漏水: the matter is what stands behind it."""
    if not EVERYTHING_WRONG.fullmatch(here.text):
        return None
    behind = here.ahead()
    while EVERYTHING_WRONG.fullmatch(behind.text):
        behind = behind.ahead()
    stated = STATED.match(behind.text)
    rest = behind.rest(0)
    rest = rest[stated.start("right") :] if stated else rest
    return Correction(right=rest or None, part=Part.MATTER)


def _written_as(here: Clauses) -> Correction | None:
    """(不)是东门，你写成西门了: what we wrote is wrong, and what stands beside it is right."""
    behind = here.ahead()
    first = WRITTEN_AS.fullmatch(here.text)
    match = first or WRITTEN_AS.fullmatch(behind.text)
    if match is None or not behind.text or behind.is_question:
        return None
    right_clause = behind.text if first else here.text
    stated = STATED.fullmatch(right_clause) or NEGATED.fullmatch(right_clause)
    right = clean(stated[1] if stated else re.sub("^(?:明明|本来|我说的?|其实)", "", right_clause))
    if not stated and part_of(right) is None:
        return None
    return _replacement(match["wrong"], right, here.rest(2))


def _in_one_clause(here: Clauses) -> Correction | None:
    """不是A是B, 是B不是A, B不是A, 把B写成了A, A改成B."""
    for pattern in _PAIRS:
        match = pattern.fullmatch(here.text)
        if match and (correction := _of_pair(match, here.rest())):
            return correction
    return None


def _of_pair(match: re.Match[str], rest: str) -> Correction | None:
    wrong, right = match["wrong"], match["right"]
    if match.re is CHANGED:
        return _changed(clean(wrong), clean(right), rest)
    if match.re is BARE_NEGATED and (wrong[-1] != right[-1] or _IRONY.match(match[0])):
        return None
    if match.re is MISWRITTEN and part_of(right) is None and part_of(wrong) is None:
        return None
    if match.re in (NEGATED_STATED, SUBJECT_NEGATED):
        if _EITHER_OR.search(match[0]) and not kind_of(clean(wrong)):
            return None
        right, rest = _cut(wrong, match.string[match.start("right") :], right, rest)
    return _replacement(wrong, right, rest)


def _changed(wrong: str, right: str, rest: str) -> Correction | None:
    """改成3号楼; 绿地改成了停车场 tells of a matter."""
    if kind := kind_of(right):
        return Correction(wrong if kind_of(wrong) else None, kind, Part.KIND, rest=rest)
    if is_amount(wrong) and is_amount(right):
        return Correction(wrong, right, Part.MATTER, rest=rest)
    wrong_part, part = part_named(wrong), part_of(right)
    if part is None and wrong_part is None:
        return None
    if wrong and wrong_part is None and part_of(wrong) is not part:
        return None
    return Correction(None if wrong_part else wrong or None, right, wrong_part or part, rest=rest)


def _cut(wrong: str, tail: str, right: str, rest: str) -> tuple[str, str]:
    """Cut the right words off the rest of a voice note: 不是文三路是文二路那里的灯."""
    at = right.find(wrong[-1])
    if len(right) <= len(wrong) + 4 or at < 1 or wrong[-1] not in _LAST_OF_NAME:
        return right, rest
    return right[: at + 1], f"{tail[at + 1 :]}{'，' if rest else ''}{rest}"


def _replacement(wrong: str, right: str, rest: str) -> Correction | None:
    wrong, right = clean(wrong), _OVER.sub("", clean(right))
    kind = kind_of(right)
    if not wrong or not right or wrong == right or (_NOTHING_RIGHT.match(right) and not kind):
        return None
    if kind and kind_of(wrong):
        return Correction(wrong, kind, Part.KIND, rest=rest)
    return Correction(wrong, right, part_of(right) or part_of(wrong), rest=rest)


def _wrong_part(here: Clauses) -> Correction | None:
    """时间不对，是昨天夜里: the part is named, and then what is right."""
    match = WRONG_PART.fullmatch(PART_BEHIND.sub(r"\g<part>不对", here.text))
    if match is None:
        return None
    if match["thing"]:
        return _thing(here.ahead())
    part, behind = Part(match.lastgroup or ""), here.ahead()
    if part is Part.CONTACT and (phones := find_phones(here.words)):
        phone = phones[0]
        return Correction(right=phone.value, part=part, rest=here.rest_behind(phone.end))
    right = _right_of_part(part, behind)
    return right or Correction(part=part, rest=behind.rest(0))


def _right_of_part(part: Part, here: Clauses) -> Correction | None:
    """The right value of a part that the clause before called wrong."""
    text, rest = here.text, here.rest()
    if match := NEGATED_STATED.fullmatch(text) or STATED_NEGATED.fullmatch(text):
        return Correction(clean(match["wrong"]), clean(match["right"]), part, rest=rest)
    if (match := CHANGED.fullmatch(text)) and (changed := _of_pair(match, rest)):
        return changed
    if part is Part.KIND and (kind := kind_of(clean(re.sub("^(?:应该)?就?是", "", text)))):
        return Correction(right=kind, part=part, rest=rest)
    if part is Part.NAME and (correction := _name(here)):
        return correction
    if (match := NEGATED.fullmatch(text)) and (correction := _negated(match["wrong"], here)):
        return replace(correction, part=part)
    if match := STATED.fullmatch(text):
        return Correction(right=clean(match["right"]), part=part, rest=rest)
    return Correction(right=clean(text), part=part, rest=rest) if _reads_as(text, part) else None


def _reads_as(words: str, part: Part) -> bool:
    """True if the words can be that part: 婺江路那边 a place, 一个星期了 a time."""
    match part:
        case Part.PLACE:
            is_number = MEASURE.fullmatch(clean(words)) is not None
            return is_number or part_of(words) is part or place_in(words) is not None
        case Part.TIME:
            return "也" not in words and (part_of(words) is part or is_amount(clean(words)))
    return part_of(words) is part


def _wrong_words(here: Clauses) -> Correction | None:
    """停车费写错了，是物业费; 六点不对，是五点."""
    match, behind = WRONG_WORDS.fullmatch(here.text), here.ahead()
    stated = STATED.fullmatch(behind.text)
    if match is None or behind.is_question:
        return None
    wrong, right = match["wrong"], stated["right"] if stated else behind.text
    return _replacement(wrong, right, behind.rest()) if stated or _alike(wrong, right) else None


def _name(here: Clauses) -> Correction | None:
    """Correct a name: 我叫陈美芳 or a personal name is the resident's, any other is a thing's."""
    naming = NAMED.fullmatch(here.text)
    match = naming or STATED.fullmatch(here.text)
    right = clean(match["right"] if match else here.text)
    if not match and not is_thing(right):
        return None
    is_teller = (naming and here.text.startswith(("我", "姓"))) or is_person(right)
    return Correction(right=right, part=Part.NAME if is_teller else None, rest=here.rest())


def _thing(here: Clauses) -> Correction:
    """店名写错了，叫老张面馆."""
    match = NAMED.fullmatch(here.text) or STATED.fullmatch(here.text)
    right = clean(match["right"] if match else here.text)
    if match or is_thing(right):
        return Correction(right=right, rest=here.rest())
    return Correction(part=Part.MATTER, rest=here.rest(0))


def _part_is(here: Clauses) -> Correction | None:
    """地址应该是文三路90号, 位置是文三路90号, 时间是前天晚上."""
    match = PART_IS.fullmatch(here.text)
    if match is None or _NOTHING_RIGHT.match(match["right"]):
        return None
    part, right = next(part for part in Part if match[part.value]), clean(match["right"])
    is_place = part is Part.PLACE and _is_place(right)
    if not (match["must"] or is_place or (part is Part.TIME and _reads_as(right, part))):
        return None
    return Correction(right=right, part=part, rest=here.rest())


def _happened_at(here: Clauses) -> Correction | None:
    """停水是今天开始的, 晚上收的: the time at which something is done."""
    match = HAPPENED_AT.fullmatch(here.text)
    if match is None or part_of(match["right"]) is not Part.TIME:
        return None
    return Correction(right=match["right"], part=Part.TIME, rest=here.rest())


def _is_place(words: str) -> bool:
    """True if strangers can find the place; 我们小区 says where only to the resident."""
    if is_vague(words) and not re.search("[0-9一二三四五六七八九十]", words):
        return False
    return part_of(clean(words)) is Part.PLACE or place_in(words) is not None


def _denied_then_stated(here: Clauses) -> Correction | None:
    match = NEGATED.fullmatch(here.text)
    return _negated(match["wrong"], here) if match and not _IRONY.match(here.text) else None


def _negated(wrong: str, here: Clauses) -> Correction | None:
    """Read 不是X, with the right words in the clause that follows."""
    wrong, behind = clean(wrong), here.ahead()
    while NEGATED.fullmatch(behind.text):
        behind = behind.ahead()  # 不是文三路，也不是文一路，是文二路
    if kind := kind_of(wrong):
        return other_kind(wrong, kind, here)
    if not behind.text or behind.is_question:
        return None
    match = STATED.fullmatch(behind.text) or IS_AT.fullmatch(behind.text)
    alike = _alike(wrong, behind.text)
    if "不止" in here.text and not alike:
        return None  # 不止我家，整幢楼都是
    if match is None and alike:
        return _replacement(wrong, behind.text, behind.rest())
    if match is None or behind.text.startswith("就是"):
        return None  # 不是堵，就是臭: either of them
    return _replacement(wrong, match["right"], behind.rest())


def _alike(wrong: str, right: str) -> bool:
    """True if both are places, times or amounts."""
    wrong, right = clean(wrong), _OVER.sub("", clean(right))
    part = part_of(wrong)
    return (part is not None and part is part_of(right)) or (is_amount(wrong) and is_amount(right))


def _stated_then_denied(here: Clauses) -> Correction | None:
    """是文二路，不是文三路; 在文二路，不在文三路."""
    match = STATED.fullmatch(here.text) or IS_AT.fullmatch(here.text)
    denied = NEGATED.fullmatch(here.ahead().text)
    if denied is None or here.ahead().is_question:
        return None
    right = match["right"] if match else here.text
    if not match and not _alike(denied["wrong"], right):
        return None
    return _replacement(denied["wrong"], right, here.rest(2))


def _stated_alone(here: Clauses) -> Correction | None:
    """是462号, after a no: only what reads as a place, a time or a phone number."""
    match = STATED.fullmatch(here.text) or SO_IT_IS_RIGHT.fullmatch(here.text)
    if match is None or _NOTHING_RIGHT.match(match["right"]):
        return None
    right = clean(match["right"])
    part = part_of(right)
    return Correction(right=right, part=part, rest=here.rest()) if right and part else None


def _right_alone(here: Clauses) -> Correction | None:
    """不对，462号: what is right, and nothing else."""
    if not here.says_no_first:
        return None
    naming = NAMED.fullmatch(here.text)
    right = clean(naming["right"] if naming else here.text)
    part = Part.NAME if naming else part_of(right)
    return Correction(right=right, part=part, rest=here.rest()) if part else None


_RULES: tuple[Callable[[Clauses], Correction | None], ...] = (
    _removal,
    softened,
    _everything_wrong,
    _written_as,
    _in_one_clause,
    _wrong_part,
    _wrong_words,
    _part_is,
    _happened_at,
    _denied_then_stated,
    right_kind_first,
    _stated_then_denied,
    _stated_alone,
    _right_alone,
)
