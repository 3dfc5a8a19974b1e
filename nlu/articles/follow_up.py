"""Follow-up questions after an article: 那要带什么材料, 我在外地能换吗, 小孩也能补吗. Pure.

A short question with no object of its own asks about the article just shown. It names aspects
(a price, a person, a place to go to); the lines of the article that speak of them answer it.
"""

import re
from dataclasses import dataclass

from nlu.articles.topics import objects

LONGEST = 30  # characters


@dataclass(frozen=True)
class _Aspect:
    """An aspect of a question, and the words of the lines that answer it."""

    question: re.Pattern[str]
    lines: re.Pattern[str]


def _aspect(question: str, lines: str) -> _Aspect:
    return _Aspect(re.compile(question), re.compile(lines))


_MONEY = "多少钱|收费|要钱|花钱|费用|免费|工本费|收(?:不收)?.{0,2}钱"
# For whom it is asked: a line must speak of such people, whatever else it says.
_PEOPLE = (
    _aspect(
        r"外地|异地|(?:不是|没有?|非)(?:本地|这里|杭州)|外省|老家|农村户口|外来|不在本地|户口不在|安徽|江[西苏]|[河湖]南|[河湖]北|四川|重庆"
        r"|贵州|云南|福建|山[东西]|广[东西]|陕西|甘肃|东北|上海|北京|新疆|海南|辽宁|吉林|黑龙江|青海|宁夏",
        r"外地|异地|户口|户籍|全国|就近|哪里都",
    ),
    _aspect(r"小孩|孩子|孙子|孙女|娃|未成年|婴儿|宝宝", r"小孩|孩子|儿童|未成年|婴"),
    _aspect(r"残疾|坐轮椅|瘫(?:痪)?(?:在床上?)?", r"残疾|失能|不便|走不动|上门"),
    _aspect(r"走不动|不方便|卧床|躺在床上|行动不便|下不了楼|去不了", r"不便|走不动|卧床|上门|代办"),
)  # fmt: skip
_ASPECTS = (
    _aspect(
        r"材料|证件|资料|(?:带|准备|提供|交)(?:些|点)?(?:什么|哪些|啥)|要(?:不要)?带|^那?带",
        r"带|材料|身份证|证明|原件|复印件|合同|户口",
    ),
    _aspect(
        r"多久|几天|多长时间|多少天|什么时候(?:能|可以|好|办|出|到|拿|发|给)|等几|啥时候",
        r"\d\s*(?:个)?(?:日|天|工作日|小时|周|月)|当场|当天|立等",
    ),
    _aspect(
        r"(?:能|可以|会|给|有|补|发|领|拿|报)(?:[^，。]{0,4})多少(?!天|时间|人)|多少一个月|每月多少|一个月(?:多少|几)|标准",
        r"多少钱|\d+元|标准|金额|每月|比例|\d+%",
    ),
    _aspect(_MONEY, r"费|元|免|不收|不要钱"),
    _aspect(
        r"代办|代替|代领|本人|替[我他她]|帮[他她我][^，。]{0,2}办|亲自|子女.{0,3}办|(?:儿子|女儿|家里人|老伴)[^，。]{0,3}(?:办|去|拿"
        r"|领)",
        r"代办|本人|委托|家人|子女",
    ),
    _aspect(
        r"网上|手机|线上|在家.{0,2}办|微信|支付宝|小程序|[aA][pP]{2}",
        r"网|手机|线上|小程序|App|APP|浙里办|掌上",
    ),
    _aspect(
        r"(?:去|到|在|找)(?:哪|什么地方|谁)|哪里(?:办|领|交|弄|申请)|哪办|地址|哪个(?:窗口|部门|地方)|怎么走",
        r"窗口|中心|派出所|街道|社区|服务站|大厅|村",
    ),
    _aspect(r"电话|打(?:哪个|几|多少)|号码", r"1[0-9]{4}(?!\d)|电话|打"),
    _aspect(
        r"(?:怎么|如何|咋)(?:个)?(?:申请|办|弄|领|换|补|交|报|去|操作|搞|做|样)|流程|手续|先(?:去|找|做|办)",
        r"带|申请|窗口|到|打\d|登记|网",
    ),
    _aspect(
        r"几点|上班|下班|周末|星期[六日天]|礼拜|周[六日]|中午|开门|关门|节假日|预约",
        r"\d点|周末|上班|下班|工作日|全天|预约",
    ),
    _aspect(r"几岁|多大|年龄|多少岁|年纪|够不够|条件|符合|有资格", r"岁|满|条件|才能|符合|可以"),
    _aspect(r"过期|晚了|忘了|来不及|超过|逾期|补救", r"过期|忘|补|恢复|逾期|晚"),
)  # fmt: skip
_PEOPLE_OF_ALL_KINDS = (
    "我们?|你们?|咱们?|他们?|她们?|家里?|爸爸?|妈妈?|爷爷|奶奶|公公|婆婆|外公|外婆|姐姐?|妹妹?|哥哥?|弟弟?|阿公|阿婆|老伴儿?|老头子?|老太婆?|老公"
    "|老婆|爱人|儿子|女儿"
    "|媳妇|女婿|亲戚|朋友|邻居|老人家?|老年人|别人|本人|人|一个"
)
# Words that are no object of their own: verbs of any procedure, people, ages, particles.
_GENERAL = re.compile(
    rf"{_PEOPLE_OF_ALL_KINDS}|[\d一二三四五六七八九十两百]+(?:岁|多岁|个|块|号|次)?"
    "|(?:申请|办理|办好?|弄|领取?|换|补办?|交|报|拿到?|取|用|搞|操作|查|改|续|开|走|享受|算)"
    "|怎么|如何|咋|什么|啥|哪里?|哪儿|哪个|多少|多久|几|谁|可以|可不可以|能不能|能|会|行|要不要|要|得|想|需要|应该|必须|还是|是不是|是|有没有|有"
    "|在|去|到|从|住|给|和|跟|把|被|让|替|帮|对|为|按|只|就|都|也|还|再|又|才|很|太|已经|现在|今年|马上|以后|以前|一直|直接|自己|刚才|上面|这个"
    "|那个|这种|那种|这|那|里"
    "|请问|麻烦|问一?下|问|说|讲|谢谢|您好|你好|喂|哦|嗯|唉|啊|呀|吗|呢|吧|嘛|么|的|了|过|着|得|下|一下|点|些|不|没|吃|好|样|话|户口|钱|每月|月"
    "|年|天|时间|东西"
    "|[，,。？?！!、 ~～]"
)
MOST_OTHER = 1  # character that is left of a question without an object
_PHONE = re.compile(r"(?<!\d)(?:12[0-9]{3}|9\d{4}|1[12]0)(?!\d)")
# Whether they may at all: only when nothing else is asked
_MAY = _aspect(
    "(?:能|可以|可不可以|能不能|行|好)[^，。]{0,4}(?:吗|么|不|行|[？?]|$)",
    r"岁|满|可以|才能|条件|符合",
)


