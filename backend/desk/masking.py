"""Masking of the numbers and names in a text by which a resident could be found."""

import re
from collections.abc import Callable, Iterable

from nlu.language.private_numbers import find_card_numbers, find_identity_numbers
from nlu.language.text import NumberSpan, find_phones

PHONE_HIDDEN, NAME_HIDDEN = "（电话不显示）", "（姓名不显示）"
CODE_HIDDEN = "查询码（不显示）"
_QUERY_CODE = re.compile(r"查询码 ?\d{4} ?\d{4}")
NUMBER_HIDDEN, CARD_HIDDEN = "（证件号不显示）", "（卡号不显示）"


def mask_phone(phone: str) -> str:
    """`138****5678`."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "****"


def without_numbers(text: str) -> str:
    """`text` with its phone numbers masked, and without identity and card numbers."""
    return _replaced(_without_cards(text), find_phones, mask_phone)


def without_query_codes(text: str) -> str:
    """What the bot told the resident, without the code by which the case is rated."""
    return _QUERY_CODE.sub(CODE_HIDDEN, text)


def without_identity(text: str, name: str | None) -> str:
    """`text` without identity, card and phone numbers, and without the resident's name."""
    text = _replaced(_without_cards(text), find_phones, lambda _: PHONE_HIDDEN)
    return text.replace(name, NAME_HIDDEN) if name else text


def _without_cards(text: str) -> str:
    text = _replaced(text, find_identity_numbers, lambda _: NUMBER_HIDDEN)
    return _replaced(text, find_card_numbers, lambda _: CARD_HIDDEN)


def _replaced(
    text: str, find: Callable[[str], Iterable[NumberSpan]], mask: Callable[[str], str]
) -> str:
    for number in reversed(list(find(text))):
        text = f"{text[: number.start]}{mask(number.value)}{text[number.end :]}"
    return text
