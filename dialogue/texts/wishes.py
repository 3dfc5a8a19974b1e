"""Sentences for wishes about the bot itself. Short for everybody: most who read them are old."""

from backend.vocabulary.texts import Text

# A voice note
TRANSCRIPT = Text("我听到的是：{text}")
SPELLED = Text("号码我念一遍：{text}。")
HEARD_PART = Text("录音太长，我只听了前面。")
HEARD_BROKEN = Text("录音没收全，我只听到这些。")
TYPED = Text("您写的是：{text}")
IS_THAT_RIGHT = Text("对的话回 1，重说回 2，找人工回 3")
RIGHT, AGAIN, PERSON = "对的", "重说", "找人工"
STILL_WRONG = Text("还没听对？回 3，就有人来听。")
NOTHING_HEARD = Text("没听到您说话。请对着手机，再说一遍。")
SAY_IT_AGAIN = Text("好，请您再说一遍。打字也行。")
OFFER_PERSON = Text("几次都没听清，对不起。要请人来听录音吗？也可以打 12345。")
HEAR_REASON = "语音没听清，请听录音"
ASKED_REASON = "市民要求人工"
FAILED_REASON = "小呼暂时答不上来"
STUCK_REASON = "小呼几次没听明白，请看会话"

# How the bot talks
ELDER_MODE_ON = Text("好，我用短句跟您说。想换回来，就回“普通模式”。")
BY_VOICE = Text("往后我用短句跟您说。想换回来，就回“普通模式”。")
USUAL_MODE_ON = Text("好，换回来了。要短句，就回“老人模式”。")
NEXT = "继续"

# Profile
PROFILE = Text("您的资料：\n说话方式：{mode}\n电话：{phone}\n要照顾的：{care}")
NONE_KEPT = "没有留"
ELDER_MODE, USUAL_MODE, NO_CARE = "老人模式", "普通模式", "取消照顾"
CHANGE_TO, FORGET_CARE = "换成{mode}", "不要照顾了"

# More care
ASK_CARE = Text(
    "您说到自己{needs}。记下来的话，您找人会先轮到您。这是您的私事，只有办事的人看得到。"
    "不记也一样办。要记下来吗？"
)
CARE_NOTED = Text("记下了。往后您找人，会先轮到您。不想记了，回“取消照顾”。")
CARE_NOT_NOTED = Text("好，不记。您的事一样办。")
CARE_FORGOTTEN = Text("好，删掉了。您的事一样办。")

# Who it is from
HIDDEN = Text(
    (
        "好，替您匿名。您在这里说的事，办理单位看不到您的姓名、电话，也听不到录音。"
        "写下的话和地点他们看得到，不然没法办。只有12345民呼中心的人能看，看了都有记录。"
        "以前已经看过的，收不回来。"
    ),
    (
        "好，替您保密。办事的人看不到您的名字、电话。录音也听不到。写的话和地点，他们看得到。"
        "只有12345的人能看，看了都记着。以前看过的，收不回来。"
    ),
)
NOT_HIDDEN = Text(
    "好，不匿名了。办理单位能看到您的电话，好联系您。",
    "好，不保密了。办事的人看得到您的电话，好找您。",
)
HIDDEN_DRAFT = Text(
    "好，这件事替您匿名，办理单位看不到您的姓名、电话。",
    "好，替您保密。办事的人看不到您的名字、电话。",
)
NOT_HIDDEN_DRAFT = Text("好，这件事不匿名。", "好，不保密了。")
ALSO_OPEN = Text("正在办的 {count} 件也一样。")

# Once more
WHICH_AGAIN = Text("哪一件要重新办？")
WHY_AGAIN = Text("好。哪里还没办好？您说一句，我转给他们。")
NOT_AGAIN = Text("好，不重新办了。")

# A call-back
STOP_WAITING = "不等了"
ASK_PHONE = Text("打哪个电话给您？把号码发给我。")
PHONE_UNCLEAR = Text("号码没看清。请再发一遍，只发数字。")
ASK_WHEN = Text("什么时候打给您方便？")
WHEN_UNCLEAR = Text("时间没看明白。请说一个时间，两周以内的。")
TIMES = ("明天上午", "明天下午", "随时都行")
CONFIRM_CALL = Text("{when}打给您。\n号码：{phone}。\n对吗？")
CALL_RIGHT, CALL_CHANGE, CALL_STOP = "对的", "改一下", "不打了"
CALL_KEPT = Text("好，记下了。{when}打给您。不用打了，就回“不用打电话”。")
TOO_MANY_CALLS = Text(
    "今天约到这个号码的电话已经很多了，先不加了。着急请打 12345，或者在这里跟我说。",
    "今天约到这个号码的电话太多了。先不加了。着急就打 12345。在这里跟我说也行。",
)
CALL_STOPPED = Text("好，不打了。")
