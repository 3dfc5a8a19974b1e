"""Danger to life that must go to 110, 119 or 120 at once, not into a case.

Each row of the table is one kind of danger as people say it. A row speaks only when its clause
does not put the danger in the past, in a condition, in a denial, or in a question about
paperwork. A long letter describes; so in a long text a word for "now" must stand nearby.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "fire", "gas", "drowning", "violence", "self_harm", "collapse", "lift", "medical", "missing"
]
Number = Literal["110", "119", "120"]

LONG_TEXT = 120

_RELATIVE = r"(?:孩子|小孩|宝宝|老人|女儿|儿子|父亲|母亲|爸爸?|妈妈?|爷爷|奶奶|弟弟|妹妹)"
_BUILDING = r"(?:房子|房屋|楼房?|楼板|墙|屋顶|天花板|脚手架|塔吊|工地|厂房|桥|大棚|阳台|教室)"

_TABLE: tuple[tuple[Kind, Number, str], ...] = (
    (
        "self_harm",
        "110",
        r"不想活(?:了|下去)?|(?:想|要|准备|企图|打算|就|只好|只能|马上)(?:去|从这)?(?:自杀|轻生|跳楼|跳河|跳江|跳桥|寻死)|(?<!得)想死(?!机|你)"
        r"|(?:有人|男的?子?|女的?子?|女孩|邻居|他|她|老公|老婆|同学)[^，。！？]{0,8}(?:跳楼|自杀|轻生|跳河|割腕|上吊)"
        r"|死给(?:你|他)们?看|割腕|喝(?:了)?农药|吞(?:了)?安眠药|一死了之|结束(?:自己的?)?生命",
    ),
    (
        "gas",
        "119",
        r"(?:煤气|燃气|天然气|瓦斯|液化气)(?:罐|管道?|灶|阀门?)?[^，。！？]{0,5}?"
        r"(?:泄漏|泄露|漏气|漏了|在漏|外泄)(?!报警|检测|险)"
        r"|(?:闻到|一股|很浓|很重|很大|好大|都是|有)[^，。！？]{0,6}(?:煤气|燃气|天然气|瓦斯|液化气)(?:的)?味"
        r"|(?:煤气|燃气|天然气|瓦斯|液化气)(?:的)?味(?:道)?(?:很|好|特别|非常|越来越|太)[^，。]?[浓重大]"
        r"|漏(?:煤气|燃气|天然气|液化气)",
    ),
    (
        "fire",
        "119",
        r"着火(?!点)|起火(?!点)|失火|烧起来|火烧得|火势|发生火灾|火灾了|爆燃|爆炸了|救火"
        r"|(?:楼|屋|家里|厨房|车库|窗|阳台|电表|配电箱|电箱|电瓶|电动车|仓库|电梯|插座|空调)[^，。]{0,6}冒(?:着)?[浓黑白大]?烟"
        r"|冒火(?:星|了)",
    ),
    (
        "drowning",
        "119",
        r"溺水|落水(?!管|井|口|槽|斗|沟|洞|系统)"
        r"|掉(?:进|到|入|下)(?:了)?[^，。！？]{0,5}(?:河|江|湖|池塘|水库|水塘|水里|运河|窨井|井里|深井)"
        r"|被(?:水|洪水)(?:冲走|淹没|围困|困)",
    ),
    (
        "lift",
        "119",
        r"[困关卡](?:在|到)(?:了)?[^，。！？]{0,6}电梯|电梯[^，。！？]{0,8}(?:被困|困住|困人|关人|出不来)"
        r"|被?困[^，。！？]{0,3}电梯",
    ),
    (
        "collapse",
        "119",
        rf"{_BUILDING}[^，。！？]{{0,5}}(?:塌了|倒塌|坍塌|垮塌|垮了|塌下来|倒下来|倒了)"
        r"|有?人[^，。！？]{0,4}(?:被埋|被压|压在|埋在)|塌方",
    ),
    (
        "violence",
        "110",
        r"救命(?![钱稻恩药之])|(?:正在|现在|还在|在|要)(?:拿[^，。]{0,3})?(?:打我|打人|打架|打老婆|打孩子|砍人|杀人|行凶|家暴|抢劫|斗殴)"
        r"|(?:拿|持|举|提)着?[^，。]?(?:刀|斧|砍刀|铁棍|棍子|钢管)(?!具|片)"
        r"|有人(?:砍人|杀人|抢劫|绑架|行凶|砸门|撬门|闯进来)|(?:被|遭)(?:绑架|挟持|劫持)|杀人了|打死(?:我|人)|"
        r"抢(?:我|了我)的?(?:包|钱|手机)|正在被打|(?:我|她|他)(?:正)?被(?:人)?(?:打得|砍)",
    ),
    (
        "medical",
        "120",
        r"(?:没有?|停止|快没)(?:了)?(?:呼吸|心跳)|(?:突然|当场|路上|路边|站台|家里|地上)[^，。]{0,6}(?:晕倒|昏倒|昏迷|晕过去|抽搐|倒地)"
        r"|(?:晕倒|昏迷不醒|昏过去|晕过去)了?|大出血|血流不止|流了?(?:很多|好多|一地)血|心梗|心脏病(?:犯|发)|触电了?"
        r"|(?:煤气|一氧化碳|农药|食物)中毒了?|(?:叫|要|派)(?:个|辆)?救护车|快不行了|要生了|呼吸困难"
        r"|(?:车祸|撞人|撞倒|撞飞|坠楼|摔下来)[^。]{0,12}(?:受伤|流血|昏迷|起不来|不动|伤得)",
    ),
    (
        "missing",
        "110",
        rf"{_RELATIVE}[^，。！？]{{0,6}}(?:走丢|走失|失踪|被拐|被抱走|被抢走)|{_RELATIVE}(?:突然)?(?:找不到|不见)了",
    ),
)
_RULES = tuple((kind, number, re.compile(pattern)) for kind, number, pattern in _TABLE)

_NOT_NOW = re.compile(
    r"去年|前年|今年|上个?月|上周|上次|上星期|昨[天日晚]|前[天日]|以前|曾经?|之前|当时|那次|那年|几年前|年前|\d+[年月]|"
    r"经常|多次|常常|总是|好几次|屡次|老是|时常|每次|天天|动不动|频繁|几次|历来|"
    r"如果|万一|要是|假如|一旦|假设|倘若|的话|怕|担心|以防|防止|避免|预防|防(?=溺水|火)|谨防|杜绝|存在|"
    r"隐患|可能|容易|随时|有危险|塌的?危险|的危险|风险|引发|引起|导致|造成|易|会不会|差点|险些|几乎|"
    r"演练|演习|宣传|讲座|培训|知识|电视|新闻|电影|小说|报道|视频里|保险|理赔|赔偿|补偿|证明|报备|责任认定|认定|"
    r"扑灭|灭了|已经处理|救出来了|救上来了|出院|去世|身亡|遇难|教训|事故调查|善后"
)
_NEGATED = re.compile(
    r"(?:没有?|不是|未|不会|并非|别|无|不能|禁止|严禁|不要|不准)(?:人|再|发生|出现|真的?|在)?$"
)
_PAPERWORK = re.compile(
    r"(?:怎么|如何|怎样|哪里|去哪)(?!办[？?！!。]?$|救|逃|灭|自救)[^，。！？]{0,4}(?:报备|申请|办理|备案|处罚|认定|赔|预防|申报|举报|投诉)"
)
_NOW = re.compile(r"现在|正在|此刻|快来|赶紧来|救命|马上来|就要|刚刚|眼下|来人|快点来|紧急")
_SENTENCES = re.compile(r"[^。！？!?\n；;]+[。！？!?；;]*")
_AROUND = 12


@dataclass(frozen=True)
class Emergency:
    kind: Kind
    number: Number
    words: tuple[str, ...]


def detect(text: str) -> Emergency | None:
    """The first danger in the order of the table, or nothing."""
    sentences = [m.group() for m in _SENTENCES.finditer(text)]
    must_be_now = len(text) > LONG_TEXT
    for kind, number, pattern in _RULES:
        words = tuple(
            match.group()
            for sentence in sentences
            for match in pattern.finditer(sentence)
            if _is_happening(sentence, match, kind=kind, must_be_now=must_be_now)
        )
        if words:
            return Emergency(kind, number, tuple(dict.fromkeys(words)))
    return None


def _is_happening(sentence: str, match: re.Match[str], *, kind: Kind, must_be_now: bool) -> bool:
    clause = _clause(sentence, match)
    if _NEGATED.search(sentence[: match.start()]) or _PAPERWORK.search(clause):
        return False
    if _NOT_NOW.search(clause) and not _overrides(sentence, kind):
        return False
    near = sentence[max(0, match.start() - _AROUND) : match.end() + _AROUND]
    return not must_be_now or bool(_NOW.search(near)) or kind == "self_harm"


def _overrides(sentence: str, kind: Kind) -> bool:
    """ "如果不解决我就跳楼" is a condition and a threat all the same."""
    return (
        kind == "self_harm"
        and re.search(r"我(?:就|只好|只能|真的?|也|现在|要)", sentence) is not None
    )


def _clause(sentence: str, match: re.Match[str]) -> str:
    start = max((sentence.rfind(mark, 0, match.start()) for mark in "，,、：:"), default=-1)
    ends = [i for i in (sentence.find(mark, match.end()) for mark in "，,、：:") if i >= 0]
    return sentence[start + 1 : min(ends, default=len(sentence))]
