"""Actions on the resident's own cases."""

from rasa_sdk.events import ActiveLoop, SlotSet

from backend.cases import service as cases
from backend.cases.lifecycle import Action, Status
from backend.cases.models import Case
from backend.cases.pushes import rating_buttons
from backend.cases.service import RESIDENT
from backend.cases.steps import Details
from backend.collective.repeats import recent
from backend.errors import Conflict, NotFound
from backend.messaging.attachments import give_to_case
from backend.ratings import service as ratings
from backend.ratings.scale import Grade, find_grade, reason_beside
from backend.routing.service import tells_of_matter
from dialogue import own_cases, solving, texts
from dialogue.drafts import SURE
from dialogue.forms import cleared
from dialogue.lodging import Yes, lodge
from dialogue.pointing import pointed_at
from dialogue.turn import OFFER_TO_LODGE, Events, Turn

MOST_SHOWN = 3
LONGEST_ASKING = 20  # characters; who writes more tells of something


def submit_appeal(turn: Turn) -> Events:
    """Register what was read back; the case's own message tells number and deadline."""
    yes = Yes(turn.message_id, turn.pressed, turn.words, turn.now)
    turn.say(lodge(turn.session, turn.conversation, yes))
    return cleared()


def cancel_appeal(turn: Turn) -> Events:
    """算了: of the appeal in the making; else it is a no to what was asked just before."""
    if not turn.is_in_form and turn.conversation.draft is None:
        return say_no(turn)
    turn.conversation.draft = None
    turn.say(texts.CANCELLED)
    return [ActiveLoop(None), SlotSet("requested_slot", None), *cleared()]


def check_progress(turn: Turn) -> Events:
    mine, number = own_cases.own(turn), own_cases.number(turn)
    if not mine:
        if not number and _names_a_matter(turn):
            return _offer(turn)  # 停水了什么时候来水
        turn.say(texts.NOT_YOURS if number else texts.NO_CASES)
        return []
    if number or not own_cases.points(turn, mine):
        turn.say("\n\n".join(_progress(turn, case) for case in mine[:MOST_SHOWN]))
    elif case := own_cases.pick(turn, mine, "/check_progress"):
        turn.say(_progress(turn, case))
    return []


def _progress(turn: Turn, case: Case) -> str:
    return texts.progress(case, ratings.of_round(turn.session, case, case.round))


def add_detail(turn: Turn) -> Events:
    open_ones = own_cases.own(turn, only_open=True)
    if not open_ones:
        return _no_open_case(turn)
    case = own_cases.pick(turn, open_ones, "/add_detail", strict=False)
    if case is None:
        return []
    _note(turn, case, Action.ADD_DETAIL)
    give_to_case(turn.session, turn.conversation.id, case.id, now=turn.now)
    turn.say(texts.ADDED.format(case_no=case.case_no))
    return []


def chase_case(turn: Turn) -> Events:
    open_ones = own_cases.own(turn, only_open=True)
    if not open_ones:
        return _no_open_case(turn)
    case = own_cases.pick(turn, open_ones, "/chase_case")
    if case is None:
        return []
    _note(turn, case, Action.CHASE)
    turn.say(f"{texts.CHASED.format(case_no=case.case_no)}\n{_progress(turn, case)}")
    return []


def _note(turn: Turn, case: Case, action: Action) -> None:
    """Log what the resident says of the case, once for each message."""
    details = Details(text=own_cases.words(turn) or None)
    cases.note(
        turn.session, case, action, RESIDENT, details, now=turn.now, message_id=turn.message_id
    )


def withdraw_case(turn: Turn) -> Events:
    open_ones = own_cases.own(turn, only_open=True)
    if not open_ones:
        return _nothing_to_withdraw(turn)
    case = own_cases.pick(turn, open_ones, "/withdraw_case")
    if case is None:
        return []
    question = texts.SURE_TO_WITHDRAW.format(case_no=case.case_no)
    return turn.ask_yes_or_no(question, "withdraw", case.case_no, "确定撤掉", "不撤")


