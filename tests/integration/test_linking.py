"""One resident on several channels: joined by a code, told where they want it, and parted."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select, update

from backend.cases import queries
from backend.database import Database
from backend.errors import BadInput
from backend.messaging import held_messages, inbox
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import OutboxMessage
from backend.models.residents import ChannelAccount, LinkCode, Resident
from backend.residents import linking
from backend.residents.linking import MOST_TRIES
from backend.texts.linking import TOO_MANY_TRIES, WRONG_CODE
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import Contact
from bot.channels.base import Blocked
from bot.workers.push import Push
from dialogue.texts import chat as texts
from tests.fakes.rasa import nobody_home
from tests.support.bot_desk import Desk, a_desk
from tests.support.builders import (
    NOON,
    Line,
    a_conversation,
    a_dispatched_case,
    a_message,
    a_registered_case,
    a_resolved_case,
    take,
)
from tests.support.wechat_desk import no_notice


@pytest.fixture(autouse=True)
def notice_is_familiar() -> Iterator[None]:
    with no_notice():
        yield


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=nobody_home()) as desk:
        yield desk


def says(desk: Desk, words: str, *, of: str = "lin", on: str = "web") -> str:
    """Say it there, and hear the answer."""
    desk.hears(words, of=of, on=on)
    desk.answers()
    return replies_on(desk, of=of, on=on)[-1]


def replies_on(desk: Desk, *, of: str = "lin", on: str = "web") -> list[str]:
    with desk.database.begin() as session:
        chat = a_conversation(session, of=of, on=on)
        rows = select(OutboxMessage).where(OutboxMessage.conversation_id == chat.id)
        return [row.text for row in session.scalars(rows.order_by(OutboxMessage.id))]


def code_for(desk: Desk, *, of: str = "lin", on: str = "web") -> str:
    return says(desk, "绑定", of=of, on=on).split("\n")[0].removeprefix("绑定码：")


def join(desk: Desk, *, on: str = "telegram") -> None:
    """Lin's chat on the page, and then the one on `on`."""
    code = code_for(desk)
    assert says(desk, f"绑定 {code}", on=on) == texts.LINKED.plain


def residents(desk: Desk) -> int:
    with desk.database.begin() as session:
        return session.scalar(select(func.count()).select_from(Resident)) or 0


def set_account(desk: Desk, on: str, **values: object) -> None:
    with desk.database.begin() as session:
        account = a_conversation(session, on=on).account
        session.execute(
            update(ChannelAccount).where(ChannelAccount.id == account.id).values(**values)
        )


def test_one_case_list_and_both_are_told(desk: Desk) -> None:
    with desk.database.begin() as session:
        numbers = {a_registered_case(session, a_conversation(session, on="telegram")).case_no}
        numbers |= {a_registered_case(session, a_conversation(session, on="web")).case_no}
    join(desk)
    assert replies_on(desk)[-1] == texts.LINKED_HERE.plain.format(channel="电报")
    with desk.database.begin() as session:
        for on in ("web", "telegram"):
            resident = a_conversation(session, on=on).account.resident_id
            cases = queries.resident_cases(session, resident)
            assert {case.case_no for case in cases} == numbers
    assert residents(desk) == 1


def test_nothing_names_a_resident_who_is_gone(desk: Desk) -> None:
    """Every reference moved, or PostgreSQL would have refused to remove the row."""
    code_for(desk, on="telegram")  # a code of the one who will be gone
    with desk.database.begin() as session:
        chat = a_conversation(session, on="telegram")
        former_resident = chat.account.resident_id
        session.execute(
            update(Resident).where(Resident.id == former_resident).values(phone="13800000000")
        )
        a_resolved_case(session, chat)
    join(desk)
    with desk.database.begin() as session:
        (only,) = session.scalars(select(Resident))
        assert (only.id != former_resident, only.phone) == (True, "13800000000")
        assert {code.resident_id for code in session.scalars(select(LinkCode))} == {only.id}
        assert session.scalars(select(Case.resident_id)).all() == [only.id]


def test_a_draft_stays_where_it_was_told(desk: Desk) -> None:
    desk.read_back()
    join(desk)
    assert desk.state().draft is not None
    says(desk, "对")
    with desk.database.begin() as session:
        (case,) = session.scalars(select(Case))
        assert case.resident_id == a_conversation(session, on="telegram").account.resident_id


def test_a_code_used_twice_works_once(desk: Desk) -> None:
    code = code_for(desk)
    assert says(desk, f"绑定 {code}", of="wu") == texts.LINKED.plain
    assert says(desk, f"绑定 {code}", of="mallory") == WRONG_CODE.plain
    assert says(desk, f"绑定 {code}", of="lin") == WRONG_CODE.plain
    assert residents(desk) == 2


