"""Sentences of the actions that are made up as they go; fixed ones stand in the domain."""

from collections.abc import Sequence

from backend.cases.lifecycle import Status
from backend.cases.models import Case
from backend.cases.track_texts import still_to_come
from backend.cases.tracks import Track
from backend.clock import SHANGHAI, for_people
from backend.messaging.messages import Button, Pin
from backend.ratings.models import LowRatingNotice, Rating
from backend.ratings.scale import Grade, NoticeState
from nlu.articles import Answer

NEIGHBOUR_BAR = 0.55  # an article that is less near than this has nothing to do with the question
LONGEST_READ_BACK = 300  # characters; a longer appeal is kept whole and read back shortened

WHICH_PART = "“{place}”大概在哪个区、哪条路上？说不清就回“不知道”。"
PHONE_LINE = "也可以打 12345，或到街道便民服务中心窗口。"
AFTER_SUBMIT = "想补充、发照片、催一催，直接在这里跟我说。"
ASK_PHONE = f"{AFTER_SUBMIT}方便的话留个电话，工作人员好联系您；不留也行。"
NO_DRAFT = "这件事我还没记下来，麻烦您再说一遍。"
WAITING = (
    "已经请工作人员来看了，一会儿就在这里回您。您先把要说的发过来，他们都看得到。" + PHONE_LINE
)
ALREADY_WAITING = "工作人员已经知道了，正在排队，请稍等。" + PHONE_LINE
NO_CASES = "您名下还没有工单。有什么事，现在就可以跟我说。"
NOT_YOURS = "没查到这个编号的工单。请核对一下号码，或者回“查进度”看您自己的工单。"
NONE_OPEN = "您现在没有在办的事。"
NO_OPEN_CASE = "您现在没有正在办的工单。刚才说的要是新的事，我帮您登记下来？"
ADDED = "补充的话已经记到工单 {case_no} 里了，办理单位看得到。"
CHASED = "已经替您催了，工单 {case_no} 的办理单位会看到您在催。"
WITHDRAW_CLOSED = "工单 {case_no} 已经结案了，不用再撤。"
REOPENED = "好，这就重新办。您说的都交给他们。"
NOT_CONTENT = "对办理结果不满意"
NOT_SOLVED = "市民说问题没有解决"
ASK_REOPEN_SETTLED = "工单 {case_no} 已经办结了。要是还没办好，我请他们重新办，行吗？"
SURE_TO_WITHDRAW = "您是要撤掉工单 {case_no} 吗？撤了就不再办了。"
WITHDRAWN = "现在：按您的意思撤掉了"
WITHDRAW_KEPT = "好，不撤，接着办。"
NOTHING_TO_RATE = "现在没有等您评价的工单。等办结了，我会请您评。"
# What became of a low grade, said with the progress
DONE = "单位说办好了"
LOW_WAITS = "您评了{grade}，已经报给{superior}，他们最晚{day}要看。"
LOW_LATE = "您评了{grade}，已经报给{superior}。他们没有按时看，又往上报了。"
LOW_READ = "您评了{grade}，{superior}已经看了，{day}看的。"
ASK_GRADE = "工单 {case_no} 办得怎么样？请您选一个。"
THANK_RATING = "谢谢您的评价：{grade}。工单 {case_no} 就结案了，有事再找我。"
ASK_REOPEN = "谢谢您告诉我们。要不要把工单 {case_no} 重新办理一次？"
ASK_SOLVED = "问题解决了吗？"
ASK_SOLVED_OR_REOPEN = "谢谢您告诉我们。问题解决了吗？没解决，可以重新办一次。"
SOLVED, UNSOLVED = "解决了", "没解决"
UNSOLVED_AGAIN, UNSOLVED_ENOUGH = "没解决，重新办理", "没解决，不用了"
SOLVED_NOTED = "好，记下了：解决了。谢谢您。"
ASK_REOPEN_UNSOLVED = "记下了：还没解决。要不要重新办一次？"
KEEP_ANSWER = "留个记录"
ANSWER_KEPT = "好，给您留着了。"
REOPEN_REFUSED = "好的，那就先这样。您的评价已经记下了，上级单位会看到。"
PHONE_SAVED = "电话记下了：{phone}。工作人员需要时会打这个号码。"
PHONE_DECLINED = "好的，不留电话也行，进展都会在这里告诉您。"
NO_PHONE_SEEN = "我没看清电话号码，请您再发一遍，只发数字就行。"
NOTHING_PENDING = "好的。您还有什么事，直接跟我说。"
NOTHING_TO_REPEAT = "我还没说什么呢。您有什么事，直接跟我说。"
CANCELLED = "好的，这件不报了，没有登记。以后想起来随时再说。"
NOT_UNDERSTOOD = "我没太听明白。要把您刚才说的登记下来、交给单位办吗？想找人就回“人工”。"
NO_ANSWER_NOW = "这个我这里没有现成的答案，不敢乱说。想找人问，就回“人工”。"
WHAT_TO_ASK = "您想问哪方面的？直接说问题就行，比如“外地看病怎么报销”“居住证怎么办”。"
NO_WORDS = "我没看明白。您用几个字说说是什么事？想找人就回“人工”。"
NO_ARTICLE = "这个我这里没有现成的答案，不敢乱说。要登记下来交给单位办，还是请人来答您？"

