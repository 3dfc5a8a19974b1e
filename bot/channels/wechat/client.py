"""wechatpy's client, made safe for many threads and processes.

The library keeps one token in memory, fetches it from a fixed host without a time-out or a lock,
and retries without end when WeChat rejects the token.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from backend.clock import now
from backend.database import Database
from backend.messaging import wechat_tokens
from backend.messaging.wechat_tokens import Fetch
from bot.channels.base import NotTaken, Unreachable
from bot.channels.wechat.errors import BAD_TOKEN, channel_error

CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0  # a token fetch and two calls stay below the outbox lease
TIMEOUTS = (CONNECT_SECONDS, READ_SECONDS)
TOKEN_WAIT_SECONDS = 5.0  # for another process that is fetching the token
LOOK_AGAIN_SECONDS = 0.05
CONNECTIONS = 32  # more threads than ever call at once
Fields = dict[str, Any]
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)  # an answer of unexpected shape
T = TypeVar("T")


class Client(WeChatClient):  # type: ignore[misc]  # the library has no types
    """Every call goes to `base_url`, has a time-out and uses the shared token."""

    def __init__(self, app_id: str, secret: str, base_url: str, database: Database) -> None:
        super().__init__(app_id, secret, timeout=TIMEOUTS, auto_retry=False)
        self.API_BASE_URL = f"{base_url.rstrip('/')}/cgi-bin/"
        self._http.mount("http://", HTTPAdapter(pool_maxsize=CONNECTIONS))
        self._http.mount("https://", HTTPAdapter(pool_maxsize=CONNECTIONS))
        self._tokens = Tokens(database, app_id, self._fetch_token)

    @property
    def access_token(self) -> str:
        return self._tokens.get()

    def close(self) -> None:
        self._http.close()

    def open(self, address: str, **params: str) -> requests.Response:
        """The response, its content not read yet."""
        response: requests.Response = self._http.get(
            address, params=params, stream=True, timeout=TIMEOUTS
        )
        return response

    def with_token(self, call: Callable[[str], T]) -> T:
        """`call(token)`, and once more with a new token when WeChat rejects the first."""
        token = self._token()
        try:
            return call(token)
        except WeChatClientException as problem:
            if problem.errcode not in BAD_TOKEN:
                raise
        return call(self._token(rejected=token))

    def _token(self, *, rejected: str | None = None) -> str:
        """Raises NotTaken: without a token nothing was sent."""
        try:
            return self._tokens.get(rejected=rejected)
        except (requests.RequestException, *UNREADABLE) as problem:
            name = type(problem).__name__
            raise NotTaken(f"微信没有给令牌（{name}）") from None

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Fields:
        return self.with_token(lambda token: self._call(method, url_or_endpoint, token, kwargs))

    def _call(self, method: str, endpoint: str, token: str, kwargs: Fields) -> Fields:
        params = {**kwargs.get("params", {}), "access_token": token}
        answer = super()._request(method, endpoint, **{**kwargs, "params": params})
        if not isinstance(answer, dict):
            raise Unreachable("回答的不是微信")
        return answer

    def _fetch_token(self, *, force: bool) -> tuple[str, timedelta]:
        """WeChat's stable token and its life; other processes' tokens stay valid.

        `force` makes WeChat issue a new one.
        """
        payload = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret,
            "force_refresh": force,
        }
        address = f"{self.API_BASE_URL}stable_token"
        response = self._http.post(address, json=payload, timeout=TIMEOUTS)
        answer = response.json()
        if answer.get("errcode"):
            problem = channel_error(int(answer["errcode"]), answer.get("errmsg"))
            raise NotTaken(f"微信不给令牌：{problem}")
        token, seconds = answer["access_token"], int(answer["expires_in"])
        if not isinstance(token, str) or not token:
            raise NotTaken("微信没有给令牌")
        return token, timedelta(seconds=seconds)


class Tokens:
    """The account's access token, stored in PostgreSQL, fetched from WeChat when it is due."""

    def __init__(
        self, database: Database, app_id: str, fetch: Callable[..., tuple[str, timedelta]]
    ) -> None:
        self._database = database
        self._app_id = app_id
        self._fetch = fetch

    def get(self, *, rejected: str | None = None) -> str:
        """A token other than `rejected`. Raises ChannelError."""
        until = time.monotonic() + TOKEN_WAIT_SECONDS
        while time.monotonic() < until:
            with self._database.begin() as session:
                token = wechat_tokens.token_or_lease(
                    session, self._app_id, rejected=rejected, now=now()
                )
            if isinstance(token, str):
                return token
            if token is not None:
                return self._renew(token, rejected)
            time.sleep(LOOK_AGAIN_SECONDS)
        raise NotTaken("别的进程正在取微信令牌，还没取到")

    def _renew(self, fetch: Fetch, rejected: str | None) -> str:
        try:
            token, life = self._fetch(force=False)
            if token == rejected:
                token, life = self._force(fetch)
        except BaseException:
            with self._database.begin() as session:
                wechat_tokens.release_lease(session, self._app_id)
            raise
        with self._database.begin() as session:
            wechat_tokens.store(session, self._app_id, token, life, now=now())
        return token

    def _force(self, fetch: Fetch) -> tuple[str, timedelta]:
        """Force a new token: WeChat issued one again that its API rejects."""
        if not fetch.may_force:
            raise NotTaken("微信一直不认公众号的令牌")
        with self._database.begin() as session:
            wechat_tokens.mark_forced(session, self._app_id, now=now())
        return self._fetch(force=True)