def _nothing_to_withdraw(turn: Turn) -> Events:
    mine = own_cases.own(turn) if own_cases.number(turn) else []
    if mine:
        turn.say(texts.WITHDRAW_CLOSED.format(case_no=mine[0].case_no))
        return []
    return _no_open_case(turn)


def _no_open_case(turn: Turn) -> Events:
    """Nothing to chase or add to: one that was settled may not have helped, or it is new."""
    settled = None if turn.is_in_form else _settled_and_meant(turn)
    if settled:
        question = texts.ASK_REOPEN_SETTLED.format(case_no=settled.case_no)
        return turn.ask_yes_or_no(question, "reopen", settled.case_no, "重新办理", "不用了")
    if own_cases.number(turn):
        turn.say(texts.NOT_YOURS)
        return []
    return _offer(turn)


def _offer(turn: Turn) -> Events:
    """To lodge what was said; in the middle of an appeal the form asks on, and nothing else."""
    if turn.is_in_form:
        turn.say(texts.NONE_OPEN)
        return []
    return turn.offer_to_lodge(texts.NO_OPEN_CASE)


def _names_a_matter(turn: Turn) -> bool:
    """停水了什么时候来水, and not only 查进度: something is left without the words that ask."""
    told = pointed_at(turn.words) or len(turn.words) > LONGEST_ASKING
    return bool(told) and _tells(turn)


def _tells(turn: Turn) -> bool:
    return bool(turn.words) and tells_of_matter(turn.session, turn.words)


def _settled_and_meant(turn: Turn) -> Case | None:
    """By its number; or it was settled lately, and the words are about it or about nothing new."""
    if own_cases.number(turn):
        named = own_cases.settled_of(own_cases.own(turn))
        return named[0] if named else None
    lately = own_cases.settled_of(recent(turn.session, turn.resident_id, now=turn.now))
    about = own_cases.fitting(turn, lately)
    if about or tells_of_matter(turn.session, turn.words):
        return about[0] if about else None
    return lately[0] if lately else None


def rate_case(turn: Turn) -> Events:
    """Keep the grade that was pressed or said; ask for one when the words carry none."""
    if answered := solving.answer(turn):
        return answered
    case = _case_to_rate(turn)
    if case is None:
        turn.say(texts.NOTHING_TO_RATE)
        return [SlotSet("rating_needs_reason", False)]
    score = turn.pressed.get("score")
    grade = Grade(score) if score else find_grade(_graded_in(turn))
    if grade is None:
        turn.say(texts.ASK_GRADE.format(case_no=case.case_no), rating_buttons(case))
        return [SlotSet("rating_needs_reason", False)]
    return _keep_grade(turn, case, grade)


def _graded_in(turn: Turn) -> str:
    """The words that give the grade; of an answer to the prompt, those of the message itself."""
    own = turn.pressed.get("words_of")
    return turn.words_of(int(own)) if own else turn.words


def _case_to_rate(turn: Turn) -> Case | None:
    number = turn.pressed.get("case_no") or turn.case_number()
    if number is None:
        return ratings.latest_unrated(turn.session, turn.resident_id)
    own = cases.of_resident(turn.session, turn.resident_id, number=number)
    return own[0] if own else None


def _keep_grade(turn: Turn, case: Case, grade: Grade) -> Events:
    try:
        ratings.rate(
            turn.session,
            case,
            grade,
            round=int(turn.pressed.get("round") or case.round),
            message_id=turn.message_id,
            now=turn.now,
        )
    except Conflict as conflict:
        turn.say(conflict.message)
        return [SlotSet("rating_needs_reason", False)]
    said = _graded_in(turn)
    solving.note_said(turn, case, said)
    if grade.is_low and (reason := reason_beside(said)):
        ratings.give_reason(turn.session, case, reason, now=turn.now)
        return [SlotSet("rating_needs_reason", False), *solving.ask_or_reopen(turn, case)]
    if grade.is_low:
        pending = {"about": "reason", "case_no": case.case_no, "message_id": turn.message_id}
        return [SlotSet("pending", pending), SlotSet("rating_needs_reason", True)]
    thanks = texts.THANK_RATING.format(grade=grade.label, case_no=case.case_no)
    solving.ask(turn, case, after=thanks)
    return [SlotSet("rating_needs_reason", False)]


