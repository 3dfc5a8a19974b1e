"""The loop over WeChat, against a stand-in that keeps WeChat's rules."""

import pytest

from tests.e2e.people import APPEAL, CASE_NO, PNG, Staff, foreign_words
from tests.e2e.whole import Minhu, wait_for
from tests.fakes.wechat_api import FakeWeChat
from tests.fakes.wechat_followers import Follower
from tests.simulate import WeChatPlayer, play

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]


def hears(lin: Follower, words: str) -> str:
    replies = wait_for(
        f"{words}; heard {lin.inbox}", lambda: [it for it in lin.inbox if words in it]
    )
    return replies[-1]


def test_the_loop_over_wechat(minhu: Minhu, wechat: FakeWeChat) -> None:
    lin = wechat.follower("oLin")
    lin.follows("330106")
    lin.touches("反映诉求")
    lin.says(APPEAL)
    lin.sends_photo(PNG)
    lin.says("对，就这样报")
    case_no = CASE_NO.findall(hears(lin, "已经登记好了"))[0]
    handler = Staff(minhu, "handler")
    handler.does(case_no, "accept")
    handler.does(case_no, "resolve", outcome="solved", text="灯换好了。")
    hears(lin, "灯换好了。")
    lin.says("非常满意")
    hears(lin, "谢谢您的评价")
    assert handler.case(case_no)["status"] == "closed"
    assert foreign_words(lin.inbox) == []
    assert wechat.calls.count("stable_token") == 1
    scene = "SELECT scene FROM channel_accounts WHERE external_id = 'oLin'"
    assert minhu.rows(scene) == [("330106",)]


def test_somebody_plays_a_resident(
    minhu: Minhu, wechat: FakeWeChat, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ("/menu", APPEAL, "对，就这样报", "/nonsense", "/quit")
    play(WeChatPlayer(wechat), iter(lines))
    printed = capsys.readouterr().out
    assert "咨询政策  反映诉求  提出建议  查询评价" in printed
    assert printed.count(WeChatPlayer.help) == 2  # at the start, and for a command there is none of
    [(case,)] = minhu.rows("SELECT case_no FROM cases ORDER BY id DESC LIMIT 1")
    assert case in printed
