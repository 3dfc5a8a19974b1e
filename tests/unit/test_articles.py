from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.articles import ANSWER_BAR, Article, ArticleIndex, load, read

KNOWLEDGE = Path(__file__).parents[2] / "data" / "knowledge"


def article(id: str, title: str, *questions: str, body: str = "") -> Article:
    return Article(id, title, "政法", questions, "", date(2026, 11, 23), body)


SMALL = ArticleIndex(
    [
        article("passport", "护照怎么办", "办护照要带什么", "护照多少钱", body="带身份证和照片。"),
        article("licence", "驾驶证到期换证", "驾驶证过期了怎么办", body="到车管所或者网上换。"),
        article("fund", "租房提取公积金", "租房能取公积金吗", body="每月可以提取一次。"),
    ]
)


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("护照怎么办", "passport"),
        ("请问办护照带什么材料", "passport"),
        ("驾照到期了", "licence"),
        ("公积金租房提取", "fund"),
    ],
)
def test_answered(question: str, id: str) -> None:
    answer = SMALL.answer(question)
    assert answer.article is not None
    assert answer.article.id == id
    assert answer.score >= ANSWER_BAR


@pytest.mark.parametrize("question", ["今天天气怎么样", "讲个笑话", "", "？？？"])
def test_not_answered(question: str) -> None:
    assert SMALL.answer(question).article is None


def test_candidates_are_not_the_answer() -> None:
    answer = SMALL.answer("护照和驾驶证到期")
    assert answer.article not in [hit.article for hit in answer.candidates]


@given(st.text())
def test_scores_are_sorted_shares(question: str) -> None:
    scores = [hit.score for hit in SMALL.search(question)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_no_articles() -> None:
    assert ArticleIndex([]).answer("护照怎么办").article is None


@pytest.mark.parametrize("content", ["没有头", "---\nid: a\n---\n正文", "---\n- 1\n---\n正文"])
def test_a_bad_article_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.md"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.md"):
        read(path)


def test_the_real_articles_find_themselves() -> None:
    articles = load(KNOWLEDGE)
    index = ArticleIndex(articles)
    assert all(index.search(a.title)[0].article.title == a.title for a in articles)
