"""Reports the progress of a case: 查进度."""

from backend.vocabulary.texts import Text, joined
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.handlers.offers import offer_to_lodge
from dialogue.pointing import pointed_at
from dialogue.texts import cases as texts
from dialogue.turn import Turn
from nlu.appeals.cues import has_trouble

MOST_SHOWN = 3
SURE = 0.5
LONGEST_ASKING = 20  # characters; who writes more tells of something


def handle(turn: Turn) -> bool:
    if not turn.means("check_progress", SURE) or _tells_matter_too(turn):
        return False
    tell(turn)
    return True


def _tells_matter_too(turn: Turn) -> bool:
    """True if a question beside a new matter sounds like one about a case: …，几天能办好."""
    message = turn.message
    matters = "\n".join(parts.text for parts in message.appeals)
    return bool(message.questions) and has_trouble(matters) and turn.facts.matter(matters).is_sure


def tell(turn: Turn) -> None:
    """Show the case that the words describe; the newest ones when they describe none."""
    cases, number = own_cases.own(turn), own_cases.number(turn)
    if not cases:
        _none(turn, number)
    elif number or not own_cases.points(turn, cases):
        turn.say(joined((text_of(turn, case) for case in cases[:MOST_SHOWN]), "\n\n"))
    elif case := own_cases.pick(turn, cases, "check_progress"):
        show(turn, case)


def show_all(turn: Turn) -> None:
    cases = turn.facts.own_cases()
    texts_of = [text_of(turn, case) for case in cases[:MOST_SHOWN]]
    turn.say(joined(texts_of, "\n\n") if cases else texts.NO_CASES)


def show(turn: Turn, case: CaseView, _: str = "") -> None:
    turn.say(text_of(turn, case))


def text_of(turn: Turn, case: CaseView) -> Text:
    rating = turn.facts.rating(case.case_no, case.round) if case.can_be_rated else None
    return texts.progress(case, rating, turn.facts.last_event(case.case_no))


def _none(turn: Turn, number: str | None) -> None:
    if number:
        turn.say(texts.NOT_YOURS)
    elif turn.state.draft is not None:
        turn.say(texts.NONE_OPEN)
    elif _names_a_matter(turn):
        offer_to_lodge(turn, texts.NO_OPEN_CASE)  # 停水了什么时候来水
    else:
        turn.say(texts.NO_CASES)


def _names_a_matter(turn: Turn) -> bool:
    """True if the words name a matter beside asking: 停水了什么时候来水."""
    tells = pointed_at(turn.words) or len(turn.words) > LONGEST_ASKING
    return bool(tells) and turn.facts.matter(turn.words).is_sure
