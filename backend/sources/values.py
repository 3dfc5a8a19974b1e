"""Parses single values of a source: times, numbers, telephone numbers, codes.

Each reader returns the parsed value or raises ValueError with a Chinese message for the source.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from backend.sources.times import read_moment
from backend.vocabulary.messages import storable
from nlu.language.text import find_phones

MAX_LINE_LENGTH, MAX_TEXT_LENGTH = 200, 20_000  # characters
MOJIBAKE = "\ufffd"  # a decoder's replacement for undecodable bytes
_EXACT_IN_SPREADSHEETS = 10**15  # spreadsheets round the last digits of larger numbers
# How people write that they have nothing to write.
_NOTHING = re.compile(
    r"[-—–/\\.。]+|[无無]|没有|不详|不明|未知|匿名|保密|不愿(?:意)?(?:透露|提供|留)|拒绝提供|n/?a|null|none"
    r"|#(?:n/a|value!|ref!|div/0!|name\?|num!|null!)",
    re.IGNORECASE,
)
_WITHIN_PHONES = re.compile(r"[\s\-=\"'()]")
_SERVICE_NUMBER = re.compile(r"(?<!\d)[48]00-?\d{3}-?\d{4}(?!\d)")
_REMARK = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_KIND_WORDS = re.compile(r"(?<=.)[类件]+$")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff]+")


def cell_text(value: object) -> str:
    """A cell as text: a whole number without `.0`, a time as ISO 8601, None as ""."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_IN_SPREADSHEETS:
        value = int(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return storable(str(value)).strip()


def read_line(value: object) -> str:
    return _limited(" ".join(_legible(value).split()), MAX_LINE_LENGTH)


def read_text(value: object) -> str:
    text = _legible(value).replace("\r\n", "\n")
    return _limited(text, MAX_TEXT_LENGTH)


def read_number(value: object) -> float:
    try:
        number = float(_legible(value))
    except ValueError:
        raise ValueError("应为数字") from None
    if not math.isfinite(number):
        raise ValueError("应为数字")
    return number


def read_phone(value: object) -> str:
    """The first number; several may be written, and words beside them."""
    text = unicodedata.normalize("NFKC", _legible(value))
    phones = find_phones(text) or find_phones(f"电话{text}")  # the column says that it is one
    if phones:
        return phones[0].value
    if service := _SERVICE_NUMBER.search(text):
        return re.sub(r"\D", "", service.group())
    raise ValueError("不像一个电话号码")


def tells_more(value: object, phone: str) -> bool:
    """True if the cell says more than `phone`: another number, or when to call."""
    text = unicodedata.normalize("NFKC", cell_text(value)).replace("+86", "")
    return _WITHIN_PHONES.sub("", text) != _WITHIN_PHONES.sub("", phone)


def read_choice(value: object, codes: Mapping[str, str]) -> str:
    """The code for a label; `codes` maps the source's labels to codes."""
    label = read_line(value)
    by_plain = {_plain_label(one): code for one, code in codes.items()}
    if _plain_label(label) not in by_plain:
        raise ValueError(f"“{label[:20]}”不在清单里，应为{'、'.join(codes)}之一")
    return by_plain[_plain_label(label)]


def _plain_label(label: str) -> str:
    """投诉类, 投诉（来信） and ` 投诉` are 投诉."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", label))
    return _KIND_WORDS.sub("", _REMARK.sub("", "".join(plain.split())))


def read_time(value: object) -> datetime:
    """A moment with its zone, as `backend.sources.times` reads it."""
    return read_moment(value if isinstance(value, date) else _legible(value))


def is_nothing(value: object) -> bool:
    """True for an empty cell, and for what people write into a cell that they leave out."""
    text = cell_text(value)
    return not text or _NOTHING.fullmatch(text) is not None


def _legible(value: object) -> str:
    """The cell as text. Raises ValueError for a list, a rounded number or mojibake."""
    if isinstance(value, dict | list):
        raise ValueError("应为一个值，不是一组值")
    if isinstance(value, float) and abs(value) >= _EXACT_IN_SPREADSHEETS:
        raise ValueError("数字太长，被表格软件改成了近似数，请把这一列设为文本")
    text = cell_text(value)
    if MOJIBAKE in text:
        raise ValueError("有乱码，请检查文件的编码")
    return text


def _limited(text: str, max_length: int) -> str:
    if len(text) > max_length:
        raise ValueError(f"太长，最多 {max_length} 字")
    return text
