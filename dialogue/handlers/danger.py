"""Danger: the number to call comes first, and a person is asked to look."""

from dialogue import draft as drafts
from dialogue.commands import ReportEmergency
from dialogue.texts import chat as texts
from dialogue.turn import Turn
from dialogue.wishes import calls_out
from nlu.dangers.emergency import is_follow_up
from nlu.dangers.marks import is_over_now
from nlu.places import answers

SURE = 0.9  # of the classifier alone, where the detector of dangers finds none


def handle(turn: Turn) -> bool:
    danger = turn.utterance.danger
    if danger is not None and danger.is_certain:
        turn.do(ReportEmergency(danger.kind, turn.words, texts.HANDED_OVER[danger.kind]))
        turn.say(texts.emergency(danger))
        _keep_appeal(turn)
        return True
    if turn.facts.is_alarm and _adds_to_alarm(turn):
        turn.change(home=answers.place_in(turn.words) or turn.state.home)
        turn.say(texts.AFTER_ALARM)
        turn.is_final = True
        return True
    if turn.facts.is_alarm and is_over_now(turn.words):
        turn.say(texts.SAFE_NOW)
        turn.is_final = True
        return True
    if (danger is not None or turn.means("emergency", SURE)) and _may_be_now(turn):
        turn.say(texts.IN_CASE_OF_DANGER)  # and its usual answer below
    return False


def _adds_to_alarm(turn: Turn) -> bool:
    """True if the words only make sense after the alarm: 他没醒; or where it is: 在庆春路."""
    is_where = turn.state.draft is None and answers.is_only_place(turn.words)
    return is_where or is_follow_up(turn.words)


def _may_be_now(turn: Turn) -> bool:
    """True if a doubtful danger is one: no alarm is raised, and nobody is thanked for the help."""
    if turn.facts.is_alarm or calls_out(turn.words):
        return False
    return turn.facts.kind(turn.words, turn.words) != "praise"


def _keep_appeal(turn: Turn) -> None:
    """Put all drafts and the matter of this message aside; the resident can bring them back."""
    appeals = turn.message.appeals
    new = [drafts.begin(appeals[0], turn.words, place=None, regret=False)] if appeals else []
    turn.state = turn.state.put_aside(*turn.state.drafts, *new)
    place = answers.place_in(turn.words) or turn.state.home
    turn.change(question=None, behind=(), drafts=(), home=place)
    turn.is_final = True
