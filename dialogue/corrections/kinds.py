"""Corrections of the kind: 不是投诉，是建议; 谈不上举报，就是反映一下. Pure."""

import re

from dialogue.answers.parts import Part
from dialogue.corrections.clauses import Clauses
from dialogue.corrections.words import KINDS, NEGATED, Correction, clean, kind_of

_WISHES = KINDS | {
    "suggestion": "建议|提个?意见|提议", "inquiry": "咨询|问一下|问问|想问|请问|打听|问个",
    "praise": "表扬|来?感谢|点赞",
}  # fmt: skip
_NO_WISH = re.compile("不(?:是|想|要|用)?(?:投诉|举报|建议|咨询)|投诉(?:过|了)")
_SOFTENED = re.compile(
    "(?:也|都|倒|我|我们|这|这个|这事|其实|还|真|并|哦|嗯){0,4}?(?:谈|算|说|称)不上(?:是|什么|要|来)?"
    "(?P<wrong>投诉|举报|检举|建议|意见|咨询|表扬|求助|告状)(?:信|谁|他们|你们|他|吧|的|了|啊|呀|哦|哈|啦){0,3}"
)
_ONLY = re.compile("^(?:就|只|也就|那就|顶多)?(?:当是|当作|当|作为|是|算是|算)?")
_REPORTED_AS = re.compile(
    "(?:反映|说|讲|提|提醒|告诉你们|跟你们说)(?:一下|一声|下|情况|这个情况|一嘴|一句)?[的了呀啊哦吧呢嘛]*"
)
# The kind of what is denied without another name; who softens it asks for less.
_MILDER = {"complaint": "suggestion", "report": "help", "praise": "suggestion"}
_MOST_CLAUSES = 3  # behind the denied kind, in which the right one is looked for


def softened(here: Clauses) -> Correction | None:
    """谈不上投诉，算个建议吧: the kind in the clauses that follow, else a milder one."""
    match = _SOFTENED.fullmatch(here.text)
    kind = kind_of(match["wrong"].replace("告状", "投诉")) if match else None
    if match is None or kind is None:
        return None
    if correction := other_kind(match["wrong"], kind, here):
        return correction
    if _REPORTED_AS.fullmatch(_ONLY.sub("", here.ahead().text, count=1)):
        return Correction(match["wrong"], "help", Part.KIND, rest=here.rest(2))
    return Correction(match["wrong"], _MILDER.get(kind, "help"), Part.KIND, rest=here.rest())


def other_kind(wrong: str, kind: str, here: Clauses) -> Correction | None:
    """不是投诉，就是提个建议; 不是问，你帮我投诉物业."""
    for number in range(1, _MOST_CLAUSES + 1):
        text = here.ahead(number).text
        requested = (name for name, words in _WISHES.items() if re.search(words, text))
        right = next((name for name in requested if name != kind), None)
        if right and not _NO_WISH.search(text):
            is_only_kind = kind_of(clean(_ONLY.sub("", text, count=1))) is not None
            return Correction(wrong, right, Part.KIND, rest=here.rest(number + is_only_kind))
    return None


def right_kind_first(here: Clauses) -> Correction | None:
    """我要投诉，不是咨询."""
    right, denied = kind_of(clean(here.text)), NEGATED.fullmatch(here.ahead().text)
    wrong = clean(denied["wrong"]) if denied else ""
    if not right or kind_of(wrong) in (None, right):
        return None
    return Correction(wrong, right, Part.KIND, rest=here.rest(2))
