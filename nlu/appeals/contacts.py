"""Contact details of the resident in a message: name, telephone, home. Pure."""

import re
from dataclasses import dataclass, replace

from nlu.appeals.asides import Piece
from nlu.appeals.cues import has_trouble, is_place
from nlu.city.loaded import elsewhere
from nlu.gazetteer.vague import is_vague_answer
from nlu.language.text import NumberSpan, find_phones
from nlu.language.words import cut, tags

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤"
    "尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
    "楼裘诸骆宣竺邬吾来"
)
_STATED = r"[\u4e00-\u9fff]{1,2}"
# 王建国, 欧阳明
_DOUBLE = "欧阳|上官|司马|诸葛|司徒|夏侯|皇甫|尉迟|公孙"
PERSON_NAME = rf"(?:(?:{_DOUBLE}){_STATED}|[{_SURNAMES}]{_STATED})"
_SURNAME = rf"(?:{_DOUBLE}|[{_SURNAMES}])"
_TITLE = "(?:先生|女士|小姐|阿姨|师傅|老师|大爷|大妈|奶奶|爷爷|同志)"
# What may follow a name: a mark, 电话, 住
_AFTER_NAME = (
    r"(?=$|[，,。、 ;；]|电话|手机|号码|联系|家?住|家在|我|是|今年|男|女|退休|的电话|[0-9])"
)
# 我叫, 联系人是
_INTRODUCES = (
    r"(?:我的?名字?(?:叫|是)|我叫|我姓名是?|本人(?:叫|姓名)?|姓名[是:：]*"
    r"|联系人[是:：]*|投诉人[是:：]*|举报人[是:：]*|反映人[是:：]*|名字(?:叫|是|[:：])*)\s?"
)
# 我叫王建国, 我姓李, 我是张阿姨
_NAMED = re.compile(
    rf"{_INTRODUCES}(?P<name>{PERSON_NAME}){_AFTER_NAME}(?:的?(?:电话|手机)(?:是)?(?=$))?"
    rf"|(?:我|免贵|本人|^)姓(?P<surname>{_SURNAME}{_TITLE}?)"
    r"(?=的?(?:$|[，,。、 ])|叫|电话|手机|住|家|我)的?"
    rf"(?:叫(?P<whole>{PERSON_NAME}){_AFTER_NAME})?"
    rf"|(?:你们?|您|大家)?(?:就|都)?(?:叫我|称呼我|喊我)(?P<called>[老小阿]?{_SURNAME}{_TITLE}?)"
    r"(?:就[行好]|吧)?(?=$|[，,。、 ])"
    rf"|我是(?P<self>[老小][{_SURNAMES}]|[{_SURNAMES}](?:{_TITLE}|{_STATED}))(?=$|[，,。；;！!\n ])"
)
# Ends of false matches, which are no names: 我是单亲, 我是房东
_NO_NAME = re.compile(
    r".*(?:[人的生员户民工师长主亲东机了车]|单身|单亲|全家|师傅|医生|老师|经理|主任|阿姨|先生"
    r"|物业|保安|过来|过去)$"
)
_FAMILY = (
    "老伴儿?|老公|老婆|爱人|丈夫|妻子|儿子|女儿|儿媳妇?|媳妇|女婿|孙子|孙女|外孙女?|爸爸?|妈妈?"
    "|父亲|母亲|哥哥?|姐姐?|弟弟?|妹妹?|家里人?"
)
_PHONE_WORDS = (
    "电话号码|手机号码|联系方式|联系电话|联系人|手机号|电话|手机|号码|座机|微信同号|微信|[tT]el|TEL"
    "|拨打|致电|回电|回复|联系|打|拨|找"
)
# Label before a number: 我的电话是, 请联系, 写我老伴的电话, 那我电话留给你
_PHONE_LABEL = re.compile(
    r"(?:有(?:什么|啥)?(?:情况|消息|进展|问题|结果)|那么?|请|就|可以|可|有事|麻烦|[你您]们?|帮我|把|给|在|写|留|记|填|用|登|报|发|告诉|换|改|成|上"
    rf"|一?个|一下|下|了|这个|这里|我们?|咱|本人|{_FAMILY}|{_PHONE_WORDS}|的|号|是|为|吧|[:：])+[，,]?\s*$"
)
_NAMES_PHONE = re.compile(f"{_PHONE_WORDS}|[写留记填用换改][成个]?(?:我|这)")
# …打这个电话, …微信同号
_AFTER_PHONE = re.compile(
    r"\s*[，,]?(?:就?打这个(?:电话|号码|就行|吧)*|(?:随时|可以|有事)?(?:联系|打给?)我|微信同号|这是我(?:的)?(?:电话"
    r"|手机号?))?"
)
# The number belongs to somebody else: 对方电话, 骗子打来的
_OTHERS_NUMBER = re.compile(
    r"他|她|对方|骗子|商家|老板|店|来电|打来|打过来|打给我|司机|公司|中介|客服|物业|官方|诈骗"
    r"|短信|发件|显示|接到|收到|骚扰|自称|房东|工头|包工头|厂"
)
# 我的电话, 打我
_OWN_NUMBER = re.compile("我的?(?:电话|手机|号码|联系)|联系(?:电话|方式)|打我|本人")
_RESIDENT = "(?:业主|居民|住户|老住户|村民|租户|租客|商户|老人|群众|老百姓|市民|退休职工|职工)"
# 我住在翠苑一区
_LIVES = re.compile(
    r"(?:我们?|本人|咱|我家|我妈|家)?(?:家)?(?:就|也|都|现在|目前|一直|是)*(?:住|居住|租住|家住"
    r"|租房)(?:在|于)?"
    r"(?P<place>(?!院|[不了过着的进满户宅下得一这那证权]"
    r"|宿条件|登记)[\u4e00-\u9fffA-Za-z0-9\-—]{2,30}?)(?:的|这边|这里|那边|那里|里面)?"
)
# 我是翠苑一区的业主
_RESIDENT_OF = re.compile(
    r"(?:我们?|本人|咱们?)(?:是|就是|也是|都是)(?:住在|住|在|家住)?(?P<place>(?!这里|你们|一|个"
    r"|普通|杭州市民)[\u4e00-\u9fffA-Za-z0-9\-—]{2,24}?)"
    rf"(?:这边|这里|那边)?(?:的(?:一名|一位|一个|个)?(?P<who>{_RESIDENT}|人)?"
    rf"|(?P<who2>{_RESIDENT}))[呀啊哎嘞哦]*"
)
# The same with the matter right behind: 我们是文新小区的居民…
_IS_FROM = re.compile(
    r"(?:我们?|咱们?)(?:是|就是|住在?)(?P<place>[\u4e00-\u9fff0-9]{2,16}?(?:小区|社区|新村|花园"
    r"|公寓|家园|苑|村|街道|镇|路|弄|幢|栋|单元))"
    rf"(?:里)?的?(?:{_RESIDENT}[呀啊哎]*|[呀啊哎])(?=[\u4e00-\u9fff]{{4}})"
)
# A place that no list has, with the matter right behind: 我是那个三里亭的我们楼下…
_COMES_FROM = re.compile(
    r"我们?(?:是|就是|住在?)(?:那个|这个)?(?P<place>(?![一个这那你他来要开做卖搞跑打租买修教当])[\u4e00-\u9fff0-9]{1,7}?[^\W人户主者员工民师亲])"
    r"(?:那边|这边)?的(?=我们?(?:家|楼|小区|这|那)|我(?:老|今年)|楼[上下]|隔壁)"
)
# 我今年七十住翠苑楼上…, without a pause before the matter
_LIVES_AT = re.compile(
    r"(?:我们?|我家|家)?(?P<age>今年[0-9一二三四五六七八九十]{1,4}岁?了?)?(?:我们?|我家"
    r"|家)?住在?(?P<place>(?!院|楼|隔)[^\W的了着不]{2,14}?)(?=我们|我家|楼[上下]|隔壁|对面|这边"
    r"|那个)"
)
# 我家在文三路
_IS_AT = re.compile(
    r"(?:我们?人?|我家|本人|人|家)(?:现在|目前|人|就|家)?(?:在"
    r"|位于)(?P<place>[\u4e00-\u9fffA-Za-z0-9\-—]{2,30})"
)
# Characters of a predicate: the words are no bare place
_PREDICATE = re.compile("[的往扔都也要去来被把不没有很太每]|天天")
# Not about a home: 在哪上班了
_NOT_A_HOME = re.compile(r"[了吗呢]|怎么|什么|上班|工作|楼上(?!$)|买|租的|开的")


