"""Questions about a case, or a draft before it is one: who has it, how long, will they ring."""

import re
from collections.abc import Callable

from backend.vocabulary.texts import Text
from dialogue.facts import CaseView
from dialogue.handlers import own_cases, progress
from dialogue.texts import case_answers as texts
from dialogue.turn import Turn
from nlu.appeals.cues import has_trouble

LONGEST = 30  # characters; a longer message tells of something

_HOW_LONG = re.compile(
    r"(?:等|办|处理|弄|修)?(?:多久|多长时间|(?<!好)几天(?![了没前来都里]|以来)|多少天)"
    r"|(?:什么时候|几时|啥时候|何时)(?:能|可以|会|才)?(?:有人|派人|你们)?(?:来|办|处理|修|解决|弄|有结果|好|给)"
    r"|上门|派人(?:来|过来)"
)
_WHO = re.compile(
    r"到谁(?:手|那)|谁(?:在|来|去|给我)?(?:办|处理|管|负责|跟进|弄)|哪个(?:部门|单位|科室)"
    r"|(?:交|转|派|分)(?:给|到)(?:谁|哪)"
)
_STATE = re.compile(
    r"^(?:那|现在|我的?|这|请问|怎么|到底)*"
    r"(?:好了|办好|修好|处理好|弄好|解决|办完|有结果|有消息|有进展|有人管|受理)了?"
    r"(?:没有?|吗|么|不)?(?:啊|呀|呢|嘛|哦)*[？?！!。]*$"
    r"|(?:看|查|找)(?:看|查)?(?:一?下)?(?:我的?)?(?:那个)?(?:工单|单子|案子|进度|进展|状态)"
    r"|到哪(?:一?步|了|儿了|里了)|进展(?:如何|怎么样)?|什么情况了|有没有(?:人|结果|消息|进展|下文)"
)
_NUMBER = re.compile(
    r"(?:编号|单号|工单号|号码).{0,4}(?:再|发|说|告诉|给|多少|是什么|忘)"
    r"|(?:忘|找不到).{0,4}(?:编号|单号|号码)"
)
_CALL = re.compile(
    r"(?:打|来|回|通)(?:个|一个|我的?)?电话|(?:打|回)(?:给|个)我|电话(?:联系|通知|回|给我)|联系我|找我"
    r"|通知我|告诉我|怎么(?:通知|联系|告诉)"
)
_OWN_PHONE = re.compile(
    r"(?:我|留)[^，。]{0,4}(?:电话|手机|号码|联系方式)[^，。编单]{0,4}(?:多少|哪|什么|对不对|对吗|几)"
    r"|(?:我|留)[^，。]{0,4}(?:哪个|什么)(?:电话|手机|号码)"
)
_PRIVATE = re.compile(
    r"(?:电话|名字|姓名|信息|号码|身份).{0,6}(?:(?:给|告诉)(?!我)|透露|泄露|泄漏|说出|公开|看到|知道)"
    r"|(?:他们?|对方|物业|老板|邻居|人家).{0,4}(?:知道|晓得)(?:是)?我|查(?:得)?[到出](?:我|是?谁)|谁(?:报|投诉|举报|反映)的|报复我|(?:告诉|跟)[^，,]{0,6}是我[说讲报举投]"
)
_WHAT_IF = re.compile(
    r"(?:不来|没人来|不理|不办|不管|拖着|办不好|没办好|到期)[^，。]{0,6}(?:怎么办|咋办|怎么弄|找谁|呢[？?]?$)"
)
_FEE = re.compile(r"收(?:不收)?费|要(?:不要)?钱|花钱|免费")
_MY_PART = re.compile(
    r"(?:要|需要|用|还要)我(?:再|还)?(?:做|干|准备|提供|补|交|带)[些点]?(?:什么|啥)"
    r"|我(?:还)?(?:要|需要|得)(?:再)?(?:做|准备|提供|补)[些点]?(?:什么|啥)"
)
_MUST_SAY_WHERE = re.compile(
    r"(?:要|必须|一定|非得?)[^，。]{0,4}(?:填|写|说|给|报|有)[^，。]{0,3}(?:地址|地方|地点|位置|门牌)"
)
_HOW_TO_SEND = re.compile(
    r"(?:照片|图片|视频|录像|图)[^，。]{0,4}(?:怎么|咋|能|可以|往哪|哪里|如何)[^，。]{0,4}(?:发|传|加|给)"
    r"|(?:怎么|咋|如何|能)(?:发|传|加)[^，。]{0,3}(?:照片|图片|视频|录像)"
)
_ASKS = re.compile(
    r"[吗么呢嘛？?啊呀吧谁哪]|多久|几天|什么时候|怎么|会不会|有没有|没有?$|没啊|几时|何时|啥时候"
)

