"""Sentences of an appeal in the making."""

import re
from collections.abc import Sequence

from backend.clock import SHANGHAI
from backend.texts.cases import unit_text
from backend.vocabulary.messages import Button, Pin
from backend.vocabulary.texts import Text
from dialogue.draft import Draft
from dialogue.facts import CaseView, RatingView
from dialogue.texts.cases import state_of
from nlu.appeals.summary import shorten

_BREAK = re.compile(r"([，,。！!？?；])?\s*\n\s*")

MOST_MATTER, MOST_PART = 70, 40  # characters of a part in the read-back

ASK_MATTER = Text("您请说，是什么事？")
ASK_MATTER_AGAIN = Text(
    "您说说具体是什么事，比如“路灯不亮”“楼上漏水”，我好帮您登记。",
    "您说说是什么事。比如“路灯不亮”，“楼上漏水”。",
)
ASK_WHAT_IS_WRONG = Text("{matter}怎么了？您说说看。")
ASK_MATTER_AT = Text("记下了，在{place}。您请说，是什么事？")
ASK_PLACE = Text(
    "在什么地方？说个路名、小区名，或者附近有什么都行。说不清就回“不知道”。",
    "在什么地方？说路名、小区名都行。说不清，就回“不知道”。",
)
ASK_PLACE_AGAIN = Text("大概在哪个区、哪条路，或者哪个小区？说不清就回“不知道”，我照样报上去。")
WHICH_PART = Text(
    "“{place}”大概在哪个区、哪条路上？说不清就回“不知道”。",
    "“{place}”在哪个区、哪条路上？说不清，就回“不知道”。",
)
WHICH_SITE = Text(
    "“{place}”是在哪条路，或者哪个小区？说不清就回“不知道”。",
    "“{place}”在哪条路？哪个小区？说不清，就回“不知道”。",
)
WHICH_AREA = Text(
    "“{place}”有好几处，您说的是哪一处？\n{areas}\n回数字就行；都不是，就说在哪个区。",
    "“{place}”有好几处。是哪一处？\n{areas}\n回数字就行。都不是，就说在哪个区。",
)
ASK_CHANGE = Text("哪里不对？您把对的说给我听，我来改。", "哪里不对？您说，我来改。")
PLACE_WRONG, MATTER_WRONG = "地点不对", "内容不对"
WHOLE_CITY = "全市"
ANONYMOUSLY = "匿名"

RIGHT_SO, WRONG, NOT_NOW = "对，就这样报", "不对，要改", "先不报了"
ADD_TO_IT, DO_IT_AGAIN, ANOTHER_MATTER = "补充到那一件", "没办好，重新办", "是另一件，登记"
CHANGES = (Button(WRONG, "/deny"), Button(NOT_NOW, "/cancel"))
CHANGE_CHOICES = (
    Button(PLACE_WRONG, PLACE_WRONG),
    Button(MATTER_WRONG, MATTER_WRONG),
    Button("不报了", "/cancel"),
)

CORRECTED, CORRECTED_FROM = "更正：{right}", "更正：不是{wrong}，是{right}"
REGRET = Text("让您受累了，对不起。您的事我马上记下来。")
THANKS = {
    "praise": Text("谢谢您的夸奖，我替您转到。"),
    "suggestion": Text("谢谢您的好建议。"),
}
REPORT_NOW = Text(
    (
        "请现在就打 110 报警，也可以打反诈专线 96110，越早越有可能追回。\n1. 告诉他们：什么时候、"
        "转了多少、转到哪个账号。\n2. 再打您银行的客服电话，请他们止付。\n3. 聊天、转账记录不要删，"
        "钱不要再转。\n报了警，您的事我这里接着登记。"
    ),
    (
        "请现在就打 110！也可以打 96110。\n1. 说清什么时候、转了多少、转给谁。\n2. 再打银行的电话，"
        "请他们止付。\n3. 聊天、转账记录不要删。钱不要再转。"
    ),
)
REPORTED = Text(
    "报过警就好。回执、接警的派出所记一下，有进展以他们说的为准。",
    "报过警就好。回执收好，听派出所的。",
)
SEVERAL = Text("您说了{count}件事，我一件一件登记。")
NEXT_ONE = Text("再看下一件。")
TAKEN_IN = Text("您补充的也记进去了。")
CANCELLED = Text("好的，这件不报了，没有登记。以后想起来随时再说。")
CANCELLED_SHORT = Text("好的，刚才那件不报了。")
BACK_AGAIN = Text("好，接着报刚才那件。")
GO_ON = Text("好，接着说。")
STOPPED_THREE_TIMES = Text("我怕自己听错了，耽误您的事。您说的我都记着，请工作人员来帮您，好吗？")
HANDED_OVER = Text(
    "您说的我都记下了，已经请工作人员来看，一会儿就在这里回您。也可以打 12345。",
    "您说的都记下了。已经请人来看，在这里回您。也可以打 12345。",
)

