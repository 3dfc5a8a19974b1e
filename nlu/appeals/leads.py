"""Leads: words before a matter, such as greetings, openers and connectives. Pure."""

import re
from enum import Flag, auto


class Sign(Flag):
    """Hint of a removed lead or aside about the words that follow."""

    NONE = 0
    NEXT = auto()  # another matter follows: 还有一件事
    ALSO = auto()  # another matter may follow: 另外
    ORDINAL = auto()  # item of a list: 第一, 一是, 一个是
    ANNOUNCED = auto()  # several matters follow: 两件事
    ASK = auto()  # a question follows: 我想问一下
    COMING = auto()  # a matter follows: 我想反映个问题
    BUT = auto()  # a contrast: 但是
    TALK = auto()  # a whole aside was removed


SPEAKER = "(?:我们?|咱们?|本人|俺)"
PARTICLE = "[啊呀哦呢嘛哈吧啦噢喔诶哎]"
TITLE = "(?:市长|书记|省长|县长|局长|厅长|区长|镇长|乡长|部长|主任|领导|政府|部门)"
VERB = "(?:反映|反应|投诉|举报|说|讲|报|提|咨询|反馈|汇报|建议)"
MATTER = "(?:事情|事体|事儿?|问题|情况|诉求|意见)"
COUNT = "(?:一下子?|一个|一件|一桩|几个|几件|点|个|件|下)"

