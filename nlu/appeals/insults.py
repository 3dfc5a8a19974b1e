"""Expressions of anger: insults, outcries, complaints about earlier calls. Pure."""

import re

from nlu.language.curses import is_only_curses

_LONGEST = 26  # characters; a longer clause has other content
# Words for the insulted: 你们, 这帮领导
_TARGET = (
    "(?:[你您他]们?|这帮|那帮|这群|那群|一群|一帮|政府|公务员|热线|12345|部门|当官的|机器人"
    "|客服|都|就|只|是|不是|真|真是|简直|全|全都|只会|只知道|个|些|的|领导|干部|人)"
)
# 要你们有什么用, 这个热线有啥用
_USELESS = re.compile(
    "(?:要[你您他]们|(?:打|拨)?[你您]?们?(?:这个?)?(?:热线|电话|12345|平台))(?:还|到底|又)?有(?:什么|啥|屁|个屁)用"
)
# 你们就是摆设, 一群废物
_INSULTS = re.compile(
    rf"(?:{_TARGET}*(?:摆设|(?:吃|光吃)(?:干|白|闲)饭|废物|饭桶|窝囊废|混[蛋账]|王八蛋?|狗屁|放屁"
    rf"|垃圾(?:热线|部门|政府|机器人)|脑残|傻[逼比叉瓜]|白痴|神经病|死人|聋子|瞎子"
    r"|不干人事|不干正事|滚蛋?|去死|(?:拿|吃)着?(?:纳税人|老百姓|国家|我们)的?(?:钱|饭)?(?:都"
    r"|还)?不(?:办|干|做)(?:人)?事|拿钱不办事|吃屎|装死|踢皮球的|耳朵?聋了?|眼睛?瞎了?"
    r"|养[你他]们有(?:什么|啥|屁)用|养[你他]们干(?:嘛|什么|啥)|有完没完|破热线"
    r"|纳税人(?:白)?养[你他]们)"
    r"(?:的|啊|吗|吧|呀|嘛|了|东西|玩意儿?|一个|热线|干什么|干嘛)*[，,！!]?)+"
)
# 他妈的, tmd; not in 他妈的医保卡 (his mother's card)
_CURSES = re.compile(
    r"(?:他妈的|你妈的|他娘的|(?<![我你他她爸姨大姑])妈的)(?![病医房身户社退养老腿手卡]|电(?!梯)|名字)"
    r"|特么的?|tmd|TMD|草泥马|狗日的|傻[逼比叉]|(?<!放)狗屁(?=[\u4e00-\u9fff])|[艹]"
)
# 真的要气死了
_EMOTIONS = re.compile(
    r"(?:真的?是?|简直|快|要|都|已经|实在|我们?|太|把我|要被|被你们?|快被|是|也|大家|全家)*"
    r"(?:气死(?:我|人|个人)?|气炸|气疯|忍无可忍|忍不了|气人|火大|火死|岂有此理|过分|无语|要疯"
    r"|疯|吓煞人|吓死(?:我|人)?|急死(?:我|人)?|要命|作孽|造孽|烦死(?:我|人)?|无法无天|欺人太甚"
    r"|受够|恼火|崩溃|心里(?:堵得?慌?|难受|憋屈|窝火|不痛快)|憋屈|憋得慌|窝心|闹心|堵得慌)"
    r"(?:了|啊|的|哦|呀|你们?|他们?|啦)*"
)
# 打了三次12345都没用
_PAST_CALLS = re.compile(
    r"(?:我们?|都|已经|前前后后|光|之前|上次|前面|这|给|你们?|这个|向|跟|找|市长|市民|政府|政务"
    r"|热线|电话|12345|投诉|一共|至少|了|过|就|又)*"
    r"(?:打|拨|反映|投诉|报|找|说|来)(?:过|了)*(?:你们?|12345|热线|电话)*(?:过"
    r"|了)*(?:[一二两三四五六七八九十几百千\d]+|好几|好多|无数|多少|多|N|n)[多来]?(?:次|遍|回"
    r"|趟|个)(?:了)?"
    r"(?:你们?|这个|的|市长|市民|政府|政务|热线|12345|投诉|电话|了|啊|呀|过|都|也|还是|还|根本"
    r"|一点|没有?|用|人|管|理|效果|反应|结果|处理|解决|屁|不|一直|是|就|白|打)*"
)
# The earlier calls were to the hotline: 12345, 投诉了三次
_HOTLINE = re.compile("12345|热线|你们|投诉(?:过|了)?[一二两三四五六七八九十几好无]")
# Thanks or praise that mean the opposite: 真是服了你们, 你们可真行
_SARCASM = re.compile(
    r"(?:我|也|可|真的?|真是|算是|实在|简直|是|彻底)*"
    r"(?:服了?(?:[你您]们?|这帮人|这些人)?|服气|佩服死[你您]?们?|有[你您]们的|够可以的?|行啊[你您]们"
    r"|(?:谢谢|感谢)[你您]们?(?:全家|八辈子?|祖宗(?:十八代)?))(?:了|啊|呀|哈)*"
    r"|[你您]们?(?:这帮人)?(?:可|还|也)?真(?:是)?(?:行|可以|有本事|能干|厉害|会办事|好意思|有一套)(?:了|啊|呀|哈|哦)*"
)
# Signs of anger anywhere in a message: 忍无可忍, ！！！
_ANGER = re.compile(
    r"摆设|吃(?:干|白|闲)饭|气死|气炸|气得|告(?:死)?你们|去(?:北京|省里)告|找(?:记者|媒体)|再不[管来修弄][^，。]{0,4}(?:我就|就去)|忍无可忍"
    r"|岂有此理|欺人太甚|无法无天|受够了|太过分"
    r"|[真算实]?[的是]?服了[你您]们?|服气了|真有[你您]们的|(?:谢谢|感谢)[你您]们?(?:全家|八辈|祖宗)"
    r"|[!！]{3}|白痴|废物|饭桶|滚蛋|狗屁|放屁|混蛋|王八蛋|脑残|神经病"
    r"|[你他]们.{0,4}(?:死人|聋|瞎)|养[你他]们|有完没完|破热线|吃屎|拿钱不办事|干什么吃的"
    r"|干嘛吃的|到底管不管|有没有王法|曝光你们|不干人事|(?:打|拨"
    r"|投诉)了?过?(?:[三四五六七八九十几百千\d]+|好几|好多|无数)多?[次遍回趟].{0,10}(?:都|也"
    r"|还是|没|不|白)"
    r"|(?:打|拨)了?过?(?:[三四五六七八九十几\d]+|好几|好多|无数)多?[次遍回趟](?:你们|12345|热线)"
)


