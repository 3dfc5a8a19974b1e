"""Sentences of the chat itself: greetings, danger, files, the queue, linking."""

from nlu.dangers.emergency import Emergency

PHONE_LINE = "着急的话请打 12345，或到街道便民服务中心窗口。"

FAILED = "您的话已经记下了，我这边暂时转不过来，已请工作人员来看，会在这里回您。" + PHONE_LINE
STALE_BUTTON = "这个按钮已经过期了。您想办什么，直接打字告诉我就行。"
UNKNOWN_BUTTON = "这个按钮我不认得。您想办什么，直接打字告诉我就行。"
WHICH_NUMBER = "请回一个数字："
NOTHING_SAID = "我没看到文字。您有什么事，打几个字告诉我，或者发照片也行。"
CURSED = "让您生气了，对不起。您把事情说给我听，我马上记下来。想找人，就回“人工”。"
ONLY_CHINESE = "对不起，我只看得懂中文。请您用中文说，或者回“人工”，也可以打 12345。"
STILL_QUEUED = "收到了，工作人员会看到的，前面还有 {ahead} 位，请稍等。不想等了就回“取消”。"
NEXT_IN_QUEUE = "收到了，下一位就是您，请稍等。不想等了就回“取消”。"
SOON = "收到了，工作人员马上来看。您要反映什么，先说给我听，我帮您记着。不想等了就回“取消”。"
SAFE_NOW = "那就好，人没事就好。工作人员还会看您的消息。还有别的事，直接跟我说。"
AFTER_ALARM = "请一直守着电话，听他们的。工作人员也在看您的消息。有变化就在这里说一声。"
TAKE_YOUR_TIME = "好，您慢慢来，想好了再说。"
GO_ON = "好，您接着说。"
GREET = "您好，我是小呼。您有什么事，直接跟我说就行，打字、发照片都可以。"
HELLO_AGAIN = "我在呢。"
THANK = "不客气，应该的。还有事随时找我。"
GOODBYE = "再见，您多保重。有事随时来找我。"
HELP = (
    "我能帮您四件事：\n1. 问政策，比如医保、社保、入学。\n2. 反映问题，我登记好交给该管的单位。\n"
    "3. 提建议。\n4. 查进度、评价。\n您直接说事就行。想找人，回“人工”；"
    "也可以打 12345，或到街道便民服务中心窗口。"
)
OUT_OF_SCOPE = (
    "这个我帮不上忙。我能帮您问政策、反映问题、查进度。想找人说话，回“人工”，或者打 12345。"
)
BACK_TO_BOT = "好的，不等了。我是小呼，您有什么事接着跟我说。"
VOICE_KEPT = (
    "语音已经收好、留作凭证了。只是我这会儿听不了语音，"
    "麻烦您打几个字说说，或者回“人工”找工作人员听。"
)
PHOTO_FOR_DRAFT = "{what}收到了，会和您说的事一起交上去。"
PHOTO_FOR_CASE = "{what}收到了，已经放进工单 {case_no}。要是另一件事，请打字告诉我。"
PHOTO_OF_WHICH = "{what}收到了。您有几件事在办，放进哪一件？"
PHOTO_OF_NEW = "是新的事"
PHOTO_ALONE = "{what}收到了。这是什么事、在哪里？您说一说，我一起登记。"
FILE_ON_ITS_WAY = "您发的东西还在路上，我接着收。收不到的话会告诉您。"
FILE_GONE = "对方平台已经删掉了这个文件"
FILE_UNREACHABLE = "网络不通，试了好多次都没取到"
TOO_MANY_WAIT = (
    "您前面发来的消息正在一条一条回复，这一条请稍等一会儿再发。"
    "如果有危险，请直接打 110、119 或 120。"
)
FILE_REFUSED = "这个文件没收下：{why}。您可以换成照片、视频或语音再发一次。"
EMERGENCY = "请马上打 {number}！{advice}\n已经请工作人员来看您的消息了，打完电话可以在这里说一声。"
DESPAIR = (
    "听您这么说，我们很牵挂您。{advice}\n也可以马上打 {number}。已经请工作人员来看您的消息了。"
)
IN_CASE_OF_DANGER = "要是有人正有危险，请马上打电话：报警 110，火警 119，急救 120。"
EMERGENCY_ADVICE = {
    "fire": "先离开着火的地方，不要坐电梯，捂住口鼻低身走。",
    "gas": "先开窗、关总阀，人到屋外去，不要开关电器，到了外面再打电话。",
    "drowning": "不要下水去拉，扔绳子、竹竿、能浮的东西，大声喊人。",
    "violence": "先躲到安全的地方，锁好门。不方便说话可以发短信到 12110。",
    "self_harm": (
        "请先不要一个人待着，让身边的人陪着您。心里难受可以打 12356，一直有人听您说。"
        "已经受伤、吃了药，请打 120。"
    ),
    "wire": (
        "离电线远一点，至少十米，不要碰线、碰水、碰旁边的铁东西，叫别人也别靠近。再打供电 95598。"
    ),
    "threat": ("锁好门，不要开门，也不要和他们吵，躲到里屋去。不方便说话可以发短信到 12110。"),
    "collapse": "马上离开，不要回去拿东西，也叫邻居一起走远。",
    "lift": "按住电梯里的报警键，不要扒门，靠里站好等人来。",
    "medical": "让人躺好、别乱动，说清楚地址，留人在路口接救护车。",
    "missing": "说清楚什么时候、在哪里走散、穿什么衣服，有照片先准备好。",
}
HANDED_OVER = {
    "fire": "着火",
    "gas": "燃气",
    "drowning": "溺水",
    "violence": "暴力",
    "self_harm": "轻生",
    "wire": "电线带电",
    "threat": "上门威胁",
    "collapse": "坍塌",
    "lift": "电梯困人",
    "medical": "急病",
    "missing": "走失",
}
LINK_CODE = (
    "绑定码：{code}\n十分钟内，在您另一个聊天里发送“绑定 {code}”，"
    "两边的工单就合在一起了。不要把它告诉别人。"
)
LINKED = "绑定好了，两边现在是同一个人，工单都能看到。以后的进展想发到这里吗？"
LINKED_HERE = (
    "您在{channel}上的聊天刚刚和这里绑定了，两边的工单都能看到。不是您本人做的，请回“解绑”。"
)
LINKED_ALREADY = "这两个聊天本来就是绑在一起的，不用再绑了。"
UNLINKED = "解绑好了。在这里登记的工单还在这里，别的聊天看不到了。"
UNLINKED_HERE = "您在{channel}上的聊天已经解绑了，在那边登记的工单这里看不到了。"
NOT_LINKED = "这个聊天现在没有和别的聊天绑在一起。想绑定就回“绑定”。"
PROGRESS_HERE = "以后进展发到这里"
PROGRESS_COMES_HERE = "好的，以后进展都发到这里。这里收不到的时候，会发到您别的聊天。"
OTHER_CHANNEL = "别的软件"
CHANNEL_NAMES = {"web": "网页", "telegram": "电报", "wechat": "微信"}
FILE_NAMES = {
    "photo": "照片",
    "video": "视频",
    "video_note": "视频",
    "voice": "语音",
    "document": "文件",
}


def emergency(danger: Emergency) -> str:
    """The number to call, and what to do meanwhile; a kind sentence first for who despairs."""
    if danger.kind == "self_harm":
        return DESPAIR.format(number=danger.number, advice=EMERGENCY_ADVICE[danger.kind])
    return EMERGENCY.format(number=danger.number, advice=EMERGENCY_ADVICE[danger.kind])
