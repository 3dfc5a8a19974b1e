"""Try a question on a text that is not published yet: which article would answer it."""

import threading
from datetime import datetime

from sqlalchemy.orm import Session

from backend.knowledge.service import (
    NOT_COVERED,
    article_of,
    articles_version,
    index,
    published_articles,
)
from backend.models.knowledge import ArticleVersion
from nlu.articles.search import Answer, ArticleIndex, not_covered_in
from nlu.classifiers.meaning import meaning

_building = threading.Lock()  # an index takes seconds of processor time
_trial: tuple[tuple[object, int, datetime], ArticleIndex] | None = None


def try_question(session: Session, version: ArticleVersion | None, question: str) -> Answer:
    """What the bot would answer with `version` in place; None: as it is now.

    The index of the last version is kept, so that only the first question is slow.
    """
    if version is None:
        return index(session).answer(question)
    global _trial
    with _building:
        key = (articles_version(session), version.id, version.written_at)
        if _trial is None or _trial[0] != key:
            _trial = (key, _index_with(session, version))
        return _trial[1].answer(question)


def _index_with(session: Session, version: ArticleVersion) -> ArticleIndex:
    others = [one for one in published_articles(session) if one.id != version.article_id]
    return ArticleIndex([*others, article_of(version)], not_covered_in(NOT_COVERED), meaning())