def is_follow_up(question: str) -> bool:
    """True if the question asks about an aspect, or for somebody, and names no object."""
    if len(question) > LONGEST or objects().of(question.lower()) or not _wanted(question):
        return False
    rest = question
    for aspect in (*_PEOPLE, *_ASPECTS):
        rest = aspect.question.sub("", rest)
    return len(_GENERAL.sub("", rest)) <= MOST_OTHER


def may_follow(question: str, article: str) -> bool:
    """True if the question asks about an aspect of objects that the text of `article` names."""
    named = set(objects().of(question.lower()))
    return (
        len(question) <= LONGEST
        and named <= set(objects().of(article.lower()))
        and (bool(named) and bool(_wanted(question)))
    )


def excerpt(question: str, body: str) -> str:
    """The lines of `body` that answer the question; "" when none does."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    wanted = _wanted(question)
    return "\n".join(line for line in lines if any(it.lines.search(line) for it in wanted))


def phone_in(body: str) -> str:
    """The first telephone number of an office in `body`; 12345 without one."""
    phone = _PHONE.search(body)
    return phone[0] if phone else "12345"


def _wanted(question: str) -> list[_Aspect]:
    """The aspects that the question names; the people alone, when it asks for somebody."""
    for aspects in (_PEOPLE, _ASPECTS, (_MAY,)):
        if named := [aspect for aspect in aspects if aspect.question.search(question)]:
            return named
    return []
