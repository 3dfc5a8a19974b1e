"""A resident who tells again what stands already: is it the same, or another matter? Pure.

And who is asked whether a settled case shall be done again: do they say why?
"""

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


LONGEST_WHY = 120  # characters; more of them are an appeal of their own
_WHY = re.compile(
    r"还(?:是|在|没)|仍|依然|照样|照旧|老样子|又(?:坏|堵|漏|黑|吵|响|来|有|开始|灭)|根本|压根|"
    r"没(?:有)?(?:人|修|来|弄|办|管|处理|解决|见|动|变|好|用)|假的|骗人|糊弄|敷衍|不管用|一点(?:也|都)(?:没|不)"
)
_NO_MORE = re.compile("不用|不要|不必|不办|算了|取消|没关系|没事")


def tells_why(words: str) -> bool:
    """还是黑的，根本没人来过: a reason to do it again, and so a yes."""
    return (
        len(words) <= LONGEST_WHY
        and not words.endswith(("吗", "吗？", "?", "？"))
        and _WHY.search(words) is not None
        and _NO_MORE.search(words) is None
    )
