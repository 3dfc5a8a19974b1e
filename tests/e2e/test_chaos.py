"""Residents talk while processes are killed: nothing is lost, doubled, or at odds with its events.

`CHAOS_SECONDS=300 pytest tests/e2e/test_chaos.py` runs longer; its figures are printed with `-s`.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest

from backend.embedded.server import PID_FILE
from tests.e2e.whole import Minhu, a_folder, running, wait_for

SECONDS = float(os.environ.get("CHAOS_SECONDS", "24"))
pytestmark = [pytest.mark.whole, pytest.mark.timeout(600 + 10 * SECONDS)]

CHATS, THREADS = 30, 5
PAUSE_SECONDS = 0.8  # of each thread between two messages: six a second in all
BETWEEN_FAULTS_SECONDS = 8.0
TALK = ("你好", "谢谢", "居住证怎么办", "我的单子到哪一步了", "垃圾分类怎么分")
RETRY_SECONDS = 0.3


@dataclass
class Resident:
    """Sends each message until it is accepted, with one id, as the chat page does."""

    http: httpx.Client
    name: str
    accepted: int = 0

    def sends(self, text: str, stopping: threading.Event) -> None:
        message = {"message_id": uuid4().hex, "text": text}
        while not stopping.is_set():
            try:
                status = self.http.post("/chat/messages", json=message).status_code
            except httpx.HTTPError:
                status = 0
            if status == 202:
                self.accepted += 1
                return
            time.sleep(RETRY_SECONDS)

    def lines(self, turn: int) -> str:
        if turn == 0:
            return f"西湖区文三路路灯坏了三天，{self.name}号灯杆，晚上黑得看不见"
        return "对" if turn == 1 else TALK[turn % len(TALK)]


@dataclass
class Crowd:
    minhu: Minhu
    residents: list[Resident] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def arrives(self) -> None:
        for number in range(CHATS):
            http = self.minhu.client()
            token = http.post("/chat/sessions").json()["token"]
            http.headers["Authorization"] = f"Bearer {token}"
            self.residents.append(Resident(http, f"第{number}"))

    def start(self) -> list[threading.Thread]:
        parts = [self.residents[n::THREADS] for n in range(THREADS)]
        threads = [threading.Thread(target=self._talk, args=(part,)) for part in parts]
        for thread in threads:
            thread.start()
        return threads

    def _talk(self, part: list[Resident]) -> None:
        turn = 0
        while not self.stopping.is_set():
            for resident in part:
                resident.sends(resident.lines(turn), self.stopping)
                time.sleep(PAUSE_SECONDS)
            turn += 1


def kill_rasa(minhu: Minhu) -> None:
    for process in minhu.family():
        if "nlu.components.serve" in process.cmdline():
            process.kill()


def kill_postgres(minhu: Minhu) -> None:
    pid = (minhu.folder / "postgres" / PID_FILE).read_text().split("\n")[0]
    os.kill(int(pid), signal.SIGKILL)


def kill_app(minhu: Minhu) -> None:
    minhu.kill()
    minhu.start()


FAULTS: tuple[Callable[[Minhu], None], ...] = (kill_rasa, kill_postgres, kill_app)


def test_kills_lose_and_double_nothing() -> None:
    with a_folder() as folder, running(folder) as minhu:
        crowd = Crowd(minhu)
        crowd.arrives()
        threads = crowd.start()
        faults = _strike(minhu)
        crowd.stopping.set()
        for thread in threads:
            thread.join()
        wait_for("every answer", lambda: _unanswered(minhu) == 0, seconds=120, pause=0.5)
        _check(minhu, crowd)
        print(_figures(minhu, faults))


def _strike(minhu: Minhu) -> Counter[str]:
    faults: Counter[str] = Counter()
    dice = random.Random(1)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until or len(faults) < len(FAULTS):
        time.sleep(BETWEEN_FAULTS_SECONDS)
        missing = [fault for fault in FAULTS if not faults[fault.__name__]]
        fault = dice.choice(missing or FAULTS)
        fault(minhu)
        faults[fault.__name__] += 1
    minhu.wait_until_ok()
    return faults


def _unanswered(minhu: Minhu) -> int:
    unanswered = "SELECT count(*) FROM inbox WHERE done_at IS NULL"
    unsent = "SELECT count(*) FROM outbox WHERE status = 'pending'"
    return int(minhu.rows(unanswered)[0][0]) + int(minhu.rows(unsent)[0][0])


def _check(minhu: Minhu, crowd: Crowd) -> None:
    accepted = sum(resident.accepted for resident in crowd.residents)
    # The last message of a thread may have been stored without its sender hearing of it.
    assert accepted <= int(minhu.rows("SELECT count(*) FROM inbox")[0][0]) <= accepted + THREADS
    replies = minhu.rows(
        "SELECT i.id FROM inbox i LEFT JOIN outbox o ON o.dedupe_key = 'reply:' || i.id "
        "AND o.status = 'sent' GROUP BY i.id HAVING count(o.id) <> 1"
    )
    assert replies == []
    assert minhu.rows("SELECT text FROM cases GROUP BY text HAVING count(*) > 1") == []
    assert (
        minhu.rows(
            "SELECT c.case_no FROM cases c WHERE c.status IS DISTINCT FROM "
            "(SELECT e.to_status FROM case_events e WHERE e.case_id = c.id "
            "AND e.to_status IS NOT NULL ORDER BY e.id DESC LIMIT 1)"
        )
        == []
    )
    assert int(minhu.rows("SELECT count(*) FROM cases")[0][0]) == CHATS


def _figures(minhu: Minhu, faults: Counter[str]) -> str:
    answered = dict(minhu.rows("SELECT handled_by, count(*) FROM inbox GROUP BY 1"))
    [(slowest, half)] = minhu.rows(
        "SELECT max(done_at - received_at), percentile_cont(0.5) WITHIN GROUP "
        "(ORDER BY done_at - received_at) FROM inbox"
    )
    return f"faults {dict(faults)}; answered by {answered}; p50 {half}, longest {slowest}"
