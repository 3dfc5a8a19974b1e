"""The menu under the chat: exactly the four entries of S23.

WeChat shows three buttons. Two entries have a button each; the third button opens the other two.
"""

from typing import Any

from dialogue.handlers.menu import ENTRIES, QUESTION

ASK, REPORT, SUGGEST, RATE = (QUESTION, *ENTRIES)
SUBMENU = "建议评价"  # the name of the third button
# The keys that WeChat sends for a touched entry. Never change them: old menus stay in phones.
KEYS = {"minhu_ask": ASK, "minhu_report": REPORT, "minhu_suggest": SUGGEST, "minhu_rate": RATE}


def menu() -> dict[str, Any]:
    """The body of WeChat's menu/create."""
    ask, report, suggest, rate = (_entry(key) for key in KEYS)
    return {"button": [ask, report, {"name": SUBMENU, "sub_button": [suggest, rate]}]}


def _entry(key: str) -> dict[str, Any]:
    return {"type": "click", "name": KEYS[key], "key": key}
