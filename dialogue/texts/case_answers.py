"""Answers about a case when residents ask, urge or add; each is true for the case's state."""

from datetime import datetime

from backend.texts.cases import CENTRE, unit_text
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.texts import Text
from backend.vocabulary.tracks import Track
from dialogue.facts import CaseView
from dialogue.texts.cases import day_of

URGED = Text("已经替您催了，工单 {case_no}，{unit}会看到您在催。", "替您催了。{unit}会看到。")
URGED_TO_SEND = Text(
    "已经替您催了。工单 {case_no} 还没派给单位，{unit}会看到您在催，尽快派出去。",
    "替您催了。还没派给单位。{unit}会看到，快些派。",
)
URGED_ON_HOLD = Text(
    "记下您在催了，{unit}看得到。工单 {case_no} 暂缓办理，能办了会接着办。",
    "记下您在催了，{unit}看得到。这件事先停一停。能办了，接着办。",
)
ADDED = Text("补充的话已经记到工单 {case_no} 里了，{unit}看得到。", "记下了。{unit}看得到。")
ADDED_TO_SEND = Text(
    "补充的话已经记到工单 {case_no} 里了，派给哪个单位，哪个单位就看得到。",
    "记下了。派给哪个单位，哪个单位就看得到。",
)
HOW_LONG = Text(
    "工单 {case_no} 由{unit}负责，最迟{day}前{end}。有进展我会在这里告诉您。",
    "{unit}在管。最晚{day}{end}。有消息在这里告诉您。",
)
HOW_LONG_TO_SEND = Text(
    "工单 {case_no} 还没派给单位，{unit}正在派，最迟{day}前{end}。有进展我会在这里告诉您。",
    "还没派给单位。{unit}在派。最晚{day}{end}。有消息在这里告诉您。",
)
HOW_LONG_NO_DATE = Text(
    "工单 {case_no} 由{unit}负责。多久要看他们查的情况，有进展我会在这里告诉您。",
    "{unit}在管。多久要看他们查的情况。有消息在这里告诉您。",
)
HOW_LONG_ON_HOLD = Text(
    "工单 {case_no} 暂缓办理，{unit}负责。能办了会接着办，到时我在这里告诉您。",
    "这件事先停一停。{unit}在管。能办了，我告诉您。",
)
HOW_LONG_LATE = Text(
    "工单 {case_no} 本该{day}前{end}，已经超期，对不住。正在督促{unit}，有进展我会在这里告诉您。",
    "本该{day}{end}。晚了，对不住。正在催{unit}。有消息在这里告诉您。",
)
WILL_CALL = Text(
    "{unit}会跟您联系。您留的电话是 {phone}。{day}前没有人找您，在这里说“催一下”。",
    "{unit}会找您。您留的电话是 {phone}。{day}前没人找您，就在这里说“催一下”。",
)
WILL_CALL_NO_DATE = Text(
    "{unit}会跟您联系。您留的电话是 {phone}。一直没有人找您，在这里说“催一下”。",
    "{unit}会找您。您留的电话是 {phone}。一直没人找您，就在这里说“催一下”。",
)
WILL_CALL_ONCE_SENT = Text(
    "派给单位以后，单位会跟您联系。您留的电话是 {phone}。{day}前没有人找您，在这里说“催一下”。",
    "派给单位以后，他们找您。您留的电话是 {phone}。{day}前没人找您，就在这里说“催一下”。",
)
WILL_WRITE = Text(
    "没有留电话，办理单位就在这里回您。想接电话，把号码发给我就行。",
    "没有留电话，就在这里回您。想接电话，把号码发给我。",
)
WILL_WRITE_ANONYMOUS = Text(
    "这件事替您匿名，办理单位不知道您的电话，就在这里回您。",
    "这件事替您保密。他们不知道您的电话，就在这里回您。",
)
WILL_TELL = Text("会的。每办一步，我都在这里告诉您。办完了还会请您评价。")
NO_MORE_TO_TELL = Text(
    "工单 {case_no} 已经办结了。还想有人打给您，就回“请打电话给我”；没办好，回“重新办”。",
    "这件事已经办完了。要人打给您，就回“请打电话给我”。没办好，回“重新办”。",
)
WITHDRAWN = Text(
    "工单 {case_no} 已经按您的意思撤掉了，没有人在办。",
    "这件事已经撤掉了，没有人在办。",
)
LODGE_WITHDRAWN = Text("想再报，我重新登记，好吗？")
NOTHING_TO_WITHDRAW = Text("工单 {case_no} 已经办结了，不用再撤。", "这件事已经办完了，不用撤。")
YOUR_PHONE = Text("您留的电话是 {phone}。要换，把新的号码发给我。")
NO_PHONE = Text("您还没有留电话。想留，把号码发给我就行。")
PHONE_IS_PRIVATE = Text(
    (
        "您的电话只有办理单位和12345民呼中心看得到，不会给对方。要是连办理单位也不想让知道，"
        "就回“匿名”。"
    ),
    "您的电话只有办事的人和12345看得到。不会给对方。也不想让他们知道，就回“匿名”。",
)
HOW_LONG_ONCE_LODGED = Text(
    "登记好了，我马上告诉您最迟哪天办结；每办一步也会告诉您。",
    "登记好了，我就告诉您最晚哪天办好。",
)
UNIT_ONCE_LODGED = Text("登记以后有专人来办。是哪一家办，我会在这里告诉您。")
WILL_TELL_ONCE_LODGED = Text(
    "登记以后，每办一步我都在这里告诉您。想让他们打电话，把号码发给我就行。",
    "登记以后，办一步我说一步。想接电话，把号码发给我。",
)
ALL_IS_PRIVATE = Text(
    "这件事替您匿名：办理单位看不到您的姓名、电话，只有12345民呼中心的人能看，谁看过都有记录。",
    "这件事替您保密。办事的人看不到您的名字、电话。只有12345的人能看，看了都记着。",
)
WHAT_IF = Text(
    (
        "工单 {case_no} 到{day}还没有人办，就在这里说“催一下”；超期了会有人督办。"
        "办完了您不满意，可以要求重新办。"
    ),
    "到{day}还没人办，就在这里说“催一下”。晚了，上面会盯着。办完了不满意，可以重新办。",
)
NOTHING_TO_DO = Text("您不用再做什么了。想补充、发照片，直接在这里发；有进展我会在这里告诉您。")
ROUGHLY_WHERE = Text("说个大概就行，好让人找得到。说不清就回“不知道”，我照样报上去。")
SEND_IT_HERE = Text("直接在这里发就行，照片、视频我都收得到。")
COSTS_NOTHING = Text("不收钱。反映问题、查进度都是免费的。")


