"""The knowledge desk over HTTP: write, try, review by a second person, publish, retire."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import select

from backend.clock import now
from backend.database import Database
from backend.knowledge.service import answer, by_id, keep_unanswered
from backend.models.knowledge import ArticleRow, ArticleUse, ArticleVersion, UnansweredQuestion
from backend.models.staff import AuditEntry, Role
from backend.overview.question_groups import unanswered_groups
from tests.support.bot_desk import Desk as BotDesk
from tests.support.bot_desk import types
from tests.support.desk import Desk
from tests.support.staff_app import Town

AtDesk = Callable[[str], Desk]
LEAVE = "annual-leave"
STREET = "330106002-street"
TEXT = {
    "title": "共享雨伞怎么还", "domain": "交通运输", "questions": "雨伞还到哪里\n共享雨伞怎么还",
    "body": "还到任何一个伞架。\n忘了还的打 12345。", "office": "城管局", "checked": "2026-11-01",
}  # fmt: skip


@pytest.fixture
def town(own_town: Town) -> Town:
    """Articles are changed here, which tests share elsewhere."""
    return own_town


def written(at: Desk, **fields: Any) -> str:
    """A new draft; gives its id."""
    answer = at.submit("/knowledge/new", "/knowledge", **TEXT | fields)
    assert answer.status_code == 200, answer.text
    return answer.url.path.rsplit("/", 1)[-1]


def step(at: Desk, article: str, name: str, **typed: Any) -> str:
    answer = at.submit(f"/knowledge/{article}", f"/knowledge/{article}/{name}", **typed)
    return re.sub(r"\s+", " ", answer.text)


def posted(at: Desk, article: str, name: str, **typed: Any) -> Response:
    """A step that the page does not offer."""
    token = re.search(r'name="form_token" value="(\w+)"', at.get("/knowledge/new").text)
    assert token
    return at.post(f"/knowledge/{article}/{name}", data={"form_token": token[1], **typed})


def test_second_person_publishes_what_was_written(town: Town, desk: AtDesk) -> None:
    writer, reviewer = desk("dispatcher"), desk("supervisor")
    article = written(writer)
    assert "草稿，还没发布" in step(writer, article, "submit")
    with town.database.begin() as session:
        assert by_id(session, article) is None  # no resident reads it
    assert "请另一个人复核" in writer.get(f"/knowledge/{article}").text
    assert article in reviewer.get("/knowledge?view=review").text
    assert "已发布" in step(reviewer, article, "publish")
    with town.database.begin() as session:
        row = by_id(session, article)
        assert row is not None
        assert row.body.startswith("还到任何一个伞架")
        version = session.scalars(select(ArticleVersion)).one()
        assert (version.written_by, version.reviewed_by) == ("dispatcher", "supervisor")
        steps = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == article))
        assert list(steps) == ["create_article", "submit_article", "publish_article"]


def test_writer_cannot_publish_alone(town: Town, desk: AtDesk) -> None:
    writer = desk("admin")
    article = written(writer)
    step(writer, article, "submit")
    answer = posted(writer, article, "publish")
    assert answer.status_code == 403
    assert "请另一个人复核" in answer.text


def test_edit_shows_its_difference_until_published(town: Town, desk: AtDesk) -> None:
    writer, reviewer = desk("dispatcher"), desk("admin")
    html = step(writer, LEAVE, "draft", **TEXT | {"body": "改成了新的答案"})
    assert "<ins>改成了新的答案</ins>" in html
    assert "<del>" in html
    with town.database.begin() as session:
        assert "改成了新的答案" not in session.get_one(ArticleRow, LEAVE).body
    step(writer, LEAVE, "submit")
    assert "复核退回：年份写错了" in step(reviewer, LEAVE, "send_back", remark="年份写错了")
    step(writer, LEAVE, "draft", **TEXT | {"body": "第二次改的答案"})
    step(writer, LEAVE, "submit")
    html = step(reviewer, LEAVE, "publish")
    assert "第 2 稿" in html
    assert "第 1 稿 · 导入" in html
    with town.database.begin() as session:
        assert session.get_one(ArticleRow, LEAVE).body == "第二次改的答案"


def test_question_is_tried_before_publishing(town: Town, desk: AtDesk) -> None:
    at = desk("dispatcher")
    article = written(at)
    assert "会用这一稿来答" in at.get(f"/knowledge/{article}?question=共享雨伞怎么还").text
    assert "会用另一篇来答" in at.get(f"/knowledge/{article}?question=年休假有几天").text
    with town.database.begin() as session:
        present = answer(session, "共享雨伞怎么还").article
        assert present is None or present.id != article


def test_retired_article_answers_nobody(town: Town, desk: AtDesk) -> None:
    at = desk("supervisor")
    assert "已停用" in step(at, LEAVE, "retire")
    with town.database.begin() as session:
        assert by_id(session, LEAVE) is None
    assert LEAVE in at.get("/knowledge?view=retired").text
    assert posted(at, LEAVE, "retire").status_code == 409


def test_street_does_not_edit_city_articles(town: Town, desk: AtDesk) -> None:
    town.hire("street_dispatcher", Role.DISPATCHER, STREET)
    at = desk("street_dispatcher")
    assert "不能改" in at.get(f"/knowledge/{LEAVE}").text
    for name in ("draft", "submit", "publish", "retire", "owner"):
        assert posted(at, LEAVE, name, **TEXT).status_code == 403, name
    edited = town.client.put(
        f"/api/v1/knowledge/{LEAVE}", json={"body": "x"}, headers=town.bearer("street_dispatcher")
    )
    assert edited.status_code == 403
    own = written(at)
    with town.database.begin() as session:
        assert session.get_one(ArticleRow, own).owner_code == STREET
    assert step(at, own, "owner", owner="", review_by="").count("全市的文章由市里的中心管") == 1


@pytest.mark.parametrize("who", ["dispatcher", "admin"])
def test_edit_by_api_waits_for_second_person(town: Town, desk: AtDesk, who: str) -> None:
    edit = {"title": "年休假", "body": "改过的答案", "questions": ["年假有几天"]}
    address, headers = f"/api/v1/knowledge/{LEAVE}", town.bearer(who)
    before = town.get(who, "/knowledge", q=LEAVE).json()["articles"][0]
    edited = town.client.put(address, json=edit, headers=headers).json()
    pending = edited.pop("pending")
    assert edited == before  # what residents read
    assert (pending["state"], pending["written_by"], pending["body"]) == (
        "in_review", who, "改过的答案",
    )  # fmt: skip
    assert pending["office"] == before["office"]
    more = town.client.put(address, json={"office": "人社局"}, headers=headers).json()
    assert (more["pending"]["office"], more["pending"]["body"]) == ("人社局", "改过的答案")
    assert posted(desk(who), LEAVE, "publish").status_code == 403
    assert "已发布" in step(desk("supervisor"), LEAVE, "publish")
    with town.database.begin() as session:
        found_article = answer(session, "年假有几天").article
    assert found_article is not None
    assert found_article.body == "改过的答案"
    unchanged = town.client.put(address, json={}, headers=headers).json()
    assert unchanged["pending"] is None


def test_review_day_brings_article_back(town: Town, desk: AtDesk) -> None:
    at = desk("dispatcher")
    assert "复查日 2026-01-31" in step(at, LEAVE, "owner", owner="HZ-12345", review_by="2026-01-31")
    assert LEAVE in at.get("/knowledge?view=due").text
    assert "没有编号为" in step(at, LEAVE, "owner", owner="nowhere", review_by="")
    assert "日期" in step(at, LEAVE, "owner", owner="", review_by="soon")


BAD = [
    {"title": " "}, {"body": ""}, {"body": "长" * 10_000}, {"questions": "问\n" * 60},
    {"checked": "1-1-1"}, {"domain": ""},
]  # fmt: skip


def test_bad_texts_stay_in_the_form(desk: AtDesk) -> None:
    at = desk("dispatcher")
    for fields in BAD:
        typed = TEXT | {"office": "<script>城管局"} | fields
        answer = at.submit("/knowledge/new", "/knowledge", **typed)
        assert answer.status_code == 400, fields
        assert "&lt;script&gt;城管局" in answer.text


def test_roles_without_the_desk_are_refused(town: Town, desk: AtDesk) -> None:
    for who in ("handler", "leader"):
        for path in (
            "/knowledge",
            "/knowledge/unanswered",
            "/knowledge/new",
            f"/knowledge/{LEAVE}",
        ):
            assert desk(who).get(path).status_code == 403, (who, path)
    assert desk("admin").get("/knowledge/nothing").status_code == 404


def test_like_questions_are_one_group(town: Town, desk: AtDesk) -> None:
    with town.database.begin() as session:
        for question in (
            "共享雨伞还到哪里",
            "共享雨伞还到哪里",
            "共享雨伞要还到哪里呀",
            "彩票在哪兑奖",
        ):
            keep_unanswered(session, question, None, now=now())
    with town.database.begin() as session:
        groups = unanswered_groups(session, now=now())
        assert session.query(UnansweredQuestion).count() == 4
    assert [group.number for group in groups] == [3, 1]
    html = desk("dispatcher").get("/knowledge/unanswered").text
    assert "共享雨伞还到哪里" in html
    assert "3 次" in html


def test_article_before_a_person_is_counted(alone: BotDesk, database: Database) -> None:
    types(alone, "年休假有几天")
    with database.begin() as session:
        use = session.scalars(select(ArticleUse)).one()
        assert (use.article_id, use.person_asked_at) == (LEAVE, None)
        use.shown_at -= timedelta(minutes=1)
    types(alone, "人工")
    with database.begin() as session:
        assert session.scalars(select(ArticleUse.person_asked_at)).one() is not None


def test_article_of_a_low_rating_is_listed(town: Town, desk: AtDesk) -> None:
    case = town.case()
    town.do("dispatcher", case, "answer", article=LEAVE)
    town.rates(case, 1, reason="没说清")
    html = desk("supervisor").get("/knowledge?view=unhelpful").text
    assert LEAVE in html
    assert LEAVE not in desk("supervisor").get("/knowledge?view=drafts").text
