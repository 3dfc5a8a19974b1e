"""Files in a message without words: says which draft or case they belong to."""

from backend.vocabulary.messages import Button
from dialogue.commands import GiveFiles
from dialogue.facts import CaseView
from dialogue.handlers import unit_message
from dialogue.state import Ask
from dialogue.texts import chat as texts
from dialogue.texts.cases import short
from dialogue.turn import Turn

MOST_CHOICES = 5


def handle(turn: Turn) -> bool:
    utterance = turn.utterance
    if utterance.file_problem:
        turn.say(texts.FILE_REFUSED.format(why=utterance.file_problem))
    if utterance.is_more_than_files:
        return False
    if utterance.has_file_on_its_way:
        turn.say(texts.FILE_ON_ITS_WAY)
    elif utterance.files:
        _acknowledge(turn)
    elif not utterance.file_problem:
        return False
    return True


def _acknowledge(turn: Turn) -> None:
    if turn.utterance.voice is None and "voice" in turn.utterance.files:
        turn.say(texts.VOICE_KEPT)
        return
    what = "、".join(texts.FILE_NAMES[kind] for kind in dict.fromkeys(turn.utterance.files))
    if asking := unit_message.asking(turn):
        give(turn, asking.case_no, what)
        return
    if turn.state.draft:
        turn.say(texts.PHOTO_FOR_DRAFT.format(what=what))
        return
    cases = turn.facts.own_cases(only_open=True)
    if not cases:
        turn.say(texts.PHOTO_ALONE.format(what=what))
    elif len(cases) == 1:
        give(turn, cases[0].case_no, what)
    else:
        _ask_which(turn, what, cases[:MOST_CHOICES])


def give(turn: Turn, case_no: str, what: str) -> None:
    turn.do(GiveFiles(case_no, what))
    turn.say(texts.PHOTO_FOR_CASE.format(what=what, case_no=case_no))


def _ask_which(turn: Turn, what: str, cases: list[CaseView]) -> None:
    """Ask which case the files belong to; until then they wait with the chat."""
    buttons = [
        Button(short(case.text, 10), "/add_detail", {"case_no": case.case_no, "files": what})
        for case in cases
    ]
    new = Button(texts.PHOTO_OF_NEW, "/lodge_appeal")
    choices = tuple(case.case_no for case in cases)
    question = texts.PHOTO_OF_WHICH.format(what=what)
    turn.ask(Ask.WHICH_CASE, question, [*buttons, new], action="files", words=what, choices=choices)
