"""Sentences about a resident's own cases, and about articles."""

from collections.abc import Sequence
from datetime import datetime

from backend.clock import SHANGHAI, for_people
from backend.texts.cases import NOT_RATEABLE as NOT_RATEABLE
from backend.texts.cases import OFFICE
from backend.texts.cases import RATED_ALREADY as RATED_ALREADY
from backend.texts.cases import unit_text as unit_text
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.grades import GRADES, Grade, NoticeState
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text, joined
from backend.vocabulary.tracks import Track
from dialogue.facts import CaseView, RatingView
from nlu.articles.search import Answer

NEIGHBOUR_BAR = 0.55  # an article that is less near than this has nothing to do with the question

_WINDOW = "便民服务中心"
ANY_WINDOW = Text(f"街道{_WINDOW}", "街道的")
WAITING = Text(
    (
        "已经请工作人员来看了，一会儿就在这里回您。您先把要说的发过来，他们都看得到。"
        "也可以打 12345，或到{window}窗口。"
    ),
    "已经请人来了。一会儿在这里回您。您先说，他们看得到。也可以打 12345。也可以去{window}窗口。",
)
DESK_CLOSED = Text(
    (
        "已经请工作人员来看了。现在没有人值班，{when}有人上班，就在这里回您。您先把要说的发过来，"
        "他们都看得到。等不及就打 12345，或到{window}窗口。"
    ),
    (
        "已经请人来看了。现在没有人值班。{when}有人上班，在这里回您。等不及，就打 12345。"
        "也可以去{window}窗口。"
    ),
)
OPENS_AT = Text("现在没有人值班，{when}有人上班，就在这里回您。")
ALREADY_WAITING = Text(
    "工作人员已经知道了，正在排队，请稍等。也可以打 12345，或到{window}窗口。",
    "已经请人了，正在排队。也可以打 12345。也可以去{window}窗口。",
)
NO_CASES = Text(
    "您名下还没有工单。有什么事，现在就可以跟我说。",
    "您还没有报过事。有什么事，跟我说。",
)
NOT_YOURS = Text(
    "没查到这个编号的工单。请核对一下号码，或者回“查进度”看您自己的工单。",
    "没查到这个号码。请您看看号码对不对。也可以回“查进度”。",
)
NONE_OPEN = Text("您现在没有在办的事。")
NO_OPEN_CASE = Text(
    "您现在没有正在办的工单。刚才说的要是新的事，我帮您登记下来？",
    "您现在没有在办的事。刚才说的，要报上去吗？",
)
TO_UNIT = Text(
    "转给{unit}了，记在工单 {case_no} 里。还有要说的，接着说。",
    "转给{unit}了。还有要说的，接着说。",
)
REOPENED = Text("好，这就重新办。您说的都交给他们。")
NOT_CONTENT = "对办理结果不满意"
NOT_SOLVED = "市民说问题没有解决"
ASK_REOPEN_SETTLED = Text(
    "工单 {case_no} 已经办结了。要是还没办好，我请他们重新办，行吗？",
    "这件事已经办过了。\n编号 {case_no}。\n没办好的话，重新办，行吗？",
)
SURE_TO_WITHDRAW = Text(
    "您是要撤掉工单 {case_no} 吗？撤了就不再办了。",
    "您要撤掉这件事吗？\n编号 {case_no}。\n撤了就不办了。",
)
GLAD_IT_IS_SOLVED = Text("好了就好。")
# The lines of a case's progress
CASE_LINE = Text("工单 {case_no}：{matter}", "您说的：{matter}\n编号 {case_no}。")
STATE_LINE = Text("现在：{state}，{unit}负责", "{state}。{unit}在管。")
WITHDRAWN = Text("现在：按您的意思撤掉了")
REPLY_DUE = Text("{day}前答复您")
DUE = Text("期限：{day}前办结", "{day}前办好。")
OVERDUE = Text("期限：{day}前办结（已经超期，正在督促）", "本该{day}前办好。晚了，正在催。")
REPLY_OVERDUE = Text("本该{day}前答复您（已经超期，正在督促）", "本该{day}前答复您。晚了，正在催。")
ANSWER_LINE = Text("答复：{outcome}", "回您的话：{outcome}")
LAST_EVENT = Text("最近动态：{when}", "上一次有消息：{when}。")
ELDER_STATES = {
    Status.REGISTERED: "记下了，正在找人办",
    Status.DISPATCHED: "交给他们了",
    Status.RETURNED: "正在另外找人办",
    Status.ON_HOLD: "先停一停",
    Status.RESOLVED: "办好了，等您评",
    Status.CLOSED: "办完了",
}
WITHDRAW_KEPT = Text("好，不撤，接着办。")
NOTHING_TO_RATE = Text(
    "现在没有等您评价的工单。等办结了，我会请您评。",
    "现在没有要您评的事。办好了，我会请您评。",
)
# What became of a low grade, said with the progress
DONE = Text("单位说办好了")
LOW_WAITS = Text(
    "您评了{grade}，已经报给{superior}，他们最晚{day}要看。",
    "您评了{grade}。已经告诉{superior}了。最晚{day}要看。",
)
LOW_LATE = Text(
    "您评了{grade}，已经报给{superior}。他们没有按时看，又往上报了。",
    "您评了{grade}。已经告诉{superior}了。他们看晚了，又往上说了。",
)
LOW_READ = Text(
    "您评了{grade}，{superior}已经看了，{day}看的。",
    "您评了{grade}。{superior}已经看了，{day}看的。",
)
ASK_GRADE = Text(
    "工单 {case_no} 办得怎么样？请您选一个。",
    "这件事办得怎么样？\n编号 {case_no}。\n请选一个。",
)
THANK_RATING = Text(
    "谢谢您的评价：{grade}。工单 {case_no} 就结案了，有事再找我。",
    "谢谢您。您评的是：{grade}。这件事就办完了。",
)
ASK_REASON = Text(
    "对不起，没让您满意。是哪里没办好？您说说，我们转给上级单位看。",
    "对不起，没让您满意。哪里没办好？您说说。",
)
ASK_REOPEN = Text(
    "谢谢您告诉我们。要不要把工单 {case_no} 重新办理一次？",
    "谢谢您告诉我们。要不要重新办一次？",
)
ASK_SOLVED = Text("问题解决了吗？")
ASK_SOLVED_OR_REOPEN = Text("谢谢您告诉我们。问题解决了吗？没解决，可以重新办一次。")
SOLVED, UNSOLVED = "解决了", "没解决"
UNSOLVED_AGAIN, UNSOLVED_ENOUGH = "没解决，重新办理", "没解决，不用了"
AGAIN, ENOUGH = "重新办理", "不用了"
SOLVED_NOTED = Text("好，记下了：解决了。谢谢您。")
ASK_REOPEN_UNSOLVED = Text("记下了：还没解决。要不要重新办一次？")
KEEP_ANSWER = "留个记录"
ANSWER_KEPT = Text("好，给您留着了。")
REOPEN_REFUSED = Text(
    "好的，那就先这样。您的评价已经记下了，上级单位会看到。",
    "好的，那就这样。您的话记下了。上面会看到。",
)
PHONE_SAVED = Text(
    "电话记下了：{phone}。工作人员需要时会打这个号码。",
    "电话记下了：{phone}。要的时候会打给您。",
)
PHONE_DECLINED = Text(
    "好的，不留电话也行，进展都会在这里告诉您。",
    "好的，不留也行。有消息在这里告诉您。",
)
PHONE_FORGOTTEN = Text("好，电话不写上去了。")
NO_PHONE_SEEN = Text(
    "我没看清电话号码，请您再发一遍，只发数字就行。",
    "电话没看清。请再发一遍，只发数字。",
)
NOTHING_PENDING = Text("好的。您还有什么事，直接跟我说。")
NOTHING_TO_REPEAT = Text("我还没说什么呢。您有什么事，直接跟我说。")
NOT_UNDERSTOOD = Text(
    "我没太听明白。要把您刚才说的登记下来、交给单位办吗？想找人就回“人工”。",
    "我没听明白。要把刚才说的报上去吗？想找人，就回“人工”。",
)
NO_ANSWER_NOW = Text(
    "这个我这里没有现成的答案，不敢乱说。想找人问，就回“人工”。",
    "这个我答不上来，不敢乱说。想找人问，就回“人工”。",
)
NO_ANSWER_TO = Text(
    "“{question}”我这里没有现成的答案，不敢乱说。想找人问，就回“人工”。",
    "“{question}”我答不上来，不敢乱说。想找人问，就回“人工”。",
)
WHAT_TO_ASK = Text(
    "您想问哪方面的？直接说问题就行，比如“外地看病怎么报销”“居住证怎么办”。",
    "您想问什么？比如“外地看病怎么报销”。",
)
NO_WORDS = Text("我没看明白。您用几个字说说是什么事？想找人就回“人工”。")
DETAIL = Text("关于“{title}”：\n{lines}")
NO_ARTICLE = Text(
    "这个我这里没有现成的答案，不敢乱说。要登记下来交给单位办，还是请人来答您？",
    "这个我答不上来，不敢乱说。要报上去，还是请人来答？",
)
NOT_IN_ARTICLE = Text(
    "“{title}”里没有写这一点，我不敢乱说。请问{office}，或者打 {phone}；也可以请人来答您。",
    "这一点我这里没有写，不敢乱说。请问{office}。也可以打 {phone}。要人来答，就回“人工”。",
)
ANY_OFFICE = "经办的单位"
LODGE_IT = "登记交给单位办"
PERSON_ANSWERS = "请人来答"

