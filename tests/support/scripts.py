"""Conversations as a clerk reads them: tests/conversations/*.yml, and how one is played.

What a script says should happen, a good call-taker would do. A step is one of `says`, `presses`,
`speaks`, `sends` or `staff`; `by` names another chat than the first. `{code}` is the code for
linking that was heard last, `{case_no}` the last case number.
"""

import itertools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

from tests.support.talks import BotQuestion, Message, numbers_in, question_in

FOLDER = Path(__file__).parents[1] / "conversations"
FIRST = "first"
ACTIONS = ("says", "presses", "speaks", "sends", "staff")
CHECKS = ("hears", "hears_any", "never", "asks")
STEP_KEYS = frozenset({*ACTIONS, *CHECKS, "by"})
TALK_KEYS = frozenset({"name", "talk", "never", "case", "cases", "owner"})
LINK_CODE = re.compile(r"绑定码：(\d+)")
ASKS = {
    "read_back": BotQuestion.READ_BACK,
    "place": BotQuestion.PLACE,
    "matter": BotQuestion.MATTER,
    "contact": BotQuestion.CONTACT,
}

CaseJson = dict[str, Any]


class Chats(Protocol):
    """The residents' door, and what staff do and see. `by` is one of the residents' chats."""

    def says(self, text: str, by: str) -> list[Message]: ...

    def presses(self, title: str, by: str) -> list[Message]: ...

    def speaks(self, transcript: str, by: str) -> list[Message]: ...

    def sends(self, what: str, by: str) -> list[Message]: ...

    def staff(self, step: str, case_no: str | None) -> list[Message]: ...

    def case(self, case_no: str) -> CaseJson:
        """As the staff API gives it, phones in full."""

    def cases(self) -> list[str]:
        """The numbers of all there are, the oldest first."""

    def owner(self) -> str: ...


class Unreadable(Exception):
    """A script that does not say what it means."""


@dataclass(frozen=True)
class TalkScript:
    file: str
    name: str
    talk: tuple[dict[str, Any], ...]
    never: tuple[str, ...] = ()
    cases: tuple[dict[str, Any], ...] = ()
    case_count: int | None = None
    owner: str | None = None

    @property
    def id(self) -> str:
        return f"{self.file}: {self.name}"


def load(folder: Path = FOLDER) -> list[TalkScript]:
    """Raises Unreadable."""
    files = sorted(folder.glob("*.yml"))
    return [_script(file, row) for file in files for row in yaml.safe_load(file.read_text("utf-8"))]


def _script(file: Path, row: dict[str, Any]) -> TalkScript:
    name = f"{file.name}: {row.get('name')}"
    _only(name, row, TALK_KEYS)
    for step in row["talk"]:
        _only(name, step, STEP_KEYS)
        _must_be_words(name, step)
        if sum(action in step for action in ACTIONS) != 1:
            raise Unreadable(f"{name}: a step does one thing: {step}")
    cases = row.get("case", [])
    cases = [cases] if isinstance(cases, dict) else cases
    for case in cases:
        _only(name, case, CASE_CHECKS.keys())
    return TalkScript(
        file=file.stem,
        name=row["name"],
        talk=tuple(row["talk"]),
        never=_words(row.get("never")),
        cases=tuple(cases),
        case_count=row.get("cases", len(cases) if cases else None),
        owner=row.get("owner"),
    )


def _only(name: str, row: dict[str, Any], keys: Iterable[str]) -> None:
    if unknown := row.keys() - set(keys):
        raise Unreadable(f"{name}: not known: {sorted(unknown)}")


def _must_be_words(name: str, step: dict[str, Any]) -> None:
    """YAML takes a bare 0572 for a number, and not for that one."""
    values = itertools.chain.from_iterable(
        value if isinstance(value, list) else [value] for value in step.values()
    )
    if odd := [value for value in values if not isinstance(value, str)]:
        raise Unreadable(f"{name}: put quotes around {odd}")


def _words(value: Any) -> tuple[str, ...]:
    """One, several or none."""
    if value is None:
        return ()
    return tuple(value if isinstance(value, list) else [value])


