"""The menu under the chat: exactly the four entries of S23.

WeChat shows three buttons at the bottom. The two that most residents come for are one touch
away; the other two stand under a third, which is called by what is under it.
"""

from typing import Any

from dialogue.handlers.menu import ENTRIES, QUESTION

ASK, REPORT, SUGGEST, RATE = (QUESTION, *ENTRIES)
UNDER_ONE = "建议评价"  # the name of the third button
# What WeChat sends back when an entry is touched; the names may change, these may not: old
# menus live on in residents' phones.
KEYS = {"minhu_ask": ASK, "minhu_report": REPORT, "minhu_suggest": SUGGEST, "minhu_rate": RATE}


def menu() -> dict[str, Any]:
    """As WeChat's menu/create wants it."""
    ask, report, suggest, rate = (_entry(key) for key in KEYS)
    return {"button": [ask, report, {"name": UNDER_ONE, "sub_button": [suggest, rate]}]}


def _entry(key: str) -> dict[str, Any]:
    return {"type": "click", "name": KEYS[key], "key": key}