WHICH_CASE = Text("您有几件事，说的是哪一件？\n{cases}\n回数字就行。")
NONE_FITS = Text("没找到您说的“{pointed}”。您报过的有这些：\n{cases}\n是哪一件，回数字就行。")


def state_of(case: CaseView, rating: RatingView | None) -> Text:
    """The status in words; a rated case waits for nothing, though it may be reopened."""
    if case.status == Status.RESOLVED and rating is not None:
        return DONE
    return Text(case.status.label, ELDER_STATES.get(case.status))


def progress(case: CaseView, rating: RatingView | None, last_event: datetime | None) -> Text:
    """One case in a few lines: number, matter, state, who has it, until when."""
    lines = [
        CASE_LINE.format(case_no=case.case_no, matter=short(case.text)),
        _state(case, rating),
        *_deadline(case),
    ]
    if not case.is_open and case.outcome_text:
        lines.append(ANSWER_LINE.format(outcome=case.outcome_text))
        lines.extend(Text(line) for line in case.still_to_come.splitlines())
    if rating is not None and rating.notice is not None:
        lines.append(_low(rating))
    if last_event:
        lines.append(LAST_EVENT.format(when=for_people(last_event)))
    return joined(lines, "\n")


def _state(case: CaseView, rating: RatingView | None) -> Text:
    if case.outcome == "withdrawn":
        return WITHDRAWN
    return STATE_LINE.format(state=state_of(case, rating), unit=unit_text(case.unit))


