"""解决了吗: asked beside the grade, so that satisfied and solved can be told apart.

It takes one short turn, and who is not content is asked for both in one: whether it was solved,
and whether it shall be done again. What nobody has said stays unknown.
"""

from datetime import timedelta

from rasa_sdk.events import SlotSet

from backend.cases import service as cases
from backend.cases.models import Case
from backend.cases.tracks import Track
from backend.messaging.messages import Button
from backend.ratings import service as ratings
from backend.ratings.scale import find_solved
from dialogue import texts
from dialogue.turn import Events, Turn

RATE, YES, NO = "/rate_case", "/affirm", "/deny"
ANSWERED_WITHIN = timedelta(days=7)  # later such words are about something else


def ask(turn: Turn, case: Case, *, after: str) -> None:
    """Beside a good grade; nothing is solved by a suggestion or by praise."""
    if Track(case.track).is_owed_a_reply_alone or _is_known(turn, case):
        turn.say(after)
        return
    buttons = [
        _button(case, texts.SOLVED, RATE, solved=True),
        _button(case, texts.UNSOLVED, RATE, solved=False),
    ]
    turn.say(f"{after}\n{texts.ASK_SOLVED}", buttons)


def ask_or_reopen(turn: Turn, case: Case) -> Events:
    """Beside a low grade: whether to do it again, and whether it was solved, if not known."""
    if _is_known(turn, case):
        question = texts.ASK_REOPEN.format(case_no=case.case_no)
        return turn.ask_yes_or_no(question, "reopen", case.case_no, "重新办理", "不用了")
    buttons = [
        _button(case, texts.UNSOLVED_AGAIN, YES, solved=False, reopen=case.case_no),
        _button(case, texts.UNSOLVED_ENOUGH, NO, solved=False),
        _button(case, texts.SOLVED, NO, solved=True),
    ]
    turn.say(texts.ASK_SOLVED_OR_REOPEN, buttons)
    return _remember(turn, case)


def answer(turn: Turn) -> Events | None:
    """To 解决了吗, by button or in a few words; None when the message is about something else."""
    solved = turn.pressed.get("solved")
    if turn.pressed and solved is None:
        return None
    said = find_solved(turn.words) if solved is None else bool(solved)
    case = _asked_about(turn) if said is not None else None
    if case is None or said is None:
        return None
    round_asked = int(turn.pressed.get("round") or case.round)
    kept = ratings.say_solved(turn.session, case, solved=said, round=round_asked, now=turn.now)
    done = [SlotSet("rating_needs_reason", False)]
    if kept is None:
        turn.say(texts.NOTHING_PENDING)
        return done
    if said:
        turn.say(texts.SOLVED_NOTED)
        return done
    question = texts.ASK_REOPEN_UNSOLVED
    return [*done, *turn.ask_yes_or_no(question, "reopen", case.case_no, "重新办理", "不用了")]


def note_said(turn: Turn, case: Case, words: str) -> None:
    """Words may say it together with the grade: 满意，解决了."""
    solved = find_solved(words)
    if solved is not None:
        ratings.say_solved(turn.session, case, solved=solved, round=case.round, now=turn.now)


def note_pressed(turn: Turn) -> None:
    """What the pressed button says of it, whether or not it shall be done again."""
    solved, case_no = turn.pressed.get("solved"), turn.pressed.get("case_no")
    if solved is None or case_no is None:
        return
    own = cases.of_resident(turn.session, turn.resident_id, number=case_no)
    if own:
        ratings.say_solved(
            turn.session,
            own[0],
            solved=bool(solved),
            round=int(turn.pressed["round"]),
            now=turn.now,
        )


def _asked_about(turn: Turn) -> Case | None:
    """The pressed button's case; for words the one that was graded last and not answered for, as
    long as no other waits to be graded."""
    number = turn.pressed.get("case_no")
    if number is None:
        waits = ratings.latest_unrated(turn.session, turn.resident_id)
        since = turn.now - ANSWERED_WITHIN
        return None if waits else ratings.latest_open_answer(turn.session, turn.resident_id, since)
    own = cases.of_resident(turn.session, turn.resident_id, number=number)
    return own[0] if own else None


def _is_known(turn: Turn, case: Case) -> bool:
    rating = ratings.of_round(turn.session, case, case.round)
    return rating is None or rating.solved is not None


def _button(case: Case, title: str, say: str, *, solved: bool, **more: str) -> Button:
    of = {"case_no": case.case_no, "round": case.round, "solved": solved}
    return Button(title, say, {**of, **more})


def _remember(turn: Turn, case: Case) -> Events:
    pending = {"about": "reopen", "case_no": case.case_no, "message_id": turn.message_id}
    return [SlotSet("pending", pending)]
