"""Corrections of the kind: 不是投诉，是建议; 谈不上举报，就是反映一下. Pure."""

import re

from dialogue.answer_scan import Clause
from dialogue.correction import Correction
from dialogue.correction_clauses import rest_of
from dialogue.correction_words import NEGATED, WISHES, Part, clean, kind_of

_NO_WISH = re.compile("不(?:是|想|要|用)?(?:投诉|举报|建议|咨询)|投诉(?:过|了)")
_SOFTENED = re.compile(
    "(?:也|都|倒|我|我们|这|这个|这事|其实|还|真|并|哦|嗯){0,4}?(?:谈|算|说|称)不上(?:是|什么|要|来)?"
    "(?P<wrong>投诉|举报|检举|建议|意见|咨询|表扬|求助|告状)(?:信|谁|他们|你们|他|吧|的|了|啊|呀|哦|哈|啦){0,3}"
)
_ONLY_KIND = re.compile("^(?:就|只|也就|那就|顶多)?(?:当是|当作|当|作为|是|算是|算)?")
_TOLD = re.compile(
    "(?:反映|说|讲|提|提醒|告诉你们|跟你们说)(?:一下|一声|下|情况|这个情况|一嘴|一句)?"
)
# The kind of what is denied without another name; who softens it asks for less.
_MILDER = {"complaint": "suggestion", "report": "help", "praise": "suggestion"}
_MOST_AFTER = 4  # clauses in which the right kind is looked for


def softened(parts: list[Clause], number: int, words: str) -> Correction | None:
    """谈不上投诉，算个建议吧: the kind in the clauses that follow, else a milder one."""
    match = _SOFTENED.fullmatch(parts[number].text)
    kind = kind_of(match["wrong"].replace("告状", "投诉")) if match else None
    if match is None or kind is None:
        return None
    if made := other_kind(match["wrong"], kind, parts, number, words):
        return made
    after = number + 1
    following = _ONLY_KIND.sub("", parts[after].text, count=1) if after < len(parts) else ""
    if _TOLD.fullmatch(following.rstrip("的了呀啊哦吧呢嘛")):
        return Correction(match["wrong"], "help", Part.KIND, rest=rest_of(parts, after + 1, words))
    milder = _MILDER.get(kind, "help")
    return Correction(match["wrong"], milder, Part.KIND, rest=rest_of(parts, after, words))


def other_kind(
    wrong: str, kind: str, parts: list[Clause], number: int, words: str
) -> Correction | None:
    """不是投诉，就是提个建议; 不是问，你帮我投诉物业."""
    for after in range(number + 1, min(number + _MOST_AFTER, len(parts))):
        text = parts[after].text
        other = next((k for k, said in WISHES.items() if k != kind and re.search(said, text)), None)
        if other and not _NO_WISH.search(text):
            is_only_kind = kind_of(clean(_ONLY_KIND.sub("", text, count=1))) is not None
            return Correction(
                wrong, other, Part.KIND, rest=rest_of(parts, after + is_only_kind, words)
            )
    return None


def kinds_of_both(text: str, following: str) -> tuple[str, str] | None:
    """我要投诉，不是咨询."""
    right, denied = kind_of(clean(text)), NEGATED.fullmatch(following)
    wrong = clean(denied["wrong"]) if denied else ""
    return (wrong, right) if right and wrong and kind_of(wrong) not in (None, right) else None
