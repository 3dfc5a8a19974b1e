"""Maps WeChat's error codes to channel errors.

ChannelError
├── Blocked        no follower, or no such account
├── OutOfWindow    45015: no contact for too long; 43101: no consent to this notice
│   └── QuotaSpent 45047
├── RetryAfter     too many calls in a minute or a day
├── Unreachable    an answer that is not WeChat's, or none
│   └── NotTaken   busy, no valid token, or wrong settings that an operator can correct
└── Refused        every other code
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from wechatpy.exceptions import WeChatException

from backend.errors import TooLarge
from bot.channels.base import (
    Blocked,
    ChannelError,
    NotTaken,
    OutOfWindow,
    QuotaSpent,
    Refused,
    RetryAfter,
    Unreachable,
)

log = logging.getLogger(__name__)

BAD_TOKEN = frozenset([40001, 40014, 42001])
NOBODY_THERE = frozenset([40003, 43004, 46004])
BUSY = -1
WAITS = {45011: 60.0, 45009: 3600.0}  # calls in a minute; calls in a day
# Codes of wrong settings, with what the operator has to correct.
FOR_THE_OPERATOR = {
    40013: "the app id is wrong (MINHU_WECHAT_APP_ID)",
    40125: "the app secret is wrong (MINHU_WECHAT_APP_SECRET)",
    40164: "this machine's address is not on the account's list of allowed addresses",
    41004: "the app secret is missing (MINHU_WECHAT_APP_SECRET)",
    48001: "the account may not do this: it has to be a verified service account",
    48002: "the account has switched this interface off",
    50002: "the account is restricted",
    89503: "this machine's address waits for the account's owner to allow it",
}


@contextmanager
def as_channel_errors() -> Iterator[None]:
    """Turn every error of the library into ChannelError.

    The cause is left out: its text holds the address that was called, with the token.
    """
    try:
        yield
    except (ChannelError, TooLarge):
        raise
    except WeChatException as problem:
        raise channel_error(problem.errcode, problem.errmsg) from None
    except requests.ConnectTimeout:
        raise NotTaken("连不上微信") from None
    except requests.RequestException as problem:
        raise Unreachable(f"连不上微信（{type(problem).__name__}）") from None
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise Unreachable(f"微信的回答看不懂（{type(problem).__name__}）") from None


def channel_error(code: int | None, words: object) -> ChannelError:
    """The channel error for WeChat's `code`; its text is shown to staff beside the message."""
    if code is None:
        return Unreachable("回答的不是微信")
    if code in FOR_THE_OPERATOR:
        log.error("WeChat refuses us (%s): %s", code, FOR_THE_OPERATOR[code])
        return NotTaken(f"公众号的设置或权限不对（{code}）")
    if code in NOBODY_THERE:
        return Blocked("对方没有关注公众号")
    if code in WAITS:
        return RetryAfter(WAITS[code])
    match code:
        case 45015:
            return OutOfWindow("对方 48 小时没有来过，微信不让发")
        case 45047:
            return QuotaSpent("对方上次来之后，能发的条数用完了")
        case 43101:
            return OutOfWindow("对方没有订阅这种通知")
        case code if code in BAD_TOKEN:
            return NotTaken("微信一直不认公众号的令牌")
        case code if code == BUSY:
            return NotTaken("微信正忙")
    return Refused(f"微信拒绝了：{code} {str(words)[:80]}")
