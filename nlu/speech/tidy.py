"""Clean-up of recognised text: simplified characters, digits, hallucination check."""

import re
from collections import Counter

from nlu.language.text import normalise
from nlu.speech.numbers import convert_numerals

# Hallucinations on silence: closing credits of the films in the training data.
_CREDITS = re.compile(
    r"点赞.{0,3}订阅|明镜.{0,2}点点|独播剧场|Amara|字幕(?:由|组|提供|制作|志愿)"
    r"|^(?:谢谢|感谢)(?:大家|您|你)?的?(?:观看|收看|收听)"
)
_SPACE = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_HANZI = re.compile(r"[\u3400-\u9fff]")
_LONGEST_CREDITS = 30  # characters; a longer text is real speech
_MOST_REPEATED = 0.6  # share of a text that one repeated piece may have
_CRIES = re.compile(r"[救火打死快]|来人")  # residents do repeat these: 救命救命救命


_MARKS = re.compile(r"(?<=[\u3400-\u9fff])[,?!;:]")
_FULL_WIDTH = str.maketrans(",?!;:", "，？！；：")


def tidy(text: str) -> str:
    """Normalised text with Chinese punctuation and numbers in digits."""
    joined = _SPACE.sub("", normalise(text))
    return convert_numerals(_MARKS.sub(lambda mark: mark.group().translate(_FULL_WIDTH), joined))


def is_made_up(text: str) -> bool:
    """True if a tidied text is a hallucination on silence, noise or music."""
    if not _HANZI.search(text) and not re.search(r"\d", text):
        return True  # no Chinese and no digits
    if len(text) <= _LONGEST_CREDITS and _CREDITS.search(text):
        return True
    return is_repeated(text) and not _CRIES.search(text)


def is_repeated(text: str) -> bool:
    """True if one repeated piece of one to six characters makes up most of the text."""
    plain = re.sub(r"\W", "", text)
    for size in range(1, 7):
        pieces = Counter(plain[at : at + size] for at in range(len(plain) - size + 1))
        piece, times = pieces.most_common(1)[0] if pieces else ("", 0)
        if times >= 4 and plain.count(piece) * size / len(plain) > _MOST_REPEATED:
            return True
    return False