@dataclass(frozen=True)
class Contact:
    """The author as the message states them; None for what it omits."""

    name: str | None = None
    phone: str | None = None
    home: str | None = None


def own_phone(text: str) -> NumberSpan | None:
    """First telephone number in a normalised text that is the resident's own, or None."""
    return next((phone for phone in find_phones(text) if is_own(text, phone)), None)


def is_own(text: str, phone: NumberSpan) -> bool:
    """True if the words before the number do not assign it to somebody else (他的电话)."""
    clause = re.split("[，。！？；,!?;\n]", text[max(0, phone.start - 30) : phone.start])[-1]
    return _OWN_NUMBER.search(clause) is not None or _OTHERS_NUMBER.search(clause) is None


def remove_own_phones(text: str) -> str:
    """The text without the resident's own telephone numbers and their labels (我的电话是)."""
    for phone in reversed(find_phones(text)):
        if not is_own(text, phone):
            continue
        before = text[: phone.start]
        label = _PHONE_LABEL.search(before, max(0, len(before) - 24))
        after = _AFTER_PHONE.match(text, phone.end)
        start = label.start() if label and _NAMES_PHONE.search(label[0]) else phone.start
        text = f"{text[:start]}，{text[after.end() if after else phone.end :]}"
    return text


def extract_contact(pieces: list[Piece]) -> tuple[Contact, list[Piece]]:
    """Name and home of the resident, and the pieces without them."""
    contact = Contact()
    remaining: list[Piece] = []
    for piece in pieces:
        words = piece.words
        contact, words = _take_name(contact, words)
        contact, words = _take_home(contact, words)
        remaining.append(replace(piece, words=words))
    return contact, remaining


