"""Personal information: what is stored, a copy of it, its erasure."""

import re

from backend.texts import privacy as texts
from backend.vocabulary.privacy import RequestKind
from dialogue.commands import AskForData, AskForPerson, ShowPrivacy
from dialogue.reply import word_buttons
from dialogue.turn import Turn

_ASKING = "(?:请|麻烦|帮我|给我|我?(?:想|要)|能不能|可以|你们)*"
_MY_DATA = "(?:我|本人|自己)(?:自己)?的?(?:全部|所有|个人)*的?(?:资料|信息|数据)(?:的?副本)?"
_ERASE = "(?:删除|删掉|删了|清除|抹掉|注销)"
ABOUT = re.compile(
    "(?:看看?|查看|你们的?)?(?:隐私|个人信息(?=.))(?:权|保护|处理)*(?:说明|政策|条款|声明|怎么用的?)?"
)
COPY = re.compile(f"{_ASKING}(?:导出|下载|复制|拿|要|查阅|提供)(?:一份|一下)?{_MY_DATA}")
ERASURE = re.compile(
    f"{_ASKING}(?:{_ERASE}(?:一下)?{_MY_DATA}|把{_MY_DATA}(?:全部|全|都)*{_ERASE})"
)


def handle(turn: Turn) -> bool:
    words = turn.words.strip().rstrip("。！!？?吧了啊 ")
    if words == texts.ERASE:
        _request(turn, RequestKind.ERASURE, texts.ERASURE_REASON)
    elif words == texts.KEEP.rstrip("了"):
        turn.say(texts.NOT_ERASED)
    elif ABOUT.fullmatch(words):
        turn.do(ShowPrivacy())
    elif COPY.fullmatch(words):
        _request(turn, RequestKind.COPY, texts.COPY_REASON)
    elif ERASURE.fullmatch(words):
        turn.say(texts.ASK_ERASURE, word_buttons(texts.ERASE, texts.KEEP))
        turn.is_final = True
    else:
        return False
    return True


def _request(turn: Turn, kind: RequestKind, reason: str) -> None:
    turn.do(AskForData(kind))
    turn.do(AskForPerson(reason))
