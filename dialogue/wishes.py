"""Wishes about the bot itself: shorter steps, a repetition, a person. Pure.

They are matched by patterns: they must work at any time, and while Rasa is away.
"""

import re
from enum import StrEnum


class Wish(StrEnum):
    ELDER_MODE = "elder_mode"
    USUAL_MODE = "usual_mode"
    REPEAT = "repeat"
    SLOWER = "slower"
    NEXT = "next"
    PERSON = "person"
    PROFILE = "profile"
    NO_CARE = "no_care"
    NO_CALL = "no_call"


_AGE = r"(?:[7-9]\d|[七八九]十[一二三四五六七八九]?)"
_MODE = "(?:老人|老年人?|长辈|长者|关怀|适老化?|大字)"
_WISHES = {
    Wish.ELDER_MODE: (
        rf"(?:打开|开启|开|切换?到?|换成?|换到|用|进入?|我?要|来个)*{_MODE}(?:模式|版|版本)?"
        r"|(?:说得?|讲得?)?简单(?:一)?[点些](?:说|讲)?|(?:字|字体)?(?:太小了?|大一?[点些])|大字"
        r"|(?:我)?(?:老了)?[,，]?(?:我)?(?:的)?眼睛(?:不好使?|花了?|不行了?|看不清)|我?老花眼?"
        r"|(?:字)?(?:我)?看不清(?:楚)?(?:字)?|不会(?:用|弄|打字)|太复杂了?|我?(?:年纪|岁数)大了"
        rf"|我(?:今年|都|已经|也)*{_AGE}[多来]?岁?"
    ),
    Wish.USUAL_MODE: (
        rf"(?:关掉?|关闭|退出|取消|不要|不用|别用|停掉?){_MODE}(?:模式|版)?"
        r"|(?:换回|回到|恢复|换成?|切换?到?|用|改回)*(?:普通|正常|标准|原来)的?(?:模式|版)"
    ),
    Wish.REPEAT: (
        r"你?(?:再|重新|重复|又)(?:说|讲|念|发)?(?:一|1)?(?:遍|次|下|回)|没听(?:清楚?|见|到)"
        r"|(?:你)?(?:刚才|刚刚)?(?:说|讲)(?:的是?)?(?:什么|啥)"
    ),
    Wish.SLOWER: (
        r"(?:你)?(?:可以|能)?(?:说|讲)?得?慢(?:一)?[点些](?:说|讲)?|我?[看跟听]不过来|慢慢(?:说|讲|来)"
        r"|(?:说|讲)?得?太快了?|听不(?:清楚?|懂|明白)|[看]不(?:懂|明白)|[看听]得?(?:没懂|不懂)"
        r"|没[看听](?:懂|明白)|(?:字|话)?太[长多]了?|一句一句(?:地)?(?:说|讲|来)?"
    ),
    Wish.NEXT: r"继续(?:说|讲|听)?|接着(?:说|讲)?|下一[句条个]|往下(?:说|讲)?|还有呢|然后呢?",
    Wish.PERSON: (
        r"(?:我?要|我?想|转|找|叫|请|换|接|帮我|给我|来)*(?:个|一个|位|到|接)?"
        r"(?:人工|真人|活人|工作人员|客服|人来听|人来)(?:服务|客服|坐席|接听|来听|来|听)?"
        r"|(?:你是不是机器人[啊吗]?[，,？?]?)?我?(?:不(?:要|想)?(?:跟|和|同)?|别)(?:要)?(?:你这个)?"
        r"(?:机器人?|电脑|人工智能)(?:说|讲|聊|谈)?(?:话)?"
        r"|(?:我?要|我?想|帮我)*(?:找|转|换)(?:个|一个)?(?:真|活)?人"
        r"(?:说说?话?|聊聊?|讲讲?|谈谈?|问问|听|来听)?"
        r"|(?:我?(?:要|想)|叫|让|喊|找|请|把)(?:求|见|找)*[你您]?们?的?(?:领导|负责人|主任|局长|书记|市长|区长)"
        r"(?:出来|来|接电话|跟我|和我|同我|见我|说话?|讲话?|谈谈?|回话|给我)*"
    ),
    Wish.PROFILE: r"(?:看看?|查看?|改|我要改)?我?的?(?:个人)?(?:资料|信息|设置)",
    Wish.NO_CARE: (
        r"(?:取消|不要|不用|别|删掉?|去掉)(?:优先|特别)?照顾(?:了)?|不用(?:再)?记着?我的情况"
    ),
    Wish.NO_CALL: r"(?:不用|不要|别)(?:再)?(?:给我)?(?:打|回)(?:电话|过来)(?:给我|过来)?"
    r"|(?:不用|不必)(?:再)?(?:给我)?打",
}
# One after the other, too: 字太小看不清
_PATTERNS = {wish: re.compile(f"(?:{pattern})+") for wish, pattern in _WISHES.items()}
_AROUND = re.compile(
    r"^(?:[您你]好|算了|小呼|请问?|麻烦(?:你|您)?|劳驾|那个|喂|帮我|能不能|可不可以|[,，。 ])+"
    r"|(?:[吧啊呀哦呢嘛吗了。！!？?,，~～ ]|谢谢(?:你|您)?|好吗|行吗|好不好|可以吗)+$"
)
# In a longer message: they say it of themselves, and go on to what they came for.
_SAID_OF_SELF = re.compile(
    r"我(?:老了|年纪大|岁数大|老头|老太|是?老人)?[,，]?(?:的)?眼睛(?:不好|花|看不清)|我看不清字"
    rf"|我(?:今年)?{_AGE}(?:多|来)?(?:岁|了)"
)
_LONGEST = 16  # characters; a longer message tells of something


