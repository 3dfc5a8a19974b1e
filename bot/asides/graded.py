"""挺好的，修得快, typed in answer to 办得怎么样: it grades, whatever else it sounds like."""

from backend.ratings.scale import answers_how_it_went
from bot.asides.moment import Moment
from bot.numbered import last_asked
from bot.turn import ForRasa


def answer(moment: Moment, words: str) -> ForRasa | None:
    """As if the prompt had been answered by button, with the grade that the words give."""
    if not answers_how_it_went(words):
        return None
    last = last_asked(moment.session, moment.conversation.id)
    if last is None or not last.buttons or "score" not in last.buttons[0]["data"]:
        return None
    of = last.buttons[0]["data"]
    graded = {"case_no": of["case_no"], "round": of["round"], "words_of": moment.message.id}
    return ForRasa("/rate_case", graded)