# Behind 还有: 楼下的垃圾桶, 路灯也…
NEW_SUBJECT = (
    "[0-9一二三四五六七八九十]{1,3}(?:幢|栋|号楼|单元)(?:门口|楼下|旁边|前面|后面)?"
    "|[\u4e00-\u9fff0-9]{2,12}(?:路|街|小区|新村|社区|公园|学校|村)"
    "|[\u4e00-\u9fff0-9]{0,4}的|[^的]{0,8}也"
)
# Tried in this order; the first match counts.
_LEADS: tuple[tuple[Sign, str], ...] = (
    (
        Sign.NONE,
        rf"(?:你们?好|您好|侬好|大家好|早上好|上午好|下午好|晚上好"
        rf"|喂+(?![养猫狗鸡鸭流鸽鱼食奶饭])|哈喽|hello|hi(?![a-z]))(?:小呼|同志)?{PARTICLE}*",
    ),
    (
        Sign.NONE,
        rf"(?:小呼|小?同志们?|尊敬的[\u4e00-\u9fffA-Z0-9]{{0,10}}(?:领导|市长|书记|局长|区长|主任"
        rf"|部门|同志)们?|各位领导|领导(?=你好|您好|好|{PARTICLE}|$)|客服(?=你好|您好"
        rf"|{PARTICLE}|$)|(?<=^)领导好){PARTICLE}*",
    ),
    (Sign.NONE, rf"(?:[嗯呃唔]+|(?:哎呀?|唉|诶|额|哦|噢|啊){PARTICLE}*(?=[我你他那这小楼咱]|$))"),
    (
        Sign.NONE,
        r"(?:那个|这个|就是说?)(?=我|咱|楼[上下]|小区|那个|这个)|那个(?=你好|您好|喂|请问)",
    ),
    (
        Sign.NONE,
        rf"(?:请问)?(?:这里|[你您]们?|这)?(?:是不?是)?是?(?:12345|市长热线|市民热线|政府热线"
        rf"|热线|民呼我为)(?:热线|平台|服务台)?(?:吗|么|嘛|吧|伐){PARTICLE}*",
    ),
    (Sign.NONE, rf"[\u4e00-\u9fff]{{0,6}}{TITLE}(?:大人|同志|们)?(?=[你您]们?好)"),
    (
        Sign.NONE,
        rf"(?:师傅|老师|大姐|大哥|美女|帅哥|小伙子|姑娘|阿姨|同志|小姐|亲)(?=[你您]好|[你您]听"
        rf"|我跟|$|{PARTICLE}$){PARTICLE}*",
    ),
    (Sign.NONE, rf"不好意思{PARTICLE}*|打扰(?:一下|了)?{PARTICLE}*"),
    (Sign.NONE, rf"(?:事情|情况|事)?(?:是|就是)这样(?:子)?的?{PARTICLE}*"),
    (
        Sign.NONE,
        rf"(?:{SPEAKER}跟[你您]们?(?:讲|说)|我讲给[你您]听|我告诉[你您]|[你您](?:先|们)?听我(?:说"
        rf"|讲)(?:完)?|我来?说(?:一下|给你听)){PARTICLE}*(?!的|过)",
    ),
    (
        Sign.NONE,
        r"(?:(?:那|那么|好|行|就)?(?:我(?:来|就|直接|先)?(?:说|讲)(?:了|吧)?|[你您](?:先)?(?:给我|帮我)?(?:记|听)"
        r"(?:一下|下来|好|着))|不是|不对|可以|行)[吧啊呀]?(?=$)",
    ),
    (Sign.NONE, r"(?:补充一下|补充一点|再补充一下|我再补充)[:：]?"),
    (
        Sign.NEXT,
        rf"(?:对了|哦对|然后|那|顺便)?(?:我?还有|还|另外|另|又有|再)(?:{SPEAKER})?(?:有|要"
        rf"|想)?{VERB}?(?:一|另一|另外一|另外的?一)?"
        rf"(?:(?:件|桩)(?=$|事|就|要|是|想)|个(?=事|问题|情况|就是|是|投诉"
        rf"|$)){MATTER}?(?:(?:要|想){VERB})?(?:一下)?(?:就是|是|呢)?{PARTICLE}*",
    ),
    (
        Sign.NEXT,
        rf"(?:(?<=^)第[二三四五]|另一|下一|最后一|再一|另外一)(?:件|个|桩)(?:{MATTER}|(?=是|就"
        rf"|呢|$)){MATTER}?(?:就是|是|呢)?{PARTICLE}*",
    ),
    (
        Sign.NEXT,
        rf"(?:那|我|我们|先|再|来)*换(?:一件|一?个|个)(?:{MATTER}|话题|别的)(?:说|讲|报|反映)?(?:吧|啊|哈)?(?=$|我)",
    ),
    (
        Sign.NEXT,
        rf"(?:还有|另外|再有)(?:一?个|一件|一些|点)?(?:别的|其他的?)(?:{MATTER})?(?:要|想)?{VERB}?(?=$)"
        rf"|(?:还有|另外|再来|再有)一桩{MATTER}?(?:就是|是)?{PARTICLE}*",
    ),
    (
        Sign.NEXT,
        rf"(?:{SPEAKER})?(?:要|想)?(?:再)?(?:另外|顺便|顺带|还想|还要|也想|再)(?:{SPEAKER})?(?:想|要|再"
        rf"|也|还)*{VERB}"
        rf"(?:(?:另外)?一?(?:个|件)(?:(?=$|就是|是)|{MATTER})|另外一?个)(?:就是|是"
        rf"|呢)?{PARTICLE}*",
    ),
    (
        Sign.ALSO | Sign.ASK,
        rf"(?:另外|顺便|还有|对了|哦对|此外|再)(?:{SPEAKER})?(?:再|还|也|就)?(?:想"
        rf"|要)?(?:再)?(?:麻烦|请)?(?:问(?:一?[下问句声个])?|请教|咨询|打听"
        rf"|了解)(?:一?下)?(?:[你您]们?)?(?:个{MATTER}|一个{MATTER})?(?!题)",
    ),
    (
        Sign.ALSO,
        rf"(?:另外|顺便|顺带|同时)(?:{SPEAKER})?(?:想|要|再|也|还)*{VERB}(?:一下"
        rf"|一?[句嘴声])?(?:就是|是)?(?!过)(?=.{{6}}|$)",
    ),
    (
        Sign.ALSO,
        r"(?:还有就是说?|还有(?:呢|啊)|还有(?=$)|另外(?!一?[边家户个条辆位栋幢侧头人半]"
        r"|[两二三几].|的|找|给|安排|又?花)(?:就是|呢)?|此外|再就是|再有就是"
        r"|然后(?:还有)?就是(?=我|那|楼|小区)"
        r"|除此之外|除了这个|再一个(?:就是)?|再者|顺便|对了|哦对了?)",
    ),
    (
        Sign.ALSO,
        rf"还有(?={NEW_SUBJECT})|(?:还有|而且|并且)(?![人一几很不也还又都没把被就太在点些])",
    ),
    (
        Sign.ORDINAL,
        rf"第[一二三四五六](?:件{MATTER}?|个(?={MATTER}|是|就|呢|$){MATTER}?|点|条(?=$"
        rf"|是))?(?![次天年个月周时届人中医层步季期批幢栋排家回遍名届代者批种套次小中幼实])(?:就是|是|呢)?",
    ),
    (
        Sign.ORDINAL,
        r"(?:其[一二三](?![他中实])|[一二三四]是(?![因为])|[一二三四五六1-6](?:、|[)）]"
        r"|\.(?!\d))|[①-⑨]|[(（][一二三四五1-5][)）])\s?",
    ),
    (Sign.ORDINAL, rf"(?:头一|第[一二三四五六])[件桩](?:{MATTER})?(?:嘛|呢|么)?(?:就是|是)?"),
    (
        Sign.ORDINAL,
        r"(?:(?:另)?一(?:个|件)(?:事|事情)?是|一个呢(?:就?是)?|首先(?:是)?|其次(?:是)?"
        r"|最后(?:一个)?(?:是|呢|$))",
    ),
    (
        Sign.ANNOUNCED,
        rf"(?:{SPEAKER}?(?:今天|一共|总共|是)?(?:有|要|想|[给跟向对][你您]们?)*(?:{VERB}|问)?)(?:两|三|四|五|几|二|2|3|好几)"
        rf"(?:[个件桩]|[点条](?=建议|意见))(?:{MATTER}|小?建议)(?:要{VERB})?(?:的)?(?=$|[:：、])",
    ),
    (
        Sign.ASK,
        rf"(?:{SPEAKER})?(?:就|只|先|再|也|还)*(?:想"
        rf"|要)?(?:先)?(?:麻烦)?(?:向[你您]们?)?(?:请问(?:一?下)?|问(?:一?下|一?[句声问]看?"
        rf"|个{MATTER}|一个{MATTER})|打听一下|(?:(?<=[想要先来])(?:打听|咨询|请教|了解)"
        rf"|(?:咨询|请教|了解))(?:一下|(?=$)|(?<=[想要先来]..)))(?:[你您]们?)?(?:一?个{MATTER})?",
    ),
    (Sign.ASK, r"(?:替|帮)我[妈爸奶爷婆公儿女老][\u4e00-\u9fff]?(?:来)?问(?:一下|问|个事)?"),
    (
        Sign.COMING,
        rf"{SPEAKER}(?:今天|现在|就|先|也|来)*(?:要|想|想要|来)(?:来|再)?(?:实名)?(?:反映|反应|说|讲"
        rf"|报|反馈|汇报|提)(?:一下)?(?:{COUNT})?(?:另外一?个"
        rf"|新的)?(?:{MATTER})?(?:的?(?:{MATTER})?是|就是说?)?(?!明|法|过|意见|建议|的)",
    ),
    (
        Sign.COMING,
        rf"{SPEAKER}(?:今天|现在|就|也)*(?:要|想)(?:来)?(?:实名)?(?:投诉"
        rf"|举报)(?:一下)?(?:一?个{MATTER})?(?=.{{5}}|$)",
    ),
    (
        Sign.COMING,
        rf"(?:反映|投诉|举报|咨询|求助)(?:一下|{COUNT}?{MATTER})?(?=$)|反映(?:一下"
        rf"|一?个{MATTER})",
    ),
    (Sign.BUT, r"(?:但是|但(?![愿求凡])|不过(?!分)|可是|然而|只是)"),
    (
        Sign.NONE,
        rf"{SPEAKER}(?:就是|只是|就)(?:想|要)?(?:提|说|讲|建议|反映)(?:一?个)?(?:(?:小|小小的?)?建议|{MATTER})?"
        r"(?:一下|一句)?(?=[\u4e00-\u9fff]{4}|$)",
    ),
    (Sign.NONE, r"(?:就是|是)(?=楼[上下道]|小区|我[们家]|那个|这个|有人|门口|隔壁|对面)"),
)
_LEADS_BY_SIGN = tuple((sign, re.compile(pattern, re.IGNORECASE)) for sign, pattern in _LEADS)


def lead_of(words: str) -> tuple[Sign, int] | None:
    """Sign and length of the lead at the start of a clause; None without a lead."""
    for sign, pattern in _LEADS_BY_SIGN:
        match = pattern.match(words)
        if match and match.end():
            return sign, match.end()
    return None
