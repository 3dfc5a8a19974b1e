"""Texts of the public pages."""

from backend.vocabulary.texts import Text

WRONG_CODE = Text(
    "编号或查询码不对。请看登记时给您的编号和查询码，或打 12345。",
    "编号或查询码不对。请再看看。也可以打 12345。",
)
TOO_MANY_TRIES = Text(
    "试的次数太多，请过 {minutes} 分钟再来，或打 12345。",
    "试太多次了。{minutes} 分钟后再来。也可以打 12345。",
)
THANKS = Text("谢谢您的评价，已经记下了。")
THANKS_DONE_AGAIN = Text("谢谢您的评价。您的事重新办理了。")
CHOOSE_GRADE = Text("请先选一个：满意还是不满意")
