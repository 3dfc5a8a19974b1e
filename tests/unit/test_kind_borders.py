"""The twenty border cases of docs/kinds.md have the kind that the page says."""

import re
from pathlib import Path

import pytest

from backend.routing.service import matter_of
from bot.turns.facts import appeal_kind
from nlu.language.text import normalise

PAGE = Path(__file__).parents[2] / "docs" / "kinds.md"
ROW = re.compile(
    r"^\| ([^|]+) \| (inquiry|help|complaint|report|suggestion|praise) \| [^|]+ \|$", re.M
)
BORDERS = ROW.findall(PAGE.read_text(encoding="utf-8").partition("## Twenty border cases")[2])

pytestmark = pytest.mark.model


def test_the_page_has_twenty_border_cases() -> None:
    assert len(BORDERS) == 20


@pytest.mark.parametrize(("text", "kind"), BORDERS)
def test_border_case_has_the_kind_of_the_page(text: str, kind: str) -> None:
    likely = matter_of(normalise(text)).kind
    assert appeal_kind(text, text, likely) == kind
