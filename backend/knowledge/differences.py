"""Differences between two texts of an article, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from backend.models.knowledge import ArticleVersion

_LABELS = {"title": "标题", "domain": "领域", "office": "部门", "checked": "核对日期"}


@dataclass(frozen=True)
class Line:
    kind: Literal["same", "removed", "added"]
    text: str


def differences(old: ArticleVersion | None, new: ArticleVersion) -> list[Line]:
    """All lines of both texts in order; without `old` every line is added."""
    before, after = _lines(old) if old else [], _lines(new)
    return list(_compared(before, after))


def _compared(before: list[str], after: list[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            yield from (Line("same", text) for text in after[j1:j2])
            continue
        yield from (Line("removed", text) for text in before[i1:i2])
        yield from (Line("added", text) for text in after[j1:j2])


def _lines(version: ArticleVersion) -> list[str]:
    heads = [f"{label}：{getattr(version, name)}" for name, label in _LABELS.items()]
    questions = [f"问法：{question}" for question in version.questions]
    return [*heads, *questions, *version.body.splitlines()]