@dataclass
class Played:
    """A script as it went: what was wrong, and what was said."""

    script: TalkScript
    chats: Chats
    wrong: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    inbox: list[Message] = field(default_factory=list)

    def run(self) -> None:
        for step in self.script.talk:
            self._take(step)
        text = _text_of(self.inbox)
        self.wrong += [f"“{it}” was said" for it in self.script.never if it in text]
        self._check_cases()
        if self.script.owner and (owner := self.chats.owner()) != self.script.owner:
            self.wrong.append(f"owner {self.script.owner}: {owner}")

    def _take(self, step: dict[str, Any]) -> None:
        action = next(name for name in ACTIONS if name in step)
        words = self._filled(str(step[action]))
        self.lines.append(f"{step.get('by', '市民')} {action}: {words}")
        try:
            answer = self._act(action, words, step.get("by", FIRST))
        except LookupError as missing:
            self.wrong.append(f"{action} {words}: {missing}")
            return
        self.inbox += answer
        self.lines += [f"    {_bubble(message)}" for message in answer] or ["    （没有回答）"]
        self.wrong += [f"after “{words}”: {it}" for it in unmet(step, answer)]

    def _act(self, action: str, words: str, by: str) -> list[Message]:
        if action == "staff":
            numbers = numbers_in(self.inbox)
            return self.chats.staff(words, numbers[-1] if numbers else None)
        answer: list[Message] = getattr(self.chats, action)(words, by)
        return answer

    def _filled(self, words: str) -> str:
        if "{" not in words:
            return words
        text = _text_of(self.inbox)
        codes, numbers = LINK_CODE.findall(text), numbers_in(self.inbox)
        code, number = (codes or ["000000"])[-1], (numbers or ["HZ0"])[-1]
        return words.replace("{code}", code).replace("{case_no}", number)

    def _check_cases(self) -> None:
        numbers = self.chats.cases()
        count = self.script.case_count
        if count is not None and len(numbers) != count:
            self.wrong.append(f"{count} cases: there are {len(numbers)}")
        cases = [self.chats.case(number) for number in numbers]
        self.wrong += _unfit(self.script.cases, cases)

    @property
    def report(self) -> str:
        return "\n".join([*self.wrong, "", *self.lines])


def unmet(step: dict[str, Any], answer: Sequence[Message]) -> list[str]:
    """What one answer lacks, or should not say."""
    text = _text_of(answer)
    wrong = [f"“{it}” not heard" for it in _words(step.get("hears")) if it not in text]
    choices = _words(step.get("hears_any"))
    if choices and not any(it in text for it in choices):
        wrong.append(f"none of {list(choices)} heard")
    wrong += [f"“{it}” heard" for it in _words(step.get("never")) if it in text]
    if (question := step.get("asks")) and question_in(answer) is not ASKS[question]:
        wrong.append(f"asks {question_in(answer).name.lower()}, not {question}")
    return wrong


def _text_of(messages: Sequence[Message]) -> str:
    return "\n".join(map(_bubble, messages))


def _bubble(message: Message) -> str:
    titles = "".join(f" [{button['title']}]" for button in message["buttons"])
    return f"{message['text']}{titles}"


# The cases, in whichever order they fit best


def _unfit(expected: Sequence[dict[str, Any]], cases: Sequence[CaseJson]) -> list[str]:
    if not expected:
        return []
    if len(cases) < len(expected):
        return [f"a case like {row} is missing" for row in expected[len(cases) :]]
    orders = itertools.permutations(cases, len(expected))
    ways = [
        [line for row, case in zip(expected, order, strict=True) for line in _compare(row, case)]
        for order in orders
    ]
    return min(ways, key=len)


def _compare(expected: dict[str, Any], case: CaseJson) -> list[str]:
    return [
        f"case {name} {value!r}: {CASE_VALUES[name.removesuffix('_never')](case)!r}"
        for name, value in expected.items()
        if not CASE_CHECKS[name](CASE_VALUES[name.removesuffix("_never")](case), value)
    ]


def _place(case: CaseJson) -> str:
    location = case["location"]
    areas = [(location.get(level) or {}).get("name", "") for level in ("district", "street")]
    return " ".join([location.get("text") or "", *areas])


def _rating(case: CaseJson) -> int | None:
    return case["rating"]["score"] if case["rating"] else None


CASE_VALUES: dict[str, Any] = {
    "kind": lambda case: case["kind"],
    "place": _place,
    "text": lambda case: case["text"],
    "anywhere": lambda case: json.dumps(case, ensure_ascii=False),
    "units": lambda case: case["unit"] and case["unit"]["unit_type"],
    "phone": lambda case: case["resident"]["phone"],
    "anonymous": lambda case: case["anonymous"],
    "round": lambda case: case["round"],
    "status": lambda case: case["status"],
    "rating": _rating,
    "solved": lambda case: case["rating"] and case["rating"]["solved"],
    "chases": lambda case: case["chases"],
    "files": lambda case: len(case["attachments"]),
    "outcome": lambda case: case["outcome"],
}


def _has_all(value: str, parts: Any) -> bool:
    return all(it in value for it in _words(parts))


def _has_none(value: str, parts: Any) -> bool:
    return not any(it in value for it in _words(parts))


def _one_of(value: Any, choices: Any) -> bool:
    return value in (choices if isinstance(choices, list) else [choices])


def _unit_fits(value: str | None, expected: Any) -> bool:
    """The dispatcher's queue is right where the router may doubt."""
    return value is None or _one_of(value, expected)


CASE_CHECKS: dict[str, Any] = {
    **dict.fromkeys(CASE_VALUES, _one_of),
    "place": _has_all,
    "place_never": _has_none,
    "text": _has_all,
    "text_never": _has_none,
    "anywhere": _has_all,
    "units": _unit_fits,
    "phone": lambda value, expected: value == (None if expected is None else str(expected)),
}
