"""Several chats of one resident: 绑定, 解绑, and which of them receives progress."""

import re

from dialogue.commands import LinkChats, MakeLinkCode, PreferThisChat, UnlinkChat
from dialogue.texts import chat as texts
from dialogue.turn import Turn

LINK = re.compile(r"绑定[\s:：]*([0-9A-Za-z]*)")  # 绑定银行卡 is a question, not a code
UNLINK = re.compile(
    r"(?:我|那|先|还是|算了|[，,])*(?:解绑|解除绑定|取消绑定|不(?:想|要|用)?绑定?了)(?:吧|啊)?"
)
NEWS = "(?:进展|进度|消息|通知)"
HERE = "(?:这里|这儿|这边|这个聊天)"
PREFER = re.compile(
    rf"(?:请|麻烦)?(?:以后|今后)?(?:把|的|有)*{NEWS}(?:都|就|请)*(?:发|发到|发在|送到){HERE}吧?"
)


def handle(turn: Turn) -> bool:
    words = turn.words.strip().rstrip("。！!.~")
    if link := LINK.fullmatch(words):
        turn.do(LinkChats(link[1]) if link[1] else MakeLinkCode())
    elif UNLINK.fullmatch(words):
        turn.do(UnlinkChat())
    elif PREFER.fullmatch(words):
        turn.do(PreferThisChat())
        turn.say(texts.PROGRESS_COMES_HERE)
    else:
        return False
    return True
