"""Downloads residents' files, which WeChat deletes after three days."""

import json
import time

import requests
from wechatpy.exceptions import WeChatClientException

from backend.errors import TooLarge
from backend.messaging import inbox
from bot.channels.base import Unreachable
from bot.channels.wechat.client import Client

MOST_FILE_BYTES = 20 * 1024 * 1024
MOST_JSON_BYTES = 64 * 1024
CHUNK_BYTES = 16 * 1024
FETCH_SECONDS = inbox.LEASE.total_seconds() - 6  # with the last read below a turn's lease


def download(client: Client, media_id: str) -> bytes:
    """The content of a file. Raises Unreachable, TooLarge, and what the client raises."""
    until = time.monotonic() + FETCH_SECONDS
    return client.with_token(lambda token: _download(client, media_id, token, until))


def _download(client: Client, media_id: str, token: str, until: float) -> bytes:
    address = f"{client.API_BASE_URL}media/get"
    with client.open(address, access_token=token, media_id=media_id) as response:
        if not _is_json(response):
            return _read(response, until, MOST_FILE_BYTES)
        answer = json.loads(_read(response, until, MOST_JSON_BYTES))
    if "video_url" not in answer:  # a video has an address of its own
        raise WeChatClientException(answer.get("errcode"), answer.get("errmsg"))
    with client.open(str(answer["video_url"])) as response:
        return _read(response, until, MOST_FILE_BYTES)


def _is_json(response: requests.Response) -> bool:
    """True when WeChat answers JSON in place of the file. Raises Unreachable."""
    kind = response.headers.get("Content-Type", "")
    if "html" in kind or not response.ok:
        raise Unreachable("回答的不是微信")
    return "json" in kind or "text/plain" in kind


def _read(response: requests.Response, until: float, most: int) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(CHUNK_BYTES):
        content += chunk
        if len(content) > most:
            raise TooLarge(f"文件超过 {MOST_FILE_BYTES // 1024 // 1024} MB 了")
        if time.monotonic() > until:
            raise Unreachable("微信给文件太慢了")
    if not response.ok:
        raise Unreachable(f"微信没有给文件（{response.status_code}）")
    return bytes(content)
