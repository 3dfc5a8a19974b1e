"""Removal of asides: words to the hotline itself, such as greetings, thanks and insults. Pure.

A lead stands before the matter (你好，我跟你讲…), a tail stands behind it, an aside is a whole
clause. Some leads also signal what follows: another matter, a question, several matters.
"""

import re
from dataclasses import dataclass, replace

from nlu.appeals.clauses import LONGEST_READ, Clause, join, split_clauses
from nlu.appeals.cues import has_trouble, is_place
from nlu.appeals.insults import (
    is_only_emotion,
    is_only_insults,
    is_only_past_calls,
    is_only_sarcasm,
    remove_curses,
)
from nlu.appeals.leads import COUNT, MATTER, PARTICLE, SPEAKER, TITLE, VERB, Sign, lead_of
from nlu.appeals.lists import mark_entries
from nlu.language.secrecy import wish_alone
from nlu.language.text import remove_disfluencies


@dataclass(frozen=True)
class Piece(Clause):
    """A clause without its asides, and the signs that they were."""

    sign: Sign = Sign.NONE
    connective: str = ""  # connective removed from the start: 但是, 另外, 第一

    @property
    def with_connective(self) -> "Piece":
        """The clause with its connective, as a continuation of the clause before it."""
        return replace(self, words=f"{self.connective}{self.words}", connective="")


_MOST_LEADS = 6
# Signs whose words are a connective
_JOINING = (Sign.ALSO, Sign.ORDINAL, Sign.BUT)
# 我我我要
_STUTTER = re.compile(r"(我|这个|那个|就是)\1{1,4}(?=[\u4e00-\u9fff])")
# A place with a number of matters: 文三路这边有两件事
_ANNOUNCED_AT = re.compile(
    rf"(?P<place>[\u4e00-\u9fff0-9]{{2,24}}?)(?:这边|这里)?(?:有|要{VERB}|{VERB})?(?:两|三|四"
    rf"|几|二|2|3|好几)(?:个|件|桩){MATTER}(?:要{VERB})?"
)

