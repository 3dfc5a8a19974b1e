"""Minhus that several tests share: each takes twenty seconds and more to start."""

from collections.abc import Callable, Iterator
from functools import cache, partial

import pytest

from tests.e2e.people import Chat, Staff
from tests.e2e.telegram_people import TalkingBotApi, running_telegram
from tests.e2e.whole import Minhu, a_folder, running


@pytest.fixture(scope="session")
def telegram() -> Iterator[TalkingBotApi]:
    """The Bot API that `minhu` polls."""
    with running_telegram() as api:
        yield api


@pytest.fixture(scope="session")
def minhu(telegram: TalkingBotApi) -> Iterator[Minhu]:
    """One that nothing befalls, with Telegram in polling mode."""
    with a_folder() as folder, running(folder, **telegram.settings()) as whole:
        yield whole
        assert "Traceback" not in whole.told_the_log()


@pytest.fixture(scope="session")
def staff(minhu: Minhu) -> Callable[[str], Staff]:
    """`staff("handler")` is the demo's handler, signed in once."""
    return cache(partial(Staff, minhu))


@pytest.fixture
def chat(minhu: Minhu) -> Chat:
    """A resident nobody knows yet, on the web page."""
    return Chat(minhu)
