"""Residents and staff, who know Minhu only by its HTTP API."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.whole import LONG_SECONDS, PASSWORD, Minhu, wait_for

Message = dict[str, Any]
CASE_NO = re.compile(r"HZ\d{14}")
LATIN = re.compile(r"[A-Za-z_{}]{2,}|/[a-z]")

MATTER = "我们小区门口的路灯坏了三天了，晚上黑得看不见"  # only they know where that is
APPEAL = "西湖区文三路路灯坏了三天，晚上黑得看不见"  # nothing is missing
QUESTION, ANSWER = "垃圾分类投放时间是几点", "浙江的垃圾分四类"
YES, NO = "对，就这样报", "不对，要改"
UNIT = "330106-urban_management"  # of the demo handler, and whose job the appeal is
GRADES = ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
# One pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Chat:
    """A resident on the web page."""

    def __init__(self, minhu: Minhu) -> None:
        self.http = minhu.client()
        opened = self.http.post("/chat/sessions")
        assert opened.status_code == 201, opened.text
        self.http.headers["Authorization"] = f"Bearer {opened.json()['token']}"
        self.inbox: list[Message] = []

    def post(self, **content: object) -> httpx.Response:
        return self.http.post("/chat/messages", json={"message_id": uuid4().hex, **content})

    def sends(self, **content: object) -> None:
        """Without waiting for the answer."""
        answer = self.post(**content)
        assert (answer.status_code, answer.json()["duplicate"]) == (202, False), answer.text

    def says(self, text: str) -> Message:
        """The bot's answer; news that came before it are in `inbox`."""
        self.sends(text=text)
        return self.answer()

    def presses(self, title: str) -> Message:
        self.sends(payload=self.payload(title))
        return self.answer()

    def uploads(self, content: bytes, name: str = "photo.jpg") -> Message:
        response = self.http.post(
            "/chat/messages", data={"message_id": uuid4().hex}, files={"file": (name, content)}
        )
        assert response.status_code == 202, response.text
        return self.answer()

    def payload(self, title: str) -> str:
        """Of the newest button with that title."""
        buttons = [button for message in self.inbox for button in message["buttons"]]
        return next(it["payload"] for it in reversed(buttons) if it["title"] == title)

    def answer(self) -> Message:
        return self.hears("an answer", lambda message: message["from"] == "bot")

    def push(self, words: str) -> Message:
        return self.hears(
            f"a push with {words}", lambda it: it["from"] == "system" and words in it["text"]
        )

    def hears(self, what: str, expected: Any, *, seconds: float = LONG_SECONDS) -> Message:
        """The next message that is `wanted`; those before it are kept too."""

        def look() -> Message | None:
            for message in self.read(wait=5):
                self.inbox.append(message)
                if expected(message):
                    return message
            return None

        return wait_for(f"{what}; heard {self.texts}", look, seconds=seconds)

    def read(self, *, wait: float = 0) -> list[Message]:
        """What is new; not yet kept in `inbox`. One at a time, so that none is passed over."""
        after = self.inbox[-1]["seq"] if self.inbox else 0
        answer = self.http.get("/chat/messages", params={"after": after, "wait": wait})
        assert answer.status_code == 200, answer.text
        messages: list[Message] = answer.json()["messages"]
        return messages[:1]

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.inbox]

    @property
    def case_nos(self) -> list[str]:
        return list(dict.fromkeys(CASE_NO.findall("\n".join(self.texts))))

    def reports(self, text: str = APPEAL) -> str:
        """An appeal, read back and said yes to; gives the case's number."""
        assert YES in titles(self.says(text)), self.texts
        case_no: str = self.presses(YES)["case_no"]
        return case_no


def titles(message: Message) -> list[str]:
    return [button["title"] for button in message["buttons"]]


def foreign_words(texts: list[str]) -> list[str]:
    """Whatever is not for a resident's eyes: English, codes, names of intents."""
    return [word for text in texts for word in LATIN.findall(CASE_NO.sub("", text))]


@dataclass
class Staff:
    """One member of staff, signed in."""

    minhu: Minhu
    username: str

    def __post_init__(self) -> None:
        self.http = self.minhu.client("/api/v1")
        signed_in = self.http.post("/token", json={"username": self.username, "password": PASSWORD})
        assert signed_in.status_code == 200, signed_in.text
        self.http.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"

    def get(self, path: str, **parameters: object) -> Any:
        answer = self.http.get(path, params=parameters)  # type: ignore[arg-type]
        assert answer.status_code == 200, answer.text
        return answer.json()

    def does(self, case_no: str, action: str, **details: object) -> Any:
        return self.posts(f"/cases/{case_no}/{action}", **details)

    def posts(self, path: str, **body: object) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def case(self, case_no: str) -> Any:
        return self.get(f"/cases/{case_no}")

    def chat_saying(self, words: str, *, owner: str) -> int:
        """The conversation in which a resident has just said this."""
        for chat in self.get("/conversations", owner=owner)["conversations"]:
            messages = self.get(f"/conversations/{chat['id']}")["messages"]
            if any(one["from"] == "resident" and words in one["text"] for one in messages):
                return int(chat["id"])
        raise AssertionError(f"nobody in {owner} has said {words}")

    def cases_saying(self, words: str) -> list[str]:
        return [case["case_no"] for case in self.get("/cases", q=words)["cases"]]
