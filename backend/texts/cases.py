"""Texts about cases: what residents are told of each step.

Placeholders of the steps: `case_no`, `unit`, `day` (the deadline), `reason`, `outcome` (the unit's
words), `to_come` (lines of what is still to come, each with a newline).
"""

from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.texts import Text

CENTRE = Text("12345民呼中心", "12345")

STEPS = {
    Action.REGISTER: Text(
        "已经登记好了，工单编号 {case_no}。最迟{day}前办结，有进展我会告诉您。",
        "已经报上去了。\n编号 {case_no}。\n最晚{day}办好。有消息我告诉您。",
    ),
    Action.DISPATCH: Text(
        "您的事已交给{unit}办理，{day}前办结。",
        "您的事交给{unit}了。{day}前办好。",
    ),
    Action.RECALL: Text(
        "我们再核对一下您的事该由谁办，{day}前办结的期限不变。",
        "我们再问问您的事该谁办。{day}前办好，日子不变。",
    ),
    Action.CORRECT: Text(
        "我们核对了您说的事，最迟{day}前办结，由{unit}负责。",
        "您说的事，我们又看了。最晚{day}办好。{unit}来办。",
    ),
    Action.ACCEPT: Text("{unit}已经签收，开始办理了。", "{unit}开始办了。"),
    Action.EXTEND: Text(
        "{unit}需要多一些时间（{reason}），新的期限是{day}。",
        "{unit}还要些时间。因为{reason}。{day}前办好。",
    ),
    Action.HOLD: Text(
        "{unit}暂时办不了（{reason}），能办了会接着办，到时我告诉您。",
        "{unit}现在办不了。因为{reason}。能办了，我告诉您。",
    ),
    Action.RESUME: Text("{unit}接着办理了，{day}前办结。", "{unit}接着办了。{day}前办好。"),
    Action.RETURN: Text(
        (
            "{unit}说这件事不归他们管，{next_step}。这期间由12345民呼中心负责，"
            "{day}前办结的期限不变，您不用重新说。有事在这里说，或打12345。"
        ),
        (
            "{unit}说不归他们管。{next_step}。这些天由12345管着。{day}前办好，日子不变。"
            "您不用再说。有事在这里说，或打12345。"
        ),
    ),
    Action.REFUSE_RETURN: Text(
        (
            "我们核对过了，这件事该由{unit}办，已经请他们接着办，{day}前办结。没人跟您联系，"
            "就在这里说“催一下”，或打12345。"
        ),
        (
            "这件事该由{unit}办。请他们接着办了。{day}前办好。没人找您，就在这里说“催一下”。"
            "也可以打12345。"
        ),
    ),
    Action.ARBITRATE: Text(
        (
            "由谁来办已经定了：{unit}负责办到底，不再转来转去，{day}前办结。没人跟您联系，"
            "就在这里说“催一下”，或打12345。"
        ),
        (
            "谁来办定了。{unit}办到底，不再转来转去。{day}前办好。没人找您，就在这里说“催一下”。"
            "也可以打12345。"
        ),
    ),
    Action.TAKE_OVER: Text(
        "承办的单位有调整，您的事由{unit}接着办，{day}前办结的期限不变。",
        "换了人办。{unit}接着办您的事。{day}前办好，日子不变。",
    ),
    Action.RELEASE: Text(
        (
            "原来承办的单位撤销了，我们正在给您另找单位。这期间由12345民呼中心负责，"
            "{day}前办结的期限不变。有事在这里说，或打12345。"
        ),
        (
            "原来办事的单位没有了。我们另外找人办。这些天由12345管着。{day}前办好，日子不变。"
            "有事在这里说，或打12345。"
        ),
    ),
    Action.RECOMPUTE: Text(
        "上班日期有调整，您的事最迟{day}前办结，责任单位是{unit}。",
        "上班的日子变了。您的事最晚{day}办好。{unit}在办。",
    ),
    Action.RESOLVE: Text(
        "{unit}答复：{outcome}\n{to_come}事情办得怎么样？请您评一评。不满意可以要求重新办理。",
        "{unit}说：\n{outcome}\n{to_come}办得怎么样？请您评一评。不满意，可以重新办。",
    ),
    Action.ANSWER: Text(
        "答复：{outcome}\n{to_come}这样答复您满意吗？",
        "回您的话：\n{outcome}\n{to_come}您满意吗？",
    ),
    Action.DECLINE: Text(
        "这件事我们不能受理：{reason}。{outcome}",
        "这件事我们办不了。因为{reason}。\n{outcome}",
    ),
    Action.REOPEN: Text(
        "您的事已重新办理，由{unit}负责，{day}前办结。",
        "您的事重新办了。{unit}来办。{day}前办好。",
    ),
    Action.SUPERVISE: Text(
        "您的事已经在督办，责任单位是{unit}。",
        "您的事，上面在盯着。{unit}在办。",
    ),
    Action.WITHDRAW: Text(
        "已经按您的意思撤掉了。以后想起来，随时再告诉我。",
        "已经撤掉了。以后要办，再告诉我。",
    ),
    Action.MERGE: Text(
        (
            "也有别的市民说了同一件事，我们放在一起办，由{unit}负责，{day}前办结。您的编号不变，"
            "有结果单独告诉您，也单独请您评价。"
        ),
        "别人也说了同一件事。我们放在一起办。{unit}来办，{day}前办好。办好了单独告诉您。",
    ),
    Action.SPLIT: Text(
        "您的事和别人的分开、单独办了，由{unit}负责，{day}前办结。",
        "您的事分开来，单独办了。{unit}来办。{day}前办好。",
    ),
    Action.BRING_BACK: Text(
        "说好的日子到了。{unit}接着办您的事，{day}前给您说法。",
        "说好的日子到了。{unit}接着办。{day}前给您说法。",
    ),
}
REGISTERED_AND_DISPATCHED = Text(
    "已经登记好了，工单编号 {case_no}。交给{unit}办理，最迟{day}前办结，有进展我会告诉您。",
    "已经报上去了。\n编号 {case_no}。\n交给{unit}了。最晚{day}办好。有消息我告诉您。",
)
DISPATCHED_ANEW = Text(
    "您的事改由{unit}办理，{day}前办结的期限不变。",
    "您的事换{unit}来办。{day}前办好，日子不变。",
)
# Who decides, in the text of a returned case
UNITS_DISAGREE = Text("谁来办有不同意见，由民呼中心的督办员裁定", "该谁办，民呼中心来定")
CENTRE_CHECKS = Text("我们正在核对该由谁办", "我们在问该谁办")
ANSWER_NOTED = Text("刚才的答复给您记下来了，往后查得到。\n这样答复您满意吗？")
SUPERVISED_AS_LATE = Text(
    "您的事过了期限还没办完，对不住。我们已经在督办，责任单位是{unit}。",
    "您的事晚了，还没办完，对不住。上面在盯着。{unit}在办。",
)
CASE_MARK = Text("【{case_no}】", "【{case_no}】\n")
# Before several notifications in one message
UPDATES = Text("您有 {count} 条进展：")

# What is still to come
VISIT = Text("还要您跑一趟：{what}。\n到哪里：{where}。\n带什么：{bring}。\n")
FOLLOW_UP = Text("这件事要些日子。{day}再给您一个说法。\n")

# An article of the knowledge base
OFFICE = Text("要办或细问，找：{office}。", "要办，就找：{office}。")

# Ratings that are refused
RATED_ALREADY = Text("这一轮您已经评价过了，谢谢您。")
NOT_RATEABLE = Text(
    "这件事现在还不能评价，等办结了我会请您评。",
    "这件事现在还不能评。办好了，我会请您评。",
)


def unit_text(name: str) -> Text:
    """The name of a unit; elders know the centre by its number."""
    return CENTRE if name == CENTRE.plain else Text(name)
