"""The loop over Telegram's webhook, which believes nobody else."""

import pytest

from tests.e2e.conftest import Hooked
from tests.e2e.people import Staff
from tests.e2e.telegram_people import HELLO, SECRET

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]


def test_the_loop_over_the_webhook(hooked: Hooked) -> None:
    person = hooked.api.somebody()
    person.says("你好", HELLO)
    case_no = person.reports()
    handler = Staff(hooked.minhu, "handler")
    handler.does(case_no, "accept")
    handler.does(case_no, "resolve", outcome="solved", text="灯换好了。")
    person.hears("灯换好了。")
    person.presses("满意", "谢谢您的评价")
    assert handler.case(case_no)["status"] == "closed"
    assert "getUpdates" not in hooked.api.calls


def test_an_update_delivered_again_is_answered_once(hooked: Hooked) -> None:
    person = hooked.api.somebody()
    update = person.resident.says("你好")
    assert [hooked.api.post(update) for _ in range(3)] == [200] * 3
    person.says("谢谢", "不客气")
    assert len(person.texts) == 2


def test_the_webhook_believes_only_telegram(hooked: Hooked) -> None:
    person = hooked.api.somebody()
    hooked.api.webhook["secret_token"] = "a-guess-of-somebody-else"
    try:
        forged = person.resident.says("你好")
    finally:
        hooked.api.webhook["secret_token"] = SECRET
    assert hooked.api.webhook_answers[-1] == 401
    person.says("谢谢", "不客气")
    assert len(person.texts) == 1, f"{forged['update_id']} was believed"
