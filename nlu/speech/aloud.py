"""Text of a reply for speech synthesis: without markup, links and long numbers. Pure."""

import re

from nlu.language.text import find_case_nos, find_phones

MOST_CHARACTERS = 120  # about half a minute of speech; the resident can read the rest
_DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")
_LINK = re.compile(r"(?:https?://|www\.)[^\s，。！？）】\u4e00-\u9fff]+")
# 9:30
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:：]([0-5]\d)(?!\d)")
# The dash of 3-5天
_SPAN = re.compile(r"(?<=[\d日月点分])\s*[-–—~～]+\s*(?=\d)")
_LONG_NUMBER = re.compile(r"(?<![\d.])(?:\d{5,}|0\d+)(?!\d|\.\d)")
# 回 1 at the start of a line
_CHOICE = re.compile(r"^回 ?(\d{1,2})[ ，,：:]*", re.MULTILINE)
# 1. at the start of a line
_NUMBERED = re.compile(r"^(\d{1,2})[.、]\s*(?!\d)", re.MULTILINE)
_BRACKETS = re.compile(r"[【】\[\]（）()“”\"‘’'《》「」*_#]")
_SPOKEN = r"\u4e00-\u9fff0-9，。！？；：、.%\n"
_BETWEEN_NUMBERS = re.compile(rf"(?<=\d)[^{_SPOKEN}]+(?=\d)")
_UNSPOKEN = re.compile(rf"[^{_SPOKEN}]+")
_SENTENCE = re.compile(r"[^。！？]*[。！？]+")


def spoken_text(text: str) -> str:
    """Spoken form of the first sentences of `text`, within MOST_CHARACTERS; empty if none fits."""
    plain = _shorten_numbers(_TIME.sub(_clock, _LINK.sub("网址", text)))
    plain = _SPAN.sub("到", plain)
    plain = _CHOICE.sub(r"回\1，", plain)
    plain = _NUMBERED.sub(r"第\1，", plain)
    plain = _BETWEEN_NUMBERS.sub("，", _BRACKETS.sub("，", plain))  # keep adjacent numbers apart
    plain = _UNSPOKEN.sub("", plain)
    return _first_sentences("".join(map(_sentence, plain.split("\n"))))


def _shorten_numbers(text: str) -> str:
    """Replace case numbers by their last four digits; spell long numbers, with 幺 for 1."""
    for case in reversed(find_case_nos(text)):
        tail = case.value[-4:].translate(_DIGITS)
        text = text[: case.start] + ("" if case.partial else "尾号") + tail + text[case.end :]
    for phone in reversed(find_phones(text)):
        digits = phone.value.replace("-", "").translate(_DIGITS)
        text = text[: phone.start] + digits + text[phone.end :]
    return _LONG_NUMBER.sub(lambda number: number[0].translate(_DIGITS), text)


def _clock(time: re.Match[str]) -> str:
    hour, minute = int(time[1]), int(time[2])
    return f"{hour}点" + (f"{minute}分" if minute else "")


def _sentence(line: str) -> str:
    """The line as a sentence, with single marks and a mark at the end."""
    line = re.sub(r"[，、；：.]*([，、；：。！？])[，、；：]*", r"\1", line).strip("，、；：.")
    if not re.search(r"[\u4e00-\u9fff0-9]", line):
        return ""
    return line if line[-1] in "。！？" else f"{line}。"


def _first_sentences(text: str) -> str:
    head = ""
    for sentence in _SENTENCE.findall(text):
        if len(head) + len(sentence) > MOST_CHARACTERS:
            break
        head += sentence
    return head