def wish_of(words: str) -> Wish | None:
    """The wish, when the message says nothing else."""
    if len(words) > _LONGEST:
        return None
    if wish := _wish(words):
        return wish
    parts = [
        _wish(part) for part in re.split("[，,。？?！! ]", words.lstrip("啊哦喂嗯，,？? ")) if part
    ]
    return parts[0] if parts and all(parts) else None  # 没听清，你再说一遍


def _wish(words: str) -> Wish | None:
    plain = _AROUND.sub("", words.strip())
    whole = words.strip("。！!？?,，~～ ")
    return next(
        (
            wish
            for wish, pattern in _PATTERNS.items()
            if pattern.fullmatch(plain) or pattern.fullmatch(whole)
        ),
        None,
    )


def is_an_elder(words: str) -> bool:
    """True if a longer message says in passing that small print is hard for them."""
    return bool(_SAID_OF_SELF.search(words))


_CALLS_OUT = re.compile(
    r"(?:喂+|[您你]好|哈喽|hello|请问|小呼)?[，,。 ]*"
    r"(?:有(?:没有)?人(?:在|吗|么|没)?(?:吗|么|没|呢)?|在(?:吗|么|不在?|线)(?:吗)?|人呢|还在吗|听得?到(?:吗|么|伐|不))"
    r"(?:啊|呀|呢|[？?！!。，, ])*",
    re.IGNORECASE,
)


def calls_out(words: str) -> bool:
    """有人吗, 在吗: a greeting answers this, and no person has to come."""
    return len(words) <= _LONGEST and _CALLS_OUT.fullmatch(words) is not None


_WHO_ARE_YOU = re.compile(
    r".{0,8}(?:是|算)(?:不是)?[^，。]{0,4}(?:机器人|真人|电脑|人工智能|[aA][iI])[^，。]{0,8}"
)


def asks_who_we_are(words: str) -> bool:
    """你是机器人还是真人: a question, and no call for a person."""
    return _WHO_ARE_YOU.fullmatch(words) is not None and wish_of(words) is None


_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]*”?")
_CLAUSE = re.compile(r"[^，、：]+[，、：]?")
_LONG_SENTENCE, _SHORT_SENTENCE = 25, 8


def pieces(text: str) -> tuple[str, ...]:
    """`text` in sentences to be shown one at a time; a long one is cut at its commas."""
    cut: list[str] = []
    for sentence in _SENTENCE.findall(text):
        sentence = sentence.strip()
        if len(sentence) <= _LONG_SENTENCE:
            cut.append(sentence)
            continue
        part = ""
        for clause in _CLAUSE.findall(sentence):
            if part and len(part) + len(clause) > _LONG_SENTENCE:
                cut.append(part)
                part = ""
            part += clause
        cut.append(part)
    return tuple(_together(cut))


def _together(cut: list[str]) -> list[str]:
    """Join very short pieces (好的。) with the next one."""
    pieces: list[str] = []
    for part in filter(None, cut):
        is_behind_short = pieces and len(pieces[-1]) <= _SHORT_SENTENCE
        if is_behind_short and len(pieces[-1] + part) <= _LONG_SENTENCE:
            pieces[-1] += part
        else:
            pieces.append(part)
    return pieces
