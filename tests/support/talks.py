"""A resident at the residents' HTTP door, who answers what the bot asks.

The script says what they say first, what they know, and what they say once there is a number;
the bot's last answer decides which of it comes next.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from uuid import uuid4

import httpx

Message = dict[str, Any]
Step = str | dict[str, str]  # what is said, or a step of staff's

CASE_NO = re.compile(r"HZ\d{14}")
RIGHT_SO = "对，就这样报"
READ_BACK = re.compile(r"这样报上去，对吗|这样报，对吗")
PLACE = re.compile(
    r"什么地方|哪个(?:区|小区|街道|社区|村|位置)|哪(?:条|些)路|哪一?(?:处|带|片)|在哪儿|"
    r"大概在哪|具体在哪|在哪里[？?]|什么位置|什么路"
)
MATTER = re.compile(r"是什么事|什么事[？?]|您请说|请您?说说|再说一遍|想反映什么")
CONTACT = re.compile(r"留个电话|留一?个?(?:联系)?(?:电话|方式)|怎么联系|联系电话是|只发数字")
YES_OR_NO = re.compile(r"(?:吗|不要|行吗|好吗)[？?]")

MOST_TURNS = 20
MOST_SAME_ANSWERS = 4  # a bot that asks the same for ever is not answered for ever
ANSWER_SECONDS = 25.0
PUSH_SECONDS = 5.0
NEXT_BUBBLE_SECONDS = 0.15
AFTER_NOTICE_SECONDS = 1.0


class BotQuestion(Enum):
    READ_BACK = auto()
    PLACE = auto()
    MATTER = auto()
    CONTACT = auto()
    YES_OR_NO = auto()
    NOTHING = auto()


# The first that fits: what is read back may hold the words of any other question.
QUESTIONS = (
    (BotQuestion.PLACE, PLACE),
    (BotQuestion.MATTER, MATTER),
    (BotQuestion.CONTACT, CONTACT),
    (BotQuestion.YES_OR_NO, YES_OR_NO),
)


def question_in(messages: Sequence[Message]) -> BotQuestion:
    """What the bot's answer asks; the newest of its bubbles first."""
    for message in reversed(messages):
        question = _question_of(message)
        if question is not BotQuestion.NOTHING:
            return question
    return BotQuestion.NOTHING


def _question_of(message: Message) -> BotQuestion:
    titles = [button["title"] for button in message["buttons"]]
    if RIGHT_SO in titles or READ_BACK.search(message["text"]):
        return BotQuestion.READ_BACK
    for kind, pattern in QUESTIONS:
        if pattern.search(message["text"]):
            return kind
    return BotQuestion.NOTHING


def numbers_in(messages: Sequence[Message]) -> list[str]:
    """The case numbers, in the order in which they were given."""
    numbers: list[str] = []
    for message in messages:
        numbers += CASE_NO.findall(message["text"])
        numbers += [message["case_no"]] if message["case_no"] else []
    return list(dict.fromkeys(numbers))


class Door:
    """One session of the chat; `inbox` is all that the bot has said."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        opened = self._http.post("/chat/sessions")
        opened.raise_for_status()
        self._http.headers["Authorization"] = f"Bearer {opened.json()['token']}"
        self.inbox: list[Message] = []

    def close(self) -> None:
        self._http.close()

    def says(self, text: str) -> list[Message]:
        return self._send(json={"message_id": uuid4().hex, "text": text})

    def presses(self, title: str) -> list[Message]:
        """A button of the newest answer that has one of this title."""
        buttons = [button for message in reversed(self.inbox) for button in message["buttons"]]
        payload = next(button["payload"] for button in buttons if button["title"] == title)
        return self._send(json={"message_id": uuid4().hex, "payload": payload})

    def uploads(self, content: bytes, name: str = "photo.jpg") -> list[Message]:
        return self._send(data={"message_id": uuid4().hex}, files={"file": (name, content)})

    def pushes(self) -> list[Message]:
        """What comes without being asked for, after a step of staff's."""
        return self._read(PUSH_SECONDS)

    def _send(self, **content: Any) -> list[Message]:
        response = self._http.post("/chat/messages", **content)
        response.raise_for_status()
        return self._read(ANSWER_SECONDS)

    def _read(self, seconds: float) -> list[Message]:
        """Every bubble of one answer; a notice may come before what the bot itself says."""
        answer: list[Message] = []
        while new := self._after(seconds):
            answer += new
            self.inbox += new
            is_whole = any(message["from"] == "bot" for message in answer)
            seconds = NEXT_BUBBLE_SECONDS if is_whole else AFTER_NOTICE_SECONDS
        return answer

    def _after(self, seconds: float) -> list[Message]:
        after = self.inbox[-1]["seq"] if self.inbox else 0
        answer = self._http.get("/chat/messages", params={"after": after, "wait": seconds})
        answer.raise_for_status()
        messages: list[Message] = answer.json()["messages"]
        return messages


