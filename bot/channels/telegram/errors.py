"""Maps errors of Telegram's library to channel errors.

ChannelError
├── Blocked                Forbidden; BadRequest: chat not found
├── RetryAfter             RetryAfter
├── Unreachable            NetworkError, TimedOut, a wrong token, an answer that is not Telegram's
│   └── Contested          Conflict: another process takes this bot's updates
└── Refused                every other BadRequest; ChatMigrated
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from telegram import error as telegram_error

from backend.errors import TooLarge
from bot.channels.base import Blocked, ChannelError, Refused, RetryAfter, Unreachable

log = logging.getLogger(__name__)

NOBODY_THERE = ("chat not found", "peer_id_invalid")
TOO_BIG = "file is too big"


class Contested(Unreachable):
    pass


@contextmanager
def as_channel_errors() -> Iterator[None]:
    """Turn every error of the library into ChannelError.

    The cause is left out: its text may quote a whole page and the token.
    """
    try:
        yield
    except (ChannelError, TooLarge):
        raise
    except telegram_error.TelegramError as problem:
        raise channel_error(problem) from None
    except Exception as problem:  # JSON of an unexpected shape
        raise Unreachable(f"Telegram 的回答看不懂（{type(problem).__name__}）") from None


def channel_error(problem: telegram_error.TelegramError) -> ChannelError:
    """The channel error for `problem`; its text is shown to staff beside the unsent message."""
    # The library chains two of its errors when the answer is not JSON: a proxy's 403 page must
    # not count as Blocked.
    if isinstance(problem.__cause__, telegram_error.TelegramError):
        return Unreachable("回答的不是 Telegram")
    match problem:
        case telegram_error.Forbidden():
            return Blocked("对方已停用或拉黑")
        case telegram_error.RetryAfter():
            return RetryAfter(_seconds(problem.retry_after))
        case telegram_error.BadRequest() if problem.message.lower() in NOBODY_THERE:
            return Blocked("Telegram 上没有这个聊天")
        case telegram_error.BadRequest() | telegram_error.ChatMigrated():
            return Refused(f"Telegram 拒绝了：{problem.message}")
        case telegram_error.Conflict():
            return Contested(problem.message)
        case telegram_error.InvalidToken():
            log.error("Telegram does not accept the bot's token (MINHU_TELEGRAM_TOKEN)")
            return Unreachable("Telegram 不认机器人的令牌")
    return Unreachable(f"连不上 Telegram（{type(problem).__name__}）")


@contextmanager
def as_file_errors() -> Iterator[None]:
    """Turn the library's errors of a download into Unreachable, Refused or TooLarge."""
    try:
        with as_channel_errors():
            yield
    except RetryAfter as problem:
        raise Unreachable(str(problem)) from None
    except Blocked as problem:
        raise Refused(str(problem)) from None
    except Refused as problem:
        if TOO_BIG in str(problem).lower():
            raise TooLarge("文件超过 20 MB 了") from None
        raise


def _seconds(wait: float | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
