"""Texts about a code that links two chats."""

from backend.vocabulary.texts import Text

WRONG_CODE = Text(
    "这个绑定码不对，或者已经过期了。请在另一个聊天里回“绑定”，重新要一个。",
    "这个号码不对，或者太久了。在另一个聊天里回“绑定”，再要一个。",
)
TOO_MANY_TRIES = Text("输错太多次了，请过一个小时再试。")