def own_names(text: str) -> list[str]:
    """Names that the resident gives as their own; a surname alone does not count."""
    names = (_name_in(match) for match in _NAMED.finditer(text))
    return [name for name in names if name is not None and len(name) > 1]


def _name_in(match: re.Match[str]) -> str | None:
    name: str | None = (
        match["whole"] or match["name"] or match["surname"] or match["called"] or match["self"]
    )
    if name is None or match["surname"] or match["called"] or re.search(f"{_TITLE}$", name):
        return name
    return None if _NO_NAME.match(name) else name


def _take_name(contact: Contact, words: str) -> tuple[Contact, str]:
    match = _NAMED.match(words)
    if match is None:
        is_again = contact.name and re.fullmatch(f"{contact.name}{_TITLE}", words)
        return (replace(contact, name=words), "") if is_again else (contact, words)
    name = _name_in(match)
    if name is None or (contact.name is not None and not match["called"]):
        return contact, words
    return replace(contact, name=name), words[match.end() :].lstrip(" ，,是")


def _take_home(contact: Contact, words: str) -> tuple[Contact, str]:
    if contact.home is not None:
        return contact, words
    if len(words) <= 40 and (place := _home(words)):
        return replace(contact, home=place), ""
    run_on = _IS_FROM.match(words) or _comes_from(words) or _LIVES_AT.match(words)
    if run_on and not has_trouble(run_on["place"]):
        return replace(contact, home=run_on["place"]), _age(run_on) + words[run_on.end() :]
    return contact, words


def _comes_from(words: str) -> re.Match[str] | None:
    match = _COMES_FROM.match(words)
    return match if match and _may_be_name(match["place"]) else None


def _may_be_name(words: str) -> bool:
    """False for what somebody does or is: 做生意, 退休."""
    return is_place(words) or not tags().get(cut(words)[0], "").startswith(("v", "a", "n"))


def _may_be_home(place: str) -> bool:
    if is_place(place):
        return True
    return len(place) <= 14 and not is_vague_answer(place) and not _PREDICATE.search(place)


def _age(match: re.Match[str]) -> str:
    return match.groupdict().get("age") or ""


def _home(words: str) -> str | None:
    if has_trouble(words) or _NOT_A_HOME.search(words):
        return None
    if match := _LIVES.fullmatch(words):
        return match["place"] if _may_be_home(match["place"]) else None
    if match := _RESIDENT_OF.fullmatch(words):
        place = match["place"]
        return place if match["who"] or match["who2"] or is_place(place) else None
    match = _IS_AT.fullmatch(words)
    if (
        match
        and not is_vague_answer(match["place"])
        and (is_place(match["place"]) or elsewhere().find(match["place"]))
    ):
        return match["place"]
    return None
