"""Measures passive replies on WeChat: posts messages as WeChat does, encrypted and signed."""

import asyncio
import time
from uuid import uuid4
from xml.sax.saxutils import escape

import httpx
from defusedxml.ElementTree import fromstring
from wechatpy.crypto import WeChatCrypto

TOKEN, APP_ID, AES_KEY = "token-of-the-bench", "wx0123456789abcdef", "b" * 43
# Nothing listens on port 9: a reply that is not passive is never sent.
SETTINGS = {
    "MINHU_WECHAT_APP_ID": APP_ID,
    "MINHU_WECHAT_APP_SECRET": "secret-of-the-bench",
    "MINHU_WECHAT_TOKEN": TOKEN,
    "MINHU_WECHAT_AES_KEY": AES_KEY,
    "MINHU_WECHAT_API_BASE_URL": "http://127.0.0.1:9",
}
RESIDENTS = 25
WECHAT_WAITS_SECONDS = 5.0


async def passive_turns(
    http: httpx.AsyncClient, texts: tuple[str, ...], *, per_second: float, seconds: float
) -> list[float | None]:
    """Seconds until the passive reply of each turn; None for a turn without one."""
    started = time.perf_counter()
    turns = []
    for n in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, started + n / per_second - time.perf_counter()))
        text = texts[n // RESIDENTS % len(texts)]
        turns.append(asyncio.create_task(_turn(http, f"oBench{n % RESIDENTS}", text)))
    return list(await asyncio.gather(*turns))


async def _turn(http: httpx.AsyncClient, openid: str, text: str) -> float | None:
    xml = (
        f"<xml><ToUserName>gh_bench</ToUserName><FromUserName>{openid}</FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType>text</MsgType>"
        f"<Content>{escape(text)}</Content><MsgId>{uuid4().int % 10**18}</MsgId></xml>"
    )
    query, body = _encrypt(xml)
    started = time.perf_counter()
    answer = await http.post("/wechat", params=query, content=body)
    elapsed = time.perf_counter() - started
    is_passive = answer.is_success and answer.text.startswith("<xml>")
    return elapsed if is_passive and elapsed < WECHAT_WAITS_SECONDS else None


def _encrypt(xml: str) -> tuple[dict[str, str], str]:
    nonce, sent_at = uuid4().hex[:10], str(int(time.time()))
    body = str(WeChatCrypto(TOKEN, AES_KEY, APP_ID).encrypt_message(xml, nonce, sent_at))
    signature = str(fromstring(body).findtext("MsgSignature"))
    query = {"timestamp": sent_at, "nonce": nonce, "encrypt_type": "aes"}
    return query | {"msg_signature": signature}, body
