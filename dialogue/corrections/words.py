"""The correction, its part and the patterns that name them: 不是X是Y, 门牌写错了, 把电话删掉.

Every pattern is matched against one clause, and its groups are bounded.
"""

import re
from dataclasses import dataclass

from dialogue.answers.parts import PART_NAMES, VERBS, Part
from nlu.dates.times import find as find_times
from nlu.language.text import find_phones

LONGEST_WRONG, LONGEST_RIGHT = 16, 30  # characters


@dataclass(frozen=True)
class Correction:
    """`wrong` and `right` are the resident's words; the `right` of a kind is its code.

    `part` is None when the words do not name it. `rest` is what else the message says.
    """

    wrong: str | None = None
    right: str | None = None
    part: Part | None = None
    removes: bool = False
    rest: str = ""


# Names of things; 名字 is the teller's only in 我叫….
_THING_NAMES = "店名|厂名|校名|公司名称?|单位名称?|名称|饭店名字?|幼儿园名字?|学校名字?"
KINDS = {
    "complaint": "投诉", "suggestion": "建议|意见|提议", "report": "举报|检举",
    "inquiry": "咨询|询问|问问|问一下|问|打听", "help": "求助|求帮忙", "praise": "表扬|感谢|点赞",
}  # fmt: skip
CLOSING = "的了呀啊哦吧呢嘛哈啦哎诶咯"
_END = f"(?:(?<![酒网茶书水])吧|[{CLOSING.replace('吧', '')}]){{0,4}}"  # 酒吧 is a word
_LEAD = (
    "(?:但是|不过|可是|但|而且|并且|还有|嗯|哦|对|那个|这个?|我|我们|我说的|我讲的|也|都|并|其实|应该|你们?|这里|那里"
    "|地[址点]|时间|哎|唉){0,4}?"
)
_NOT = (
    "(?:不(?:是在|是叫|是说|是姓|是|叫|姓|在|止是?)|没有?[说讲](?:是|在)?|(?:哪里|哪|怎么)会?(?:是|在|变成))"
    "(?!说好|说了|我说|第[一二三几1-9]次|一[天次回](?:了|[两二])|很|太|特别|什么|不|没|吗|吧)"
)
_BE = "(?:而是|应该是|应该叫|应当是|就是|只是|其实是|本来是|是在|是叫|是姓|应该在|是|叫|姓)"
_WRONG = rf"(?P<wrong>[^，。是？?]{{1,{LONGEST_WRONG}}}?)"
_ANY_WRONG = rf"(?P<wrong>[^，。？?]{{1,{LONGEST_WRONG}}}?)"
_RIGHT = rf"(?P<right>[^，。？?]{{1,{LONGEST_RIGHT}}}?)"

# "Not A" and "but B", in two clauses or in one.
NEGATED = re.compile(rf"{_LEAD}{_NOT}{_WRONG}{_END}")
STATED = re.compile(
    rf"(?:(?:我|我们|那个|那|这个|这|我说的|明明|实际上?)?{_BE}|我(?:明明)?说的?|明明在)(?!不是){_RIGHT}{_END}"
)
SO_IT_IS_RIGHT = re.compile(rf"(?:要|得)?{_RIGHT}才(?:对|是){_END}")
IS_AT = re.compile(
    rf"(?:我|我们|就|应该|是|那个){{0,2}}在(?P<right>[^，。？?]{{2,{LONGEST_WRONG}}}?){_END}"
)
NEGATED_STATED = re.compile(rf"{_LEAD}{_NOT}{_WRONG}[呀啊的]?{_BE}{_RIGHT}{_END}")
# 下水道不是堵了是断了: what it is about stands before it
SUBJECT_NEGATED = re.compile(
    rf"[^，。？?不是]{{2,8}}{_NOT}(?P<wrong>[^，。是？?]{{2,{LONGEST_WRONG}}}?)[呀啊的]?{_BE}{_RIGHT}{_END}"
)
STATED_NEGATED = re.compile(
    rf"{_LEAD}{_BE}(?!不)(?P<right>[^，。？?不]{{1,{LONGEST_WRONG}}}?)[呀啊]?{_NOT}{_WRONG}{_END}"
)
BARE_NEGATED = re.compile(
    rf"(?P<right>[^，。？?不是]{{2,10}}){_NOT}(?P<wrong>[^，。？?是]{{2,10}}?){_END}"
)
CHANGED = re.compile(
    r"(?:请|麻烦|帮我|给我|你们?|要){0,3}(?:把|将)?(?P<wrong>[^，。？?改换]{0,16}?)"
    rf"(?:改成|改为|换成|改到|更正[为成]|改(?!一下|下)){_RIGHT}(?:就行|就好|才对|行吗|好吗|谢谢)?{_END}"
)
MISWRITTEN = re.compile(
    rf"(?:你们?|您|系统|小呼|上面)?(?:把|将)?(?P<right>[^，。？?]{{1,{LONGEST_WRONG}}}?)(?:给)?"
    rf"(?:写|记|听|弄|搞|打|登)成了?{_ANY_WRONG}{_END}"
)
WRITTEN_AS = re.compile(
    "(?:你们?|您|侬|系统|小呼|上面|怎么|给我|把它|却|结果|又|都){0,4}给?"
    rf"(?:{VERBS})成了?{_ANY_WRONG}{_END}"
)

