"""A question: an article answers it; else the bot says so and offers to lodge it."""

from collections.abc import Sequence

from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from dialogue.commands import KeepAnswer, KeepQuestion, NoteArticle
from dialogue.facts import Article as ArticleFact
from dialogue.handlers.offers import offer_to_lodge
from dialogue.meaning import ONLY_IF_SAID
from dialogue.state import Ask
from dialogue.texts import cases as texts
from dialogue.texts import chat as chat_texts
from dialogue.turn import Turn
from dialogue.wishes import calls_out
from nlu.articles.follow_up import is_follow_up
from nlu.articles.search import Answer, Article
from nlu.language.openings import is_question_announcement

SURE = 0.4


def handle(turn: Turn) -> bool:
    utterance, message = turn.utterance, turn.message
    if utterance.pressed == "ask_question":
        return _pressed(turn)
    only_asks = bool(message.questions) and not message.appeals
    if (utterance.intent != "ask_question" and not only_asks) or calls_out(turn.words):
        return False
    if is_question_announcement(turn.words):
        return turn.say(texts.WHAT_TO_ASK)
    if _tell_each(turn, message.questions):
        return True
    question = "，".join(message.questions) or turn.words
    return tell(turn, question, turn.facts.answer(question))


def _tell_each(turn: Turn, questions: Sequence[str]) -> bool:
    """Answer several questions on different things one by one; what none answers is said so."""
    own = [question for question in questions if not is_follow_up(question)]
    answers = [(question, turn.facts.answer(question).article) for question in own]
    article_ids = {article.id for _, article in answers if article}
    if len(own) < 2 or not article_ids or (len(article_ids) == 1 and all(a for _, a in answers)):
        return False
    for question, article in answers:
        if article is None:
            turn.do(KeepQuestion(question))
            turn.say(texts.NO_ANSWER_TO.format(question=question))
        else:
            turn.say(_shown(turn, article))
            turn.change(article=article.id)
    return True


def _pressed(turn: Turn) -> bool:
    """Show the article that a button names, or keep it as a case of the resident's."""
    data = turn.utterance.data
    article = turn.facts.article(str(data.get("keep") or data.get("article") or ""))
    if article is None:
        return turn.say(texts.NOTHING_PENDING)
    if data.get("keep"):
        turn.do(KeepAnswer(article.id, str(data.get("question") or article.title)))
        return turn.say(texts.ANSWER_KEPT)
    keep = _keep_button(article.id, article.title)
    turn.change(article=article.id)
    return turn.say(_shown(turn, article), [keep])


def tell(turn: Turn, question: str, answer: Answer) -> bool:
    """Show the article that answers the question; else say so, and offer to lodge it."""
    article = answer.article
    if turn.state.draft is not None:  # the appeal's own question follows, and nothing else is asked
        return _say_between(turn, question, answer)
    if article is None and turn.facts.is_waiting:
        return turn.say(chat_texts.SOON)  # the person who comes reads it
    if article is None:
        turn.do(KeepQuestion(question))
        person = Button(texts.PERSON_ANSWERS, "/request_human")
        return offer_to_lodge(turn, texts.NO_ARTICLE, [*texts.neighbours(answer), person])
    turn.change(article=article.id)
    text = _shown(turn, article)
    buttons = [*texts.neighbours(answer), _keep_button(article.id, question)]
    if turn.facts.matter(turn.words).is_sure:
        return offer_to_lodge(turn, text, buttons)
    # 那你给我登记一下吧 lodges it; a mere 好的 does not.
    return turn.ask(Ask.LODGE, text, buttons, words=turn.words, action=ONLY_IF_SAID)


def answer_beside(turn: Turn, questions: Sequence[str]) -> None:
    """Questions beside a matter: answered first, without choices of their own."""
    for question in questions:
        _say_between(turn, question, turn.facts.answer(question))


def _say_between(turn: Turn, question: str, answer: Answer) -> bool:
    article = answer.article
    if article is None:
        turn.do(KeepQuestion(question))
        return turn.say(texts.NO_ANSWER_NOW)
    return turn.say(_shown(turn, article))


def _shown(turn: Turn, article: Article | ArticleFact) -> Text:
    turn.do(NoteArticle(article.id))
    return texts.article(article.title, article.body, article.office)


def _keep_button(article_id: str, question: str) -> Button:
    details = {"keep": article_id, "question": question[:200]}
    return Button(texts.KEEP_ANSWER, "/ask_question", details)