_BEFORE_A_CASE = (
    (_PRIVATE, texts.PHONE_IS_PRIVATE),
    (_CALL, texts.WILL_TELL_ONCE_LODGED),
    (_HOW_LONG, texts.HOW_LONG_ONCE_LODGED),
    (_WHO, texts.UNIT_ONCE_LODGED),
    (_FEE, texts.COSTS_NOTHING),
    (_MUST_SAY_WHERE, texts.ROUGHLY_WHERE),
    (_HOW_TO_SEND, texts.SEND_IT_HERE),
)


def handle(turn: Turn) -> bool:
    words = turn.words
    if not words or len(words) > LONGEST or turn.utterance.pressed:
        return False
    if turn.state.draft is not None or _HOW_TO_SEND.search(words):
        text = before_case(words)
        return text is not None and turn.say(text)
    answer = _answer_to(words)
    if answer is None:
        return False
    cases = turn.facts.own_cases()
    if not cases:
        return False
    if answer is progress.text_of:
        progress.tell(turn)
        return True
    newest = next((case for case in cases if case.is_open), cases[0])
    matches = own_cases.fitting(words, cases)
    return turn.say(answer(turn, matches[0] if len(matches) == 1 else newest))


def before_case(words: str) -> Text | None:
    """The answer while there is only a draft; None when the words ask no such question."""
    if len(words) > LONGEST or not _ASKS.search(words) or has_trouble(_CALL.sub("", words)):
        return None
    return next((text for pattern, text in _BEFORE_A_CASE if pattern.search(words)), None)


def asks_call(words: str) -> bool:
    """True if the words ask if, or when, somebody rings."""
    return len(words) <= LONGEST and bool(_ASKS.search(words)) and bool(_CALL.search(words))


def _answer_to(words: str) -> Callable[[Turn, CaseView], Text] | None:
    """The function that answers the question from the case; None when the words ask nothing."""
    if _MY_PART.search(words):
        return lambda _, __: texts.NOTHING_TO_DO
    if _OWN_PHONE.search(words):
        return lambda turn, _: texts.your_phone(turn.facts.resident.phone)
    if _NUMBER.search(words):
        return progress.text_of
    asks = _ASKS.search(words) is not None
    if asks and _PRIVATE.search(words):
        return lambda _, case: texts.ALL_IS_PRIVATE if case.anonymous else texts.PHONE_IS_PRIVATE
    if _WHAT_IF.search(words):
        return _what_if
    if asks and _CALL.search(words):
        return _will_call
    if _STATE.search(words) or (asks and _WHO.search(words)):
        return progress.text_of
    if asks and _HOW_LONG.search(words):
        return _how_long
    return (lambda _, __: texts.COSTS_NOTHING) if asks and _FEE.search(words) else None


def _how_long(turn: Turn, case: CaseView) -> Text:
    return texts.how_long(case, turn.facts.now) if case.is_open else progress.text_of(turn, case)


def _what_if(turn: Turn, case: CaseView) -> Text:
    return texts.what_if(case) if case.is_open else texts.ended(case)


def _will_call(turn: Turn, case: CaseView) -> Text:
    if not case.is_open:
        return texts.ended(case)
    if "告诉" in turn.words or "通知" in turn.words:
        return texts.WILL_TELL
    return texts.will_call(case, turn.facts.resident.phone, turn.facts.now)
