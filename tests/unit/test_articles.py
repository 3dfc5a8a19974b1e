from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.articles.search import Article, ArticleIndex, read


def article(id: str, title: str, *questions: str, body: str = "") -> Article:
    return Article(id, title, "政法", questions, "", date(2026, 11, 23), body)


ARTICLES = [
    article("passport", "护照怎么办", "办护照要带什么", "护照多少钱", body="带身份证和照片。"),
    article("licence", "驾驶证到期换证", "驾驶证过期了怎么办", body="到车管所或者网上换。"),
    article("fund", "租房提取公积金", "租房能取公积金吗", body="每月可以提取一次。"),
]


@pytest.fixture(scope="module")
def small() -> ArticleIndex:
    return ArticleIndex(ARTICLES)


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("护照怎么办", "passport"),
        ("请问办护照带什么材料", "passport"),
        ("驾照到期了", "licence"),
        ("公积金租房提取", "fund"),
    ],
)
def test_answered(small: ArticleIndex, question: str, id: str) -> None:
    answer = small.answer(question)
    assert answer.article is not None
    assert answer.article.id == id


@pytest.mark.parametrize("question", ["今天天气怎么样", "讲个笑话", "", "？？？"])
def test_not_answered(small: ArticleIndex, question: str) -> None:
    assert small.answer(question).article is None


NOT_COVERED = {"visas": ["去美国的签证怎么办", "美国签证多少钱", "签证面试要带什么"]}


@pytest.mark.parametrize("question", ["去美国的签证怎么办", "签证多少钱", "美国签证要带什么"])
def test_questions_nearer_to_uncovered_topics_stay_unanswered(question: str) -> None:
    assert ArticleIndex(ARTICLES, NOT_COVERED).answer(question).article is None


def test_uncovered_topics_lower_an_articles_score(small: ArticleIndex) -> None:
    question = "护照和签证要带什么"
    aware = ArticleIndex(ARTICLES, NOT_COVERED)
    assert small.search(question)[0].score > aware.search(question)[0].score


def test_what_is_covered_is_answered_all_the_same() -> None:
    answer = ArticleIndex(ARTICLES, NOT_COVERED).answer("办护照要带什么材料").article
    assert answer is not None
    assert answer.id == "passport"


def test_two_similar_scores_give_no_answer() -> None:
    twins = [
        Article(
            f"pension-{n}", f"{what}的养老金", "民政", (f"{what}的养老金怎么领",), "", None, "。"
        )
        for n, what in enumerate(("职工", "居民"))
    ]
    index = ArticleIndex(twins, {"weather": ["今天下雨吗"]})
    open_question, clear = index.answer("养老金怎么领"), index.answer("居民的养老金怎么领")
    assert open_question.article is None
    assert {hit.article.id for hit in open_question.candidates} == {"pension-0", "pension-1"}
    assert clear.article == twins[1]


def test_a_misheard_question_still_finds_its_article(small: ArticleIndex) -> None:
    hits = small.search("族房提取公鸡金")
    assert hits[0].article.id == "fund"


@pytest.mark.parametrize("times", [1, 50, 5000])
def test_repeating_a_question_does_not_raise_its_score(small: ArticleIndex, times: int) -> None:
    assert small.answer("护照怎么办，" * times).article == ARTICLES[0]


def test_candidates_are_not_the_answer(small: ArticleIndex) -> None:
    answer = small.answer("护照和驾驶证到期")
    assert answer.article not in [hit.article for hit in answer.candidates]


@given(st.text())
def test_scores_are_sorted_shares(small: ArticleIndex, question: str) -> None:
    scores = [hit.score for hit in small.search(question)]
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
