"""Residents read Chinese: no English, no codes; and nobody asks them which office to go to."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.texts import cases as step_texts
from backend.texts import linking, open311, privacy, staff, tracks
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from dialogue import handlers
from dialogue.draft import Draft
from dialogue.texts import appeal, chat, wishes
from dialogue.texts import cases as case_texts

ROOT = Path(__file__).parents[2]
INSIDE_CODE = ("dialogue/texts/appeal.py", "dialogue/texts/cases.py")
MODULES = (
    appeal, case_texts, chat, wishes,
    step_texts, tracks, staff, linking, open311, privacy,
)  # fmt: skip
PLACEHOLDER = re.compile(r"\{[^}]*\}")
ASKS_FOR_AN_OFFICE = re.compile(
    r"(?:哪个|哪一?家|什么|选择?|请选|指定)(?:[^，。？！]{0,4})(?:部门|单位|机关|科室|局|委办)"
    r"|(?:部门|单位|机关|科室)(?:是|叫|名称)?(?:哪|什么|名称)|归谁管|找哪个"
)


def texts_in(value: Any) -> Iterator[Text]:
    """The texts of one constant of the catalogue; a string or a button's title is one, too."""
    if isinstance(value, Text):
        yield value
    elif type(value) is str:  # an enumeration's members are codes
        yield Text(value)
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in texts_in(part))
    elif isinstance(value, list | tuple | frozenset):
        yield from (text for part in value for text in texts_in(part))
    elif isinstance(value, Button):
        yield Text(value.title)


def catalogue() -> Iterator[tuple[str, Text]]:
    for module in MODULES:
        for name, value in vars(module).items():
            if name.isupper():
                yield from ((f"{module.__name__}.{name}", text) for text in texts_in(value))


def all_texts() -> Iterator[tuple[str, Text]]:
    yield from catalogue()
    yield from ((where, Text(button.title)) for where, button in buttons())
    for file in INSIDE_CODE:
        for function in ast.parse((ROOT / file).read_text("utf-8")).body:
            if isinstance(function, ast.FunctionDef):
                yield from ((file, Text(text)) for text in chinese_in(function))


def chinese_in(function: ast.FunctionDef) -> Iterator[str]:
    yield from (text for text in written_in(function) if re.search("[\u4e00-\u9fff]", text))


def buttons() -> Iterator[tuple[str, Button]]:
    """What the handlers show to be pressed, but for titles that are made when they are shown."""
    for name, module in sys.modules.items():
        if name.startswith(f"{handlers.__name__}.") and module.__file__:
            for part in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
                if isinstance(part, ast.Call) and ast.unparse(part.func) == "Button":
                    title, say = (_value(argument, vars(module)) for argument in part.args[:2])
                    if title and say:
                        yield name, Button(title, say)


def _value(part: ast.expr, constants: dict[str, Any]) -> str | None:
    if isinstance(part, ast.Constant):
        return str(part.value)
    owner, _, name = ast.unparse(part).rpartition(".")
    value = getattr(constants.get(owner), name, None) if owner else constants.get(name)
    return value if type(value) is str else None


def written_in(code: ast.AST) -> Iterator[str]:
    """Its strings, each whole however many lines it takes; `{…}` is what is put in."""
    parts = list(ast.iter_child_nodes(code))
    if isinstance(code, ast.JoinedStr):
        yield "".join(_part(part) for part in parts)
        parts = [part for part in parts if isinstance(part, ast.FormattedValue)]
    elif isinstance(code, ast.Constant) and isinstance(code.value, str):
        yield code.value
    for part in parts:
        yield from written_in(part)


def _part(part: ast.AST) -> str:
    if isinstance(part, ast.FormattedValue):
        return f"{{{ast.unparse(part.value)}}}"
    return str(part.value) if isinstance(part, ast.Constant) else ""


TEXTS = sorted(set(all_texts()), key=lambda text: (text[0], text[1].plain))
SENTENCES = [
    (where, wording) for where, text in TEXTS for wording in (text.plain, text.elder) if wording
]


def test_there_is_something_to_look_at() -> None:
    assert len(SENTENCES) > 100


def saying(pattern: str | re.Pattern[str]) -> list[tuple[str, str]]:
    """Those of our sentences, without what is put into them, in which `pattern` is found."""
    return [(where, it) for where, it in SENTENCES if re.search(pattern, PLACEHOLDER.sub("", it))]


def test_no_english_and_no_codes() -> None:
    assert saying(r"[A-Za-z_{}<>/\\]") == []


def test_nobody_is_asked_for_an_office() -> None:
    """S74: the resident never chooses a department."""
    assert [sentence for sentence in SENTENCES if ASKS_FOR_AN_OFFICE.search(sentence[1])] == []


def test_chinese_marks_in_chinese_sentences() -> None:
    assert saying("[\u4e00-\u9fff][,;!?]") == []


@pytest.mark.parametrize(
    "asks", ["请问您要找哪个部门？", "请选择单位", "这件事归谁管？", "您想投诉哪家单位"]
)
def test_the_check_knows_such_a_question(asks: str) -> None:
    assert ASKS_FOR_AN_OFFICE.search(asks)


def test_a_buttons_payload_is_words_or_an_intent() -> None:
    all_buttons = list(buttons())
    assert len(all_buttons) > 20
    for where, button in all_buttons:
        assert re.fullmatch(r"/[a-z_]+|[^/]+", button.say), where
        assert len(button.title) <= 8, where


def test_a_long_appeal_is_read_back_shortened() -> None:
    fields = ("长" * 5000,)
    read_back = appeal.read_back(
        Draft(fields, *fields, place="文三路" * 900, since="昨" * 900)
    ).plain
    assert len(read_back) < 400
    assert "地点：文三路" in read_back
    assert "时间：昨" in read_back
    assert read_back.endswith("这样报上去，对吗？")
    assert "地点" not in appeal.read_back(Draft(text="楼下吵")).plain
