"""The resident who answers, and how what there was is compared with what was expected."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.eval.expectations import Outcome, failures
from tests.support.scripts import CASE_CHECKS, CASE_VALUES, Unreadable, _unfit, load, unmet
from tests.support.talks import (
    MOST_TURNS,
    BotQuestion,
    Message,
    Script,
    Talk,
    numbers_in,
    question_in,
)

NUMBER, OTHER = "HZ20261129000001", "HZ20261129000002"
RIGHT = "对，就这样报"


def bot(text: str, *titles: str, case_no: str | None = None) -> Message:
    buttons = [{"title": title, "payload": "p"} for title in titles]
    return {"from": "bot", "text": text, "buttons": buttons, "case_no": case_no}


@pytest.mark.parametrize(
    ("text", "titles", "question"),
    [
        ("在什么地方？说个路名、小区名", (), BotQuestion.PLACE),
        ("“桥头”大概在哪个区、哪条路上？", (), BotQuestion.PLACE),
        ("“文三路”有好几处，您说的是哪一处？\n1. 西湖区", (), BotQuestion.PLACE),
        ("您请说，是什么事？", (), BotQuestion.MATTER),
        ("方便的话留个电话，工作人员好联系您；不留也行。", (), BotQuestion.CONTACT),
        ("我记下的是——\n事情：不知道在什么地方\n这样报上去，对吗？", (), BotQuestion.READ_BACK),
        ("我记下的是：路灯坏了", (RIGHT,), BotQuestion.READ_BACK),
        ("要把您刚才说的登记下来、交给单位办吗？", (), BotQuestion.YES_OR_NO),
        ("好的，这件不报了，没有登记。", (), BotQuestion.NOTHING),
        ("对不起，没让您满意。是哪里没办好？您说说。", (), BotQuestion.NOTHING),
    ],
)
def test_what_is_asked(text: str, titles: tuple[str, ...], question: BotQuestion) -> None:
    assert question_in([bot(text, *titles)]) is question


def test_the_newest_bubble_that_asks_counts() -> None:
    bubbles = [bot("在什么地方？"), bot("方便的话留个电话"), bot("好的。")]
    assert question_in(bubbles) is BotQuestion.CONTACT


def test_numbers_come_from_texts_and_field_once_each() -> None:
    bubbles = [bot(f"工单编号 {NUMBER}。", case_no=NUMBER), bot("", case_no=OTHER)]
    assert numbers_in(bubbles) == [NUMBER, OTHER]


@dataclass
class FakeDoor:
    """Gives the answers of a list, and its last one for ever."""

    answers: list[list[Message]]
    messages: list[str] = field(default_factory=list)
    inbox: list[Message] = field(default_factory=list)

    def says(self, text: str) -> list[Message]:
        self.messages.append(text)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.inbox += answer
        return answer

    def pushes(self) -> list[Message]:
        return []


READ_BACK = [bot("我记下的是——", RIGHT)]
LODGED = [bot(f"工单编号 {NUMBER}。"), bot("方便的话留个电话")]


def talk_over(replies: list[list[Message]], **row: Any) -> tuple[Talk, FakeDoor, list[str]]:
    steps: list[str] = []
    door = FakeDoor(list(replies))
    script = Script.of({"name": "one", "turns": ["灯坏了"], **row})
    talk = Talk(script, door, lambda step, _: steps.append(step))  # type: ignore[arg-type]
    talk.run()
    return talk, door, steps


ANSWERS = {"location": "文三路", "contact": "不留", "confirm": "对"}


def test_the_answers_go_to_what_is_asked() -> None:
    answers = [[bot("在什么地方？")], READ_BACK, READ_BACK, LODGED, [bot("好的。")]]
    talk, door, _ = talk_over(answers, answers=ANSWERS, on_readback="不是灯，是灯杆")
    assert door.messages == ["灯坏了", "文三路", "不是灯，是灯杆", "对", "不留"]
    assert talk.turns_to_case == 4


def test_what_comes_after_the_number_waits_for_it() -> None:
    answers = [READ_BACK, LODGED, [bot("好的。")], [bot("您还有什么事？")]]
    after = [{"staff": "resolve"}, "不满意"]
    _, door, steps = talk_over(answers, answers=ANSWERS, after_case=after)
    assert door.messages == ["灯坏了", "对", "不留", "不满意"]
    assert steps == ["resolve"]


def test_a_bot_that_asks_for_ever_is_left() -> None:
    talk, door, _ = talk_over([[bot("在什么地方？")]], answers=ANSWERS)
    assert len(talk.turns) < MOST_TURNS
    assert door.messages == ["灯坏了", *["文三路"] * 4]


CASE: dict[str, Any] = {
    "case_no": NUMBER,
    "kind": "complaint",
    "text": "灯坏了",
    "location": {"text": "文三路", "district": {"name": "西湖区"}},
    "unit": {"unit_type": "street", "name": "翠苑街道办事处"},
    "resident": {"phone": None},
    "anonymous": False,
    "round": 1,
    "domain": "城乡建设",
}
PRAISE = {**CASE, "case_no": OTHER, "kind": "praise", "text": "小李真好"}


class FakeStaff:
    def case(self, case_no: str) -> dict[str, Any]:
        return CASE if case_no == NUMBER else PRAISE


def lines(expect: dict[str, Any], answers: list[list[Message]], fault: str = "A") -> list[str]:
    talk, _, _ = talk_over(answers, answers=ANSWERS)
    outcome = Outcome(FakeStaff())  # type: ignore[arg-type]
    return failures({"fault": fault, "expect": expect}, talk, outcome)


@pytest.mark.parametrize(
    ("expect", "wrong"),
    [
        ({"case_created": True, "cases": 1, "max_turns_to_case": 2}, 0),
        ({"max_turns_to_case": 1}, 1),
        ({"location_contains": ["西湖区", "文三路"], "text_excludes": ["谢谢"]}, 0),
        ({"location_excludes": ["文三路"]}, 1),
        ({"unit_types": ["police"]}, 1),
        ({"kind_any": ["help", "complaint"], "anonymous": False, "reopened": False}, 0),
        ({"contact_phone": "13800000000"}, 1),
        ({"must_not_contain": ["工单编号"], "mentions_any": ["工单"]}, 1),
        ({"case_created": False}, 1),
        ({"something_new": 1}, 1),
    ],
)
def test_each_expectation_that_fails_gives_a_line(expect: dict[str, Any], wrong: int) -> None:
    assert len(lines(expect, [READ_BACK, LODGED])) == wrong


def test_either_of_two_cases_may_be_lodged_first() -> None:
    both = [bot(f"编号 {OTHER}。"), bot(f"编号 {NUMBER}。")]
    expect = {"kind": "complaint", "other_case": {"kind": "praise"}}
    assert lines(expect, [READ_BACK, both]) == []
    assert lines(expect, [READ_BACK, LODGED]) == ["other_case: there is no second case"]


def test_a_step_says_what_it_lacks() -> None:
    answer = [bot("我记下的是——", RIGHT, "先不报了")]
    assert unmet({"hears": ["先不报了"], "never": ["谢谢"], "asks": "read_back"}, answer) == []
    step = {"hears": ["工单"], "hears_any": ["甲", "乙"], "never": ["记下"], "asks": "place"}
    assert len(unmet(step, answer)) == 4


def test_cases_fit_in_whichever_order() -> None:
    full = {"outcome": None, "attachments": [], "rating": None, "chases": 0, "status": "dispatched"}
    cases = [{**CASE, **full}, {**PRAISE, **full}]
    assert _unfit([{"kind": "praise"}, {"kind": "complaint", "text": ["灯"]}], cases) == []
    assert len(_unfit([{"kind": "help"}], cases)) == 1
    assert len(_unfit([{"text_never": "灯", "place": "文三路"}], cases[:1])) == 1


def test_every_check_of_a_case_has_its_value() -> None:
    assert {name.removesuffix("_never") for name in CASE_CHECKS} == set(CASE_VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "- {name: a, talk: [{says: 喂, hear: [您好]}]}",
        "- {name: a, talk: [{hears: [您好]}]}",
        "- {name: a, talk: [{says: 喂, hears: [0572]}]}",
        "- {name: a, talk: [{says: 喂}], case: {kinds: help}}",
        "- {name: a, talk: [{says: 喂}], owners: bot}",
    ],
)
def test_a_script_that_is_not_understood_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(text, "utf-8")
    with pytest.raises(Unreadable):
        load(tmp_path)


def test_scripts_are_readable_with_unique_names() -> None:
    names = [script.id for script in load()]
    assert len(names) >= 160
    assert len(set(names)) == len(names)
