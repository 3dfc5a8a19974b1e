"""Not understood: an article, or an offer to lodge the words; the third time, a person."""

from backend.vocabulary.messages import Button
from dialogue.handlers import ask_question
from dialogue.handlers.nothing_said import has_no_words
from dialogue.handlers.offers import offer_to_lodge
from dialogue.handlers.person import offer_person
from dialogue.texts import cases as texts
from dialogue.texts import chat as chat_texts
from dialogue.turn import Turn

MOST_PUZZLED = 2
LONGEST_SOUND = 1  # characters: 啊


def handle(turn: Turn) -> bool:
    turn.change(puzzled=turn.state.puzzled + 1)
    if turn.facts.is_waiting:
        return turn.say(chat_texts.SOON)
    if turn.state.elsewhere:
        return turn.say(turn.state.elsewhere)
    if turn.state.puzzled > MOST_PUZZLED:
        return offer_person(turn)
    if has_no_words(turn.words) or len(turn.words) <= LONGEST_SOUND:
        return turn.say(texts.NO_WORDS)  # a bare number or a sound is nothing that could be lodged
    answer = turn.facts.answer(turn.words)
    if turn.state.draft is not None:
        return turn.say(chat_texts.GO_ON)
    if answer.article:
        return ask_question.tell(turn, turn.words, answer)
    person = Button(texts.PERSON_ANSWERS, "/request_human")
    return offer_to_lodge(turn, texts.NOT_UNDERSTOOD, [*texts.neighbours(answer), person])
