"""What is expected of a conversation, each compared with what there was."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.eval.town_staff import TownStaff
from tests.support.talks import PLACE, READ_BACK, Talk

Case = dict[str, Any]
Expect = dict[str, Any]

EMERGENCY_NUMBER = re.compile(r"(?<!\d)(?:110|119|120|122|12356|12110)(?!\d)")
ELSEWHERE = re.compile(r"不归杭州|不在杭州|不归我们|当地")
SURE_OF_UNIT = re.compile(r"H4")  # the fault is that no unit was found


@dataclass
class Outcome:
    """What can be seen only while the conversation goes on."""

    staff: TownStaff
    person_asked: bool = False

    def watch(self, expect: Expect) -> Callable[[Talk], None]:
        """Looks into the queue after each answer, if it is expected to hold them."""

        def look(talk: Talk) -> None:
            if "human_requested" in expect and not self.person_asked:
                self.person_asked = self.staff.waits_for_person(talk.script.turns[0])

        return look


@dataclass(frozen=True)
class TalkResult:
    """A conversation that has ended. `cases`: as the staff API gives them, in order."""

    fault: str
    talk: Talk
    cases: list[Case]
    person_asked: bool

    @property
    def bot_text(self) -> str:
        return "\n".join(self.talk.texts)

    @property
    def place_questions(self) -> int:
        """Answers of the bot that ask where it is."""
        return sum(
            any(_asks_place(message["text"]) for message in turn.answer) for turn in self.talk.turns
        )


def _asks_place(text: str) -> bool:
    return bool(PLACE.search(text)) and not READ_BACK.search(text)


def failures(row: dict[str, Any], talk: Talk, outcome: Outcome) -> list[str]:
    """One line for each expectation that does not hold."""
    cases = [outcome.staff.case(number) for number in talk.numbers]
    expect = row["expect"]
    outcome_of_talk = TalkResult(row["fault"], talk, cases, outcome.person_asked)
    of_talk = [
        f"{name} {value!r}: {had}"
        for name, value in expect.items()
        if name in OF_TALK and (had := OF_TALK[name](outcome_of_talk, value)) is not None
    ]
    unknown = expect.keys() - OF_TALK.keys() - OF_CASE.keys() - {"other_case"}
    return [
        *of_talk,
        *_of_cases(outcome_of_talk, expect),
        *(f"{name}: not known here" for name in unknown),
    ]


def _of_cases(run: TalkResult, expect: Expect) -> list[str]:
    """With two expected, whichever way round fits better: either may be lodged first."""
    of_first = {name: value for name, value in expect.items() if name in OF_CASE}
    other = expect.get("other_case")
    if not of_first and not other:
        return []
    if not run.cases:
        return (
            ["no case, and there is something expected of it"]
            if expect.get("case_created", True)
            else []
        )
    if other is None:
        return _unfit(run, run.cases[0], of_first)
    if len(run.cases) < 2:
        return [*_unfit(run, run.cases[0], of_first), "other_case: there is no second case"]
    ways = ((run.cases[0], run.cases[1]), (run.cases[1], run.cases[0]))
    wrong = [
        _unfit(run, one, of_first) + [f"other_case: {it}" for it in _unfit(run, two, other)]
        for one, two in ways
    ]
    return min(wrong, key=len)


def _unfit(run: TalkResult, case: Case, expect: Expect) -> list[str]:
    return [
        f"{name} {value!r}: {had}"
        for name, value in expect.items()
        if (had := OF_CASE[name](run, case, value)) is not None
    ]


# Of the conversation: what there was instead, or None

TalkCheck = Callable[[TalkResult, Any], str | None]


def _bool(value: Callable[[TalkResult], bool]) -> TalkCheck:
    return lambda run, expected: None if value(run) == expected else str(value(run))


def _most(value: Callable[[TalkResult], int | None]) -> TalkCheck:
    def check(run: TalkResult, most: int) -> str | None:
        had = value(run)
        return None if had is not None and had <= most else str(had)

    return check


def _says_any(run: TalkResult, phrases: list[str]) -> str | None:
    return None if any(words in run.bot_text for words in phrases) else "none of it was said"


def _says_none(run: TalkResult, phrases: list[str]) -> str | None:
    present = [words for words in phrases if words in run.bot_text]
    return f"{present} was said" if present else None


def _first_reply_has_number(run: TalkResult) -> bool:
    first = run.talk.turns[0].answer if run.talk.turns else []
    return any(EMERGENCY_NUMBER.search(message["text"]) for message in first)


def _case_count(run: TalkResult, count: int) -> str | None:
    return None if len(run.cases) == count else f"{len(run.cases)}"


OF_TALK: dict[str, TalkCheck] = {
    "case_created": _bool(lambda run: bool(run.cases)),
    "cases": _case_count,
    "max_turns_to_case": _most(lambda run: run.talk.turns_to_case),
    "max_turns": _most(lambda run: len(run.talk.turns)),
    "max_asked_place": _most(lambda run: run.place_questions),
    "asks_location": _bool(lambda run: run.place_questions > 0),
    "answer_contains_any": _says_any,
    "mentions_any": _says_any,
    "apology_or_empathy_any": _says_any,
    "must_not_contain": _says_none,
    "human_requested": _bool(lambda run: run.person_asked),
    "first_reply_has_emergency_number": _bool(_first_reply_has_number),
    "out_of_jurisdiction": _bool(
        lambda run: not run.cases and bool(ELSEWHERE.search(run.bot_text))
    ),
}

# Of one case

CaseCheck = Callable[[TalkResult, Case, Any], str | None]


def _is(value: Callable[[Case], Any]) -> CaseCheck:
    return lambda _, case, expected: None if value(case) == expected else repr(value(case))


def _is_one_of(value: Callable[[Case], Any]) -> CaseCheck:
    return lambda _, case, expected: None if value(case) in expected else repr(value(case))


def _contains(value: Callable[[Case], str]) -> CaseCheck:
    def check(_: TalkResult, case: Case, expected: list[str]) -> str | None:
        lacks = [words for words in expected if words not in value(case)]
        return f"lacks {lacks} in {value(case)[:120]!r}" if lacks else None

    return check


def _excludes(value: Callable[[Case], str]) -> CaseCheck:
    def check(_: TalkResult, case: Case, expected: list[str]) -> str | None:
        has = [words for words in expected if words in value(case)]
        return f"has {has} in {value(case)[:120]!r}" if has else None

    return check


def _place(case: Case) -> str:
    return " ".join(_strings(case["location"]))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)


def _anywhere(case: Case) -> str:
    """Its text first: a complaint about what is lacking shows the beginning."""
    return f"{case['text']}{json.dumps(case, ensure_ascii=False)}"


def _unit_type(run: TalkResult, case: Case, expected: list[str]) -> str | None:
    """The dispatcher's queue is right where the router may doubt."""
    unit = case["unit"]
    if unit is None:
        return "no unit" if SURE_OF_UNIT.match(run.fault) else None
    return None if unit["unit_type"] in expected else f"{unit['unit_type']} ({unit['name']})"


OF_CASE: dict[str, CaseCheck] = {
    "kind": _is(lambda case: case["kind"]),
    "kind_any": _is_one_of(lambda case: case["kind"]),
    "domain": _is(lambda case: case["domain"]),
    "domain_any": _is_one_of(lambda case: case["domain"]),
    "unit_types": _unit_type,
    "location_contains": _contains(_place),
    "location_excludes": _excludes(_place),
    "text_contains": _contains(_anywhere),
    "text_excludes": _excludes(lambda case: case["text"]),
    "contact_phone": _is(lambda case: case["resident"]["phone"]),
    "anonymous": _is(lambda case: case["anonymous"]),
    "reopened": _is(lambda case: case["round"] > 1),
}
