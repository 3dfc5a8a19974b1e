"""Text normalisation, and telephone and case numbers in a text."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

# Marks that NFKC would turn into ASCII or spell out (，→ "," and ① → 1); they stay as written.
_PRESERVED_MARKS = "，。！？；：（）～、…《》【】“”‘’—" + "".join(map(chr, range(0x2460, 0x2500)))
_SPLIT_AT_MARKS = re.compile(f"([{re.escape(_PRESERVED_MARKS)}])")
_REMOVED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
_LINE_CONTROLS = "\n\t\r\v\f\x1c\x1d\x1e\x1f\x85"

FEWEST_FOREIGN_WORDS = 3  # of a sentence; one or two may be a name or a code

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")  # opencc raises on them

# Spoken and full-width digits; one character for one, so that positions do not move.
_SPOKEN_DIGITS = str.maketrans(
    "零〇○一幺二两三四五六七八九０１２３４５６７８９", "000112234567890123456789"
)

_SEPARATOR = r"[\s\-—－_.]?"
# 138 0571 2345, +86-13805712345
_MOBILE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_SEPARATOR})?(1[3-9]\d{_SEPARATOR}\d{{4}}{_SEPARATOR}\d{{4}})(?!\d)"
)
# 0571-88881234, (0571)88881234转302
_LANDLINE = re.compile(
    rf"(?<!\d)[(（]?(0(?:10|2\d|[3-9]\d{{2}}))[)）]?{_SEPARATOR}([2-9]\d{{3}}{_SEPARATOR}\d{{3,4}})"
    r"(?:(?:转|-)(\d{1,5}))?(?!\d)"
)
# Without an area code only behind a label: 电话88881234
_LOCAL_LANDLINE = re.compile(r"(?:电话|座机|号码|固话)[^\d]{0,4}([2-9]\d{3}[\s-]?\d{4})(?!\d)")
# HZ20261130-000042
_CASE_NO = re.compile(r"(?<![A-Za-z])H\s?Z[\s\-:：]?(\d{8})[\s-]?(\d{6})(?!\d)", re.IGNORECASE)
# The last digits: 尾号0042, 最后四位0042
_CASE_NO_TAIL = re.compile(
    r"(?:尾号|末尾|(?:最后|末|后)[几三四五六3-6]位(?:数字?|号码?)?)[是为：:\s]{0,2}(\d{3,6})(?!\d)"
)


@dataclass(frozen=True)
class NumberSpan:
    """A telephone or case number, and its place in the text."""

    value: str  # canonical form: 13805712345, 0571-88881234, HZ20261130000042
    start: int
    end: int
    partial: bool = False  # only the last digits of a case number


def normalise(text: str) -> str:
    """Canonical form of a text: half-width, simplified, without invisible characters.

    Runs of spaces become one, empty lines go. Idempotent. Positions may move.
    """
    visible = text if text.isprintable() else "".join(c for c in text if _is_visible(c))
    parts = _SPLIT_AT_MARKS.split(visible)
    folded = "".join(
        p if p in _PRESERVED_MARKS else unicodedata.normalize("NFKC", p) for p in parts
    )
    lines = (" ".join(line.split()) for line in simplify(folded).splitlines())
    return "\n".join(line for line in lines if line)


def simplify(text: str) -> str:
    """Traditional characters replaced by simplified ones; every position stays."""
    whole = _LONE_SURROGATES.sub("\ufffd", text)
    once: str = _converter().convert(whole)
    # 於潛鎮 needs two passes to become 于潜镇
    converted: str = once if once == whole else _converter().convert(once)
    if len(converted) == len(text):
        return converted
    return "".join(_one_for_one(c) for c in text)


def _one_for_one(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def normalise_aligned(text: str) -> str:
    """Half-width and simplified like `normalise`, one character for one: every position stays."""
    folded = "".join(_half_width(c) for c in text)
    return simplify(folded)


def _half_width(character: str) -> str:
    if character in _PRESERVED_MARKS:
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


# Hesitation words: 嗯, and 那个 or 我跟你说 at the start of a clause
_FILLERS = re.compile(
    r"[嗯呃唔]+|(?:^|(?<=[，,。 ]))"
    r"(?:喂+|哎呀?|唉|诶|额|啊|哦|那个|这个|就是说?|我跟你[讲说]|我讲给你听)"
    r"(?=[，,。 ]|我|你|他|那个|这个)"
)
# A piece of two to six characters said twice: 那个那个, 我要 我要
_REPEATED = re.compile(r"([\u4e00-\u9fff]{2,6})[ ，,、]*(?:\1[ ，,、]*)+")


def remove_disfluencies(text: str) -> str:
    """The text without fillers (嗯) and immediate repetitions (那个 那个 → once)."""
    return _REPEATED.sub(r"\1", _FILLERS.sub("", text))


def _is_visible(character: str) -> bool:
    if character in _LINE_CONTROLS:
        return True
    return unicodedata.category(character) not in _REMOVED_CATEGORIES


def is_blank(text: str) -> bool:
    """True if the text has no letter and no digit: only marks, emoji or space."""
    return not any(character.isalnum() for character in text)


_FOREIGN_WORD = re.compile(r"[^\W\d_]{2,}")


def has_chinese(text: str) -> bool:
    """True if the text has a common Chinese character (U+4E00 to U+9FFF)."""
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def is_foreign(text: str) -> bool:
    """True if the text is a sentence in another language: no Chinese, three words or more.

    One or two foreign words may be a name or a code.
    """
    return not has_chinese(text) and len(_FOREIGN_WORD.findall(text)) >= FEWEST_FOREIGN_WORDS


def digits_of(text: str) -> str:
    """The same text with spoken and full-width digits as 0-9; every position stays."""
    return text.translate(_SPOKEN_DIGITS)


def find_phones(text: str) -> list[NumberSpan]:
    """Mainland mobile and landline numbers in text order, also spoken ones (幺三八…).

    Values: 13805712345 for a mobile, 0571-88881234 for a landline with its area code.
    """
    plain = digits_of(text)
    phones: list[NumberSpan] = []
    for pattern, shape in ((_MOBILE, "{}"), (_LANDLINE, "{}-{}"), (_LOCAL_LANDLINE, "{}")):
        for match in pattern.finditer(plain):
            start = match.start(1) if pattern is _LOCAL_LANDLINE else match.start()
            if not any(other.start < match.end() and start < other.end for other in phones):
                phones.append(NumberSpan(_phone_value(match, shape), start, match.end()))
    return sorted(phones, key=lambda phone: phone.start)


def _phone_value(match: re.Match[str], shape: str) -> str:
    groups = [re.sub(r"\D", "", group) for group in match.groups() if group]
    value = shape.format(*groups)
    return f"{value}-{groups[2]}" if len(groups) > 2 else value


def find_case_nos(text: str) -> list[NumberSpan]:
    """Case numbers in text order; last digits alone ("尾号0042") are marked `partial`."""
    plain = digits_of(text)
    full = [
        NumberSpan(f"HZ{m.group(1)}{m.group(2)}", m.start(), m.end())
        for m in _CASE_NO.finditer(plain)
    ]
    tails = [
        NumberSpan(m.group(1), m.start(1), m.end(1), partial=True)
        for m in _CASE_NO_TAIL.finditer(_restore_counts(plain, text))
    ]
    return sorted(full + tails, key=lambda f: f.start)


def _restore_counts(plain: str, text: str) -> str:
    """Restore counts before 位: in 最后四位 the 四 is no digit of the case number."""
    chars = list(plain)
    for match in re.finditer(r"[三四五六](?=位)", text):
        chars[match.start()] = match.group()
    return "".join(chars)