# A part is wrong, or is something.
_PARTS = "|".join(f"(?P<{part.value}>{names})" for part, names in PART_NAMES.items())
_SOUNDS = "(?:[哦噢喔啊呀哎唉诶欸嗯额]|哎呀|不过|但是|但|就是|那个|等等|等一下|对了|还有){0,3}"
WRONG_PART = re.compile(
    rf"{_SOUNDS}(?:[上这那里面]{{1,2}}|你们?|侬|您)?(?:这个|那个)?把?我?的?(?:(?P<thing>{_THING_NAMES})|{_PARTS})"
    r"(?:你们?|您|我)?的?(?:也|都|有点|好像|全|完全|还是|刚才)?"
    rf"(?:(?:{VERBS})(?:[得的]?(?:不对|不准|有误)|[错反岔偏])"
    r"|不对|不准|不是的|有误|有问题|错|偏|要?改(?:一下|下)|要改)[了啦咯掉的呀啊吧]{0,3}"
)
# 全错了, 你写的乱七八糟, 完全不是这么回事
EVERYTHING_WRONG = re.compile(
    rf"{_SOUNDS}(?:你们?|您|侬|系统|小呼|上面|这){{0,2}}(?:(?:{VERBS})的?)?(?:东西|内容|这些|都是|的)?"
    rf"(?:(?:全部?|完全|通通|统统|根本|压根|整个|彻底)(?:就|都|也|给我|给){{0,2}}(?:{VERBS})?"
    r"(?:不对|错|反|岔|不是(?:这|那|我)[^，。？?]{1,5})|都不(?:对|是)|没一[句样个](?:是)?对|一[句样个点]也?都?不对"
    r"|什么?乱七八糟|乱七八糟|[牛驴][头唇]不对马嘴|胡说八道)[了啦咯掉的呀啊吧嘛]{0,3}"
)
NO_BEFORE = re.compile(
    rf"(?:不对|错了?|[弄说写搞打]错了?|不是的|{WRONG_PART.pattern})(?=是|不是|应该)"
)
# The part behind the verb: 说错地方了, 改一下地址
_NAMES = "|".join(f"(?:{names})" for names in PART_NAMES.values())
PART_BEHIND = re.compile(
    rf"(?:我|你们?|您|请|麻烦|帮我|给我|把){{0,3}}(?:(?:{VERBS})错了?|改一?下|改个?|换一?个|更正一?下|修改一?下)"
    rf"(?P<part>{_NAMES})[了啦吧哦呀]{{0,2}}"
)
# 停车费写错了, 六点不对
WRONG_WORDS = re.compile(
    rf"{_SOUNDS}把?(?P<wrong>(?!刚才|刚刚|前面|上面|那个|这个|你|我|系统|希望|要求)[^，。？?]{{1,{LONGEST_WRONG}}}?)"
    rf"(?:你们?|您|我)?(?:(?:{VERBS})(?:[得的]?(?:不对|不准)|[错反])|不对)[了啦咯的呀]{{0,3}}"
)
PART_IS = re.compile(
    rf"(?:哦|那个|这个|我的?|我说的|我们?的?|事发|具体){{0,3}}(?:{_PARTS})"
    rf"(?:(?P<must>(?:应该|应当)是)|(?:就|其实)?[是为]|(?:要|得|请)?[写填改][成为]?)(?:在)?{_RIGHT}{_END}"
)
# 停水是今天开始的, 晚上收的
HAPPENED_AT = re.compile(
    r"(?:[^，。？?是不]{0,6}是)?(?P<right>[^，。？?是不]{2,12}?)(?:才|就)?(?:开始|发生|弄|来|收|打|停|有|出)的[呀啊哦嘛]?"
)
NAMED = re.compile(
    rf"我?(?:是叫|叫|姓|名字叫|名字是)(?!人|他|她|你|不)(?P<right>[\u4e00-\u9fff·]{{1,6}}?){_END}"
)

