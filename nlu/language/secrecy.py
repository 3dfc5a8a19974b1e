"""Wish of a resident to stay anonymous: 请保密, 匿名举报, 别让物业知道是我. Pure."""

import re

_NOT = (
    "(?:千万|请)?(?:别|勿|不[要想能愿得必用]意?|不方便|不可以|不希望|不许|不准)"
    "(?:再|随便|轻易|又|把|将|意)?"
)
_ANYBODY = r"[\u4e00-\u9fff]{0,8}?"  # 物业, 楼下老板, 其他人
_TELLS = (
    "(?:知道|晓得|告诉|说|讲|提|透露|泄露|泄漏|暴露|公开|显示|写|登|记|留|给)"
    "(?:出来|出去|给|到|上)?"
)
_OWN = "(?:我们?|本人|自己|举报人|投诉人|反映人)的?(?:真实|个人)?"
_DETAILS = "(?:身份|姓名|名字|信息|资料|电话|号码|手机|联系方式)"
# What must stay unknown: 是我, 我的电话, 我举报的, 是谁投诉的.
_TELLING = "(?:举报|投诉|反映|报|告|说|讲|打电话)的?"
_WHO = rf"(?:是我(?!们?[家的])(?:{_TELLING})?|我是谁|是谁{_TELLING}|{_OWN}{_DETAILS}|我{_TELLING})"
_END = "(?=$|[，。！？,了吧啊呀行可好能])"
_ASKS_ANONYMITY = re.compile(
    r"匿名(?!信|电话|短信|账号|网友|用户|群|贴|帖|评论)"
    # 别让他们知道是我, 不要泄漏我的电话
    rf"|{_NOT}(?:让|给|跟|和|对|向)?{_ANYBODY}{_TELLS}{_ANYBODY}{_WHO}"
    # 不要把我的信息给物业, 别把我说出去
    rf"|{_NOT}{_OWN}(?:{_DETAILS})?(?:说|讲|供|捅|给|告诉|透露|泄露|泄漏|暴露|公开|写|登|显示)(?:出去|出来|给{_ANYBODY}{_END})?"
    # 不想留名字, 名字就不留了, 不署名, 不实名
    rf"|(?:{_NOT}|不)(?:愿意|想)?(?:留|写|署|记|登|透露|公开|提供|说)(?:{_OWN})?(?:真?实?姓?名字?|身份)(?!叫)"
    rf"|(?:姓名|名字?)[就也先还是我]{{0,3}}(?:{_NOT}|不)(?:留|写|说|填|透露|提供|公开)"
    r"|不(?:想|要|愿意?|用)?实名(?!认证|登记)"
    # 这事别让邻居知道
    rf"|(?:这件?|这个|我(?:反映|投诉|举报|说)的?这?件?)事情?(?:请|先|能不能|可不可以|希望)?"
    rf"{_NOT}(?:让|给|跟|和|对)?{_ANYBODY}{_TELLS}[\u4e00-\u9fff]{{0,4}}{_END}"
    # 别提我, 我不想暴露
    rf"|(?:别|不要)(?:说|提|讲)(?:到|起|出)?是?我{_END}|{_NOT}暴露{_END}"
    rf"|(?:替|帮|给|为)我(?:的身份|的信息)?(?:保密|隐藏|隐去)(?:身份|姓名|信息)?"
    rf"|(?:我的?|本人|举报人|投诉人)的?{_DETAILS}(?:请|要|能不能)?(?:保密|隐去|不公开|不要公开)"
    r"|怕(?:被)?[^，。]{0,6}(?:报复|记恨|找(?:我们?|上门)的?(?:麻烦|事))"
)
# 不用匿名, 愿意公开身份, 实名举报.
_WAIVES_ANONYMITY = re.compile(
    r"(?:不用|不要|不必|无需|不需要|取消)(?:再)?(?:给我|替我)?(?:匿名|保密)"
    r"|(?<!不)(?:愿意|可以|要|用|同意)(?:实名|公开(?:我的)?(?:身份|姓名|信息))"
    r"|(?<![不想要意用])实名(?:举报|反映|投诉)"
)
# Polite and empty words around the wish: 麻烦, 可以吗, 谢谢.
_FILLER = re.compile(
    "我们?|[想要请您你能得行好的了吧吗呢啊呀对哦嗯]|不能|可以|可不可以|举报|投诉|反映|说|一下|谢谢|麻烦|千万"
    r"|这件事?|处理|办理|[\s，。！？,.!?~～]"
)
MOST_OTHER_CHARACTERS = 1  # character left after the wish and the fillers are removed


def wish(text: str) -> bool | None:
    """Anonymity wish in a normalised text: True to hide the name, False to show it, else None."""
    if _WAIVES_ANONYMITY.search(text):
        return False
    return True if _ASKS_ANONYMITY.search(text) else None


def without_wish(text: str) -> str:
    """The text without the words of the wish."""
    return _ASKS_ANONYMITY.sub("", _WAIVES_ANONYMITY.sub("", text))


def wish_alone(text: str) -> bool | None:
    """The same as `wish`, but None unless the message contains nothing besides the wish."""
    remainder = _FILLER.sub("", without_wish(text))
    return wish(text) if len(remainder) <= MOST_OTHER_CHARACTERS else None
