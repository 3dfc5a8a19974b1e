"""Articles and canned replies that staff insert in a reply."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backend.desk.canned_replies import load
from backend.models.conversations import ReplyDraft
from backend.settings import DATA_FOLDER
from tests.support.staff_app import UNIT, Town


@pytest.fixture
def chat(town: Town) -> int:
    chat = town.conversation()
    town.says(chat, "医保卡丢了怎么补办")
    town.post("dispatcher", f"/conversations/{chat}/claim")
    return chat


def draft(town: Town) -> str:
    with town.database.begin() as session:
        return session.scalars(select(ReplyDraft.text)).one()


def test_articles_for_the_last_words_are_proposed(
    town: Town, chat: int, desk: Callable[[str], Any]
) -> None:
    address, browser = f"/conversations/{chat}", desk("dispatcher")
    html = browser.get(address).text
    article = html.split('value="article:')[1].split('"')[0]
    browser.submit(address, f"{address}/insert", text="您好", insert=f"article:{article}")
    assert draft(town).startswith("您好\n")
    assert len(draft(town)) > 30


def test_a_search_keeps_what_was_typed(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address = f"/conversations/{chat}"
    page = desk("dispatcher").submit(address, f"{address}/find", text="写了一半", find="居住证")
    assert "居住证" in page.text
    assert draft(town) == "写了一半"


def test_placeholders_are_filled(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address, browser = f"/conversations/{chat}", desk("dispatcher")
    refused = browser.submit(address, f"{address}/insert", text="", insert="reply:progress")
    assert refused.status_code == 400
    case_no = town.case(conversation_id=chat, unit=UNIT)
    browser.submit(address, f"{address}/insert", text="", insert="reply:progress")
    assert case_no in draft(town)
    assert "{" not in draft(town)


@pytest.mark.parametrize("choice", ["", "x", "reply:x", "article:../x", "article:", "reply:{x}"])
def test_an_unknown_choice_inserts_nothing(
    town: Town, chat: int, desk: Callable[[str], Any], choice: str
) -> None:
    address = f"/conversations/{chat}"
    answer = desk("dispatcher").submit(address, f"{address}/insert", text="写了一半", insert=choice)
    assert answer.status_code == (400 if choice else 200)
    assert "写了一半" in answer.text


def test_an_unknown_placeholder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "canned.yml"
    file.write_text("- {code: a, title: b, text: 'x {phone}'}")
    with pytest.raises(ValueError, match="phone"):
        load(file)
    for odd in ("{name!r}", "{name:>99999999}", "{name.__class__}", "{0}", "{}", "{"):
        file.write_text(f"- {{code: a, title: b, text: 'x {odd}'}}")
        with pytest.raises(ValueError):  # noqa: PT011  whatever is said of it
            load(file)
    file.write_text("- {code: a}")
    with pytest.raises(ValueError, match="title"):
        load(file)
    replies = load(DATA_FOLDER / "canned_replies.yml")
    assert len({reply.code for reply in replies}) == len(replies)
