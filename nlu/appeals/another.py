"""Announcement of another matter: 还有一件事, 另外再反映一个. Pure."""

import re

_THING = "(?:事情?|问题|情况|投诉|建议|诉求)"
_END = "(?=[，,。：:！!~ ]|$)"
_SAY = "(?:反映|投诉|举报|反应|登记|报|说|讲|提|问)"
# 还有一件事, 另外再反映一个, 换个话题, 顺便投诉
_ANNOUNCES = re.compile(
    "(?:另外|再|还|顺便|也)(?:想|要|得)?(?:再|还|想|要|来|帮我|给我|跟你们|给你们|向你们){0,3}"
    rf"{_SAY}(?:一下|(?:一|两|几)?[个件条桩](?!人|月|多月|半月|星期|礼拜|小时|钟头|数|号码))"
    rf"|(?:还有|另外|再有|再来|又有)(?:的)?(?:一|别的|其他|另)?[件个桩条样]"
    rf"(?:{_THING}|[，,：:。 ]|$)"
    rf"|(?:还有|另外|再有|又有)(?:还有)?(?:一?个|一件|一桩|一些|点|几个|几件)?(?:别的|其他的?|其它的?)"
    rf"(?:{_THING}(?:要|想)?{_SAY}?|要{_SAY})?(?:呢|啊|哦|呀)?{_END}"
    rf"|(?:另外|还有|再来|再有)(?:一|两)桩|(?:还有|另有|又有)(?:两|几)[件个桩]{_THING}"
    rf"|(?:另一|另外一|别的一|第二)[件个桩]{_THING}?(?!边|人|方面|原因|单元|路口|门|小区)"
    rf"|换(?:一件|一?个|个)(?:{_THING}|话题|别的){_END}"
    r"|(?:顺便|顺带)(?:再)?(?:反映|投诉|说|报|提|讲)"
)
_GOES_ON = re.compile(r"(?:还有|另外)(?:就是)?[，,：:](?![^，,。]{0,6}也)")
_LONGEST = 200  # characters read


def announces_another(words: str) -> bool:
    """True if the start of a normalised text announces another matter, or goes on: 还有，…."""
    return counts_another(words) or _GOES_ON.search(words[:_LONGEST]) is not None


def counts_another(words: str) -> bool:
    """True if the start of a normalised text announces another matter by name: 还有一件事."""
    return _ANNOUNCES.search(words[:_LONGEST]) is not None
