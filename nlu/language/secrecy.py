"""Whether words ask that nobody be told who said them. Pure."""

import re

_THEM = (
    "(?:他们?|她们?|人家|对方|别人|任何人|单位|部门|物业|老板|村里|社区|街道|邻居|那边"
    "|被投诉的?|被举报的?)"
)
_ME = (
    "(?:是我|我是谁|我的(?:身份|名字|姓名|电话|信息|个人信息|号码)|我姓名|我名字"
    "|我(?:说|讲|反映|举报|投诉|报|告)的?)"
)
_HIDE = re.compile(
    r"匿名(?!信|电话|短信|账号|网友|用户|群|贴|帖|评论)"
    rf"|(?:别|不要|不能|不想|千万别|千万不要|请勿|勿)(?:让|给|跟|和|对|向)?{_THEM}?"
    rf"(?:知道|晓得|告诉|说|讲|透露|泄露|暴露|说出)(?:给)?{_THEM}?(?:说)?{_ME}"
    rf"|(?:别|不要|不能|不想|千万别|请勿|勿)(?:透露|泄露|暴露|公开|说出)(?:我|本人|举报人|投诉人|我们)"
    r"|(?:替|帮|给|为)我(?:的身份|的信息)?(?:保密|隐藏|隐去)"
    r"|(?:我的?|本人|举报人|投诉人)(?:的)?(?:身份|姓名|名字|信息|个人信息|电话)(?:请|要|能不能)?(?:保密|隐去|不公开|不要公开)"
    r"|怕(?:被)?(?:打击)?报复"
)
_SHOW = re.compile(
    r"(?:不用|不要|不必|无需|不需要|取消)(?:再)?(?:给我|替我)?(?:匿名|保密)"
    r"|(?<!不)(?:愿意|可以|要|用|同意)(?:实名|公开(?:我的)?(?:身份|姓名|信息))|实名(?:举报|反映|投诉)"
)
LONGEST_WISH = 20  # characters; a longer message tells of something too
MOST_BESIDES = 1  # character left without the wish and fillers
_FILLER = re.compile(
    "我们?|[想要请您你能得行好的了吧吗呢啊呀]|不能|可以|可不可以|举报|投诉|反映|说|一下|谢谢|麻烦|千万"
    r"|这件事?|处理|办理|[\s，。！？,.!?~～]"
)


def wish(text: str) -> bool | None:
    """True for "hide who I am", False for "no need", None when nothing is said of it."""
    if _SHOW.search(text):
        return False
    return True if _HIDE.search(text) else None


def wish_alone(text: str) -> bool | None:
    """The same, of a message that was written to say only this."""
    rest = _FILLER.sub("", _HIDE.sub("", _SHOW.sub("", text)))
    return wish(text) if len(text) <= LONGEST_WISH and len(rest) <= MOST_BESIDES else None