def test_new_code_replaces_the_old_one(desk: Desk) -> None:
    old = code_for(desk)
    new = code_for(desk)
    assert says(desk, f"绑定 {old}", on="telegram") == WRONG_CODE.plain
    assert says(desk, f"绑定 {new}", on="telegram") == texts.LINKED.plain


def test_linking_what_is_linked_says_so(desk: Desk) -> None:
    join(desk)
    again = code_for(desk)
    assert says(desk, f"绑定 {again}", on="telegram") == texts.LINKED_ALREADY.plain


def test_two_who_use_one_code_at_once(database: Database) -> None:
    names = [f"racer-{number}" for number in range(4)]
    with database.begin() as session:
        owner = a_conversation(session).account.resident_id
        code = linking.make_code(session, owner, now=NOON)
        for name in names:
            a_conversation(session, of=name)
    start = threading.Barrier(4)

    def race(name: str) -> bool:
        start.wait()
        with database.begin() as session:
            account = a_conversation(session, of=name).account
            try:
                return linking.link(session, account, code, now=NOON)
            except BadInput:
                return False

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(race, names)) == [False, False, False, True]
    with database.begin() as session:
        accounts = ChannelAccount.resident_id == owner
        assert session.scalar(select(func.count()).where(accounts)) == 2


def test_two_who_join_each_other_at_once(database: Database) -> None:
    start = threading.Barrier(2)
    with database.begin() as session:
        codes = {
            name: linking.make_code(
                session, a_conversation(session, of=name).account.resident_id, now=NOON
            )
            for name in ("lin", "wu")
        }

    def race(pair: tuple[str, str]) -> None:
        start.wait()
        with database.begin() as session:
            linking.link(session, a_conversation(session, of=pair[0]).account, pair[1], now=NOON)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(race, [("lin", codes["wu"]), ("wu", codes["lin"])]))
    with database.begin() as session:
        assert len(set(session.scalars(select(ChannelAccount.resident_id)))) == 1
        assert len(session.scalars(select(Resident)).all()) == 1


def test_a_turn_that_is_taken_again_joins_once(desk: Desk) -> None:
    code = code_for(desk)
    with desk.database.begin() as session:
        account = a_conversation(session, on="telegram").account
        assert linking.link(session, account, code, now=NOON)
    assert says(desk, f"绑定 {code}", on="telegram") == texts.LINKED.plain


def test_guessing_is_stopped_for_an_hour(desk: Desk) -> None:
    code = code_for(desk)
    wrong = [f"{(int(code) + number) % 10**8:08}" for number in range(1, MOST_TRIES + 1)]
    answers = [says(desk, f"绑定 {guess}", of="mallory") for guess in wrong]
    assert answers == [*[WRONG_CODE.plain] * (MOST_TRIES - 1), TOO_MANY_TRIES.plain]
    assert says(desk, f"绑定 {code}", of="mallory") == TOO_MANY_TRIES.plain
    assert says(desk, f"绑定 {code}", of="wu") == texts.LINKED.plain  # others are not kept out
    with desk.database.begin() as session:
        account = a_conversation(session, of="mallory").account
        code = linking.make_code(session, a_conversation(session).account.resident_id, now=NOON)
        assert account.link_locked_until is not None
        after = account.link_locked_until + timedelta(seconds=1)
        with pytest.raises(BadInput):
            linking.link(session, account, code, now=after - timedelta(seconds=2))
        session.execute(update(LinkCode).values(expires_at=after))
        assert linking.link(session, account, code, now=after)


def test_a_right_code_forgives_the_wrong_ones(desk: Desk) -> None:
    for _ in range(MOST_TRIES - 1):
        says(desk, "绑定 00000000", on="telegram")
    join(desk)
    assert says(desk, "绑定 00000000", on="telegram") == WRONG_CODE.plain


def test_what_was_held_comes_along(desk: Desk) -> None:
    code = code_for(desk, on="telegram")
    with desk.database.begin() as session:
        chat = a_conversation(session, on="telegram")
        held_messages.hold_all(session, chat.account, now=NOON)
        a_registered_case(session, chat)
    assert says(desk, f"绑定 {code}") == texts.LINKED.plain
    assert any("已经登记好了" in text for text in replies_on(desk))


