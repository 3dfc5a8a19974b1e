"""Masking of the resident's identity in an anonymous appeal. Pure."""

import re

from nlu.appeals.contacts import is_own, own_names
from nlu.language.text import find_phones

MASK = "＊"
# 我家住翠苑一区3幢201, up to the last number
_OWN_FLAT = re.compile(
    r"(?P<lead>(?:我们?家|我家里|本人|我们?|家)(?:就|也|现在|目前)?(?:是|住在?|在|住)+|(?:^"
    r"|(?<=[，,。；;\s]))住在?|(?:我家|我们家))"
    r"(?P<place>[\u4e00-\u9fff]{0,24}?)"
    r"(?P<flat>(?:[0-9一二三四五六七八九十]{1,4}(?:幢|栋|号楼|座)"
    r"|[0-9]{1,3}[-—][0-9]{1,3}(?:[-—][0-9]{2,4})?|[0-9]{3,4}(?:室"
    r"|号)?)(?:[-—]?[0-9一二三四五六七八九十]{1,4}(?:单元|室|号|楼|层)?){0,3})"
)
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
# A flat beside these words is a neighbour's and stays
_NEIGHBOUR = re.compile("楼上|楼下|隔壁|对面|邻居|旁边|对门")


def mask_identity(text: str) -> str:
    """The text with the resident's own name, flat, telephone and identity number masked."""
    for name in sorted(own_names(text), key=len, reverse=True):
        text = text.replace(name, MASK)
    for phone in reversed(find_phones(text)):
        if is_own(text, phone):
            text = f"{text[: phone.start]}{MASK}{text[phone.end :]}"
    return _OWN_FLAT.sub(_masked_flat, _IDENTITY.sub(MASK, text))


def _masked_flat(match: re.Match[str]) -> str:
    if _NEIGHBOUR.search(match["place"]):
        return match.group()
    return f"{match['lead']}{match['place']}{MASK}"
