"""Minhu in several processes: two webs, two workers, two clocks and two Rasas, one PostgreSQL."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.e2e.people import PNG
from tests.e2e.several import (
    LONGEST_POLL_SECONDS,
    Polling,
    Resident,
    Several,
    seconds_of_this_minute,
    several_over,
)
from tests.e2e.whole import PASSWORD, a_folder, wait_for

pytestmark = [pytest.mark.whole, pytest.mark.timeout(1000)]

# What residents say one after another, and what each answer has in it.
TALK = [
    ("你好", "我是小呼"),
    ("谢谢", "不客气"),
    ("垃圾分类怎么分", "垃圾"),
    ("居住证怎么办", "居住证"),
]
APPEAL = "拱墅区湖墅南路的井盖不见了，留着一个大洞"
NEWS_SECONDS = LONGEST_POLL_SECONDS / 2  # without a wake-up the page would wait twice as long
OTHER_CLOCK_SECONDS = 5  # after the minute has begun: each clock has tried by then
SWEEPS = """
CREATE TABLE sweeps (minute timestamptz);
CREATE FUNCTION record_sweep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO sweeps VALUES (date_trunc('minute', NEW.ended_at)); RETURN NEW; END $$;
CREATE TRIGGER record_sweep AFTER INSERT OR UPDATE ON job_runs FOR EACH ROW
  WHEN (NEW.job = 'sweep') EXECUTE FUNCTION record_sweep();
