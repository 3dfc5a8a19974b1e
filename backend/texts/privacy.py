"""What residents are told about their personal information.

`VERSION` changes with NOTICE or the page `/public/privacy`: everybody is then told once more.
"""

from backend.vocabulary.texts import Text

VERSION = "2026-12"
NOTICE = Text(
    "您说的话和留的电话，只用来办您的事。想知道谁看得到、存多久，回“隐私”。",
    "您说的话，只用来办您的事。想知道谁看得到，回“隐私”。",
)
CHANGED = Text(
    "个人信息怎么用，有了新的说明。想看就回“隐私”。",
    "个人信息怎么用，有新的说明。想看就回“隐私”。",
)
ABOUT = Text(
    (
        "我们存您说的话、照片、录音、电话和地点，只用来办您的事。看得到的只有办事的单位和热线中心，"
        "谁看过都有记录；匿名的事，办事的单位不知道您是谁。录音存 {days} 天就删。\n"
        "要一份您的资料，回“要我的资料”；要删掉，回“删除我的资料”。"
    ),
    (
        "我们存您说的话、照片、录音和电话。只用来办您的事。只有办事的人看得到。"
        "录音存 {days} 天就删。\n要一份您的资料，回“要我的资料”。要删掉，回“删除我的资料”。"
    ),
)
WHOLE_PAGE = Text("全部说明：{address}")
COPY_NOTED = Text(
    "记下了。申请码是 {code}。工作人员会联系您核对，请把码念给他听，不要告诉别人。15 天内给您。",
    "记下了。您的申请码是 {code}。工作人员会联系您。请把码念给他听。别告诉别人。15 天内给您。",
)
COPY_READY = Text("您要的资料备好了。工作人员会跟您说怎么给您。")
ASK_ERASURE = Text(
    "删掉以后，您说的话、照片、电话都找不回来；还在办的事，也没法再联系您。确定要删吗？",
    "删掉就找不回来了。在办的事，也联系不上您了。确定要删吗？",
)
ERASE, KEEP = "确定删除我的资料", "不删了"
ERASURE_NOTED = Text(
    "记下了。申请码是 {code}。工作人员会联系您核对，请把码念给他听，不要告诉别人。15 天内删掉。",
    "记下了。您的申请码是 {code}。工作人员会联系您。请把码念给他听。别告诉别人。15 天内删掉。",
)
NOT_ERASED = Text("好，不删。")
COPY_REASON, ERASURE_REASON = "要一份自己的资料", "要删除自己的资料"