# 非常感谢, 麻烦你们了
_THANKS = (
    r"(?:那就?|先|真的?|非常|十分|万分|太|多|好|实在)*(?:谢谢|感谢|多谢|谢了|谢啦|辛苦|麻烦"
    r"|拜托|劳驾|费心)"
    r"(?:[你您]们?|领导|各位|大家|同志|政府|了|啦|啊|哈|哦|呀|一下|关注|支持|谢谢|[!！~～])*"
)
# …谢谢, …对不对, …气死我了
_TAIL = re.compile(
    rf"(?:(?<![想要来去再])(?:{_THANKS})|吓煞人|吓死人了?|气死我了|怎么办啊你说|你说(?:是不是"
    rf"|对不对)|对不对|是不是啊|你晓得[吧伐]|晓得[伐吧]|你知道[吧吗]){PARTICLE}*$"
)
# Whole clauses that are asides: 好的知道了, 你听我说, 转人工. Longer clauses are not matched.
_LONGEST = 26
_ASIDES = (
    _THANKS,
    rf"(?:好的?|行|嗯+|哦+|噢|对的?|是的?|没错|可以|好吧|那好|那行|ok|OK)(?:的|了|吧"
    rf"|{PARTICLE})*(?:[我]?(?:知道|晓得|明白|了解)了?)?{PARTICLE}*",
    rf"(?:我)?(?:知道|晓得|明白)了{PARTICLE}*",
    rf"(?:算了)?(?:那)?你(?:就|先)*(?:给我|帮我)?(?:记|登记|写)(?:下来?|上|着|一下)?{PARTICLE}*",
    rf"(?:那|我|就|来)*再(?:说|讲|报|反映)一?[个件桩](?:事情?|情况)?{PARTICLE}*",
    rf"(?:我)?(?:跟|和|同)你(?:唠唠|唠叨|摆一?摆|摆摆龙门阵)(?:一下)?{PARTICLE}*",
    r"哎呀?妈呀|我的妈呀|我滴妈呀|老天爷|乖乖|(?:大兄弟|大哥|大姐|老?师傅|小?同志|老弟|老铁|妹子)",
    rf"(?:那|哦)*不用了{PARTICLE}*",
    r"(?:等一下|等等|稍等|先等等|等下|慢着|且慢|你等一下)(?:啊|哦|哈)?",
    r"(?:我?(?:先|再|就|想)*)?(?:问|说)(?:个|一个|句|一句|下|一下)(?:事|事情|问题|别的"
    r"|话)?(?:啊|哈|先)?",
    rf"(?:[我那]们?|咱们?|还是|现在|来|再|先|就)*(?:继续|接着|说回|回到|讲回|接着说"
    rf"|继续说)(?:说|讲|报|弄|办|反映)?(?:刚才|刚刚|前面|之前|上面)?(?:说|报)?的?(?:那个|这个"
    rf"|那件|那)?[\u4e00-\u9fff]{{0,8}}(?:吧|{PARTICLE})?",
    r"(?:还是)?(?:说|讲|报)(?:刚才|刚刚|前面)(?:说的)?(?:那个|那件)[\u4e00-\u9fff]{0,6}(?:吧)?",
    r"(?:我|不是)?(?:刚才|刚刚|前面|不是|之前|都|已经|早就)*(?:都|已经)?(?:说|讲|报"
    r"|告诉你)(?:过|了)+(?:了|的|嘛|吗|呀|啊)*",
    r"(?:还能在哪|还能是哪|还能哪里?|你说(?:在|是)?哪|能在哪)(?:里|儿)?(?:啊|呢|呀)?",
    r"(?:你)?(?:问|要问)(?:这么|那么|这样)多(?:干嘛|干什么|做什么|干吗|的)?(?:啊|呀)?"
    r"|(?:怎么)?(?:这么|那么)多问题|烦不烦(?:啊|呀)?|啰嗦|真啰嗦",
    rf"(?:[你您]们?)?(?:先)?听我(?:说|讲)(?:完)?{PARTICLE}*|(?:你)?(?:听得懂|听懂|听到|听见"
    rf"|明白|懂|懂不懂|听不听得懂)(?:了|我说|没有|人话|我的话)*(?:吗|没|没有|不|么)?{PARTICLE}*",
    r"(?:算了)?(?:我)?不等了|(?:算了)?(?:那)?我自己(?:来)?说(?:吧)?|我来说(?:吧)?|那我(?:说"
    r"|讲)了|我(?:说|讲)一下(?:啊)?",
    rf"(?:有人|有没有人|在不在|在|人呢|有人在|你在)(?:吗|么|嘛|呢)?{PARTICLE}*",
    r"[唉哎]*(?:算了|那)*(?:这个|那个|刚才那个|这件|前面那个|刚才的|上面那个)?(?:就|先"
    r"|我)*不(?:报|投诉|反映|说|举报)了(?:吧)?|[唉哎]*(?:算了)+(?:吧)?",
    r"(?:那)?(?:[你您]们?)?(?:就)?(?:先)?(?:给|帮|替)我(?:们)?(?:先)?(?:登记|记|报|反映|投诉"
    r"|记录|上报|备案)(?:一下|下来|上去|下)?(?:吧|好吗|行吗)?",
    r"(?:没了|就这些|就这样|就是这样|就这个|完了|说完了|以上|情况就是这样|大概就这样"
    r"|就这么回事)(?:了|吧|啊|谢谢)*",
    r"(?:此致|敬礼|此致敬礼|祝(?:您|你们|领导|大家)?.{0,4}(?:工作顺利|身体健康|万事如意"
    r"|步步高升|顺利|愉快)|(?:盼|望|期待|等待)(?:复|回复|答复|回音)|盼望答复|急盼回复|急|急急急"
    r"|很急|在线等)",
    r"(?:我是)?(?:一名|一位|一个)?(?:普通)?(?:的)?(?:市民|老百姓|居民|群众|杭州人|热心市民)",
    r"(?:也|这|我这?)?不(?:是|算)(?:来|要|想)?(?:投诉|举报|问|咨询|求助|反映|吵架|闹事|找茬|告状|为难你们?)(?:谁)?(?:的)?"
    r"|(?:就)?(?:是)?(?:想)?(?:提|给)(?:一?个|点|你们|几个)*(?:小)?(?:建议|意见)",
    r"(?:我)?(?:要|想)?(?:跟|找|和|换|叫)(?:个|真)?(?:人|人工|客服|真人)(?:说|讲|来|来说)?"
    r"|(?:我)?不(?:想|要)跟(?:你|机器人?|机器)(?:说|讲)(?:了)?|转人工",
    r"(?:我)?(?:想想|想了想|考虑了)?(?:还是|就|先|先这样|那就?)*(?:要|这样)?(?:报|报上去"
    r"|登记)(?:的|吧|了|一下)+|(?:就)?(?:是)?(?:刚才|前面|上面)(?:那个|那件|说的)(?:事)?",
    rf"(?:尊敬|敬爱|亲爱)的[\u4e00-\u9fffA-Za-z0-9]{{1,20}}|[\u4e00-\u9fff]?{TITLE}(?:大人"
    rf"|同志|们|你|您)*好?",
    r"(?:那)?先不(?:说|讲|管)(?:这个|那个)(?:了)?|(?:我们?)?(?:刚才|刚刚)(?:说"
    r"|讲)到哪[里儿]?了?|好了?(?:那)?(?:就)?继续吧?|我是(?:来|要)(?:投诉|反映|举报"
    r"|问[一下个事]*|咨询)的?",
    r"(?:举报|投诉|反映|诉求)(?:内容|事项|事由|问题|情况|对象)(?:如下)?",
    r"(?:真的|说真的|说实话|讲真|老实说|说句实话|你说说看?|你看看?|你想想看?|你评评理|各位评评理)",
    r"(?:[你您]们?|你们这|这|到底|究竟|杭州|市里|12345|热线|政府|还|就|都|这个|也|部门"
    r"|人)*(?:管不管|管还是不管|有没有用|有用没用|管不管用|解不解决|处不处理|干什么吃的|干嘛的"
    r"|干啥吃的|管的吧?|管吗|能管吗)"
    r"(?:这个?|这种)?(?:事情?|闲事|我们|老百姓)?(?:的|啊|呀|了|啦|呢|吗|哦)*",
)
_ASIDE_PATTERNS = tuple(re.compile(pattern) for pattern in _ASIDES)
# 继续说刚才那个
_RESUMES = re.compile(
    r"(?:我们?|还是|那|来|就)*(?:继续|接着|说回|回到|讲回)(?:说|讲|报|弄)?(?:刚才|刚刚|前面"
    r"|之前|上面)[\u4e00-\u9fff]{1,12}"
)
# 跟你们说, 向领导反映
_TO_YOU = f"(?:跟|和|同|向|给|对)(?:[你您]们?|领导|政府){VERB}{{1,2}}"
# Whole clauses that announce a matter without naming it: 我想反映个问题, 太不像话了
_VAGUE_ONLY = re.compile(
    rf"(?:{SPEAKER})?(?:这里|这边|今天|现在|就|也|刚|又|家|小区|社区|村|楼|单元|里面?|里头)*(?:想|要|有|碰到"
    rf"|遇到)+{VERB}?(?:{COUNT}|一些|好多|很多)?{MATTER}(?:要|想|来|需要)*(?:{VERB}|麻烦"
    rf"|请教|请你们?帮忙|问|找你们?|请你们帮帮?忙)?(?:一下|你们?|您|管不管|你们管不管"
    rf"|能不能管)*{PARTICLE}*"
    r"|(?:我|我们|我就|就)?(?:要|想|来)?(?:投诉|举报|反映|告状|求助|维权|报修){1,4}(?:一下|了"
    r"|啊|你们)?"
    r"|(?:我|就|还|是|说)*(?:就是|还是)?(?:那个|这个|那件|这件|上次那个|刚才那个)(?:事|事情"
    r"|问题)(?:啊|呀|呗|嘛|吧)?"
    r"|(?:我)?(?:有|对你们有)意见|(?:我们?)?(?:这)?(?:社区|小区|村|单位|街道)(?:里)?的?(?:事"
    r"|事情|问题)?"
    rf"|(?:{SPEAKER}|有|想|要|来)*{_TO_YOU}(?:一下|一?个|一件|一桩|点|件|桩)*{MATTER}{PARTICLE}*"
    rf"|(?:{SPEAKER}|有|桩|件|个|点|些)*{MATTER}(?:要|想|得|来)*{_TO_YOU}(?:一下|一?说)*{PARTICLE}*"
    rf"|(?:{SPEAKER}|家|里|这|那|个|件|的)*{MATTER}(?:真|是|可)*(?:说来话长|一言难尽){PARTICLE}*"
    r"|[^，。]{2,14}?(?:真(?:的)?是的|真是(?:没话说|没法说|受不了|要命)|没法说|说来话长|一言难尽)[了啊呀！!]*"
    r"|(?:太)?(?:不像话|气人|过分|不行|乱|差劲|离谱|不好)了?|(?:这|你们)?(?:什么|啥)(?:态度"
    r"|情况|事)(?:啊|嘛)?|有问题|出(?:事|问题)了"
)


