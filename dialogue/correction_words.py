"""Patterns of corrections: 不是X是Y, 门牌写错了, 把电话删掉.

Every pattern is matched against one clause, and its groups are bounded.
"""

import re
from enum import StrEnum

from nlu.dates.times import find as find_times
from nlu.language.text import find_phones


class Part(StrEnum):
    PLACE = "place"
    TIME = "time"
    KIND = "kind"
    CONTACT = "contact"
    NAME = "name"
    MATTER = "matter"


LONGEST_WRONG, LONGEST_RIGHT = 16, 30  # characters
MOST_CLAUSES = 12  # a correction stands at the start of a message

PART_WORDS = {
    Part.PLACE: "地址|地点|地方|位置|定位|门牌号?码?|楼[号层栋]|房号"
    "|单元号?|[幢栋]号?|门号|站名|路口|路名?|村名?"
    "|小区名?|街道|区|镇",
    Part.TIME: "时间|日期|日子|钟点|几点|月份",
    Part.CONTACT: "(?:联系)?电话号?码?|手机号?码?|号码|联系方式",
    Part.NAME: "名字|姓名|真名|姓|称呼",
    Part.KIND: "类别|类型|分类|性质",
    Part.MATTER: "内容|事情|情况|问题|描述|文字|金额|价钱|价格|人数|户数|天数|次数|数量"
    "|班数|线路|车号|数字",
}
# Names of things; 名字 is the teller's only in 我叫….
_THING_NAMES = "店名|厂名|校名|公司名称?|单位名称?|名称|饭店名字?|幼儿园名字?|学校名字?"
VERBS = "写|弄|搞|记|听|说|讲|填|登|打|输|录|念|认|报|标"
KINDS = {
    "complaint": "投诉", "suggestion": "建议|意见|提议", "report": "举报|检举",
    "inquiry": "咨询|询问|问问|问一下|问|打听", "help": "求助|求帮忙", "praise": "表扬|感谢|点赞",
}  # fmt: skip
WISHES = KINDS | {
    "suggestion": "建议|提个?意见|提议", "inquiry": "咨询|问一下|问问|想问|请问|打听|问个",
    "praise": "表扬|来?感谢|点赞",
}  # fmt: skip
_END = "[的了呀啊哦吧呢嘛哈啦哎诶咯]{0,4}"
CLOSING = "的了呀啊哦吧呢嘛哈啦哎诶咯"
_LEAD = (
    "(?:但是|不过|可是|但|嗯|哦|对|那个|这个|我|我们|我说的|我讲的|也|都|并|其实|应该|你们?|这里|那里"
    "|地[址点]|时间|哎|唉){0,4}?"
)
_NOT = (
    "不(?:是在|是叫|是说|是姓|是|叫|姓|在)"
    "(?!说好|说了|我说|第[一二三几1-9]次|一[天次回](?:了|[两二])|很|太|特别|什么|不|没|吗|吧)"
)
_BE = "(?:而是|应该是|应该叫|应当是|就是|只是|其实是|本来是|是在|是叫|是姓|应该在|是|叫|姓)"
_WRONG = rf"(?P<wrong>[^，。是？?]{{1,{LONGEST_WRONG}}}?)"
_RIGHT = rf"(?P<right>[^，。？?]{{1,{LONGEST_RIGHT}}}?)"
NEGATED = re.compile(rf"{_LEAD}{_NOT}{_WRONG}{_END}")
STATED = re.compile(rf"(?:我|我们|那个|那|这个|这|我说的)?{_BE}(?!不是){_RIGHT}{_END}")
NEGATED_STATED = re.compile(rf"{_LEAD}{_NOT}{_WRONG}[呀啊的]?{_BE}{_RIGHT}{_END}")
STATED_NEGATED = re.compile(
    rf"{_LEAD}{_BE}(?!不)(?P<right>[^，。？?不]{{1,{LONGEST_WRONG}}}?)[呀啊]?{_NOT}{_WRONG}{_END}"
)
BARE_NEGATED = re.compile(
    rf"(?P<right>[^，。？?不是]{{2,10}}){_NOT}(?P<wrong>[^，。？?是]{{2,10}}?){_END}"
)
CHANGED = re.compile(
    r"(?:请|麻烦|帮我|给我|你们?|要){0,3}(?:把|将)?(?P<wrong>[^，。？?改换]{0,16}?)(?:改成|改为|换成|改到|改(?!一下|下))"
    rf"(?P<right>[^，。？?]{{1,{LONGEST_RIGHT}}}?)(?:就行|就好|才对|行吗|好吗|谢谢)?{_END}"
)
MISWRITTEN = re.compile(
    rf"(?:你们?|您|系统|小呼|上面)?(?:把|将)?(?P<right>[^，。？?]{{1,{LONGEST_WRONG}}}?)(?:给)?(?:写|记|听|弄|搞|打|登)成了?"
    rf"(?P<wrong>[^，。？?]{{1,{LONGEST_WRONG}}}?){_END}"
)
_PART_NAMES = "|".join(f"(?P<{part.value}>{words})" for part, words in PART_WORDS.items())
_SOUNDS = "(?:[哦噢喔啊呀哎唉诶欸嗯额]|哎呀|不过|但是|但|就是|那个|等等|等一下|对了|还有){0,3}"
WRONG_PART = re.compile(
    rf"{_SOUNDS}(?:[上这那里面]{{1,2}}|你们?|侬|您)?把?我?的?(?:(?P<thing>{_THING_NAMES})|{_PART_NAMES})(?:你们?|您|我)?的?"
    rf"(?:也|都|有点|好像|全|完全|还是|刚才)?(?:(?:{VERBS})(?:[得的]?(?:不对|不准|有误)|[错反岔偏])"
    r"|不对|不准|不是的|有误|错|偏|要?改(?:一下|下)|要改)[了啦咯掉的呀啊吧]{0,3}"
)
NO_BEFORE = re.compile(
    rf"(?:不对|错了?|弄错了?|说错了?|写错了?|搞错了?|打错了?|不是的|{WRONG_PART.pattern})(?=是|不是|应该)"
)
PART_IS = re.compile(rf"我?的?(?:{_PART_NAMES})(?:应该|应当)是(?P<right>[^，。？?]{{1,30}}?){_END}")
PLACE_IS = re.compile(
    r"(?:哦|那个|这个|我的?|我说的|我们?的?|事发|具体){0,3}(?:地址|地点|位置|地方|门牌号?)(?:就|其实|应该)?(?:是|为)(?:在)?"
    rf"(?!对|错|不|没|正确|哪|什么|这|那|你|写|刚|有|我说|怎)(?P<right>[^，。？?]{{2,{LONGEST_RIGHT}}}?){_END}"
)
IS_AT = re.compile(
    rf"(?:我|我们|就|应该|是|那个){{0,2}}在(?P<right>[^，。？?]{{2,{LONGEST_WRONG}}}?){_END}"
)
WRITTEN_AS = re.compile(
    rf"(?:你们?|您|侬|系统|小呼|上面|怎么|给我|把它|却|结果|又|都){{0,4}}给?(?:{VERBS})成了?"
    rf"(?P<wrong>[^，。？?]{{1,{LONGEST_WRONG}}}?){_END}"
)
NAMED = re.compile(
    rf"我?(?:是叫|叫|姓|名字叫|名字是)(?!人|他|她|你|不)(?P<right>[\u4e00-\u9fff·]{{1,6}}?){_END}"
)
_ASKED_TO = (
    "(?:请|麻烦|你们?|帮我|帮忙|给我"
    "|能不能|可不可以|可以|要求?|还是|那|先|就|我想|我要|最好|也){0,4}"
)
_OWN = "(?P<what>(?:联系)?电话号?码?|手机号?码?|号码|联系方式|名字|姓名|真名|地址|门牌号?)"
REMOVED = re.compile(
    rf"{_ASKED_TO}(?:把|将)?我?的?{_OWN}(?:也|都)?(?:给我|帮我)?(?:删|去|拿|划|抹|撤|隐藏|隐去|擦|取消)(?:掉|了|除|去)?{_END}"
    rf"|{_ASKED_TO}(?:删|去|拿|划|抹)(?:掉|了|除)?我?的?(?P<what3>(?:联系)?电话号?码?|手机号?|号码|联系方式|名字|姓名|地址){_END}"
    rf"|{_ASKED_TO}(?:别|不要|不用|不能|不许|不想)(?:把)?(?:写|留|填|放|登|公开|透露|暴露)?(?:上)?我?的?"
    r"(?P<what2>(?:联系)?电话号?码?|手机号?码?|号码|联系方式|名字|姓名|真名|地址)(?:写|留|填|放|登|报|公开|透露|暴露)?(?:上去|出去|进去|上)?"
    + _END
)
OWN_REMOVED = re.compile(
    rf"我?的?{_OWN}(?:就|也)?(?:别|不要|不用|不想|不能)(?:再)?(?:写|留|填|放|登|公开|透露|给人家?)(?:上去|出去|进去|上|了|它)?"
    + _END
)
REMOVED_ALSO = re.compile(
    "(?:就|也)?(?:别|不要|不用|不想|不能)(?:再)?(?:写|留|填|放|登|公开|透露)(?:上去|出去|进去|上|了|它)?"
    + _END
)
PLACE_LIKE = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]*(?:路|街|巷|弄|大道|小区|社区|村|镇|乡|街道|区|县|市|苑|园|花园|公寓|新村|广场|大厦|桥|门|站|口|学校|小学|中学"
    r"|医院|市场|菜场|幼儿园|公园|旁边|附近|对面|楼下|楼上)|(?:[\u4e00-\u9fff]*)(?:\d+|[一二三四五六七八九十]+)(?:号楼|号|幢|栋|单元|室|楼|层|弄|组|排|座)[\u4e00-\u9fffA-Za-z0-9]*"
)
NO_RIGHT = re.compile(
    "(?:这|那|我(?!家|们)|你|他|她|的|否|谁|什么|啥|哪|怎|因为|为了|有|不|没|真|要|想|说)"
)
_LINE = re.compile(r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})路(?:公交车?|车|公共汽车)?")  # of a bus
EITHER_OR = re.compile("不是.{1,16}就是")


def kind_of(words: str) -> str | None:
    """The kind that these words name, when they name nothing else."""
    lead = "(?:我|要|想|来|在|是|个|只|就|提|给|你们?|一个|一下|真|的|做){0,5}?"
    for kind, said in KINDS.items():
        if re.fullmatch(f"{lead}(?:{said})(?:你们?|他们|谁|人|一下|的|信)?", words):
            return kind
    return None


def part_of(words: str) -> Part | None:
    """What the words by themselves read as."""
    if len(words) > LONGEST_RIGHT:
        return None
    if find_phones(words):
        return Part.CONTACT
    times = find_times(words)
    if times and sum(end - start for start, end in times) * 2 > len(words) - 3:
        return Part.TIME
    return Part.PLACE if PLACE_LIKE.fullmatch(words) and not _LINE.fullmatch(words) else None


def clean(words: str) -> str:
    words = re.sub("^(?:在|那个|我们?(?=[^家]))", "", words.strip())
    return words.rstrip(CLOSING)