def _deadline(case: CaseView) -> list[Text]:
    if not case.is_open:
        return []
    day = day_of(case.resolve_by)
    # While it is on hold its clock stands still; nobody promises when the law is done with it.
    if case.status is Status.ON_HOLD or case.track is Track.LEGAL:
        return []
    if case.track.needs_only_reply:
        return [(REPLY_OVERDUE if case.is_overdue else REPLY_DUE).format(day=day)]
    return [(OVERDUE if case.is_overdue else DUE).format(day=day)]


def day_of(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日"


def _low(rating: RatingView) -> Text:
    text = {
        NoticeState.WAITING: LOW_WAITS,
        NoticeState.LATE: LOW_LATE,
        NoticeState.ACKNOWLEDGED: LOW_READ,
    }[rating.notice or NoticeState.WAITING]
    day = for_people(rating.notice_at) if rating.notice_at else ""
    return text.format(grade=Grade(rating.score).label, superior=rating.superior, day=day)


def rating_buttons(case: CaseView) -> list[Button]:
    details = {"case_no": case.case_no, "round": case.round}
    return [Button(grade.label, "/rate_case", {**details, "score": int(grade)}) for grade in GRADES]


def window_of(name: str) -> Text:
    """The service window of a street; elders know it by the street."""
    street = name.removesuffix(_WINDOW)
    return Text(name, f"{street}的" if street != name else None)


def which_case(cases: Sequence[CaseView]) -> Text:
    return WHICH_CASE.format(cases=_listed(cases))


def none_fits(pointed: str, cases: Sequence[CaseView]) -> Text:
    return NONE_FITS.format(pointed=pointed, cases=_listed(cases))


def _listed(cases: Sequence[CaseView]) -> str:
    """The cases as a numbered list, with the place where two lines would read the same."""
    lines = [f"{short(case.text, 16)}（{day_of(case.registered_at)}）" for case in cases]
    distinct = [
        f"{line[:-1]}，{short(case.place, 12)}）" if case.place and lines.count(line) > 1 else line
        for line, case in zip(lines, cases, strict=True)
    ]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(distinct, 1))


def article(title: str, body: str, office: str) -> Text:
    lines = [Text(f"{title}\n{body}")]
    if office:
        lines.append(OFFICE.format(office=office))
    return joined(lines, "\n")


def detail(title: str, lines: str, office: str) -> Text:
    """The lines of an article that answer a question about a detail of it."""
    texts = [DETAIL.format(title=title, lines=lines)]
    if office:
        texts.append(OFFICE.format(office=office))
    return joined(texts, "\n")


def neighbours(answer: Answer, most: int = 2) -> list[Button]:
    return [
        Button(hit.article.title, "/ask_question", {"article": hit.article.id})
        for hit in answer.candidates[:most]
        if hit.score >= NEIGHBOUR_BAR
    ]


def short(text: str, most: int = 30) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[:most]}…"
