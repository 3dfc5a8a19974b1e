"""Numbers that belong to a person: identity cards and bank cards, also spoken digit by digit."""

import re
from collections.abc import Iterator
from datetime import date

from nlu.language.text import NumberSpan, digits_of

_GAP = r"[\s-]?"
# Area, date of birth, order, check digit: 330106 19880101 1234, 33010619880101123X
_IDENTITY = re.compile(
    rf"(?<!\d)\d{{6}}{_GAP}((?:19|20)\d{{2}}){_GAP}(\d{{2}}){_GAP}(\d{{2}}){_GAP}\d{{3}}{_GAP}[\dXx](?!\d)"
)
_CARD = re.compile(r"(?<!\d)(?:\d{4}[\s-]?){3}\d{4}(?:[\s-]?\d{1,3})?(?!\d)")


def find_identity_numbers(text: str) -> list[NumberSpan]:
    """Identity card numbers of 18 digits in text order; the check digit may be mistyped."""
    return [
        NumberSpan(_joined(match.group()), match.start(), match.end())
        for match in _IDENTITY.finditer(digits_of(text))
        if _is_day(*(int(part) for part in match.groups()))
    ]


def find_card_numbers(text: str) -> list[NumberSpan]:
    """Bank card numbers in text order: 16 to 19 digits with the check digit that banks use."""
    return list(_cards(digits_of(text)))


def _cards(plain: str) -> Iterator[NumberSpan]:
    for match in _CARD.finditer(plain):
        number = _joined(match.group())
        if _has_check_digit(number):
            yield NumberSpan(number, match.start(), match.end())


def _joined(number: str) -> str:
    return re.sub(r"[\s-]", "", number)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _has_check_digit(number: str) -> bool:
    """Luhn's formula."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(number))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0