# What is read back
RIGHT_SO, WRONG, NOT_NOW = "对，就这样报", "不对，要改", "先不报了"
ADD_TO_IT, DO_IT_AGAIN, ANOTHER_MATTER = "补充到那一件", "没办好，重新办", "是另一件，登记"
STANDS_OPEN = (
    "您{day}报过一件像是同样的事，工单 {case_no}，现在是“{state}”，{unit}负责。"
    "同一件就补充进去，另一件我照样登记。"
)
STANDS_SETTLED = (
    "您{day}报过一件像是同样的事，工单 {case_no}，现在是“{state}”，{unit}办的。"
    "没办好可以重新办，另一件我照样登记。"
)
ANONYMOUS = (
    "这件事替您匿名：办理单位看不到您的姓名、电话，也听不到录音；写下的话和地点他们看得到，不然没法办。"
    "要找您核实，由12345民呼中心来找，谁看过您的信息都有记录。不用匿名，就回“不用匿名”。"
)

ELSEWHERE = "您说的地方像是在{city}，不归杭州管，请打当地的 {hotline}。要是事情就在杭州，请接着说。"
PIN_ELSEWHERE = "地图定位（杭州以外）"
PIN_NOT_HERE = "您发的定位好像不在杭州，请打当地的 12345。要是事情就在杭州，请接着说。"
EMERGENCY = "要是有人受伤或正有危险，请马上打电话：报警 110，火警 119，急救 120。\n"
PERSON_ASKED = "我已经请工作人员来看您的消息了。"
NOT_URGENT = "要是不急，我帮您登记下来，或者请工作人员来。"


def read_back(text: str, location: str | None) -> str:
    shown = text if len(text) <= LONGEST_READ_BACK else f"{text[:LONGEST_READ_BACK]}……"
    where = f"\n地点：{location}" if location else ""
    return f"我记下的是——\n事情：{shown}{where}\n这样报上去，对吗？"


def stands(case: Case, rating: Rating | None) -> str:
    status, local = Status(case.status), case.registered_at.astimezone(SHANGHAI)
    told = STANDS_OPEN if status.is_open else STANDS_SETTLED
    return told.format(
        day=f"{local.month}月{local.day}日",
        case_no=case.case_no,
        state=_state(case, rating),
        unit=_unit_of(case),
    )


def _state(case: Case, rating: Rating | None) -> str:
    """Who has rated it is not waited for any more, though a low grade leaves it open to be done
    again."""
    status = Status(case.status)
    return DONE if status is Status.RESOLVED and rating is not None else status.label


def _low(rating: Rating, notice: LowRatingNotice) -> str:
    told = {
        NoticeState.WAITING: (LOW_WAITS, notice.acknowledge_by),
        NoticeState.LATE: (LOW_LATE, notice.acknowledge_by),
        NoticeState.ACKNOWLEDGED: (LOW_READ, notice.acknowledged_at),
    }
    said, moment = told[notice.state]
    day = for_people(moment) if moment else ""
    return said.format(grade=Grade(rating.score).label, superior=notice.superior.name, day=day)


def which_case(cases: Sequence[Case]) -> str:
    return f"您有几件事，说的是哪一件？\n{_listed(cases)}\n回数字就行。"


def none_fits(pointed: str, cases: Sequence[Case]) -> str:
    return f"没找到您说的“{pointed}”。您报过的有这些：\n{_listed(cases)}\n是哪一件，回数字就行。"


def _listed(cases: Sequence[Case]) -> str:
    return "\n".join(f"{number}. {_line(case)}" for number, case in enumerate(cases, 1))


def _line(case: Case) -> str:
    local = case.registered_at.astimezone(SHANGHAI)
    return f"{short(case.text, 16)}（{local.month}月{local.day}日）"


def _unit_of(case: Case) -> str:
    return case.unit.name if case.unit else "12345民呼中心"


def pinned(pin: Pin, area: str | None) -> str:
    """A pin in words; `area` is None outside the city."""
    if area is None:
        return PIN_ELSEWHERE
    where = f"{area}附近（地图定位 {pin.latitude:.5f}，{pin.longitude:.5f}）"
    return f"{pin.label}，{where}" if pin.label else where


def which_area(place: str, areas: Sequence[str]) -> str:
    listed = "\n".join(f"{number}. {area}" for number, area in enumerate(areas, 1))
    return f"“{place}”有好几处，您说的是哪一处？\n{listed}\n回数字就行；都不是，就说在哪个区。"


def article(title: str, body: str, office: str) -> str:
    where = f"\n要办或细问，找：{office}。" if office else ""
    return f"{title}\n{body}{where}"


def neighbours(answer: Answer, most: int = 2) -> list[Button]:
    return [
        Button(hit.article.title, "/ask_question", {"article": hit.article.id})
        for hit in answer.candidates[:most]
        if hit.score >= NEIGHBOUR_BAR
    ]


def progress(case: Case, rating: Rating | None) -> str:
    """One case in a few lines: number, matter, state, who has it, until when; `rating` is the one
    of its present round."""
    status = Status(case.status)
    unit = _unit_of(case)
    is_withdrawn = case.outcome == "withdrawn"
    stands = WITHDRAWN if is_withdrawn else f"现在：{_state(case, rating)}，{unit}负责"
    lines = [f"工单 {case.case_no}：{short(case.text)}", stands]
    if status.is_open:
        local = case.resolve_by.astimezone(SHANGHAI)
        late = "（已经超期，正在督促）" if case.overdue_at else ""
        if Track(case.track).is_owed_a_reply_alone:
            lines.append(f"{local.month}月{local.day}日前答复您")
        elif case.track != Track.LEGAL:  # nobody promises when the law is done with it
            lines.append(f"期限：{local.month}月{local.day}日前办结{late}")
    elif case.outcome_text:
        lines.append(f"答复：{case.outcome_text}")
        lines.extend(still_to_come(case).splitlines())
    if rating is not None and rating.notice is not None:
        lines.append(_low(rating, rating.notice))
    if case.events:
        lines.append(f"最近动态：{for_people(case.events[-1].at)}")
    return "\n".join(lines)


def short(text: str, most: int = 30) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[:most]}…"
