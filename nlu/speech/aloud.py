"""What we wrote to a resident, as it is read aloud: no marks, links or long numbers. Pure."""

import re

from nlu.language.text import find_case_nos, find_phones

MOST_CHARACTERS = 120  # half a minute; the text is there for the rest
_DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")
_LINK = re.compile(r"(?:https?://|www\.)[^\s，。！？）】\u4e00-\u9fff]+")
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:：]([0-5]\d)(?!\d)")
_SPAN = re.compile(r"(?<=[\d日月点分])\s*[-–—~～]+\s*(?=\d)")
_LONG = re.compile(r"(?<![\d.])(?:\d{5,}|0\d+)(?!\d|\.\d)")
_CHOICE = re.compile(r"^回 ?(\d{1,2})[ ，,：:]*", re.MULTILINE)
_NUMBERED = re.compile(r"^(\d{1,2})[.、]\s*(?!\d)", re.MULTILINE)
_BRACKETS = re.compile(r"[【】\[\]（）()“”\"‘’'《》「」*_#]")
_SPOKEN = r"\u4e00-\u9fff0-9，。！？；：、.%\n"
_BETWEEN_NUMBERS = re.compile(rf"(?<=\d)[^{_SPOKEN}]+(?=\d)")
_UNSPOKEN = re.compile(rf"[^{_SPOKEN}]+")
_SENTENCE = re.compile(r"[^。！？]*[。！？]+")


def aloud(text: str) -> str:
    """Whole sentences from the beginning of `text`, as many as fit; empty when none does."""
    plain = _without_long_numbers(_TIME.sub(_clock, _LINK.sub("网址", text)))
    plain = _SPAN.sub("到", plain)
    plain = _CHOICE.sub(r"回\1，", plain)
    plain = _NUMBERED.sub(r"第\1，", plain)
    plain = _BETWEEN_NUMBERS.sub("，", _BRACKETS.sub("，", plain))  # two numbers stay two
    plain = _UNSPOKEN.sub("", plain)
    return _first_sentences("".join(map(_sentence, plain.split("\n"))))


def _without_long_numbers(text: str) -> str:
    """Of a case number its last four digits; phones and such digit by digit, 1 as 幺."""
    for case in reversed(find_case_nos(text)):
        tail = case.value[-4:].translate(_DIGITS)
        text = text[: case.start] + ("" if case.partial else "尾号") + tail + text[case.end :]
    for phone in reversed(find_phones(text)):
        digits = phone.value.replace("-", "").translate(_DIGITS)
        text = text[: phone.start] + digits + text[phone.end :]
    return _LONG.sub(lambda number: number[0].translate(_DIGITS), text)


def _clock(time: re.Match[str]) -> str:
    hour, minute = int(time[1]), int(time[2])
    return f"{hour}点" + (f"{minute}分" if minute else "")


def _sentence(line: str) -> str:
    """With one mark between clauses, and one at its end."""
    line = re.sub(r"[，、；：.]*([，、；：。！？])[，、；：]*", r"\1", line).strip("，、；：.")
    if not re.search(r"[\u4e00-\u9fff0-9]", line):
        return ""
    return line if line[-1] in "。！？" else f"{line}。"


def _first_sentences(text: str) -> str:
    said = ""
    for sentence in _SENTENCE.findall(text):
        if len(said) + len(sentence) > MOST_CHARACTERS:
            break
        said += sentence
    return said
