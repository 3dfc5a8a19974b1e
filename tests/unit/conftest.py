"""What several modules read, once in a process."""

import pytest

from nlu.articles.search import ArticleIndex, load, not_covered_in
from nlu.folders import DATA


@pytest.fixture(scope="session")
def articles() -> ArticleIndex:
    """All that the city has, found by their words alone."""
    return ArticleIndex(load(DATA / "knowledge"), not_covered_in(DATA / "not_covered.yml"))
