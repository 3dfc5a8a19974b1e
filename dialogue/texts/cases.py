"""Sentences about a resident's own cases, and about articles."""

from collections.abc import Sequence
from datetime import datetime

from backend.clock import SHANGHAI, for_people
from backend.vocabulary.grades import GRADES, Grade, NoticeState
from backend.vocabulary.messages import Button
from backend.vocabulary.tracks import Track
from dialogue.facts import CaseView, RatingView
from nlu.articles.search import Answer

NEIGHBOUR_BAR = 0.55  # an article that is less near than this has nothing to do with the question

PHONE_LINE = "也可以打 12345，或到街道便民服务中心窗口。"
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
RATED_ALREADY = "这一轮您已经评价过了，谢谢您。"
NOT_RATEABLE = "这件事现在还不能评价，等办结了我会请您评。"
ASK_REASON = "对不起，没让您满意。是哪里没办好？您说说，我们转给上级单位看。"
ASK_REOPEN = "谢谢您告诉我们。要不要把工单 {case_no} 重新办理一次？"
ASK_SOLVED = "问题解决了吗？"
ASK_SOLVED_OR_REOPEN = "谢谢您告诉我们。问题解决了吗？没解决，可以重新办一次。"
SOLVED, UNSOLVED = "解决了", "没解决"
UNSOLVED_AGAIN, UNSOLVED_ENOUGH = "没解决，重新办理", "没解决，不用了"
AGAIN, ENOUGH = "重新办理", "不用了"
SOLVED_NOTED = "好，记下了：解决了。谢谢您。"
ASK_REOPEN_UNSOLVED = "记下了：还没解决。要不要重新办一次？"
KEEP_ANSWER = "留个记录"
ANSWER_KEPT = "好，给您留着了。"
REOPEN_REFUSED = "好的，那就先这样。您的评价已经记下了，上级单位会看到。"
PHONE_SAVED = "电话记下了：{phone}。工作人员需要时会打这个号码。"
PHONE_DECLINED = "好的，不留电话也行，进展都会在这里告诉您。"
PHONE_FORGOTTEN = "好，电话不写上去了。"
NO_PHONE_SEEN = "我没看清电话号码，请您再发一遍，只发数字就行。"
NOTHING_PENDING = "好的。您还有什么事，直接跟我说。"
NOTHING_TO_REPEAT = "我还没说什么呢。您有什么事，直接跟我说。"
NOT_UNDERSTOOD = "我没太听明白。要把您刚才说的登记下来、交给单位办吗？想找人就回“人工”。"
NO_ANSWER_NOW = "这个我这里没有现成的答案，不敢乱说。想找人问，就回“人工”。"
WHAT_TO_ASK = "您想问哪方面的？直接说问题就行，比如“外地看病怎么报销”“居住证怎么办”。"
NO_WORDS = "我没看明白。您用几个字说说是什么事？想找人就回“人工”。"
NO_ARTICLE = "这个我这里没有现成的答案，不敢乱说。要登记下来交给单位办，还是请人来答您？"
LODGE_IT = "登记交给单位办"
PERSON_ANSWERS = "请人来答"

# Asked about a case that is being handled
HOW_LONG = "工单 {case_no} 由{unit}负责，最迟{day}前办结。有进展我会在这里告诉您。"
HOW_LONG_NO_DATE = "工单 {case_no} 由{unit}负责。多久要看他们查的情况，有进展我会在这里告诉您。"
WILL_CALL = "办理单位会跟您联系。您留的电话是 {phone}。{day}前没有人找您，在这里说“催一下”。"
WILL_WRITE = "没有留电话，办理单位就在这里回您。想接电话，把号码发给我就行。"
WILL_TELL = "会的。每办一步，我都在这里告诉您。办完了还会请您评价。"
PHONE_IS_PRIVATE = (
    "您的电话只有办理单位和12345民呼中心看得到，不会给对方。"
    "要是连办理单位也不想让知道，就回“匿名”。"
)
COSTS_NOTHING = "不收钱。反映问题、查进度都是免费的。"


def state_of(case: CaseView, rating: RatingView | None) -> str:
    """The status in words; a rated case waits for nothing, though it may be reopened."""
    return DONE if case.status == "resolved" and rating is not None else case.status.label


def progress(case: CaseView, rating: RatingView | None, last_event: datetime | None) -> str:
    """One case in a few lines: number, matter, state, who has it, until when."""
    is_withdrawn = case.outcome == "withdrawn"
    state = WITHDRAWN if is_withdrawn else f"现在：{state_of(case, rating)}，{case.unit}负责"
    lines = [f"工单 {case.case_no}：{short(case.text)}", state, *_deadline(case)]
    if not case.is_open and case.outcome_text:
        lines.append(f"答复：{case.outcome_text}")
        lines.extend(case.still_to_come.splitlines())
    if rating is not None and rating.notice is not None:
        lines.append(_low(rating))
    if last_event:
        lines.append(f"最近动态：{for_people(last_event)}")
    return "\n".join(lines)


def _deadline(case: CaseView) -> list[str]:
    if not case.is_open:
        return []
    if case.track.needs_only_reply:
        return [f"{day_of(case.resolve_by)}前答复您"]
    if case.track == Track.LEGAL:  # nobody promises when the law is done with it
        return []
    late = "（已经超期，正在督促）" if case.is_overdue else ""
    return [f"期限：{day_of(case.resolve_by)}前办结{late}"]


def day_of(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日"


def _low(rating: RatingView) -> str:
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


def which_case(cases: Sequence[CaseView]) -> str:
    return f"您有几件事，说的是哪一件？\n{_listed(cases)}\n回数字就行。"


def none_fits(pointed: str, cases: Sequence[CaseView]) -> str:
    return f"没找到您说的“{pointed}”。您报过的有这些：\n{_listed(cases)}\n是哪一件，回数字就行。"


def _listed(cases: Sequence[CaseView]) -> str:
    """The cases as a numbered list, with the place where two lines would read the same."""
    lines = [f"{short(case.text, 16)}（{day_of(case.registered_at)}）" for case in cases]
    distinct = [
        f"{line[:-1]}，{short(case.place, 12)}）" if case.place and lines.count(line) > 1 else line
        for line, case in zip(lines, cases, strict=True)
    ]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(distinct, 1))


def article(title: str, body: str, office: str) -> str:
    where = f"\n要办或细问，找：{office}。" if office else ""
    return f"{title}\n{body}{where}"


def detail(title: str, lines: str, office: str) -> str:
    """The lines of an article that answer a question about a detail of it."""
    where = f"\n细问找：{office}。" if office else ""
    return f"关于“{title}”：\n{lines}{where}"


def neighbours(answer: Answer, most: int = 2) -> list[Button]:
    return [
        Button(hit.article.title, "/ask_question", {"article": hit.article.id})
        for hit in answer.candidates[:most]
        if hit.score >= NEIGHBOUR_BAR
    ]


def short(text: str, most: int = 30) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[:most]}…"
