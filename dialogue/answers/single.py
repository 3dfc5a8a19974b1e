"""Reads answers to single questions: same case or another, do it again, no phone. Pure."""

import re
from typing import Literal

from dialogue.answers.clauses import clauses, scan
from dialogue.answers.reading import read
from dialogue.answers.words import Polarity
from nlu.language.text import find_phones

LONGEST_REPEAT = 16  # characters; a longer reply tells more than that
LONGEST_WHY = 120  # characters; more of them are an appeal of their own

_OTHER = re.compile(
    r"另(?:外)?(?:的)?(?:一)?[件个桩码]|另报|另外(?:的)?事|不是(?:同)?(?:一)?(?:那|这)?[件个]|不一样|新的(?:事|情况|问题)?|"
    r"别的事|两[件码回]事|单独(?:报|登记)"
)
_SAME = re.compile(
    r"同一?[件个桩]|一样的|就是(?:那|这|上次|之前)|还是(?:那|这|上次|之前)|是(?:那|上次|之前)(?:一)?[件个]|"
    r"[补加](?:充)?(?:到|进|在)(?:那|这|里|上次|之前)?|就是它|重新办|重办"
)
_PLACE = re.compile("地方|地点|地址|位置|路|街|小区|村|号|楼|区")
_WHY = re.compile(
    r"还(?:是|在|没)|仍|依然|照样|照旧|老样子|又(?:坏|堵|漏|黑|吵|响|来|有|开始|灭|[^，。]{1,3}了)|根本|压根|"
    r"没(?:有)?(?:人|修|来|弄|办|管|处理|解决|见|动|变|好|用|效果)|假的|骗人|骗我|糊弄|敷衍|不管用|一点(?:也|都)?(?:没|不)|"
    r"寂寞|白办|走过场|做样子|治标不治本|反弹"
)
_NO_MORE = re.compile("不用|不要|不必|不办|算了|取消|没关系|没事")


def answers_repeat(words: str) -> Literal["same", "other"] | None:
    """True if they mean the open case or another matter; None when the reply says neither."""
    if len(words) > LONGEST_REPEAT or _PLACE.search(words):
        return None  # 不是那个小区 is about the place
    if _OTHER.search(words):
        return "other"
    return "same" if _SAME.search(words) else None


def tells_why(words: str) -> bool:
    """还是黑的，根本没人来过: a reason to do it again, and so a yes."""
    return (
        len(words) <= LONGEST_WHY
        and not words.endswith(("吗", "吗？", "吗?", "?", "？"))
        and _WHY.search(words) is not None
        and _NO_MORE.search(words) is None
    )


_P = "[了吧呀啊哦呢嘛啦的哈]{0,3}"
_AGAIN = re.compile(
    r"(?:对|要|好|行|嗯|是的?|那|就|还是|还|得|必须|当然|肯定|给我|帮我|请|麻烦|你们?|要求|我要|我想|可以|赶紧|马上|快|了|的|呀|啊){0,6}?"
    r"(?:重新?(?:给我|帮我)?(?:办理?|弄|处理|修|查|搞|做|来|报)|返工|打回去?(?:重[办做弄])?"
    r"|再(?:给我|帮我|派人|叫人|来人)?(?:办|弄|处理|修|查|搞|来|看看|管管|催催)(?:一[次遍下趟回])?)"
    r"(?:一[次遍下趟回])?(?:过|好)?" + _P
)
_NUMBER = "(?:我?的?(?:联系)?(?:电话|手机|号码|联系方式|方式)(?:号码?)?)"
_REFUSE = "(?:不想|不愿意?|不要|不用|不必|不方便|不能|不会|不|别|没必要|不需要|懒得|没法)"
_DECLINES = re.compile(
    rf"(?:我|就|还是|也|都|算了|真|先|我们|那|这个|有点|暂时|一下){{0,3}}?(?:{_NUMBER}(?:就|也|我|还是)?)?"
    rf"(?:{_REFUSE}(?:再|给我)?(?:留|给|提供|填|写|说|告诉(?:你们?)?|透露|打|联系|接|回访?|回电)"
    rf"(?:一?个?{_NUMBER}|我|给我|过来|个人信息|什么|啥|你们?){{0,2}}(?:联系)?{_P}"
    rf"|没有?(?:{_NUMBER}|座机){_P}|{_REFUSE}{_P}|(?:免了|保密|匿名|没有|没){_P})"
)
_BARE = re.compile(rf"(?:不方便|不用|不要|不必|不需要|没必要|不想|不|没有|没|免了|不愿意?){_P}")


def wants_again(words: str) -> bool:
    """Yes to "shall it be done again?": 要，重办, 再派人来一次."""
    if words.endswith(("？", "?", "吗")):
        return False
    if any(_AGAIN.fullmatch(clause.text) for clause in clauses(words[:LONGEST_WHY])):
        return True
    answer = read(words)
    return answer.polarity is Polarity.YES and (not answer.more or tells_why(answer.more))


def is_decline_contact(words: str) -> bool:
    """No to "which phone number?"; a number given all the same is no refusal."""
    if find_phones(words):
        return False
    for number, clause in enumerate(clauses(words[:LONGEST_WHY])):
        if clause.is_question or not _DECLINES.fullmatch(clause.text):
            continue
        if number == 0 or not _BARE.fullmatch(clause.text) or _only_sounds(words[: clause.start]):
            return True
    return False


def _only_sounds(words: str) -> bool:
    return all(scan(clause.text).end == len(clause.text) for clause in clauses(words))
