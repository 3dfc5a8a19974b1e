"""One resident on WeChat, Telegram and the page, through the doors of a whole app.

What they send goes in as the services post it, and what they are told is read at the services'
stand-ins; the rows behind it are tried in test_linking.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

import httpx
import pytest
from sqlalchemy import text

from backend import clock
from backend.cases.lifecycle import Action
from backend.cases.models import Case
from backend.database import Database
from backend.residents.linking import WRONG_CODE
from bot import texts
from bot.app import Minhu
from bot.rasa import Rasa
from dialogue.server import PATH
from tests.builders import a_conversation, a_dispatched_case, take
from tests.chat_page import Page
from tests.fakes import serving
from tests.fakes.bot_api import FakeBotApi, Resident, running_bot_api
from tests.fakes.rasa import FakeRasa, running_rasa
from tests.fakes.wechat_api import FakeWeChat, running_wechat_api
from tests.fakes.wechat_followers import Follower
from tests.wechat_desk import eventually, no_quiet_hours, settings_for

SECRET = "the-secret-of-the-action-route"
HOOK_SECRET = "a-secret-of-the-webhook"
_numbers = count(1)


@dataclass
class City:
    """The app, and the services that it talks to; nobody in it is known to two tests."""

    database: Database
    http: httpx.Client
    rasa: FakeRasa
    wechat: FakeWeChat
    telegram: FakeBotApi

    def follower(self) -> "OnWeChat":
        return OnWeChat(self.wechat.follower(f"oLinked{next(_numbers)}"))

    def chatter(self) -> "OnTelegram":
        return OnTelegram(self.telegram.resident(7000 + next(_numbers)))

    def visitor(self) -> "OnPage":
        return OnPage(Page(self.http))

    def lodges(self, who: "OnWeChat | OnTelegram") -> str:
        """A case of theirs, as they have just said yes to it; returns its number."""
        with self.database.begin() as session:
            chat = a_conversation(session, of=who.account, on=who.channel, now=clock.now())
            return a_dispatched_case(session, chat, now=clock.now()).case_no

    def goes_on(self, case_no: str, action: Action) -> None:
        with self.database.begin() as session:
            case = session.query(Case).filter_by(case_no=case_no).one()
            take(session, case, action, now=clock.now())

    def cases_of(self, who: "Person") -> set[str]:
        """What Rasa's action says to 查进度 in that chat."""
        words = f"查进度，第{next(_numbers)}次"
        who.says(words, f"听到：{words}")
        (heard,) = (it for it in self.rasa.heard if it["message"] == words)
        said = {"text": words, "entities": [], "metadata": heard["metadata"]}
        tracker = {
            "sender_id": "1-1-0", "slots": {}, "latest_message": said, "events": [],
            "paused": False, "followup_action": None, "active_loop": {},
            "latest_action_name": "action_listen",
        }  # fmt: skip
        answer = self.http.post(
            PATH,
            json={"next_action": "action_check_progress", "tracker": tracker},
            headers={"Authorization": f"Bearer {SECRET}"},
        )
        return set(re.findall(r"HZ\d{14}", answer.text))


class Person(Protocol):
    def says(self, words: str, expected: str) -> str: ...


@dataclass
class OnWeChat:
    lin: Follower
    channel: str = "wechat"

    @property
    def account(self) -> str:
        return self.lin.openid

    @property
    def heard(self) -> list[str]:
        return self.lin.heard

    def says(self, words: str, expected: str) -> str:
        self.lin.says(words)
        return self.hears(expected)

    def hears(self, expected: str) -> str:
        return _hears(lambda: self.heard, expected)


@dataclass
class OnTelegram:
    wang: Resident
    channel: str = "telegram"

    @property
    def account(self) -> str:
        return str(self.wang.chat_id)

    @property
    def heard(self) -> list[str]:
        return [sent.text for sent in self.wang.heard]

    def says(self, words: str, expected: str) -> str:
        self.wang.says(words)
        return self.hears(expected)

    def hears(self, expected: str) -> str:
        return _hears(lambda: self.heard, expected)


@dataclass
class OnPage:
    page: Page
    numbers: Iterator[int] = field(default_factory=count)

    def says(self, words: str, expected: str) -> str:
        self.page.send(f"m{next(self.numbers)}", text=words)
        return self.hears(expected)

    def hears(self, expected: str) -> str:
        return _hears(lambda: [it["text"] for it in self.page.get(wait=0.1)], expected)


