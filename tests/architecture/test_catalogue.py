"""Chinese sentences for residents stand in the catalogue alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CATALOGUE = frozenset(
    {
        "dialogue/texts/appeal.py",
        "dialogue/texts/case_answers.py",
        "dialogue/texts/cases.py",
        "dialogue/texts/chat.py",
        "dialogue/texts/wishes.py",
        "backend/texts/cases.py",
        "backend/texts/consultations.py",
        "backend/texts/linking.py",
        "backend/texts/open311.py",
        "backend/texts/privacy.py",
        "backend/texts/public.py",
        "backend/texts/sources.py",
        "backend/texts/staff.py",
        "backend/texts/tracks.py",
    }
)
# For staff, for readers of the measures, and made-up cases; residents are told nothing of it.
FOR_OTHERS = (
    "backend/advice/",  # orders to a model whose answer staff read
    "backend/web/console/",
    "backend/staff/",
    "backend/measures/",
    "backend/reviews/",
    "backend/doc_pages/",
    "backend/simulation/",
    "backend/messaging/notices.py",  # why a notice failed
)
FOLDERS = ("backend", "bot", "dialogue")
# A pattern for understanding has signs of regular expressions.
_SENTENCE = re.compile(r"[\u4e00-\u9fff][^\[\]()|*\\^$]*[\u4e00-\u9fff\d}”）][。！？]")
_PATTERN = re.compile(r"[\[\]()|*\\^$]")


def is_sentence(text: str) -> bool:
    return _SENTENCE.search(text) is not None and _PATTERN.search(text) is None


def literals(code: ast.AST) -> Iterator[tuple[int, str]]:
    """The strings with their lines, without docstrings; a field of an f-string is `{}`."""
    for node in ast.iter_child_nodes(code):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield from literals(node)


def test_sentences_for_residents_stand_in_the_catalogue() -> None:
    elsewhere = [
        (name, line, text)
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (name := path.relative_to(ROOT).as_posix()) not in CATALOGUE
        if not name.startswith(FOR_OTHERS)
        for line, text in literals(ast.parse(path.read_text("utf-8")))
        if is_sentence(text)
    ]
    assert elsewhere == []


def test_the_catalogue_is_all_there() -> None:
    assert {name for name in CATALOGUE if not (ROOT / name).is_file()} == set()
    folders = [ROOT / "dialogue/texts", ROOT / "backend/texts"]
    files = {path.relative_to(ROOT).as_posix() for folder in folders for path in folder.iterdir()}
    python = {name for name in files if name.endswith(".py") and "__init__" not in name}
    assert python == CATALOGUE


def test_the_check_knows_a_sentence() -> None:
    code = """
def f(x):
    '文档。'
    return f"您的{x}。", re.compile("好了[吧。]*$"), "。！呀"
"""
    assert [text for _, text in literals(ast.parse(code)) if is_sentence(text)] == ["您的{}。"]