def is_only_insults(words: str) -> bool:
    """True if the clause is nothing but insults or curses."""
    return len(words) <= _LONGEST and (
        _INSULTS.fullmatch(words) is not None or is_only_curses(words)
    )


def is_only_emotion(words: str) -> bool:
    """True if the clause is nothing but an outcry: 真的要气死了."""
    return len(words) <= _LONGEST and _EMOTIONS.fullmatch(words) is not None


def is_only_sarcasm(words: str) -> bool:
    """True if the clause is thanks or praise that mean the opposite: 真是服了你们."""
    return len(words) <= _LONGEST and _SARCASM.fullmatch(words) is not None


def is_only_past_calls(words: str) -> bool:
    """True if the clause only counts earlier calls to the hotline: 打了三次12345都没用."""
    return (
        len(words) <= _LONGEST
        and _HOTLINE.search(words) is not None
        and _PAST_CALLS.fullmatch(words) is not None
    )


# An insult in place of a person, with a predicate: 楼上那个王八蛋天天跺脚
_CURSED_PERSON = re.compile(
    r"(?P<who>[那这][个帮群伙户家些]|[上下壁面里边]的|的那个)(?:臭|死|老|狗)?"
    r"(?:王八蛋|王八羔子|混[蛋账](?:东西)?|畜生|狗东西|狗杂种|杂种|贱人|傻[逼比叉子]|神经病|疯子|瘪三|垃圾人|人渣|流氓|龟孙子?"
    r"|孙子|脑残|缺德鬼|赤佬|不要脸的)(?:东西|玩意儿?)?(?=[\u4e00-\u9fff]{2})"
)


def remove_curses(words: str) -> str:
    """The clause without curses; an insulted person becomes 那个人. Mere insults stay."""
    if is_only_insults(words):
        return words
    return _CURSES.sub("", _CURSED_PERSON.sub(r"\g<who>人", words))


def is_angry(text: str) -> bool:
    """True if a normalised message shows anger."""
    return any(pattern.search(text) for pattern in (_ANGER, _CURSES, _USELESS))
