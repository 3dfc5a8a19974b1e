"""Simulated residents that use the web chat and measure their turns."""

import asyncio
import itertools
import statistics
import time
from typing import Any
from uuid import uuid4

import httpx

LOAD_CONVERSATIONS, LOAD_PER_SECOND, LOAD_SECONDS = 50, 15, 20
LONG_CONVERSATIONS, LONG_TURNS = 5, 100
FLOOD_RESIDENTS, FLOOD_MESSAGES, FLOOD_OTHERS = 10, 100, 5
TOO_MANY, TOO_MANY_PAUSE_SECONDS = 429, 0.5

# A whole conversation; a line that begins with `!` presses the button of that title. `{n}` is the
# resident's own number, so that no cache of the app knows a sentence from another conversation.
SCRIPT = (
    "你好",
    "我们{n}幢门口的路灯坏了三天了，晚上黑得看不见",
    "在西湖区古荡街道文三路翠苑一区{n}幢门口",
    "{n}幢的垃圾分类投放时间是几点",
    "!对，就这样报",
    "我{n}幢的单子到哪一步了",
    "{n}幢的都好几天了麻烦催一下",
    "谢谢你",
)
SMALL_TALK = ("我的单子到哪一步了", "谢谢你", "居住证怎么办", "再说一遍")


class Resident:
    """A client of the web chat that measures its turns."""

    _numbers = itertools.count(1)

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._number = next(self._numbers)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._seq = 0
        self._buttons: dict[str, str] = {}

    @classmethod
    async def arrives(cls, http: httpx.AsyncClient) -> "Resident":
        response = await http.post("/chat/sessions")
        return cls(http, response.json()["token"])

    async def turn(self, line: str) -> float:
        """Milliseconds from sending a line of the script to reading the answer."""
        if line[0] == "!":
            content = {"payload": self._buttons[line[1:]]}
        else:
            content = {"text": line.format(n=self._number)}
        return await self._send(json={"message_id": uuid4().hex, **content})

    async def speaks(self, recording: bytes) -> float:
        """Milliseconds from sending the recording to reading the answer."""
        return await self._send(data={"message_id": uuid4().hex}, files={"file": recording})

    async def floods(self, messages: int) -> None:
        """Send without waiting for answers; what is refused is sent again, none is left out."""
        for number in range(messages):
            content = {"message_id": uuid4().hex, "text": SMALL_TALK[number % len(SMALL_TALK)]}
            while await self._is_refused(content):  # noqa: ASYNC110 (it asks again)
                await asyncio.sleep(TOO_MANY_PAUSE_SECONDS)

    async def _is_refused(self, content: dict[str, str]) -> bool:
        answer = await self._http.post("/chat/messages", headers=self._headers, json=content)
        return answer.status_code == TOO_MANY

    async def _send(self, **content: Any) -> float:
        started = time.perf_counter()
        response = await self._http.post("/chat/messages", headers=self._headers, **content)
        response.raise_for_status()
        messages = await self._read(wait=20) or await self._read(wait=20)
        elapsed = (time.perf_counter() - started) * 1000
        if not messages:
            raise RuntimeError("a turn was not answered in 40 s")
        return elapsed

    async def waits_for_message(self) -> None:
        """Wait at the page until a message arrives."""
        if not await self._read(wait=20):
            raise RuntimeError("no message in 20 s")

    async def _read(self, wait: float) -> list[dict[str, object]]:
        response = await self._http.get(
            "/chat/messages", params={"after": self._seq, "wait": wait}, headers=self._headers
        )
        messages: list[dict[str, object]] = response.json()["messages"]
        for message in messages:
            self._seq = int(str(message["seq"]))
            buttons = message["buttons"]
            assert isinstance(buttons, list)
            self._buttons |= {button["title"]: button["payload"] for button in buttons}
        return messages


async def turns_alone(http: httpx.AsyncClient, *, conversations: int) -> list[float]:
    """Milliseconds of each turn of whole conversations, one after another."""
    times = []
    for _ in range(conversations):
        resident = await Resident.arrives(http)
        times += [await resident.turn(line) for line in SCRIPT]
    return times


async def turns_under_load(http: httpx.AsyncClient) -> list[float]:
    """Milliseconds of turns that start at an even pace, whatever earlier turns take."""
    residents = [await Resident.arrives(http) for _ in range(LOAD_CONVERSATIONS)]
    turns = []
    started = time.perf_counter()
    free = asyncio.Queue[tuple[Resident, int]]()
    for resident in residents:
        free.put_nowait((resident, 0))
    for n in range(LOAD_PER_SECOND * LOAD_SECONDS):
        await asyncio.sleep(max(0.0, started + n / LOAD_PER_SECOND - time.perf_counter()))
        resident, at = await free.get()
        turns.append(asyncio.create_task(_next_turn(resident, at, free)))
    return list(await asyncio.gather(*turns))


async def _next_turn(
    resident: Resident, at: int, free: "asyncio.Queue[tuple[Resident, int]]"
) -> float:
    elapsed = await resident.turn(SCRIPT[at % len(SCRIPT)])
    free.put_nowait((resident, at + 1))
    return elapsed


async def turns_beside_a_flood(http: httpx.AsyncClient) -> list[float]:
    """Milliseconds of others' turns while a few residents send a hundred messages each."""
    flood = [await Resident.arrives(http) for _ in range(FLOOD_RESIDENTS)]
    others = [await Resident.arrives(http) for _ in range(FLOOD_OTHERS)]
    sending = [asyncio.create_task(resident.floods(FLOOD_MESSAGES)) for resident in flood]
    times: list[float] = []
    while not all(task.done() for task in sending):
        line = SMALL_TALK[len(times) // FLOOD_OTHERS % len(SMALL_TALK)]
        times += await asyncio.gather(*(resident.turn(line) for resident in others))
    await asyncio.gather(*sending)
    return times


async def slowdown_over_a_long_chat(http: httpx.AsyncClient) -> float:
    """Ratio of the time of the last turns of long conversations to that of the same lines early."""
    second, last = [], []
    for _ in range(LONG_CONVERSATIONS):
        resident = await Resident.arrives(http)
        times = [await resident.turn(SMALL_TALK[n % len(SMALL_TALK)]) for n in range(LONG_TURNS)]
        second += times[1 : 1 + len(SMALL_TALK)]
        last += times[-len(SMALL_TALK) :]
    return statistics.median(last) / statistics.median(second)