def take_rating_reason(turn: Turn) -> Events:
    """Keep why it was rated low, and offer to have it done again."""
    rated = turn.tracker.get_slot("pending") or {}
    emptied = [SlotSet("rating_reason", None), SlotSet("rating_needs_reason", None)]
    case = _own_case(turn, rated.get("case_no"))
    if case is None:
        turn.say(texts.NOTHING_PENDING)
        return emptied
    reason = turn.tracker.get_slot("rating_reason")
    if reason:
        ratings.give_reason(turn.session, case, reason, now=turn.now)
    return [*emptied, *solving.ask_or_reopen(turn, case)]


def say_yes(turn: Turn) -> Events:
    """A yes to what was asked just before; without a question it is only politeness."""
    pending = turn.pending()
    solving.note_pressed(turn)
    if pending and pending["about"] == OFFER_TO_LODGE:
        return [SlotSet("starts_appeal", True)]
    done = YES[pending["about"]](turn, pending["case_no"]) if pending else None
    if not done:
        turn.say(texts.NOTHING_PENDING)
    return [SlotSet("pending", None), SlotSet("starts_appeal", False)]


def _withdraw(turn: Turn, case_no: str) -> bool:
    case = _own_case(turn, case_no)
    if case is None:
        return False
    if not Status(case.status).is_open:
        turn.say(texts.WITHDRAW_CLOSED.format(case_no=case.case_no))
        return True
    cases.act(turn.session, case, Action.WITHDRAW, RESIDENT, Details(), now=turn.now)
    turn.say("好的。")
    return True


def _reopen(turn: Turn, case_no: str) -> bool:
    case = _own_case(turn, case_no)
    if case is None:
        return False
    if Status(case.status).is_open:
        return False  # reopened before: a new round has begun
    reason = _why_again(turn, case)
    cases.act(turn.session, case, Action.REOPEN, RESIDENT, Details(reason=reason), now=turn.now)
    turn.say("好，这就重新办。")
    return True


def _why_again(turn: Turn, case: Case) -> str:
    """What the rating says, else the words that brought the question up."""
    rating = ratings.of_round(turn.session, case, case.round)
    pending = turn.pending()
    said = turn.words_of(pending["message_id"]) if pending else ""
    if rating and rating.reason:
        return rating.reason
    return said or (texts.NOT_SOLVED if rating and rating.solved is False else texts.NOT_CONTENT)


def _own_case(turn: Turn, case_no: str | None) -> Case | None:
    if not case_no:
        return None
    try:
        case = cases.by_number(turn.session, case_no)
    except NotFound:
        return None
    return case if case.resident_id == turn.resident_id else None


def say_no(turn: Turn) -> Events:
    pending = turn.pending()
    solving.note_pressed(turn)
    if pending is None and turn.heard().confidence < SURE and _tells(turn):
        return turn.offer_to_lodge(texts.NOT_UNDERSTOOD)  # 噪音: one word, taken for a no
    about = pending["about"] if pending else None
    case = _own_case(turn, pending["case_no"]) if pending else None
    if about == "reopen" and case is not None:
        ratings.close(turn.session, case, now=turn.now)
    turn.say(NO.get(about or "", texts.NOTHING_PENDING))
    return [SlotSet("pending", None)]


YES = {"withdraw": _withdraw, "reopen": _reopen}
NO = {"withdraw": texts.WITHDRAW_KEPT, "reopen": texts.REOPEN_REFUSED}

ACTIONS = {
    "action_submit_appeal": submit_appeal,
    "action_cancel_appeal": cancel_appeal,
    "action_check_progress": check_progress,
    "action_add_detail": add_detail,
    "action_chase_case": chase_case,
    "action_withdraw_case": withdraw_case,
    "action_rate_case": rate_case,
    "action_take_rating_reason": take_rating_reason,
    "action_yes": say_yes,
    "action_no": say_no,
}
