"""WeChat's API for Official Accounts on 127.0.0.1, with its quotas, its codes and its followers.

    with running_wechat_api() as wechat:
        wechat.callback = "http://127.0.0.1:8000/wechat"
        lin = wechat.follower("oLin")
        lin.says("楼下路灯坏了")  # delivered up to three times, until it is answered in 5 s
        lin.inbox

Its clock is the wall clock, so that one `travel()` moves it with ours.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.fakes import serving
from tests.fakes.wechat_followers import HOUR, Follower, Post
from tests.fakes.wechat_media import UNKNOWN, Shelf, refused_voice

APP_ID, SECRET = "wx0123456789abcdef", "0123456789abcdef0123456789abcdef"
CALLBACK_TOKEN, AES_KEY = "a-token-of-the-fake", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN_LIVES = 7200
RENEWED_BEFORE = 300
FORCED_A_DAY, FORCED_APART = 20, 30
MOST_TEXT = 2048  # bytes
VOICE = "audio/uploaded"
Fields = dict[str, Any]


class Refusal(Exception):
    def __init__(self, code: int, words: str = "refused") -> None:
        super().__init__(words)
        self.response = JSONResponse({"errcode": code, "errmsg": f"{words} rid: 1-2-3"})


FAILURES: dict[str, Response] = {
    "busy": Refusal(-1, "system error").response,
    "count": Refusal(45047, "out of response count limit").response,
    "minute": Refusal(45011, "api minute-quota reach limit").response,
    "day": Refusal(45009, "reach max api daily quota limit").response,
    "not_allowed": Refusal(48001, "api unauthorized").response,
    "address": Refusal(40164, "invalid ip, not in whitelist").response,
    "strange": Refusal(99999, "never seen").response,
    "html": HTMLResponse("<h1>Welcome</h1>"),
    "500": HTMLResponse("<h1>Bad gateway</h1>", status_code=502),
    "other_json": JSONResponse(["unexpected"]),
    "odd_code": JSONResponse({"errcode": "what", "errmsg": None}),
}
SLOW = "slow"


@dataclass
class FakeWeChat(Post):
    url: str = ""
    app_id: str = APP_ID
    secret: str = SECRET
    callback_token: str = CALLBACK_TOKEN
    aes_key: str = AES_KEY
    templates: set[str] = field(default_factory=lambda: {"template-progress"})
    has_quotas: bool = True
    takes_menus: bool = True  # choices to tap, in a message
    menu: Fields = field(default_factory=dict)
    posters: dict[str, str] = field(default_factory=dict)  # what the code says -> scene
    notices: list[Fields] = field(default_factory=list)  # template and subscription messages
    calls: list[str] = field(default_factory=list)
    believes_no_token: bool = False
    token: str = ""
    token_ends: float = 0.0
    forced: list[float] = field(default_factory=list)
    fetch_seconds: float = 0.0
    _bad_tokens: dict[str, int] = field(default_factory=dict)
    media: Shelf = field(default_factory=Shelf)
    _followers: dict[str, Follower] = field(default_factory=dict)
    _failures: deque[tuple[str, str]] = field(default_factory=deque)
    _next: Callable[[], int] = field(default_factory=lambda: count(1001).__next__)

    def follower(self, openid: str) -> Follower:
        return self._followers.setdefault(openid, Follower(self, openid))

    def fail_next(self, times: int, kind: str, *, path: str = "message/custom/send") -> None:
        """Answer the next calls of `path` with one of FAILURES, or not at all."""
        assert kind in FAILURES or kind == SLOW
        self._failures.extend([(path, kind)] * times)

    def spoil_token(self, code: int = 40001) -> None:
        """It is not accepted any more; who asks for one is given it all the same."""
        self._bad_tokens[self.token] = code

    def end_token(self) -> None:
        """As after two hours."""
        self._bad_tokens[self.token] = 42001
        self.token_ends = 0.0

    def menu_keys(self) -> dict[str, str]:
        """What a touch of each entry sends, by the name that it shows."""
        buttons = self.menu["button"]
        entries = [it for button in buttons for it in button.get("sub_button", [button])]
        return {it["name"]: it["key"] for it in entries if it["type"] == "click"}

    def menu_links(self) -> dict[str, str]:
        entries = [it for button in self.menu["button"] for it in button.get("sub_button", [])]
        return {it["name"]: it["url"] for it in entries if it["type"] == "view"}

    async def call(self, request: Request) -> Response:
        path = request.path_params["path"]
        self.calls.append(path)
        if self._failures and self._failures[0][0] == path:
            kind = self._failures.popleft()[1]
            if kind in FAILURES:
                return FAILURES[kind]
            await asyncio.sleep(12)
        try:
            answer = await self._answer(path, request)
        except Refusal as refusal:
            return refusal.response
        except (KeyError, TypeError, ValueError):
            return Refusal(47001, "data format error").response
        if isinstance(answer, Response):
            return answer
        return JSONResponse({"errcode": 0, "errmsg": "ok", **answer})

    async def _answer(self, path: str, request: Request) -> Fields | Response:
        if path == "media/upload":
            return await self._take_media(request)
        body = json.loads(await request.body() or b"{}")
        if path in ("stable_token", "token"):
            await asyncio.sleep(self.fetch_seconds)
            return self._give_token(body or dict(request.query_params))
        self._check_token(request.query_params.get("access_token", ""))
        if path == "media/get":
            return self._give_media(request.query_params["media_id"])
        answer = ANSWERS.get(path)
        if answer is None:
            raise Refusal(40066, "invalid url")
        return answer(self, body)

    def _give_token(self, fields: Fields) -> Response:
        if fields["appid"] != self.app_id:
            raise Refusal(40013, "invalid appid")
        if fields["secret"] != self.secret:
            raise Refusal(40125, "invalid appsecret")
        force = bool(fields.get("force_refresh"))
        if force:
            self._check_forced()
        if force or time.time() > self.token_ends - RENEWED_BEFORE:
            self.token = f"token-{self._next()}"
            self.token_ends = time.time() + TOKEN_LIVES
        seconds = int(self.token_ends - time.time())
        return JSONResponse({"access_token": self.token, "expires_in": seconds})

    def _check_forced(self) -> None:
        today = [at for at in self.forced if at > time.time() - 24 * HOUR]
        too_soon = bool(today) and today[-1] > time.time() - FORCED_APART
        if len(today) >= FORCED_A_DAY or too_soon:
            raise Refusal(45009, "reach max force refresh limit")
        self.forced = [*today, time.time()]

    def _check_token(self, token: str) -> None:
        if not token:
            raise Refusal(41001, "access_token missing")
        if token in self._bad_tokens:
            raise Refusal(self._bad_tokens[token], "access_token is bad")
        if token != self.token or self.believes_no_token:
            raise Refusal(40001, "invalid credential")
        if time.time() > self.token_ends:
            raise Refusal(42001, "access_token expired")

    async def _take_media(self, request: Request) -> Fields:
        """Voices alone are uploaded by anybody whom we know."""
        self._check_token(request.query_params.get("access_token", ""))
        if request.query_params.get("type") != "voice":
            raise Refusal(40004, "invalid media type")
        async with request.form() as form:
            file = form["media"]
            assert isinstance(file, UploadFile)
            name, content = file.filename or "", await file.read()
        if code := refused_voice(name, content):
            raise Refusal(code, "invalid media")
        media_id = self.media.keep(content, VOICE)
        return {"type": "voice", "media_id": media_id, "created_at": int(time.time())}

    def _give_media(self, media_id: str) -> Response:
        media = self.media.find(media_id)
        if media is None:
            raise Refusal(UNKNOWN, "invalid media_id")
        if media.media_type.startswith("video"):
            return JSONResponse({"video_url": f"{self.url}/videos/{media_id}"})
        return Response(media.content, media_type=media.media_type)

    async def video(self, request: Request) -> Response:
        media = self.media.find(request.path_params["media_id"])
        return Response(media.content if media else b"", media_type="video/mp4")

    def send(self, body: Fields) -> Fields:
        """A text, a voice, or a text with choices to tap; each is counted."""
        follower, voice, choices = self._followers.get(body["touser"]), b"", {}
        if body["msgtype"] == "voice":
            voice, text = self._voice(body["voice"]["media_id"]), ""
        elif body["msgtype"] == "msgmenu":
            text, choices = self._choices(body["msgmenu"])
        else:
            text = body["text"]["content"]
            if not text or len(text.encode()) > MOST_TEXT:
                raise Refusal(45002, "content size out of limit")
        if follower is None:
            raise Refusal(40003, "invalid openid")
        if self.has_quotas and (code := follower.spend()):
            raise Refusal(code, "out of response count limit or time limit")
        follower.is_sent(text, voice, choices)
        return {}

    def _choices(self, menu: Fields) -> tuple[str, dict[str, str]]:
        if not self.takes_menus:
            raise Refusal(40008, "invalid message type")
        if not menu["head_content"] or not menu["list"]:
            raise Refusal(47001, "data format error")
        return menu["head_content"], {it["content"]: it["id"] for it in menu["list"]}

    def _voice(self, media_id: str) -> bytes:
        media = self.media.find(media_id)
        if media is None or media.media_type != VOICE:
            raise Refusal(UNKNOWN, "invalid media_id")
        return media.content

    def send_template(self, body: Fields) -> Fields:
        number = self._next()
        self._notified({**body, "msgid": number})
        return {"msgid": number}

    def send_subscription(self, body: Fields) -> Fields:
        follower = self._followers.get(body["touser"])
        if follower is None or not follower.consents.get(body["template_id"]):
            raise Refusal(43101, "user refuse to accept the msg")
        self._notified(body)
        follower.consents[body["template_id"]] -= 1
        return {}

    def _notified(self, body: Fields) -> None:
        follower = self._followers.get(body["touser"])
        if body["template_id"] not in self.templates:
            raise Refusal(40037, "invalid template_id")
        if follower is None:
            raise Refusal(40003, "invalid openid")
        if not follower.is_following:
            raise Refusal(43004, "require subscribe")
        words = [one["value"] for one in body["data"].values()]
        self.notices.append(body)
        follower.inbox.append("【通知】" + " ".join(words))

    def create_menu(self, body: Fields) -> Fields:
        buttons = body["button"]
        if not 1 <= len(buttons) <= 3:
            raise Refusal(40016, "invalid button size")
        for button in buttons:
            under = button.get("sub_button", [])
            if len(button["name"]) > 4 or len(under) > 5:
                raise Refusal(40018, "invalid button name size")
            for entry in under or [button]:
                target, most = ("url", 1024) if entry["type"] == "view" else ("key", 128)
                if not 1 <= len(entry[target].encode()) <= most:
                    raise Refusal(40019, "invalid button key size")
                if not 1 <= len(entry["name"]) <= 8:
                    raise Refusal(40018, "invalid button name size")
        self.menu = body
        return {}

    def create_poster(self, body: Fields) -> Fields:
        scene = body["action_info"]["scene"]["scene_str"]
        if body["action_name"] != "QR_LIMIT_STR_SCENE" or not 1 <= len(scene) <= 64:
            raise Refusal(40053, "invalid action info")
        self.posters[address := f"{self.url}/q/{self._next()}"] = scene
        return {"ticket": f"ticket-{self._next()}", "url": address}


ANSWERS: dict[str, Callable[[FakeWeChat, Fields], Fields]] = {
    "message/custom/send": FakeWeChat.send,
    "message/template/send": FakeWeChat.send_template,
    "message/subscribe/bizsend": FakeWeChat.send_subscription,
    "menu/create": FakeWeChat.create_menu,
    "qrcode/create": FakeWeChat.create_poster,
}


@contextmanager
def running_wechat_api() -> Iterator[FakeWeChat]:
    wechat = FakeWeChat()
    routes = [
        Route("/cgi-bin/{path:path}", wechat.call, methods=["GET", "POST"]),
        Route("/videos/{media_id}", wechat.video),
    ]
    with serving(Starlette(routes=routes)) as wechat.url:
        yield wechat
