"""One resident on WeChat, Telegram and the page, through the doors of a whole app.

What they send goes in as the services post it, and what they are told is read at the services'
stand-ins; the rows behind it are tried in test_linking.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import httpx
import pytest
from sqlalchemy import text

from backend import clock
from backend.database import Database
from backend.models.cases import Case
from backend.texts.linking import WRONG_CODE
from backend.vocabulary.case_lifecycle import Action
from bot.app import Minhu
from bot.rasa.client import Rasa
from dialogue.texts import chat as texts
from dialogue.texts.cases import NO_CASES
from tests.fakes import serving
from tests.fakes.bot_api import FakeBotApi, Resident, running_bot_api
from tests.fakes.rasa import running_rasa
from tests.fakes.wechat_api import FakeWeChat, running_wechat_api
from tests.fakes.wechat_followers import Follower
from tests.support.builders import a_conversation, a_dispatched_case, take
from tests.support.chat_page import Page
from tests.support.wechat_desk import eventually, no_quiet_hours, settings_for

HOOK_SECRET = "a-secret-of-the-webhook"
_numbers = count(1)


@dataclass
class City:
    """The app, and the services that it talks to; nobody in it is known to two tests."""

    database: Database
    http: httpx.Client
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
        """What they are told in that chat when they ask for it."""
        reply = len(who.replies())
        who.sends("查进度")
        eventually(lambda: _shows_cases("\n".join(who.replies()[reply:])), 15)
        return set(re.findall(r"HZ\d{14}", "\n".join(who.replies()[reply:])))


def _shows_cases(details: str) -> bool:
    return "最近动态" in details or NO_CASES.plain in details


class Person(ABC):
    @abstractmethod
    def sends(self, words: str) -> object: ...

    @abstractmethod
    def replies(self) -> list[str]:
        """All that they have been told, oldest first."""

    def says(self, words: str, expected: str) -> str:
        self.sends(words)
        return self.hears(expected)

    def hears(self, expected: str) -> str:
        """The newest of what they have been told that says so."""
        eventually(lambda: any(expected in reply for reply in self.replies()), 15)
        return [reply for reply in self.replies() if expected in reply][-1]


@dataclass
class OnWeChat(Person):
    lin: Follower
    channel: str = "wechat"

    @property
    def account(self) -> str:
        return self.lin.openid

    def sends(self, words: str) -> object:
        return self.lin.says(words)

    def replies(self) -> list[str]:
        return list(self.lin.inbox)


@dataclass
class OnTelegram(Person):
    wang: Resident
    channel: str = "telegram"

    @property
    def account(self) -> str:
        return str(self.wang.chat_id)

    def sends(self, words: str) -> object:
        return self.wang.says(words)

    def replies(self) -> list[str]:
        return [message.text for message in self.wang.inbox]


@dataclass
class OnPage(Person):
    page: Page
    numbers: Iterator[int] = field(default_factory=count)

    def sends(self, words: str) -> object:
        return self.page.send(f"m{next(self.numbers)}", text=words)

    def replies(self) -> list[str]:
        return [message["text"] for message in self.page.get(wait=0.1)]


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
        minhu = Minhu(settings, module_database, client)
        with (
            no_quiet_hours(),
            serving(minhu.web()) as url,
            httpx.Client(base_url=url, trust_env=False, timeout=30) as http,
        ):
            minhu.wait_until_ready()
            wechat.callback = f"{url}/wechat"
            telegram.webhook = {"url": f"{url}/telegram", "secret_token": HOOK_SECRET}
            yield City(module_database, http, wechat, telegram)
        client.close()


def code_for(who: Person) -> str:
    code_match = re.search(r"绑定码：(\d{8})", who.says("绑定", "绑定码"))
    assert code_match
    return code_match[1]


def test_a_code_from_wechat_brings_both_lists_together(city: City) -> None:
    lin, wang = city.follower(), city.chatter()
    lin.says("你好", texts.GREET.plain)
    wang.says("你好", texts.GREET.plain)
    numbers = {city.lodges(lin), city.lodges(wang)}
    assert len(city.cases_of(lin)) == len(city.cases_of(wang)) == 1
    code = code_for(lin)
    wang.says(f"绑定 {code}", texts.LINKED.plain)
    lin.hears(texts.LINKED_HERE.plain.format(channel="电报"))
    assert city.cases_of(lin) == city.cases_of(wang) == numbers
    wang.says("解绑", texts.UNLINKED.plain)
    lin.hears(texts.UNLINKED_HERE.plain.format(channel="电报"))
    assert city.cases_of(lin) | city.cases_of(wang) == numbers
    assert len(city.cases_of(lin)) == 1


def test_code_from_telegram_works_on_the_page(city: City) -> None:
    wang, page = city.chatter(), city.visitor()
    wang.says("你好", texts.GREET.plain)
    number = city.lodges(wang)
    assert city.cases_of(page) == set()
    page.says(f"绑定 {code_for(wang)}", texts.LINKED.plain)
    assert city.cases_of(page) == {number}


def test_progress_goes_to_requested_else_reachable_channel(city: City) -> None:
    lin, wang = city.follower(), city.chatter()
    lin.says("你好", texts.GREET.plain)
    wang.says(f"绑定 {code_for(lin)}", texts.LINKED.plain)
    wang.wang.presses(texts.PROGRESS_HERE)
    wang.hears(texts.PROGRESS_COMES_HERE.plain)
    number = city.lodges(lin)
    lin.says("谢谢", texts.THANK.plain)  # they wrote here last, but asked for news there
    city.goes_on(number, Action.ACCEPT)
    wang.hears("已经签收")
    assert not any("已经签收" in reply for reply in lin.replies())
    wang.wang.blocks()
    city.goes_on(number, Action.RESOLVE)
    lin.hears("已责令停止夜间施工")
    assert not any("已责令停止夜间施工" in reply for reply in wang.replies())


def test_what_is_no_code_any_more_joins_nobody(city: City) -> None:
    lin, wang, thief = city.follower(), city.chatter(), city.follower()
    lin.says("你好", texts.GREET.plain)
    number = city.lodges(lin)
    code = code_for(lin)
    wrong = f"{(int(code) + 1) % 10**8:08}"
    wang.says(f"绑定 {wrong}", WRONG_CODE.plain)
    assert city.cases_of(wang) == set()
    wang.says(f"绑定 {code}", texts.LINKED.plain)
    thief.says(f"绑定 {code}", WRONG_CODE.plain)  # used
    late = code_for(lin)
    with city.database.begin() as session:
        session.execute(text("UPDATE link_codes SET expires_at = now() - interval '1 s'"))
    thief.says(f"绑定：{late}", WRONG_CODE.plain)
    assert city.cases_of(thief) == set()
    assert city.cases_of(wang) == {number}