AFTER_SUBMIT = Text("想补充、发照片、催一催，直接在这里跟我说。")
ASK_PHONE = Text(
    "想补充、发照片、催一催，直接在这里跟我说。方便的话留个电话，工作人员好联系您；不留也行。",
    "还要补充，就在这里说。留个电话更好，不留也行。",
)
ANONYMOUS = Text(
    (
        "这件事替您匿名：办理单位看不到您的姓名、电话，也听不到录音；写下的话和地点他们看得到，"
        "不然没法办。要找您核实，由12345民呼中心来找，谁看过您的信息都有记录。不用匿名，"
        "就回“不用匿名”。"
    ),
    (
        "这件事替您保密。办事的人看不到您的名字、电话。录音也听不到。写的话和地点，他们看得到。"
        "要找您，由12345来找。谁看过您的信息，都记着。不用保密，就回“不用匿名”。"
    ),
)

REPEATS_OPEN = Text(
    (
        "您{day}报过一件像是同样的事，工单 {case_no}，现在是“{state}”，{unit}负责。"
        "同一件就补充进去，另一件我照样登记。"
    ),
    (
        "您{day}报过一件差不多的事。\n编号 {case_no}。\n{state}。{unit}在管。\n同一件就补充进去。"
        "另一件我照样报。"
    ),
)
REPEATS_SETTLED = Text(
    (
        "您{day}报过一件像是同样的事，工单 {case_no}，现在是“{state}”，{unit}办的。"
        "没办好可以重新办，另一件我照样登记。"
    ),
    (
        "您{day}报过一件差不多的事。\n编号 {case_no}。\n{state}。{unit}办的。\n没办好可以重新办。"
        "另一件我照样报。"
    ),
)

ELSEWHERE = Text(
    "您说的地方在{city}，不归杭州管，请打当地的 {hotline}。要是事情就在杭州，您说一声在哪里。",
    "您说的地方在{city}。请打那边的 {hotline}。要是在杭州，您说一声在哪里。",
)
STILL_ELSEWHERE = Text(
    (
        "您说的我都记着。只是这件事要当地才办得了，我们登记了也转不过去，还得请您打上面那个电话。"
        "要是跟杭州的人或单位有关，说一声是谁、在杭州哪里，我来登记。"
    ),
    "您说的我都记着。这件事要当地才办得了，请打上面那个电话。跟杭州的人有关，就说在杭州哪里。",
)
PIN_NOT_HERE = Text(
    "您发的定位好像不在杭州，请打当地的 12345。要是事情就在杭州，请接着说。",
    "这个地方好像不在杭州。请打那边的 12345。要是在杭州，请接着说。",
)


def read_back(draft: Draft, contact: str = "") -> Text:
    """Five lines at most: what, where, when and the wish, each shortened; contact and question."""
    matter = _in_one_line(shorten(draft.matter or draft.text, MOST_MATTER))
    lines = [f"事情：{matter}"]
    if draft.place:
        lines.append(f"地点：{_short(draft.place)}")
    if draft.since and draft.since not in matter:
        lines.append(f"时间：{_short(draft.since)}")
    if draft.wish and draft.wish not in matter:
        lines.append(f"希望：{_short(draft.wish)}")
    whose = f"联系：{_short(contact)}。" if contact else ""
    return Text("\n".join([*lines, f"{whose}这样报上去，对吗？"]))


def correction_note(wrong: str | None, right: str) -> str:
    note = CORRECTED_FROM if wrong else CORRECTED
    return note.format(wrong=wrong, right=right)


def _in_one_line(text: str) -> str:
    return _BREAK.sub(lambda match: match[1] or "，", text.strip())


def _short(part: str) -> str:
    flat = " ".join(part.split())
    return flat if len(flat) <= MOST_PART else f"{flat[:MOST_PART]}…"


def repeats(case: CaseView, rating: RatingView | None) -> Text:
    local = case.registered_at.astimezone(SHANGHAI)
    text = REPEATS_OPEN if case.is_open else REPEATS_SETTLED
    return text.format(
        day=f"{local.month}月{local.day}日",
        case_no=case.case_no,
        state=state_of(case, rating),
        unit=unit_text(case.unit),
    )


def pinned(pin: Pin, area: str) -> str:
    where = f"{area}附近（地图定位 {pin.latitude:.5f}，{pin.longitude:.5f}）"
    return f"{pin.label}，{where}" if pin.label else where


def which_area(place: str, areas: Sequence[str]) -> Text:
    listed = "\n".join(f"{number}. {area}" for number, area in enumerate(areas, 1))
    return WHICH_AREA.format(place=place, areas=listed)