def _hears(heard: Any, expected: str) -> str:
    """The newest of what they have been told that says so."""
    found: list[str] = []

    def is_there() -> bool:
        found[:] = [told for told in heard() if expected in told]
        return bool(found)

    eventually(is_there, 15)
    return found[-1]


@pytest.fixture(scope="module")
def city(module_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running_rasa() as rasa, running_wechat_api() as wechat, running_bot_api() as telegram:
        settings = settings_for(
            wechat,
            data_dir=tmp_path_factory.mktemp("var"),
            telegram_token=telegram.token,
            telegram_base_url=telegram.url,
            telegram_mode="webhook",
            telegram_secret=HOOK_SECRET,
        )
        client = Rasa(rasa.url)
        minhu = Minhu(settings, module_database, client, SECRET)
        with (
            no_quiet_hours(),
            serving(minhu.web()) as url,
            httpx.Client(base_url=url, trust_env=False, timeout=30) as http,
        ):
            minhu.wait_until_ready()
            wechat.callback = f"{url}/wechat"
            telegram.webhook = {"url": f"{url}/telegram", "secret_token": HOOK_SECRET}
            yield City(module_database, http, rasa, wechat, telegram)
        client.close()


def code_for(who: Person) -> str:
    found = re.search(r"绑定码：(\d{8})", who.says("绑定", "绑定码"))
    assert found
    return found[1]


def test_a_code_from_wechat_brings_both_lists_together(city: City) -> None:
    lin, wang = city.follower(), city.chatter()
    lin.says("你好", "听到")
    wang.says("你好", "听到")
    numbers = {city.lodges(lin), city.lodges(wang)}
    assert len(city.cases_of(lin)) == len(city.cases_of(wang)) == 1
    code = code_for(lin)
    wang.says(f"绑定 {code}", texts.LINKED)
    lin.hears(texts.LINKED_HERE.format(channel="电报"))
    assert city.cases_of(lin) == city.cases_of(wang) == numbers
    wang.says("解绑", texts.UNLINKED)
    lin.hears(texts.UNLINKED_HERE.format(channel="电报"))
    assert city.cases_of(lin) | city.cases_of(wang) == numbers
    assert len(city.cases_of(lin)) == 1


def test_a_code_from_telegram_is_taken_on_the_page(city: City) -> None:
    wang, page = city.chatter(), city.visitor()
    wang.says("你好", "听到")
    number = city.lodges(wang)
    assert city.cases_of(page) == set()
    page.says(f"绑定 {code_for(wang)}", texts.LINKED)
    assert city.cases_of(page) == {number}


def test_progress_comes_where_it_was_asked_for_and_else_where_it_reaches(city: City) -> None:
    lin, wang = city.follower(), city.chatter()
    lin.says("你好", "听到")
    wang.says(f"绑定 {code_for(lin)}", texts.LINKED)
    wang.wang.presses(texts.PROGRESS_HERE)
    wang.hears(texts.PROGRESS_COMES_HERE)
    number = city.lodges(lin)
    lin.says("在吗", "听到：在吗")  # they wrote here last, but asked for news there
    city.goes_on(number, Action.ACCEPT)
    wang.hears("已经签收")
    assert not any("已经签收" in told for told in lin.heard)
    wang.wang.blocks()
    city.goes_on(number, Action.RESOLVE)
    lin.hears("已责令停止夜间施工")
    assert not any("已责令停止夜间施工" in told for told in wang.heard)


def test_what_is_no_code_any_more_joins_nobody(city: City) -> None:
    lin, wang, thief = city.follower(), city.chatter(), city.follower()
    lin.says("你好", "听到")
    number = city.lodges(lin)
    code = code_for(lin)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    wang.says(f"绑定 {wrong}", WRONG_CODE)
    assert city.cases_of(wang) == set()
    wang.says(f"绑定 {code}", texts.LINKED)
    thief.says(f"绑定 {code}", WRONG_CODE)  # used
    late = code_for(lin)
    with city.database.begin() as session:
        session.execute(text("UPDATE link_codes SET expires_at = now() - interval '1 s'"))
    thief.says(f"绑定：{late}", WRONG_CODE)
    assert city.cases_of(thief) == set()
    assert city.cases_of(wang) == {number}