"""

Residents = Callable[[], Resident]


@pytest.fixture(scope="module")
def several() -> Iterator[Several]:
    with a_folder() as folder, several_over(folder) as several:
        with several.connect() as connection:
            connection.execute(SWEEPS)
        yield several


@pytest.fixture
def somebody(several: Several) -> Iterator[Residents]:
    """Residents whom nobody knows yet."""
    came: list[Resident] = []

    def comes() -> Resident:
        came.append(Resident(several))
        return came[-1]

    yield comes
    for resident in came:
        resident.close()


def _hear_the_talk(resident: Resident) -> None:
    texts = resident.hears(len(TALK))
    assert len(texts) == len(TALK), texts
    assert [words in text for (_, words), text in zip(TALK, texts, strict=True)] == [True] * 4, (
        texts
    )


def test_simultaneous_first_starts_create_everything_once(
    several: Several,
) -> None:
    assert several.rows("SELECT count(*) FROM alembic_version") == [(1,)]
    roles = several.rows("SELECT username FROM staff_accounts ORDER BY username")
    assert [name for (name,) in roles] == [
        "admin", "dispatcher", "handler", "leader", "supervisor",
    ]  # fmt: skip
    for table, key in (("units", "code"), ("articles", "id")):
        [(every, different)] = several.rows(f"SELECT count(*), count(DISTINCT {key}) FROM {table}")
        assert every == different > 0


def test_each_message_is_answered_once_and_in_order(several: Several, somebody: Residents) -> None:
    residents = [somebody() for _ in range(6)]

    def talks(resident: Resident) -> None:
        for words, _ in TALK:
            resident.sends(words)  # and waits for no answer

    with ThreadPoolExecutor(len(residents)) as pool:
        list(pool.map(talks, residents))
    for resident in residents:
        _hear_the_talk(resident)
    for resident in residents:
        assert resident.poll(web=0) == []


def test_answer_wakes_the_page_at_another_web(somebody: Residents) -> None:
    resident = somebody()
    page = Polling(resident, web=0)
    page.start()
    time.sleep(1)  # it waits by now
    posted_at = time.monotonic()
    resident.sends("你好", web=1)
    page.join(LONGEST_POLL_SECONDS * 2)
    assert ["我是小呼" in message["text"] for message in page.messages] == [True]
    assert page.ended_at - posted_at < NEWS_SECONDS


def test_photo_sent_to_one_web_shows_at_another(several: Several, somebody: Residents) -> None:
    """All parts are given one `--data-dir`, so that they share the folder `attachments` in it.

    Parts on several machines share that folder alone, by a file system of the network that is
    mounted there: it holds files under their digests, renamed into place when they are whole.
    """
    resident = somebody()
    resident.says(APPEAL)
    resident.uploads(PNG, web=0)
    resident.hears(2)
    replies = resident.says("对", web=1)
    assert "工单" in replies, resident.texts
    [(photo_id, case_id)] = several.rows(
        "SELECT a.id, a.case_id FROM attachments a JOIN inbox i ON i.id = a.inbox_id "
        "WHERE i.conversation_id = %s", resident.chat_id,
    )  # fmt: skip
    assert case_id is not None
    with httpx.Client(base_url=several.webs[1].url, timeout=60, trust_env=False) as http:
        account = {"username": "dispatcher", "password": PASSWORD}
        token = http.post("/api/v1/token", json=account).json()["access_token"]
        http.cookies.set("minhu_staff", token)
        picture = http.get(f"/console/attachments/{photo_id}")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")


def test_another_worker_finishes_after_a_kill(several: Several, somebody: Residents) -> None:
    first, other = somebody(), somebody()
    first.says(f"{APPEAL}，围栏也没有")
    with _gate(several, first.chat_id):
        first.sends("对")
        [number] = wait_for("a worker in the middle", lambda: _workers_at_the_gate(several))
        killed = several.workers[number - 1]
        first.sends("谢谢")
        killed.kill()
        for words, _ in TALK:
            other.sends(words)
        _hear_the_talk(other)  # the other worker goes on
        assert several.rows("SELECT count(*) FROM cases WHERE text LIKE %s", "%围栏也没有%") == [
            (0,)
        ]
    several.workers[number - 1] = several.start("worker", number)
    read_back, confirmation, thanks = first.hears(3)
    assert ("井盖" in read_back, "工单" in confirmation, "不客气" in thanks) == (True,) * 3, (
        first.texts
    )
    several.workers[number - 1].wait_until_ready()
    assert first.poll(web=0) == []
    assert several.rows("SELECT count(*) FROM cases WHERE text LIKE %s", "%围栏也没有%") == [(1,)]


@contextmanager
def _gate(several: Several, chat_id: int) -> Iterator[None]:
    """Whoever answers in this chat gets as far as the answer, and waits there."""
    with several.connect() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [chat_id])
        connection.execute(
            "CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.conversation_id = {chat_id} THEN "
            f"PERFORM pg_advisory_xact_lock_shared({chat_id}); END IF; RETURN NEW; END $$"
        )
        connection.execute(
            "CREATE TRIGGER gate BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION gate()"
        )
        yield
        connection.execute("SELECT pg_advisory_unlock(%s)", [chat_id])
        connection.execute("DROP FUNCTION gate CASCADE")


def _workers_at_the_gate(several: Several) -> list[int]:
    names = several.rows(
        "SELECT application_name FROM pg_stat_activity WHERE wait_event = 'advisory' "
        "AND application_name LIKE 'worker-%%'"
    )
    return [int(name.removeprefix("worker-")) for (name,) in names]


def test_of_two_clocks_one_sweeps_each_minute(several: Several) -> None:
    wait_for("a sweep", lambda: _sweeps(several), seconds=90, pause=0.5)
    wait_for("the other clock's turn", lambda: seconds_of_this_minute() > OTHER_CLOCK_SECONDS)
    assert set(_sweeps(several)) == {1}
    assert several.rows("SELECT count(*) FROM calendar_versions") == [(1,)]


def _sweeps(several: Several) -> list[int]:
    """How many sweeps each minute had since all parts were ready."""
    return [count for (count,) in several.rows("SELECT count(*) FROM sweeps GROUP BY minute")]


def test_nobody_notices_that_a_rasa_was_killed(several: Several, somebody: Residents) -> None:
    for rasa in several.rasas:
        rasa.wait_until_up()
    residents = [somebody() for _ in range(4)]
    wait_for(
        "both Rasas to be asked", lambda: _talks(residents[0]) and all(several.front.request_counts)
    )
    before = list(several.front.request_counts)
    first, second = several.rasas
    first.freeze()  # so that somebody waits for its answer when it dies
    for resident in residents[1:]:
        for words, _ in TALK:
            resident.sends(words)
    first.kill()
    for resident in residents[1:]:
        _hear_the_talk(resident)
    for web in several.webs:
        health = httpx.get(f"{web.url}/healthz", timeout=60, trust_env=False)
        assert health.json() == {"status": "ok", "database": True, "rasa": True}
    assert second.is_alive()
    wait_for("the other to be asked", lambda: several.front.request_counts[1] > before[1])


def _talks(resident: Resident) -> bool:
    return "不客气" in resident.says("谢谢")