def waits_for_unit(case: CaseView) -> bool:
    """True if the centre has the case, and no unit yet or no longer."""
    return case.status in (Status.REGISTERED, Status.RETURNED)


def is_late(case: CaseView, now: datetime) -> bool:
    return case.is_open and (case.is_overdue or case.resolve_by < now)


def urged(case: CaseView) -> Text:
    text = URGED_TO_SEND if waits_for_unit(case) else URGED
    return _filled(URGED_ON_HOLD if case.status is Status.ON_HOLD else text, case)


def added(case: CaseView) -> Text:
    return _filled(ADDED_TO_SEND if waits_for_unit(case) else ADDED, case)


def how_long(case: CaseView, now: datetime) -> Text:
    """Of an open case."""
    if case.status is Status.ON_HOLD:
        return _filled(HOW_LONG_ON_HOLD, case)
    if case.track is Track.LEGAL:
        return _filled(HOW_LONG_NO_DATE, case)
    if is_late(case, now):
        return _filled(HOW_LONG_LATE, case)
    return _filled(HOW_LONG_TO_SEND if waits_for_unit(case) else HOW_LONG, case)


def will_call(case: CaseView, phone: str | None, now: datetime) -> Text:
    """Of an open case."""
    if case.anonymous:
        return WILL_WRITE_ANONYMOUS
    if phone is None:
        return WILL_WRITE
    text = WILL_CALL_ONCE_SENT if waits_for_unit(case) else WILL_CALL
    text = text if case.respond_by > now else WILL_CALL_NO_DATE
    return _filled(text, case, phone=phone, day=day_of(case.respond_by))


def what_if(case: CaseView) -> Text:
    """What happens when nobody comes; of an open case."""
    return _filled(WHAT_IF, case)


def your_phone(phone: str | None) -> Text:
    return YOUR_PHONE.format(phone=phone) if phone else NO_PHONE


def ended(case: CaseView) -> Text:
    """Of a case that is settled or withdrawn: nobody will ring or write any more."""
    return _filled(WITHDRAWN if case.outcome == "withdrawn" else NO_MORE_TO_TELL, case)


def not_to_withdraw(case: CaseView) -> Text:
    """Of a case that is settled or withdrawn."""
    return _filled(WITHDRAWN if case.outcome == "withdrawn" else NOTHING_TO_WITHDRAW, case)


def _filled(text: Text, case: CaseView, **more: str) -> Text:
    unit = CENTRE if waits_for_unit(case) else unit_text(case.unit)
    end = Text("答复", "答复您") if case.track.needs_only_reply else Text("办结", "办好")
    day = more.pop("day", day_of(case.resolve_by))
    return text.format(case_no=case.case_no, unit=unit, day=day, end=end, **more)
