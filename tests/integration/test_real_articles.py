"""The demo city's articles answer what residents ask, and leave the rest unanswered."""

import re

import pytest

from dialogue.texts import cases as case_texts
from nlu.articles.search import ArticleIndex, load, not_covered_in
from nlu.folders import DATA


@pytest.fixture(scope="module")
def articles() -> ArticleIndex:
    """Every article of the demo city, searched by words alone."""
    return ArticleIndex(load(DATA / "knowledge"), not_covered_in(DATA / "not_covered.yml"))


def test_the_real_articles_find_themselves(articles: ArticleIndex) -> None:
    first_hits = {
        a.title: articles.search(a.title)[0].article.title for a in load(DATA / "knowledge")
    }
    assert {title: other for title, other in first_hits.items() if title != other} == {}


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("退休工资怎么少了两百块", "pension-amount"),
        ("我妈退休工资怎么少了两百块", "pension-amount"),
        ("养老金少发了", "pension-amount"),
        ("垃圾分类投放时间是几点", "garbage-sorting"),
        ("护照怎么办", "passport-apply"),
        ("老板拖欠工资怎么办", "unpaid-wages"),
        ("居住证怎么办理", "residence-permit-apply"),
        ("嗯那个 公鸡金 租房子 怎么提取呀", "housing-fund-rent"),  # as a recogniser heard it
        ("垃圾分類投放時間是幾點", "garbage-sorting"),
    ],
)
def test_the_real_articles_answer(articles: ArticleIndex, question: str, id: str) -> None:
    answer = articles.answer(question).article
    assert answer is not None
    assert answer.id == id


@pytest.mark.parametrize(
    ("question", "id"),
    [
        ("身份证到期了人在外地能办吗", "id-card-renew"),
        ("我身份证过期了人在广州打工回不来能在这边弄伐", "id-card-renew"),
        ("老年卡怎么办", "elder-benefit-card"),
        ("我妈想办张老年卡坐车用", "elder-benefit-card"),
        ("我被骗了五万块钱怎么办", "fraud-96110"),
        ("钱被骗子骗走了咋办", "fraud-96110"),
        ("停水了怎么办", "water-outage"),
        ("水龙头里的水发黄", "water-outage"),
    ],
)
def test_article_topics_are_answered_with_the_article(
    articles: ArticleIndex, question: str, id: str
) -> None:
    answer = articles.answer(question).article
    assert answer is not None
    assert answer.id == id


@pytest.mark.parametrize(
    "question",
    [
        "外地牌照的车进市区要不要通行证",
        "小货车进城通行证去哪里领",
        "还是黄的，办了个寂寞",
        "养老院招不招护工",
        "物业保安一个月工资多少",
        "劳动合同的模板发我一份",
        "哪个牌子的电瓶车好",
        "结婚登记那天穿什么颜色的衣服",
    ],
)
def test_one_shared_word_is_no_answer(articles: ArticleIndex, question: str) -> None:
    assert articles.answer(question).article is None


@pytest.mark.parametrize(
    "question",
    ["今年浙江高考一段线多少分", "量子纠缠怎么用来炒股", "今天天气怎么样", "你好", "How are you"],
)
def test_the_real_articles_do_not_answer(articles: ArticleIndex, question: str) -> None:
    assert articles.answer(question).article is None


def test_every_suggested_question_is_answered(articles: ArticleIndex) -> None:
    wordings = [case_texts.WHAT_TO_ASK.worded(elder_mode=mode) for mode in (False, True)]
    examples = re.findall("“(.+?)”", "".join(wordings))
    assert len(examples) == 3
    assert [it for it in examples if articles.answer(it).article is None] == []
