"""Pages that wait for their chat: no wake-up is lost between the first read and the wait."""

import asyncio
from collections.abc import Callable

from bot.channels.wakeups import ChatWakeups, ReaderSignal

STEPS_OF_THE_LOOP = 20


async def is_woken(wakeups: ChatWakeups, reader: ReaderSignal) -> bool:
    waiting = asyncio.ensure_future(reader.wait(60))
    for _ in range(STEPS_OF_THE_LOOP):  # no time: a busy machine wakes it as well
        await asyncio.sleep(0)
    was_woken = waiting.done()
    waiting.cancel()
    return was_woken


def reads(before: Callable[[ChatWakeups], None], after: Callable[[ChatWakeups], None]) -> bool:
    """True if the reader of chat 7 is woken by what happens before and after it knows its chat."""

    async def read() -> bool:
        wakeups = ChatWakeups()
        with wakeups.of_a_reader() as reader:
            before(wakeups)
            wakeups.settle(reader, 7)
            after(wakeups)
            woken = await is_woken(wakeups, reader)
        assert not wakeups.is_anybody_waiting()
        return woken

    return asyncio.run(read())


def nothing(_: ChatWakeups) -> None:
    return


def test_early_wake_up_is_not_lost() -> None:
    assert reads(lambda wakeups: wakeups.wake("chat:7"), nothing)


def test_another_chat_wakes_nobody() -> None:
    assert not reads(lambda wakeups: wakeups.wake("chat:8"), lambda w: w.wake("chat:8"))
    assert not reads(lambda wakeups: wakeups.wake("inbox"), lambda w: w.wake("chat:x"))


def test_the_own_chat_wakes_once_it_is_known() -> None:
    assert reads(nothing, lambda wakeups: wakeups.wake("chat:7"))


def test_an_empty_topic_wakes_everyone() -> None:
    assert reads(lambda wakeups: wakeups.wake(""), nothing)
    assert reads(nothing, lambda wakeups: wakeups.wake(""))


def test_reader_with_forged_token_leaves_nothing_behind() -> None:
    wakeups = ChatWakeups()
    with wakeups.of_a_reader():
        assert wakeups.is_anybody_waiting()
    assert not wakeups.is_anybody_waiting()
