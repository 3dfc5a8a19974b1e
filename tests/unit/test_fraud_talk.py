"""Money that swindlers took: whoever has not reported it hears again what to do first."""

import pytest

from backend.cases.partners import legal_in
from dialogue.facts import MatterView
from dialogue.handlers.fraud import has_reported
from tests.support.plain_chat import Chat, PlainFacts

pytestmark = pytest.mark.model

MATTER = "刷单被骗了三万块"


class Swindled(PlainFacts):
    """Every matter is one of swindlers."""

    def matter(self, text: str) -> MatterView:
        return MatterView("help", "骗" in text, needs_place=False, report_to="请马上打 110 报警。")


def a_chat() -> Chat:
    chat = Chat(Swindled())
    chat.hears(MATTER)
    return chat


NOT_YET = (
    "还没报警", "没报", "没报警呢", "还没来得及", "还没", "还没有", "不知道怎么报", "不会报警",
    "不知道打哪个电话报", "没打110", "怎么报警啊", "去哪里报案", "报警有用吗",
    "不敢报警，怕儿子知道", "我不想报警，丢人", "110打不通", "要报警吗", "没去派出所",
)  # fmt: skip


@pytest.mark.parametrize("words", NOT_YET)
def test_who_has_not_reported_is_urged_again(words: str) -> None:
    chat = a_chat()
    reply = chat.hears(words, intent="chase_case")
    assert all(words in reply for words in ("110", "96110", "银行", "1.")), reply
    assert MATTER in reply  # the read-back comes again
    assert chat.state.draft is not None


@pytest.mark.parametrize("words", ["报了", "已经报警了", "报过案了", "派出所立案了", "110打过了"])
def test_who_has_reported_goes_on(words: str) -> None:
    chat = a_chat()
    reply = chat.hears(words, intent="affirm")
    assert "回执" in reply
    assert MATTER in reply


@pytest.mark.parametrize("words", ["对", "好的", "没错", "不对，是五万", "没有别的了"])
def test_other_answers_say_nothing_of_a_report(words: str) -> None:
    assert has_reported(words) is None


@pytest.mark.parametrize(
    "text",
    [
        "刚才有人冒充银行客服，把我卡里五万转走了",
        "假客服叫我点链接，卡里两万块没了",
        "有人冒充我儿子借钱，我汇过去一万",
        "冒充公安说我洗钱，让我转到安全账户十万",
        "杀猪盘把我的养老钱十五万弄走了",
        "点了短信里的链接，银行卡里的钱被划走了",
        "我的钱被转走了八千，不是我转的",
        "我妈被人骗了八万买保健品",
    ],
)
def test_swindlers_in_other_words_are_recognised(text: str) -> None:
    result = legal_in(text)
    assert result is not None
    assert result.type.code == "fraud"


@pytest.mark.parametrize(
    "text",
    [
        "物业冒充业主签字，把公共收益转走了",
        "公交卡里的钱没了，机器多扣了两块",
        "医保卡里的钱被药店多刷了",
        "有人冒充城管收摊位费",
        "扫二维码停车收了我二十元",
        "点了链接交社保，扣了两次钱",
        "路灯坏了三天",
    ],
)
def test_other_money_is_no_swindle(text: str) -> None:
    result = legal_in(text)
    assert result is None or result.type.code != "fraud"