class Town:
    """Lin on Telegram and WeChat, and the channels that reach them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.lines = {"telegram": Line("telegram"), "wechat": Line("wechat", shows_buttons=False)}
        with database.begin() as session:
            telegram = a_conversation(session, on="telegram")
            wechat = a_conversation(session, on="wechat")
            wechat.account.resident_id = telegram.account.resident_id
            self.case_id = a_dispatched_case(session, telegram).id
            session.query(OutboxMessage).delete()

    def contact(self, on: str, contact: Contact = Contact.MESSAGE) -> None:
        with self.database.begin() as session:
            inbox.receive(session, a_message("你好", on=on, contact=contact), now=NOON)

    def accept(self) -> None:
        with self.database.begin() as session:
            take(session, session.get_one(Case, self.case_id), Action.ACCEPT)

    def push(self) -> dict[str, int]:
        with time_machine.travel(NOON, tick=False):
            push = Push(self.database, self.lines)
            while push.send_next():
                pass
        return {name: len(line.sent) for name, line in self.lines.items()}

    def prefers(self, on: str) -> None:
        with self.database.begin() as session:
            a_conversation(session, on=on).account.preferred_at = NOON


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


def test_progress_goes_where_they_wrote_last(town: Town) -> None:
    town.contact("telegram")
    town.contact("wechat")
    town.accept()
    assert town.push() == {"telegram": 0, "wechat": 1}


def test_progress_goes_where_they_asked_for_it(town: Town) -> None:
    town.prefers("telegram")
    town.contact("telegram")
    town.contact("wechat")
    town.accept()
    assert town.push() == {"telegram": 1, "wechat": 0}


def test_out_of_window_falls_back(town: Town) -> None:
    town.prefers("wechat")
    town.accept()
    assert town.push() == {"telegram": 1, "wechat": 0}


def test_blocked_at_the_last_moment_falls_back(town: Town) -> None:
    town.contact("wechat")
    town.contact("telegram")
    town.lines["telegram"].failures.append(Blocked("403"))
    town.accept()
    assert town.push() == {"telegram": 0, "wechat": 1}


def test_where_nobody_is_reached_it_waits_for_either(town: Town) -> None:
    town.prefers("telegram")
    with town.database.begin() as session:
        account = a_conversation(session, on="telegram").account
        held_messages.hold_all(session, account, now=NOON)
    town.accept()
    assert town.push() == {"telegram": 0, "wechat": 0}
    town.contact("wechat", Contact.MENU)
    assert town.push() == {"telegram": 0, "wechat": 1}


@pytest.mark.parametrize(
    "words",
    ["以后进展发到这里", "以后有进展都发到这里吧", "请把进展发到这边。", "今后的消息发到这儿"],
)
def test_they_say_where_they_want_it(desk: Desk, words: str) -> None:
    join(desk)
    assert says(desk, words, on="telegram") == texts.PROGRESS_COMES_HERE.plain
    with desk.database.begin() as session:
        assert a_conversation(session, on="telegram").account.preferred_at is not None


def test_they_are_asked_where_they_want_it(desk: Desk) -> None:
    code = code_for(desk)
    says(desk, f"绑定 {code}", of="wu")
    desk.hears(payload=desk.last_payload(of="wu"), of="wu")
    desk.answers()
    assert desk.replies("wu")[-1] == texts.PROGRESS_COMES_HERE.plain


def test_parting_takes_what_was_lodged_there(desk: Desk) -> None:
    join(desk)
    with desk.database.begin() as session:
        a_registered_case(session, a_conversation(session, on="telegram"))
        a_registered_case(session, a_conversation(session, on="web"))
    assert says(desk, "解绑", on="telegram") == texts.UNLINKED.plain
    assert replies_on(desk)[-1] == texts.UNLINKED_HERE.plain.format(channel="电报")
    with desk.database.begin() as session:
        for on in ("web", "telegram"):
            chat = a_conversation(session, on=on)
            (own,) = queries.resident_cases(session, chat.account.resident_id)
            assert own.conversation_id == chat.id
    assert residents(desk) == 2


def test_parting_leaves_no_news_with_the_wrong_one(desk: Desk) -> None:
    """Progress that was on its way to the other chat comes back to where the case is."""
    join(desk)
    set_account(desk, "telegram", preferred_at=NOON)
    with desk.database.begin() as session:
        case = a_dispatched_case(session, a_conversation(session, on="web"))
        take(session, case, Action.ACCEPT)
        on_its_way = select(OutboxMessage).where(OutboxMessage.text.contains("签收"))
        row = session.scalars(on_its_way).one()
        assert row.conversation_id == a_conversation(session, on="telegram").id
    says(desk, "解绑", on="telegram")
    with desk.database.begin() as session:
        row = session.scalars(on_its_way).one()
        assert row.conversation_id == session.get_one(Conversation, case.conversation_id).id


def test_parting_when_alone(desk: Desk) -> None:
    assert says(desk, "解绑") == texts.NOT_LINKED.plain
    assert residents(desk) == 1
