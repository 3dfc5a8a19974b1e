"""Template and subscription messages: sent at any time, with a link to one's case."""

from contextlib import closing

import pytest

from backend.database import Database
from backend.settings import NoticeKind
from bot.channels.base import Blocked, OutOfWindow, Refused, SendsTemplates
from bot.channels.wechat.account import account_of
from bot.channels.wechat.channel import NoticeTemplate, WeChatChannel
from tests.fakes.wechat_api import APP_ID, SECRET, FakeWeChat
from tests.fakes.wechat_followers import Follower
from tests.support.wechat_desk import settings_for

LINK = "https://minhu.example/public/case"


@pytest.fixture
def lin(wechat: FakeWeChat) -> Follower:
    return wechat.follower("oLin")


def noticing(wechat: FakeWeChat, database: Database, kind: NoticeKind) -> WeChatChannel:
    notice = NoticeTemplate("template-progress", "thing1", kind, LINK)
    return WeChatChannel(APP_ID, SECRET, wechat.url, database, notice)


def test_a_template_message(wechat: FakeWeChat, database: Database, lin: Follower) -> None:
    with closing(noticing(wechat, database, NoticeKind.TEMPLATE)) as channel:
        assert isinstance(channel, SendsTemplates)
        channel.send_template("oLin", "您有2条进展")
        assert lin.inbox == ["【通知】您有2条进展"]
        assert wechat.notices[0]["data"] == {"thing1": {"value": "您有2条进展"}}
        assert wechat.notices[0]["url"] == LINK
        lin.is_following = False
        with pytest.raises(Blocked):
            channel.send_template("oLin", "您有2条进展")
        wechat.templates.clear()
        with pytest.raises(Refused):
            channel.send_template("oLin", "您有2条进展")


def test_a_notice_that_needs_a_consent(
    wechat: FakeWeChat, database: Database, lin: Follower
) -> None:
    with closing(noticing(wechat, database, NoticeKind.SUBSCRIPTION)) as channel:
        with pytest.raises(OutOfWindow):
            channel.send_template("oLin", "您有1条进展")
        lin.consents["template-progress"] = 1
        channel.send_template("oLin", "您有1条进展")
        with pytest.raises(OutOfWindow):
            channel.send_template("oLin", "您有1条进展")
    assert lin.inbox == ["【通知】您有1条进展"]
    assert wechat.notices[0]["page"] == LINK


@pytest.mark.parametrize(("address", "link"), [("https://minhu.example/", LINK), (None, None)])
def test_a_notice_leads_to_the_public_case(
    wechat: FakeWeChat, database: Database, lin: Follower, address: str | None, link: str | None
) -> None:
    template = "template-progress"
    account = account_of(
        settings_for(wechat, wechat_template_id=template, public_url=address), database
    )
    assert account is not None
    with closing(account.channel) as channel:
        channel.send_template(lin.openid, "您有1条进展")
    assert wechat.notices[-1].get("url") == link
