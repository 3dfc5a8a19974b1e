"""Wish of a resident to stay anonymous: 请保密, 匿名举报, 别让物业知道是我. Pure."""

import re

# The people who must not learn the name: 物业, 对方, 被投诉的.
_OTHER_PARTY = (
    "(?:他们?|她们?|人家|对方|别人|任何人|单位|部门|物业|老板|村里|社区|街道|邻居|那边"
    "|被投诉的?|被举报的?)"
)
# What must stay unknown: 是我, 我的电话, 我举报的.
_RESIDENT_IDENTITY = (
    "(?:是我|我是谁|我的(?:身份|名字|姓名|电话|信息|个人信息|号码)|我姓名|我名字"
    "|我(?:说|讲|反映|举报|投诉|报|告)的?)"
)
# 匿名 (not 匿名信), 别让他们知道是我, 帮我保密, 怕打击报复.
_ASKS_ANONYMITY = re.compile(
    r"匿名(?!信|电话|短信|账号|网友|用户|群|贴|帖|评论)"
    rf"|(?:别|不要|不能|不想|千万别|千万不要|请勿|勿)(?:让|给|跟|和|对|向)?{_OTHER_PARTY}?"
    rf"(?:知道|晓得|告诉|说|讲|透露|泄露|暴露|说出)(?:给)?{_OTHER_PARTY}?(?:说)?{_RESIDENT_IDENTITY}"
    rf"|(?:别|不要|不能|不想|千万别|请勿|勿)(?:透露|泄露|暴露|公开|说出)(?:我|本人|举报人|投诉人|我们)"
    r"|(?:替|帮|给|为)我(?:的身份|的信息)?(?:保密|隐藏|隐去)"
    r"|(?:我的?|本人|举报人|投诉人)(?:的)?(?:身份|姓名|名字|信息|个人信息|电话)(?:请|要|能不能)?(?:保密|隐去|不公开|不要公开)"
    r"|怕(?:被)?(?:打击)?报复"
)
# 不用匿名, 愿意公开身份, 实名举报.
_WAIVES_ANONYMITY = re.compile(
    r"(?:不用|不要|不必|无需|不需要|取消)(?:再)?(?:给我|替我)?(?:匿名|保密)"
    r"|(?<!不)(?:愿意|可以|要|用|同意)(?:实名|公开(?:我的)?(?:身份|姓名|信息))|实名(?:举报|反映|投诉)"
)
LONGEST_BARE_WISH = 20  # characters; a longer message also describes a matter
MOST_OTHER_CHARACTERS = 1  # character left after the wish and the fillers are removed
# Polite and empty words around the wish: 麻烦, 可以吗, 谢谢.
_FILLER = re.compile(
    "我们?|[想要请您你能得行好的了吧吗呢啊呀]|不能|可以|可不可以|举报|投诉|反映|说|一下|谢谢|麻烦|千万"
    r"|这件事?|处理|办理|[\s，。！？,.!?~～]"
)


def wish(text: str) -> bool | None:
    """Anonymity wish in a normalised text: True to hide the name, False to show it, else None."""
    if _WAIVES_ANONYMITY.search(text):
        return False
    return True if _ASKS_ANONYMITY.search(text) else None


def wish_alone(text: str) -> bool | None:
    """The same as `wish`, but None unless the message contains nothing besides the wish."""
    remainder = _FILLER.sub("", _ASKS_ANONYMITY.sub("", _WAIVES_ANONYMITY.sub("", text)))
    return (
        wish(text)
        if len(text) <= LONGEST_BARE_WISH and len(remainder) <= MOST_OTHER_CHARACTERS
        else None
    )
