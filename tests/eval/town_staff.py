"""The demo accounts at the staff API: they read cases and take the steps of a conversation."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import httpx

UNIT = "330106-urban_management"
NEEDS_UNIT = {"registered", "returned"}
OTHER_ENDS = ("resolve", "reply", "pass_on")  # a suggestion is replied to, praise is passed on
ENOUGH = {
    "resolve": {"outcome": "solved", "text": "已经到现场处理好了。"},
    "reply": {"text": "您的建议收到了，正在研究。"},
    "pass_on": {"text": "已经转达给本人了。"},
}


SignIn = Callable[[str], httpx.Client]


def by_password(url: str, password: str) -> SignIn:
    """A client of the staff API for each account; signing in takes its time and is done once."""

    @cache
    def sign_in(username: str) -> httpx.Client:
        client = httpx.Client(base_url=f"{url}/api/v1", timeout=60, trust_env=False)
        answer = client.post("/token", json={"username": username, "password": password})
        answer.raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return client

    return sign_in


class TownStaff:
    """`sign_in` gives the client of one account: httpx's, or the test client of an app."""

    def __init__(self, sign_in: SignIn) -> None:
        self._signed_in = sign_in

    def case(self, case_no: str) -> dict[str, Any]:
        """With the phones in it, also of an anonymous resident."""
        answer = self._signed_in("admin").get(f"/cases/{case_no}")
        answer.raise_for_status()
        case: dict[str, Any] = answer.json()
        if not case["anonymous"]:
            return case
        return self._act("admin", case_no, "unmask", reason="核对测试对话的结果")

    def take(self, step: str, case_no: str) -> None:
        """`accept` or `resolve`, with all that comes before it."""
        assert step in ("accept", "resolve"), step
        status = self.case(case_no)["status"]
        if status in NEEDS_UNIT:
            self._act("dispatcher", case_no, "dispatch", unit=UNIT)
        if status != "accepted":
            self._act("admin", case_no, "accept")
        if step == "accept":
            return
        ended = next(one for one in (self._end(case_no, end) for end in OTHER_ENDS) if one)
        if ended["closing"]:
            self._act("supervisor", case_no, "confirm")

    def _act(self, username: str, case_no: str, action: str, **details: str) -> dict[str, Any]:
        path = f"/cases/{case_no}/{action}"
        answer = self._signed_in(username).post(path, json=details)
        answer.raise_for_status()
        case: dict[str, Any] = answer.json()
        return case

    def _end(self, case_no: str, action: str) -> dict[str, Any] | None:
        try:
            return self._act("admin", case_no, action, **ENOUGH[action])
        except httpx.HTTPStatusError:
            return None  # not the way in which a case of this kind ends

    def chat(self, step: str, conversation_id: int) -> None:
        """`claim` or `release` the chat, as the dispatcher."""
        path = f"/conversations/{conversation_id}/{step}"
        self._signed_in("dispatcher").post(path).raise_for_status()

    def waits_for_person(self, words: str) -> bool:
        """True if the chat in which this was said is with staff, or in the queue for them."""
        return any(
            message["from"] == "resident" and message["text"] == words
            for number in self._with_staff()
            for message in self._messages(number)
        )

    def _with_staff(self) -> Iterator[int]:
        for owner in ("queue", "staff"):
            answer = self._signed_in("admin").get("/conversations", params={"owner": owner})
            yield from (int(chat["id"]) for chat in answer.json()["conversations"])

    def _messages(self, number: int) -> list[dict[str, Any]]:
        answer = self._signed_in("admin").get(f"/conversations/{number}")
        messages: list[dict[str, Any]] = answer.json().get("messages", [])
        return messages
