"""The menu under the chat: exactly the four entries of S23, and links to two public pages.

WeChat shows three buttons. Two entries have a button each; the third button opens the rest.
"""

from typing import Any

from dialogue.handlers.menu import ENTRIES, QUESTION

ASK, REPORT, SUGGEST, RATE = (QUESTION, *ENTRIES)
SUBMENU = "建议评价"  # the name of the third button
# The keys that WeChat sends for a touched entry. Never change them: old menus stay in phones.
KEYS = {"minhu_ask": ASK, "minhu_report": REPORT, "minhu_suggest": SUGGEST, "minhu_rate": RATE}


LINKS = {"查我的事": "/public/case", "个人信息": "/public/privacy"}


def menu(public_url: str | None) -> dict[str, Any]:
    """The body of WeChat's menu/create; links only where our public address is known."""
    ask, report, suggest, rate = (_entry(key) for key in KEYS)
    links = [
        {"type": "view", "name": name, "url": f"{public_url.rstrip('/')}{path}"}
        for name, path in LINKS.items()
        if public_url
    ]
    return {"button": [ask, report, {"name": SUBMENU, "sub_button": [suggest, rate, *links]}]}


def _entry(key: str) -> dict[str, Any]:
    return {"type": "click", "name": KEYS[key], "key": key}
