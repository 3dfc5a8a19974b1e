"""What a step takes, as doors send it."""

import pytest

from backend.errors import BadInput
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.outcomes import Outcome
from backend.vocabulary.step_details import TAKES, Answer, Dispatch, Resolve, read_details
from backend.web.console.case_forms import ALL_FORMS


def test_every_action_has_its_type() -> None:
    assert set(TAKES) == set(Action)


def test_fields_of_other_actions_are_ignored() -> None:
    content = {"unit": " 330106-police ", "recalled_from": "a", "action": "close", "days": "x"}
    assert read_details(Action.DISPATCH, content) == Dispatch(unit="330106-police")
    assert read_details(Action.ANSWER, {"text": "办好了", "as_read": True}) == Answer(text="办好了")


def test_codes_become_values() -> None:
    read = read_details(Action.RESOLVE, {"outcome": "solved", "text": "修好了", "by": ""})
    assert isinstance(read, Resolve)
    assert read.outcome is Outcome.SOLVED
    assert read.as_json() == {"outcome": "solved", "text": "修好了"}


@pytest.mark.parametrize(
    ("action", "content", "problem"),
    [
        (Action.HOLD, {"reason": "  "}, "挂起：请填写原因"),
        (Action.ADOPT, {}, "采纳：请填写给市民的答复"),
        (Action.RESOLVE, {"outcome": "gone", "text": "好"}, "办理结果只能是：solved、explained"),
        (Action.RETURN, {"reason": "lazy", "text": "不办"}, "退单原因只能是：not_ours、other_area"),
        (Action.REOPEN, {"reason": "吵" * 501}, "原因最多写 500 字，现在有 501 字"),
        (Action.ADD_TASK, {"unit": "a", "text": "b", "days": 10**9}, "天数不对"),
        (Action.ACCEPT_TASK, {"task": "x"}, "哪个任务请填数字"),
        (Action.NOTE, {"text": 5}, "要写的话不对"),
        (Action.RAISE_WHISTLE, {"units": [], "reason": "来"}, "要哪些单位来不对"),
    ],
)
def test_a_problem_names_the_field(
    action: Action, content: dict[str, object], problem: str
) -> None:
    with pytest.raises(BadInput, match=problem):
        read_details(action, content)


def test_forms_send_what_their_step_takes() -> None:
    named = {"unit_asked": "unit", "units_asked": "units", "photos": None}
    for form in ALL_FORMS:
        names = {field.name for field in (*form.fields, *form.seldom)}
        fields = {named.get(name, name.partition("_")[0]) for name in names} - {None}
        assert fields <= set(TAKES[form.action].__dataclass_fields__), form.action
