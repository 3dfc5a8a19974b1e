"""A source's own number of an appeal, in the one form by which two writings are compared."""

import re
import unicodedata

_IGNORED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff']+")


def number_key(number: str) -> str:
    """The number without width, case, spaces, invisible marks and a spreadsheet's apostrophe."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", number)).upper()