@dataclass(frozen=True)
class Script:
    """What a resident will say; see ../shared/data/conversations.md."""

    name: str
    turns: tuple[str, ...]
    answers: dict[str, str]
    turns_when: str = "immediately"
    on_readback: str | None = None
    after_case: tuple[Step, ...] = ()

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Script":
        return cls(
            name=row["name"],
            turns=tuple(row["turns"]),
            answers=row.get("answers", {}),
            turns_when=row.get("turns_when", "immediately"),
            on_readback=row.get("on_readback"),
            after_case=tuple(row.get("after_case", ())),
        )


@dataclass
class Turn:
    words: str
    answer: list[Message]


@dataclass
class Talk:
    """One conversation as it goes; staff's steps are taken by `staff`."""

    script: Script
    door: Door
    staff: Callable[[str, str], None]  # (step, case number)
    after_turn: Callable[["Talk"], None] = lambda _: None
    turns: list[Turn] = field(default_factory=list)
    turns_to_case: int | None = None
    _first: deque[str] = field(init=False)
    _after_case: deque[Step] = field(init=False)
    _with_contact: deque[str] = field(default_factory=deque)
    _newest: list[Message] = field(default_factory=list)
    _read_back_seen: bool = False
    _used: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        turns, when = self.script.turns, self.script.turns_when
        self._first = deque(turns if when == "immediately" else turns[:1])
        later = [] if when == "immediately" else list(turns[1:])
        self._with_contact = deque(later if when == "when_asked_contact" else [])
        self._after_case = deque(
            [*(later if when == "after_case" else []), *self.script.after_case]
        )

    @property
    def numbers(self) -> list[str]:
        return numbers_in(self.door.inbox)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.door.inbox]

    def run(self) -> None:
        """To its end: there is nothing more to say, or too much was said."""
        while len(self.turns) < MOST_TURNS and (step := self._next()) is not None:
            if isinstance(step, str):
                self._say(step)
            elif self.numbers:
                self._staff(step["staff"])

    def _say(self, words: str) -> None:
        self._newest = self.door.says(words)
        self.turns.append(Turn(words, self._newest))
        if self.turns_to_case is None and self.numbers:
            self.turns_to_case = len(self.turns)
        self.after_turn(self)

    def _staff(self, step: str) -> None:
        self.staff(step, self.numbers[0])
        self._newest = self.door.pushes()
        self.turns.append(Turn(f"（工作人员：{step}）", self._newest))

    def _next(self) -> Step | None:
        if self._first:
            return self._first.popleft()
        words = self._answer(question_in(self._newest))
        if words is None:
            return self._later()
        self._used[words] += 1
        return words if self._used[words] <= MOST_SAME_ANSWERS else self._later()

    def _later(self) -> Step | None:
        """What they say once there is a number."""
        return self._after_case.popleft() if self.numbers and self._after_case else None

    def _answer(self, question: BotQuestion) -> str | None:
        """None when nothing is asked that they can say."""
        answers = self.script.answers
        if question is BotQuestion.READ_BACK:
            return self._at_read_back()
        if question is BotQuestion.PLACE:
            return answers.get("location", "不知道")
        if question is BotQuestion.MATTER and not self.numbers:
            return answers.get("details", self.script.turns[0])
        if question is BotQuestion.CONTACT:
            return self._contact()
        if question is BotQuestion.YES_OR_NO and not self.numbers:
            return answers.get("confirm")
        return None

    def _at_read_back(self) -> str | None:
        if self.script.on_readback and not self._read_back_seen:
            self._read_back_seen = True
            return self.script.on_readback
        if self.numbers and self._after_case and isinstance(self._after_case[0], str):
            return None
        return self.script.answers.get("confirm", "对")

    def _contact(self) -> str | None:
        """Said once: who has said it is not asked again because of a button's words."""
        if self._with_contact:
            return self._with_contact.popleft()
        contact = self.script.answers.get("contact")
        return contact if contact and not self._used[contact] else None


def transcript(talk: Talk) -> str:
    lines: list[str] = []
    for turn in talk.turns:
        lines.append(f"  市民：{turn.words}")
        lines += [_bubble(message) for message in turn.answer] or ["  （没有回答）"]
    return "\n".join(lines)


def _bubble(message: Message) -> str:
    titles = "".join(f" [{button['title']}]" for button in message["buttons"])
    speaker = {"bot": "小呼", "system": "通知", "staff": "人工"}.get(message["from"], "？")
    text = message["text"].replace("\n", "\n        ")
    return f"  {speaker}：{text}{titles}"
