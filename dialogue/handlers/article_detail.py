"""A question about the article just shown (那要带什么材料), answered with the lines that say so."""

from backend.vocabulary.messages import Button
from dialogue.commands import KeepQuestion
from dialogue.facts import Article
from dialogue.handlers.offers import offer_to_lodge
from dialogue.texts import cases as texts
from dialogue.turn import Turn
from nlu.articles.follow_up import excerpt, is_follow_up, may_follow, phone_in


def handle(turn: Turn) -> bool:
    state = turn.state
    if not state.article or state.draft or turn.utterance.pressed:
        return False
    article = turn.facts.article(state.article)
    if article is None or not _is_about(turn, article):
        return False
    if lines := excerpt(turn.words, article.body):
        return turn.say(texts.detail(article.title, lines, article.office))
    return _not_in(turn, article)


def _is_about(turn: Turn, article: Article) -> bool:
    """True if the words ask about the article; with objects of their own, no other may answer."""
    if is_follow_up(turn.words):
        return True
    whole = f"{article.title}\n{article.body}"
    return may_follow(turn.words, whole) and turn.facts.answer(turn.words).article is None


def _not_in(turn: Turn, article: Article) -> bool:
    """Say that the article does not tell it, and who may; the question is kept for the city."""
    turn.do(KeepQuestion(turn.words, article.id))
    text = texts.NOT_IN_ARTICLE.format(
        title=article.title,
        office=article.office or texts.ANY_OFFICE,
        phone=phone_in(article.body),
    )
    person = Button(texts.PERSON_ANSWERS, "/request_human")
    return offer_to_lodge(turn, text, [person], words=f"我想咨询“{article.title}”：{turn.words}")