# A phone, a name or an address is to be left out.
_ASKED_TO = (
    "(?:请|麻烦|你们?|帮我|帮忙|给我|能不能|可不可以|可以|要求?|还是|那|先|就|我想|我要"
    "|最好|也){0,4}"
)
_OWN = "我?的?(?P<what>(?:联系)?电话号?码?|手机号?码?|号码|联系方式|名字|姓名|真名|地址|门牌号?)"
_DO_NOT = "(?:别|不要|不用|不能|不许|不想|不(?=[留写填登]))"
_WRITE = "(?:写|留|填|放|登|报|公开|透露|暴露|给人家?)"
_UP = "(?:上去|出去|进去|上|了|它)?"
REMOVALS = tuple(
    re.compile(pattern + _END)
    for pattern in (
        rf"{_ASKED_TO}(?:把|将)?{_OWN}(?:也|都)?(?:给我|帮我)?"
        "(?:删|去|拿|划|抹|撤|隐藏|隐去|擦|取消)(?:掉|了|除|去)?",
        rf"{_ASKED_TO}(?:删|去|拿|划|抹)(?:掉|了|除)?{_OWN}",
        rf"{_ASKED_TO}{_DO_NOT}(?:把)?{_WRITE}?(?:上)?{_OWN}{_WRITE}?{_UP}",
        rf"{_OWN}(?:就|也)?{_DO_NOT}(?:再)?{_WRITE}{_UP}",
    )
)
REMOVED_ALSO = re.compile(rf"(?:就|也)?{_DO_NOT}(?:再)?{_WRITE}{_UP}{_END}")

_PLACE_LIKE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]*(?:路|街|巷|弄|大道|小区|社区|村|镇|乡|街道|区|县|市|苑|园|花园|公寓"
    r"|新村|广场|大厦|桥|门|站|口|学校|小学|中学|医院|市场|菜场|幼儿园|公园|旁边|附近|对面|楼下|楼上)"
    r"|(?:[\u4e00-\u9fff]*)(?:\d+|[一二三四五六七八九十]+)(?:号楼|号|幢|栋|单元|室|楼|层|弄|组|排|座)"
    r"[\u4e00-\u9fffA-Za-z0-9]*"
)
KIN = "[妈爸爷奶婆公爱老儿女孩外妻哥姐弟妹]"
_BUS_LINE = re.compile(
    r"(?:[A-Za-z]?支?\d{1,4}|[一二三四五六七八九十]{1,3})路(?:公交车?|车|公共汽车)?"
)
_KIND_ALONE = {
    kind: re.compile(
        "(?:我|要|想|来|在|是|个|只|就|提|给|你们?|一个|一下|真|的|做|算|当){0,5}?"
        f"(?:{names})(?:你们?|他们|谁|人|一下|的|信)?"
    )
    for kind, names in KINDS.items()
}


def kind_of(words: str) -> str | None:
    """The kind that these words name, when they name nothing else."""
    return next((kind for kind, only in _KIND_ALONE.items() if only.fullmatch(words)), None)


def part_of(words: str) -> Part | None:
    """The part that the words read as, without its name."""
    if len(words) > LONGEST_RIGHT:
        return None
    if find_phones(words):
        return Part.CONTACT
    times = find_times(words)
    if times and sum(end - start for start, end in times) * 2 > len(words) - 3:
        return Part.TIME
    is_place = _PLACE_LIKE.fullmatch(words) and not _BUS_LINE.fullmatch(words)
    return Part.PLACE if is_place else None


def part_named(words: str) -> Part | None:
    """The part whose name the words are."""
    names = PART_NAMES.items()
    return next((part for part, name in names if re.fullmatch(f"我?的?(?:{name})", words)), None)


def clean(words: str) -> str:
    """The words without 在 and the like before them and particles behind them."""
    return re.sub(f"^(?:在|那个|我们?(?!家|{KIN}))|(?:{_END})$", "", words.strip())
