"""`minhu articles import`, as a shell calls it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.clock import now
from backend.database import Database
from backend.knowledge.service import RETENTION, keep_unanswered
from backend.models.knowledge import ArticleRow
from tests.e2e.shell import minhu

pytestmark = pytest.mark.timeout(300)

OURS = select(ArticleRow).where(ArticleRow.id == "bus-card-of-a-test")
ARTICLE = """---
id: bus-card-of-a-test
title: 公交卡在哪里办
domain: transport
questions: [公交卡怎么办]
---
带身份证到任一公交服务点办理。
"""


def test_articles_are_added_once_and_stay_as_edited(own_database: Database, tmp_path: Path) -> None:
    city = {"MINHU_DATABASE_URL": own_database.url}
    (tmp_path / "bus-card.md").write_text(ARTICLE, encoding="utf-8")
    first = minhu("articles", "import", str(tmp_path), **city)
    with own_database.begin() as session:
        session.scalars(OURS).one().body = "改过的"
    second = minhu("articles", "import", str(tmp_path), **city)
    assert (first.stdout.strip(), second.stdout.strip()) == (
        "articles added: 1",
        "articles added: 0",
    )
    with own_database.begin() as session:
        assert session.scalars(OURS).one().body == "改过的"


def test_broken_article_is_named_and_none_added(own_database: Database, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "b.md").write_text("没有开头", encoding="utf-8")
    ended = minhu("articles", "import", str(tmp_path), MINHU_DATABASE_URL=own_database.url)
    assert ended.returncode == 2
    [line] = ended.stderr.splitlines()
    assert "b.md" in line
    with own_database.begin() as session:
        assert session.scalars(OURS).all() == []


def test_unanswered_questions_are_listed_with_counts(own_database: Database) -> None:
    at = now()
    with own_database.begin() as session:
        keep_unanswered(session, "很久以前问的", None, now=at - RETENTION - timedelta(days=1))
        for question in ("我叫王建国，电话13812345678，停车怎么收费", "周末开门吗", "周末开门吗"):
            keep_unanswered(session, question, None, now=at)
    listed = minhu("articles", "unanswered", MINHU_DATABASE_URL=own_database.url).stdout
    assert listed.splitlines() == ["2\t周末开门吗\t", "1\t我叫＊，电话＊，停车怎么收费\t"]
