"""A question: an article answers it; else the bot says so and offers to lodge it."""

from collections.abc import Sequence

from backend.vocabulary.messages import Button
from dialogue.commands import KeepAnswer
from dialogue.handlers.offers import offer_to_lodge
from dialogue.meaning import ONLY_IF_SAID
from dialogue.state import Ask
from dialogue.texts import cases as texts
from dialogue.texts import chat as chat_texts
from dialogue.turn import Turn
from nlu.articles.search import Answer
from nlu.language.openings import is_question_announcement

SURE = 0.4


def handle(turn: Turn) -> bool:
    utterance = turn.utterance
    if utterance.pressed == "ask_question":
        return _pressed(turn)
    if utterance.intent != "ask_question" and not utterance.message.questions:
        return False
    if utterance.intent != "ask_question" and utterance.message.appeals:
        return False
    if is_question_announcement(turn.words):
        turn.say(texts.WHAT_TO_ASK)
        return True
    question = "，".join(utterance.message.questions) or turn.words
    tell(turn, question, turn.facts.answer(question))
    return True


def _pressed(turn: Turn) -> bool:
    data = turn.utterance.data
    if article_id := data.get("keep"):
        _keep(turn, str(article_id), str(data.get("question") or ""))
        return True
    article = turn.facts.article(str(data.get("article") or ""))
    if article is None:
        turn.say(texts.NOTHING_PENDING)
        return True
    keep = _keep_button(article.id, article.title)
    turn.say(texts.article(article.title, article.body, article.office), [keep])
    return True


def tell(turn: Turn, question: str, answer: Answer) -> None:
    article = answer.article
    if turn.state.draft is not None:  # the appeal's own question follows, and nothing else is asked
        _say_between(turn, answer)
    elif article:
        text = texts.article(article.title, article.body, article.office)
        buttons = [*texts.neighbours(answer), _keep_button(article.id, question)]
        if turn.facts.matter(turn.words).is_sure:
            offer_to_lodge(turn, text, buttons)
        else:  # 那你给我登记一下吧 lodges it; a mere 好的 does not
            turn.ask(Ask.LODGE, text, buttons, words=turn.words, action=ONLY_IF_SAID)
    elif turn.facts.is_waiting:
        turn.say(chat_texts.SOON)  # the person who comes reads it
    else:
        person = Button(texts.PERSON_ANSWERS, "/request_human")
        offer_to_lodge(turn, texts.NO_ARTICLE, [*texts.neighbours(answer), person])


def _say_between(turn: Turn, answer: Answer) -> None:
    article = answer.article
    if article is None:
        turn.say(texts.NO_ANSWER_NOW)
    else:
        turn.say(texts.article(article.title, article.body, article.office))


def answer_beside(turn: Turn, questions: Sequence[str]) -> None:
    """Questions beside a matter: answered first, without choices of their own."""
    for question in questions:
        _say_between(turn, turn.facts.answer(question))


def _keep_button(article_id: str, question: str) -> Button:
    details = {"keep": article_id, "question": question[:200]}
    return Button(texts.KEEP_ANSWER, "/ask_question", details)


def _keep(turn: Turn, article_id: str, question: str) -> None:
    article = turn.facts.article(article_id)
    if article is None:
        turn.say(texts.NOTHING_PENDING)
        return
    turn.do(KeepAnswer(article.id, question or article.title))
    turn.say(texts.ANSWER_KEPT)
