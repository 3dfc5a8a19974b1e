"""What may be said after which contact, and what is worth saying with it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from backend.messaging.numbered_choices import with_numbers
from backend.messaging.quota import (
    MARGIN,
    QUOTAS,
    WECHAT,
    Pending,
    Plan,
    Window,
    paying,
    paying_for_voice,
    plan,
    renewed,
)
from backend.vocabulary.messages import Contact
from bot.channels.splitting import split_text
from tests.support.builders import NOON

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
GRADES = ("满意", "不满意")


def parts(text: str, titles: tuple[str, ...] | list[str]) -> list[str]:
    return split_text(with_numbers(text, titles), 60)


def a_window(contact: Contact = Contact.MESSAGE, *, spent: int = 0, at: datetime = NOON) -> Window:
    rule = QUOTAS[WECHAT][contact]
    return Window(contact, rule, at, tuple(at + n * SECOND for n in range(spent)))


def progress(*texts: str, was_held: bool = False) -> list[Pending]:
    return [
        Pending(number, text, of_case=True, was_held=was_held)
        for number, text in enumerate(texts, 1)
    ]


def a_result(id: int = 9, text: str = "办好了") -> Pending:
    return Pending(id, text, GRADES, of_case=True)


def planned(pending: list[Pending], *windows: Window, at: datetime = NOON + MINUTE) -> Plan:
    return plan(pending, windows, at, parts=parts)


def item_ids(plan: Plan) -> list[int]:
    return [item.id for item in plan.message.items] if plan.message else []


@pytest.mark.parametrize(
    ("contact", "messages", "lasts"),
    [
        (Contact.MESSAGE, 5, timedelta(hours=48)),
        (Contact.MENU, 3, MINUTE),
        (Contact.FOLLOW, 3, MINUTE),
        (Contact.SCAN, 3, MINUTE),
    ],
)
def test_what_wechat_allows(contact: Contact, messages: int, lasts: timedelta) -> None:
    window = a_window(contact)
    assert window.remaining == messages
    assert window.pays(NOON + lasts - MARGIN - SECOND, ordinary=False)
    assert not window.pays(NOON + lasts - MARGIN, ordinary=False)
    assert not a_window(contact, spent=messages).pays(NOON, ordinary=False)


def test_every_contact_has_a_rule() -> None:
    assert set(QUOTAS[WECHAT]) == set(Contact)


def test_what_ends_first_is_spent_first() -> None:
    message, menu = a_window(), a_window(Contact.MENU)
    assert paying([message, menu], NOON, ordinary=True) == menu
    assert paying([message, menu], NOON + MINUTE, ordinary=True) == message
    assert paying([], NOON, ordinary=True) is None


def test_last_of_48_hours_is_reserved_for_results() -> None:
    window = a_window(spent=4)
    assert planned(progress("签收了"), window).message is None
    assert item_ids(planned([a_result()], window)) == [9]
    assert item_ids(planned([Pending(1, "在的")], window)) == [1]  # an answer to who is there


def test_last_message_of_a_minute_is_not_reserved() -> None:
    window = a_window(Contact.MENU, spent=2)
    assert item_ids(planned(progress("签收了"), window, at=NOON)) == [1]


def test_progress_is_merged_into_the_result() -> None:
    result = planned([*progress("签收了", "延期了"), a_result()], a_window(spent=4))
    assert item_ids(result) == [1, 2, 9]
    assert result.message
    assert result.message.text == "签收了\n\n延期了\n\n办好了"


def test_two_with_choices_are_two_messages() -> None:
    assert item_ids(planned([a_result(1), a_result(2)], a_window())) == [1]


def test_nothing_stands_between_a_question_and_its_choices() -> None:
    assert item_ids(planned([a_result(1), Pending(2, "签收了", of_case=True)], a_window())) == [1]


def test_what_staff_say_stands_alone() -> None:
    staff = Pending(2, "我是赵姐", from_staff=True)
    assert item_ids(planned([*progress("签收了"), staff], a_window())) == [1]


def test_texts_too_long_to_merge_stay_apart() -> None:
    result = planned(progress("长" * 40, "长" * 30), a_window())
    assert item_ids(result) == [1]


def test_what_was_begun_or_refused_goes_alone() -> None:
    partly_sent = Pending(1, "办到一半", of_case=True, alone=True)
    assert item_ids(planned([partly_sent, *progress("签收了")], a_window())) == [1]


def test_how_many_had_to_wait_is_said() -> None:
    result = planned([*progress("签收了", "延期了", was_held=True), Pending(8, "在的")], a_window())
    assert result.message
    assert result.message.text == "您有 2 条进展：\n\n签收了\n\n延期了\n\n在的"


def test_count_needing_its_own_message_is_omitted() -> None:
    (late,) = progress("长" * 58, was_held=True)
    result = planned([late], a_window())
    assert result.message
    assert result.message.text == late.text


def test_unaffordable_messages_wait_and_others_go() -> None:
    long = Pending(1, "长" * 59, of_case=True)
    result = planned([long, a_result()], a_window(spent=4))
    assert (item_ids(result), result.hold) == ([9], (long,))


def test_nothing_goes_without_a_contact() -> None:
    pending = [Pending(1, "在的"), a_result()]
    assert planned(pending) == Plan(None, tuple(pending))


def test_a_contact_renews_its_own_window_only() -> None:
    windows = [a_window(spent=5), a_window(Contact.MENU, spent=3)]
    again = renewed(windows, WECHAT, Contact.MESSAGE, at=NOON + HOUR)
    assert again is not None
    assert (again.remaining, again.opened_at) == (5, NOON + HOUR)


def test_messages_sent_before_the_contact_count() -> None:
    old = a_window(spent=2).charged(arrives_by=NOON + HOUR + SECOND)
    again = renewed([old], WECHAT, Contact.MESSAGE, at=NOON + HOUR)
    assert again is not None
    assert again.remaining == 4


def test_a_contact_that_was_overtaken_changes_nothing() -> None:
    assert renewed([a_window(at=NOON)], WECHAT, Contact.MESSAGE, at=NOON - SECOND) is None


def test_what_never_arrived_is_free() -> None:
    by = NOON + MINUTE
    charged = a_window(spent=1).charged(arrives_by=by)
    assert charged.remaining == 3
    assert charged.settled(arrives_by=by, arrived_at=None).remaining == 4
    arrived = charged.settled(arrives_by=by, arrived_at=NOON)
    assert (arrived.remaining, by in arrived.spent) == (3, False)


def test_choices_without_buttons_are_numbers() -> None:
    assert with_numbers("满意吗？", GRADES) == "满意吗？\n回 1 满意\n回 2 不满意"
    assert with_numbers("好的", ()) == "好的"


def test_simultaneous_contact_keeps_earlier_spending() -> None:
    """What went out while it was on its way to us may already have been charged to it."""
    spent = tuple(NOON - MARGIN + n * SECOND for n in (-1, 0, 1))
    old = Window(Contact.MESSAGE, QUOTAS[WECHAT][Contact.MESSAGE], NOON, spent)
    new = renewed([old], WECHAT, Contact.MESSAGE, at=NOON)
    assert new is not None
    assert new.spent == spent[1:]
    assert renewed([old], WECHAT, Contact.MESSAGE, at=NOON - SECOND) is None


def test_voice_reserves_two_progress_messages_and_one_result() -> None:
    assert paying_for_voice([a_window(spent=1)], NOON + MINUTE) is not None
    assert paying_for_voice([a_window(spent=2)], NOON + MINUTE) is None
    assert paying_for_voice([a_window(Contact.MENU)], NOON) is None


@pytest.mark.parametrize("first_alone", [True, False])
def test_refused_merged_messages_are_resent_unmerged(*, first_alone: bool) -> None:
    pending = progress("甲", "乙", was_held=True)
    pending[not first_alone] = replace(pending[not first_alone], alone=True)
    result = planned(pending, a_window())
    assert item_ids(result) == [1]
    assert result.message is not None
    assert result.message.text.endswith("甲")
    assert ("条进展" in result.message.text) != first_alone
