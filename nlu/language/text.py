"""Clean text, and the numbers that stand in it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

# NFKC would turn these into ASCII or spell them out; people read them better as they are.
_KEPT = "，。！？；：（）～、…《》【】“”‘’—" + "".join(map(chr, range(0x2460, 0x2500)))
_PIECES = re.compile(f"([{re.escape(_KEPT)}])")
_REMOVED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
_KEPT_CONTROLS = "\n\t\r\v\f\x1c\x1d\x1e\x1f\x85"

MOST_FOREIGN_NAME = 3  # words; so many of them are a sentence

_HALVES = re.compile("[\ud800-\udfff]")  # of a surrogate pair; opencc refuses them

# One character for one, so that positions stay true.
_SPOKEN_DIGITS = str.maketrans(
    "零〇○一幺二两三四五六七八九０１２３４５６７８９", "000112234567890123456789"
)

_SEPARATOR = r"[\s\-—－_.]?"
_MOBILE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_SEPARATOR})?(1[3-9]\d{_SEPARATOR}\d{{4}}{_SEPARATOR}\d{{4}})(?!\d)"
)
_LANDLINE = re.compile(
    rf"(?<!\d)[(（]?(0(?:10|2\d|[3-9]\d{{2}}))[)）]?{_SEPARATOR}([2-9]\d{{3}}{_SEPARATOR}\d{{3,4}})"
    r"(?:(?:转|-)(\d{1,5}))?(?!\d)"
)
_LOCAL = re.compile(r"(?:电话|座机|号码|固话)[^\d]{0,4}([2-9]\d{3}[\s-]?\d{4})(?!\d)")
_CASE_NO = re.compile(r"(?<![A-Za-z])H\s?Z[\s\-:：]?(\d{8})[\s-]?(\d{6})(?!\d)", re.IGNORECASE)
_CASE_TAIL = re.compile(
    r"(?:尾号|末尾|(?:最后|末|后)[几三四五六3-6]位(?:数字?|号码?)?)[是为：:\s]{0,2}(\d{3,6})(?!\d)"
)


@dataclass(frozen=True)
class Found:
    """A number that was said: its plain form, and where it stands in the text."""

    value: str
    start: int
    end: int
    partial: bool = False


def normalise(text: str) -> str:
    """Half-width, simplified characters, nothing invisible, single spaces; idempotent."""
    visible = "".join(c for c in text if _is_visible(c))
    parts = _PIECES.split(visible)
    folded = "".join(p if p in _KEPT else unicodedata.normalize("NFKC", p) for p in parts)
    lines = (" ".join(line.split()) for line in simplified(folded).splitlines())
    return "\n".join(line for line in lines if line)


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; every position stays."""
    once: str = _to_simplified().convert(_HALVES.sub("\ufffd", text))
    converted: str = _to_simplified().convert(once)  # 於潛鎮 takes two steps to 于潜镇
    if len(converted) == len(text):
        return converted
    return "".join(_one_for_one(c) for c in text)


def _one_for_one(character: str) -> str:
    converted: str = _to_simplified().convert(character)
    return converted if len(converted) == 1 else character


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def aligned(text: str) -> str:
    """Like `normalise` where one character stands for one: every position stays."""
    folded = "".join(_half_width(c) for c in text)
    return simplified(folded)


def _half_width(character: str) -> str:
    if character in _KEPT:
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


_FILLERS = re.compile(
    r"[嗯呃唔]+|(?:^|(?<=[，,。 ]))"
    r"(?:喂+|哎呀?|唉|诶|额|啊|哦|那个|这个|就是说?|我跟你[讲说]|我讲给你听)"
    r"(?=[，,。 ]|我|你|他|那个|这个)"
)
_STUMBLED = re.compile(r"([\u4e00-\u9fff]{2,6})[ ，,、]*(?:\1[ ，,、]*)+")


def without_stumbling(text: str) -> str:
    """What a speaker meant to say: no fillers, nothing said twice over (那个 那个 我我要)."""
    return _STUMBLED.sub(r"\1", _FILLERS.sub("", text))


def _is_visible(character: str) -> bool:
    if character in _KEPT_CONTROLS:
        return True
    return unicodedata.category(character) not in _REMOVED_CATEGORIES


def is_blank(text: str) -> bool:
    """Nothing said: no letter, no figure, only marks, emoji or space."""
    return not any(character.isalnum() for character in text)


_FOREIGN_WORD = re.compile(r"[^\W\d_]{2,}")


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def is_foreign(text: str) -> bool:
    """A sentence in another language; a word or a code by itself may be a name."""
    return not has_chinese(text) and len(_FOREIGN_WORD.findall(text)) >= MOST_FOREIGN_NAME


def digits_of(text: str) -> str:
    """The same text with spoken and full-width digits as 0-9; every position stays."""
    return text.translate(_SPOKEN_DIGITS)


def find_phones(text: str) -> list[Found]:
    """Mainland mobile and landline numbers, also when read out (幺三八…), in order."""
    plain = digits_of(text)
    found: list[Found] = []
    for pattern, shape in ((_MOBILE, "{}"), (_LANDLINE, "{}-{}"), (_LOCAL, "{}")):
        for match in pattern.finditer(plain):
            start = match.start(1) if pattern is _LOCAL else match.start()
            if not any(f.start < match.end() and start < f.end for f in found):
                found.append(Found(_phone_value(match, shape), start, match.end()))
    return sorted(found, key=lambda f: f.start)


def _phone_value(match: re.Match[str], shape: str) -> str:
    groups = [re.sub(r"\D", "", group) for group in match.groups() if group]
    value = shape.format(*groups)
    return f"{value}-{groups[2]}" if len(groups) > 2 else value


def find_case_nos(text: str) -> list[Found]:
    """Full case numbers, and last digits ("尾号0042") marked partial, in order."""
    plain = digits_of(text)
    full = [
        Found(f"HZ{m.group(1)}{m.group(2)}", m.start(), m.end()) for m in _CASE_NO.finditer(plain)
    ]
    tails = [
        Found(m.group(1), m.start(1), m.end(1), partial=True)
        for m in _CASE_TAIL.finditer(_keep_counts(plain, text))
    ]
    return sorted(full + tails, key=lambda f: f.start)


def _keep_counts(plain: str, text: str) -> str:
    """In 最后四位 the figure before 位 is a count, not a digit of the number."""
    chars = list(plain)
    for match in re.finditer(r"[三四五六](?=位)", text):
        chars[match.start()] = match.group()
    return "".join(chars)
