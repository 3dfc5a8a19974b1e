"""Messages that contain only curses, or only a complaint about the bot's manner. Pure."""

import re

# 傻逼, 滚蛋, 什么破机器人
_CURSE = (
    "傻[逼比叉瓜]|[煞沙]笔|[滚蠢]蛋?|混蛋|王八蛋|放屁|狗屁|去死|妈的|去?[他你]妈的?|操|靠|艹|废物|猪脑子?|"
    "脑残|神经病|你有病|白痴|[干操日草]你[娘妈老大]"
    "|(?:什么(?:破|烂|狗屁|鬼)?|破|烂)(?:东西|玩意儿?|机器人|系统|热线|平台|网站|软件)"
)
# Words around a curse: 你们, 真, 客服, 一群
_BESIDE_CURSE = (
    "你们?|您|这|那|个|的|真|就|是|太|一群|一帮|都|死|破|烂|啊|呀|吧|了|滴|机器人|人工智障|客服|垃圾|骗子|没用|"
    "[，,。！!？?~～ ]"
)
_ONLY_CURSES = re.compile(f"(?:{_CURSE}|{_BESIDE_CURSE})+")
_ANY_CURSE = re.compile(_CURSE)
LONGEST = 16  # characters
# 跟你说话真费劲, 听不懂人话
_SCOLDS_BOT = re.compile(
    r"(?:跟|和)[你您](?:们)?(?:说话|讲话|沟通|聊)(?:真|太|好)?(?:的)?(?:费劲|累|吃力|烦|没意思)|[你您]怎么(?:这么)?(?:笨|傻|听不懂)"
    r"|问(?:来问去|那么多|个没完)(?:干嘛|干什么)?|(?:真|太|好)?(?:磨叽|啰嗦|烦人)|听不懂人话|鸡同鸭讲"
    r"|[你您](?:们)?(?:就?是|莫不是|怕不是)(?:不是)?个?(?:傻[子瓜]|笨蛋|智障|弱智|猪)"
    r"|^我?(?:就?要|想)?(?:投诉|举报|告)[你您](?:们)?[！!。了啊]*$"
    r"|^(?:我|都|已经|跟你|刚才|前面|不是|到底|要我|[，, ])*(?:说|讲)(?:了|过)?"
    r"(?:多少|好?几|[三四五]|很多)[遍次]了?[，, ]?(?:还问|还要问|还听不懂|还不懂|你还)?"
    r"[啊呀了吗？?！! ]*$"
)


def scolds_us(words: str) -> bool:
    """True if a short message complains about the bot itself: 跟你说话真费劲."""
    return len(words) <= LONGEST and _SCOLDS_BOT.search(words) is not None


def is_only_curses(words: str) -> bool:
    """True if a short message is nothing but curses: 你们这群废物."""
    return (
        len(words) <= LONGEST
        and _ANY_CURSE.search(words) is not None
        and _ONLY_CURSES.fullmatch(words) is not None
    )
