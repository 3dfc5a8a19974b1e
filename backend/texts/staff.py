"""Texts to residents about a person: who speaks, how a call went, what is read to a caller."""

from backend.vocabulary.texts import Text

GREETING = Text("您好，我是{unit}的{name}，由我来跟您说。")
GOODBYE = Text("{name}已结束这次服务。后面有事，直接在这里说，小呼接着帮您；还想找人，就回“人工”。")

# A colleague takes the chat
NOBODY_WROTE = Text(
    "这边同事一直没回上您，对不起。我已经请别的同事接着看，您说过的都在，不用重说。",
    "没回上您，对不起。我请别人来接着看。您说过的都在。不用再说一遍。",
)
ANOTHER_COMES = Text(
    "您的事转给{unit}的同事接着看，您说过的他们都看得到。",
    "转给{unit}了。他们接着看。您不用再说一遍。",
)

# The bot goes on with what was told before
GO_ON = Text("刚才说的，我接着帮您登记。")
GO_ON_WITH = Text("您说的“{matter}”，我接着帮您登记。")

# Written by the unit that has a case, or by the centre
FROM_UNIT = Text(
    "【{case_no}】{unit}的{name}给您写：\n{text}\n直接在这里回，就转给他们。",
    "【{case_no}】\n{unit}的{name}说：\n{text}\n在这里回他们就行。",
)
FROM_CENTRE = Text(
    "【{case_no}】12345的{name}给您写：\n{text}\n直接在这里回就行。",
    "【{case_no}】\n12345的{name}说：\n{text}\n在这里回就行。",
)

CALLED = Text("{unit}的{name}刚和您通过电话。还有事，就在这里说。")
NOBODY_ANSWERED = Text("刚才给您打电话，没有人接。我们会再打。要换时间，在这里说一声。")
GAVE_UP = Text("给您打了三次电话，没有人接。要再打，就回“请打电话给我”。也可以打 12345。")

# Read aloud by staff on the phone
READ_TO_CALLER = Text("我跟您核对一下。您反映的是：{matter}。这样登记，对吗？")
READ_TO_CALLER_WITH_PLACE = Text(
    "我跟您核对一下。您反映的是：{matter}，地点是{place}。这样登记，对吗？"
)
