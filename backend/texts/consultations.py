"""Texts of consultations (问计于民) and of support (附议)."""

from backend.vocabulary.texts import Text

IS_CLOSED = Text(
    "这件事的意见已经征求完了，谢谢您。结果会在“问计于民”网页上公布。", "已经征求完了。谢谢您。"
)
CHOOSE_ONE = Text("请选一个，或者写几句。")
NOTED_ON_PAGE = Text("您的意见记下了，谢谢您。改主意了，结束以前可以再交一次，算新的。")

# In the chat
NOTHING_TO_ASK = Text("现在没有正在征求意见的事。有建议，直接说给我听就行。")
WHICH_ONE = Text("现在有 {count} 件事在征求意见，您想说哪一件？")
QUESTION = Text("{title}\n{body}\n{how}", "{title}\n{body}\n{how}")
HOW_TO_CHOOSE = Text("请选一个。")
HOW_TO_CHOOSE_OR_WRITE = Text("请选一个，或者写几句您的想法。", "请选一个。也可以写几句。")
HOW_TO_WRITE = Text("请写几句您的想法。")
SPOKEN_BEFORE = Text("您之前说过：{before}。再说一次，就算新的。")
NOTED = Text(
    "您的意见记下了：{what}。一人算一份，结果会公布。要单独反映一件事，再跟我说。",
    "记下了：{what}。一人算一份。结果会公布。",
)
LEFT_OUT = Text("好的，不说也行。")
ALSO_CONSULTED = Text("现在也在征求意见：{title}。想说，就回“问计”。")

ASK_TO_JOIN = Text(
    "像是同一件事，已有{count}位市民反映：{title}，{unit}在办。您要附议、一起办吗？您的编号不变，进展、结果"
    "单独告诉您，也单独请您评价。",
    "这件事别人也说了，有{count}位。{unit}在办。要一起办吗？您的编号不变。有消息单独告诉您。",
)
JOIN, STAY_ALONE = "附议，一起办", "不用，单独办"
STAYS_ALONE = Text("好，您的事单独办。")
JOINING_FAILED = Text("那件事刚刚有了变动，您的事先单独办，工作人员会看要不要合在一起。")
