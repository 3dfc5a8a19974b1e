"""A resident who tells again what stands already: is it the same, or another matter? Pure."""

import re
from enum import StrEnum

LONGEST = 16  # characters; a longer reply tells more than that


class Said(StrEnum):
    SAME = "same"
    OTHER = "other"


_OTHER = re.compile(
    r"另(?:外)?(?:的)?(?:一)?[件个桩码]|另报|另外(?:的)?事|不是(?:同)?(?:一)?(?:那|这)?[件个]|不一样|新的(?:事|情况|问题)?|"
    r"别的事|两[件码回]事|单独(?:报|登记)"
)
_SAME = re.compile(
    r"同一?[件个桩]|一样的|就是(?:那|这|上次|之前)|还是(?:那|这|上次|之前)|是(?:那|上次|之前)(?:一)?[件个]|"
    r"[补加](?:充)?(?:到|进|在)(?:那|这|里|上次|之前)?|就是它|重新办|重办"
)

_PLACE = re.compile("地方|地点|地址|位置|路|街|小区|村|号|楼|区")


def said(words: str) -> Said | None:
    """None when the reply is about neither."""
    if len(words) > LONGEST or _PLACE.search(words):
        return None  # 不是那个小区 is about the place
    if _OTHER.search(words):
        return Said.OTHER
    return Said.SAME if _SAME.search(words) else None