# 对了 before another matter is no yes
_ADDS = re.compile(rf"(?:[哦噢啊]?对了){PARTICLE}*")
# Change of subject at the start of a message: 换一个，我们村的公交… Later 换一个 may be the wish.
_SWITCHES_SUBJECT = re.compile(
    r"^(?:那|好的?|行|哦|嗯|算了|不说了|我|再|来|先|还是|[，, ]){0,6}"
    r"换(?:一个|一件|一条|个)(?:吧|说|报|讲)?[，, 。：:]{1,3}"
)


def strip_asides(text: str) -> list[Piece]:
    """Clauses of a normalised message, each without its asides."""
    return [_strip(clause) for clause in split_clauses(prepare(text))]


def prepare(text: str) -> str:
    """The part of a normalised text that is read, list items marked.

    A text without punctuation is a voice note: its hesitations are removed.
    """
    head = _SWITCHES_SUBJECT.sub("", mark_entries(text[:LONGEST_READ]), count=1)
    return head if re.search(r"[，。！？,!?；;\n]", head) else remove_disfluencies(head)


def clean(text: str) -> str:
    """A normalised message without asides; empty when it has nothing else."""
    return join([piece.with_connective for piece in strip_asides(text)])


def _strip(clause: Clause) -> Piece:
    """A clause without its leads and its tail; without words when it is only an aside."""
    words, sign, connective = (
        _STUTTER.sub(r"\1", remove_curses(clause.words)).strip(),
        Sign.NONE,
        "",
    )
    place = _ANNOUNCED_AT.fullmatch(words)
    if place and is_place(place["place"]):
        return Piece(place["place"], clause.mark, Sign.ANNOUNCED)
    for _ in range(_MOST_LEADS):
        if _ADDS.fullmatch(words):
            sign, words = sign | Sign.ALSO, ""
            break
        if is_only_aside(words):
            sign |= Sign.TALK | (Sign.COMING if _announces_vaguely(words) else Sign.NONE)
            words = ""
            break
        lead = lead_of(words)
        if lead is None:
            break
        sign |= lead[0]
        connective += words[: lead[1]] if lead[0] in _JOINING else ""
        words = words[lead[1] :].strip(" 、:：")
    return Piece(_strip_tail(words), clause.mark, sign, connective)


def _strip_tail(words: str) -> str:
    tail = _TAIL.search(words, max(0, len(words) - _LONGEST))
    return words[: tail.start()].strip() if tail else words


def is_only_aside(words: str) -> bool:
    """True if the clause is an aside: talk, insults, thanks, an anonymity wish."""
    if not any(character.isalnum() for character in words):
        return True
    if len(words) > _LONGEST:
        return False
    if is_only_insults(words) or is_only_emotion(words) or is_only_past_calls(words):
        return True
    if is_only_sarcasm(words):
        return True
    if _VAGUE_ONLY.fullmatch(words) or _RESUMES.fullmatch(words) or wish_alone(words) is not None:
        return True
    return not has_trouble(words) and any(talk.fullmatch(words) for talk in _ASIDE_PATTERNS)


def _announces_vaguely(words: str) -> bool:
    return len(words) <= _LONGEST and (
        _VAGUE_ONLY.fullmatch(words) is not None or re.search("管不管|管吗|能管", words) is not None
    )
