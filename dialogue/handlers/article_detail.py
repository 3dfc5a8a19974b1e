"""A detail of the article just shown (那要带什么材料): answered with the lines that say so."""

from dialogue.texts import cases as texts
from dialogue.turn import Turn
from nlu.articles.follow_up import excerpt, is_follow_up


def handle(turn: Turn) -> bool:
    state = turn.state
    if not state.article or state.draft or turn.utterance.pressed or not is_follow_up(turn.words):
        return False
    article = turn.facts.article(state.article)
    lines = excerpt(turn.words, article.body) if article else ""
    if article is None or not lines:
        return False
    return turn.say(texts.detail(article.title, lines, article.office))
