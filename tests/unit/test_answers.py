"""What an answer to an open question means: tables in residents' manner, and properties."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.answers import (
    Answer,
    Polarity,
    answers_repeat,
    is_decline_contact,
    read,
    tells_why,
    thanks_only,
    urges_only,
    wants_again,
)
from tests.eval import read_backs

pytestmark = pytest.mark.model

YES = (
    "对|对的|对的呀|嗯|嗯嗯|是|是！快点！|是的是的|没错|没错没错|可以|行|中|要得|好|好的谢谢|好吧|好呀"
    "|就这样吧|就这些|没了，就这些|没有了|没有补充|没问题|同意|确认"
    "|报上去|报吧|那报吧|那就报上去吧|报|登记"
    "|登记一下吧|那你给我登记一下吧|提交|发吧|交上去吧|麻烦你了"
    "|可以，麻烦尽快|好的，辛苦了|对的，谢谢"
    "|嗯，快点办|OK|ok|okk|OK的|yes|👌|👌🏻|👍|👍👍|🙏|√|[强]"
    "|对对对你说得对|还是报吧|那还是报一下|不是不报"
    "|不能不报|怎么会不报呢|谁说不报了|没说不报|非报不可|不报不行啊"
    "|你别不登记|晓得了报吧|好的哦|侬报好了|对个|是个"
    "|可以记下|可以记下来|记下来吧|行，记下|好，记上|同意记下来|可以，帮我记下|那就记一笔|还要报|再报一下|好的，知道了"
    "|对额|好额|先这样报吧|不报了？谁说不报了|算了，还是报吧"
    "|不用改，就这样|没啥要补充的了|没什么要改的|1，确认"
    "|收到，同意这样写|要的|当然|是呀是呀|没有，就这些"
    "|时间也对，地点也对|我看了一下，没问题|内容没毛病"
    "|照你写的报|行，你们看着办|好，那我等着|嗯 对的|诶对|喂，对的"
    "|队的队的|四的四的|愿意|可以记下|记下吧|帮我记下来|那你记一下"
    "|对，能不能快点啊|好的好的谢谢你们辛苦了|等一下，好了，报吧"
)  # fmt: skip
NO = (
    "不对|不是|不是的|不是这样|错了|弄错了|写错了|听错了|没听对|不行|不要|不用|不用了|不要了|有问题|不完全对|不太对"
    "|不对不对|弗对弗对|勿是|有误|好的，不用了|不同意|否|no|❌|👎|都不是"
    "|写得不对，重写|你理解错了|我要改一下|改一下"
    "|不需要|没有|不对呀|你听错了|不愿意|不中|要不得|不用了，谢谢|不可以"
    "|嗯不是|哎不是不是|对，不对|补队|搞错了"
    "|不要这样报|不必了|不取消|没必要|没这个必要"
)  # fmt: skip
NEVER_MIND = (
    "算了|算了算了|不报了|先不报了|别报了|不投诉了|取消|撤了吧|不办了|没事了|当我没说|唉算了算了，不投诉了，邻里邻居的"
    "|取消，我自己弄|算了不报了|不用登记了|弗报哉|覅报了|不弄了不弄了|退出"
    "|好吧，算了|怕惹麻烦，还是不报了|我想想还是算了"
    "|还是不要报了|那就不报了吧|太麻烦，不搞了|不麻烦你们了|停|拉倒吧"
    "|算啦算啦|不填了|不用你们报|取消吧，谢谢"
    "|算了不投诉了邻里邻居的|他们刚刚来修了，这个不用填了|水来了，没事了"
    "|算了，反正说了也白说|帮我撤掉|给我取消掉"
    "|别给我登记了|我后悔了，不想报|不抱了不抱了|取销"
    "|我自己去跟邻居讲，不用你们报|好了好了，不报了|就当我没说过"
    "|狗的事不报了|第二件不报了|那个路灯的不报了|刚才那个不投诉了|前一个就不报了|路灯的事先不报了|第一件我不想报了|最后那个不登记了"
    "|电梯的问题不用报了|后面那件不说了|停车那个不报了|那事不提了吧|噪音的事就不投诉了，谢谢"
    "|不对，算了|对，晚上也吵，算了，不报了|水管坏了，修了也没用，不报了"
)  # fmt: skip
DONT_KNOW = (
    "不知道|不清楚|说不清|说不上来|不晓得|弗晓得|忘了|不记得|没有具体地方|不方便说|我也不知道|不知道叫什么路|记不清了"
    "|想不起来了|忘了是哪天了|我哪里晓得|不记得具体时间了|没注意|嗯，不知道"
    "|地址不清楚|老年人记不住|这我哪知道|不认得字"
    "|不知道具体地址|没个具体地方|谁知道"
)  # fmt: skip
LATER = (
    "等一下|等会儿|我看看再说|待会|稍等|我找一下|等一下我看看门牌|等一下，我去看看门牌|稍等，我问问我儿子|让我想想|等等"
    "|慢着|等我找一下|好的等一下|过会儿再说|你等等|改天再说|我查一下|我去看看门牌号"
    "|我先接个电话|我去看一下|等我找找|我去拿眼镜|我先去戴个眼镜|我在开车|我正在开会|我先吃饭|等我接个电话|我先上个厕所"
    "|我去楼下看看|我下楼去看一下|我去问一声|现在走不开|我先忙一下|先开个门|让我拿个本子|我去拍张照片|等一下我接个电话"
)  # fmt: skip
NO_ANSWER = (
    "还要报一个，九龙大道的绿化带被人种菜了|再报一个|我还要登记一个|另外要报一件|还想投诉一个物业|还要反映两个事|我打了个电话没人接"
    "|开门就是垃圾|接电话的人态度差|知道了还不修|知道谁干的吗|我知道是谁扔的|打电话给物业没人接|我去看了还是坏的|这个问题物业不管了"
    "|学校的事你们不管吗|记下来的车牌是浙A12345|可以记下吗|路灯的事不报吗|小区的事没人管了|我在开车的时候看到井盖没了"
    "|我先生病了|我先交了钱他们不给办|明白了|晓得了谢谢|知道了谢谢|知道了，但是灯还是不亮|我去年看过病|"
    "对面也吵|对门老头骂人|是不是能快点|行人道坏了|好几天没水了|好多垃圾|中河路|中午开始的|要多久啊|没水了|没电|没人管"
    "|可以问一下吗|好了没啊|不给修|不亮了|不通|嗯那个路灯坏了|嗯，路灯坏了"
    "|对我态度很差|对小孩不好|对方不赔|是文三路"
    "|是春建乡咸康村|好了吗|对吗|行不行|对不对|报了没|可以吗|等一下午了都没人"
    "|等了半天没人来|算了一下多收了三百|取消停车位"
    "|取消了两班公交车|不知道谁把垃圾倒在楼下|不知道你们是干什么吃的"
    "|忘了带钥匙进不去|要报警|我要投诉|不报销|不办证|停水了"
    "|报纸|报修一个月没人来|发霉了|交通堵|登记失业要什么材料|没有路灯|不让停车"
    "|不行了快来人|医院把我名字写错了|老板说算了"
    "|早点死了算了，不拖累小孩|是这样的，我家楼上漏水|对了，我想问个事"
    "|还是说路灯吧|不是我说你们，太慢了|不是第一次了"
    "|是否可以|慢车道|快递|快倒了|谢谢|快点|1|一|第一个|你好|哦|那个||？"
    "|。。。|201路公交车，取消了|好心人|可怜我老太婆"
    "|记错账了|记下来了吗|记一下我电话|没必要修路|我记下了"
    "|别墅区乱建|错峰停车|就是楼下广场舞|是我楼上的|交了钱不给办|中介骗钱|没完没了|不好意思问一下"
)  # fmt: skip


def rows(answers: str) -> list[str]:
    return answers.split("|")


@pytest.mark.parametrize("words", rows(YES))
def test_yes_in_all_its_manners(words: str) -> None:
    answer = read(words)
    assert (answer.polarity, answer.more) == (Polarity.YES, "")


def test_answers_in_manners_of_another_hand() -> None:
    wrong = [row for row in read_backs.lines() if not read_backs.is_right(*row)]
    assert len(wrong) <= len(read_backs.lines()) // 8, wrong


def test_no_fact_is_read_as_giving_up() -> None:
    facts = [words for label, words in read_backs.lines() if label in ("none", "yes_more")]
    assert [words for words in facts if read(words).polarity is Polarity.NEVER_MIND] == []


@pytest.mark.parametrize("words", rows(NO))
def test_no(words: str) -> None:
    answer = read(words)
    assert (answer.polarity, answer.more) == (Polarity.NO, "")


@pytest.mark.parametrize("words", rows(NEVER_MIND))
def test_a_wish_to_drop_it_and_its_reason(words: str) -> None:
    answer = read(words)
    assert (answer.polarity, answer.more) == (Polarity.NEVER_MIND, "")


@pytest.mark.parametrize("words", rows(DONT_KNOW))
def test_they_cannot_say(words: str) -> None:
    assert read(words) == Answer(Polarity.DONT_KNOW)


@pytest.mark.parametrize("words", rows(LATER))
def test_they_ask_for_a_moment(words: str) -> None:
    assert read(words) == Answer(Polarity.LATER)


@pytest.mark.parametrize("words", rows(NO_ANSWER))
def test_a_matter_or_a_question_is_no_answer(words: str) -> None:
    assert read(words).polarity is None


@pytest.mark.parametrize(
    ("words", "polarity", "more"),
    [
        ("对，我电话13656681203", "yes", "我电话13656681203"),
        ("对的我电话13656681203谢谢", "yes", "我电话13656681203"),
        ("对我电话幺三六五六六八幺二零三", "yes", "我电话幺三六五六六八幺二零三"),
        ("对，今天早上开始没的，整幢楼都没有", "yes", "今天早上开始没的，整幢楼都没有"),
        ("对，但是不是五毛，是一块", "yes", "不是五毛，是一块"),
        ("是的，还有一件，车站没有凳子", "yes", "还有一件，车站没有凳子"),
        ("嗯 是这样 还有晚上也吵", "yes", "还有晚上也吵"),
        ("嗯，还有晚上也吵", "yes", "还有晚上也吵"),
        ("对还有晚上也吵", "yes", "还有晚上也吵"),
        ("好吧，我家门口垃圾没人收", "yes", "我家门口垃圾没人收"),
        ("好的我家门口垃圾没人收", "yes", "我家门口垃圾没人收"),
        ("对，谢谢，还有我叫陈阿姨", "yes", "还有我叫陈阿姨"),
        ("对，地址再加一个3单元，谢谢你们", "yes", "地址再加一个3单元"),
        ("不对，是春建乡咸康村", "no", "是春建乡咸康村"),
        ("不对是春建乡咸康村", "no", "是春建乡咸康村"),
        ("不是，路灯坏了", "no", "路灯坏了"),
        ("说错了，不是浣纱路，是中河路", "no", "不是浣纱路，是中河路"),
        ("时间不对，是昨天夜里开始的", "no", "时间不对，是昨天夜里开始的"),
        ("地址不对", "no", "地址不对"),
        ("等一下，有个地方写错了", "no", "有个地方写错了"),
        ("先别提交，有地方不对", "no", "有地方不对"),
        ("不用了我自己弄", "never_mind", ""),
        ("算了不报了，我要反映另外一个，井盖没了", "never_mind", "我要反映另外一个，井盖没了"),
        ("算了不报了我要投诉另外一个我家没水了", "never_mind", "我要投诉另外一个我家没水了"),
        ("算了，我自己说，我家水龙头没水了", "never_mind", "我家水龙头没水了"),
        ("算了直接跟你讲，我家厕所反水了", "never_mind", "我家厕所反水了"),
        ("算了我直接说吧，楼上漏水", "never_mind", "楼上漏水"),
        ("不报了，跟你讲，路灯坏了", "never_mind", "路灯坏了"),
        ("算了，还是说，电梯坏了", "never_mind", "电梯坏了"),
        ("好的，还要报一个，路灯坏了", "yes", "还要报一个，路灯坏了"),
        ("不知道叫什么路，就在医院旁边", "dont_know", "就在医院旁边"),
        ("没有具体地方，全市都这样", "dont_know", "全市都这样"),
        ("忘了，反正是昨天", "dont_know", "反正是昨天"),
        ("等一下，我先问个事，老年卡怎么办", "later", "我先问个事，老年卡怎么办"),
    ],
)  # fmt: skip
def test_what_stands_beside_it_is_kept(words: str, polarity: str, more: str) -> None:
    answer = read(words)
    assert (answer.polarity, answer.more) == (polarity, more)


@pytest.mark.parametrize(
    "words", ["那报吧", "还是报吧", "不是不报", "不报不行了", "不是不报，是没空"]
)
def test_a_wish_to_lodge_never_drops_it(words: str) -> None:
    assert read(words).polarity is not Polarity.NEVER_MIND


@pytest.mark.parametrize(
    "words",
    "不留|不留了|不用留|别打我电话|不想留|没有电话|不方便|电话就不留了|别给我打电话|不要联系我|不给|没手机|不用了"
    "|谢谢，不用了|嗯，不留|不想留电话，怕报复|还是不留了|算了，不留了|匿名"
    "|不提供|没必要留|不了，谢谢|弗留|不需要回访"
    "|不留了，你们快点修就行|没有".split("|"),
)
def test_no_phone_is_left(words: str) -> None:
    assert is_decline_contact(words)


@pytest.mark.parametrize(
    "words",
    "不留路走|没有电话亭|不方便老人走路|电话打不通|13812345678|不留了，还是留吧13812345678|物业不接电话|没有路灯|留|可以"
    "|要留电话吗|就是这个号|没有人管|不打卡就扣钱|不留了吗？".split("|"),
)
def test_no_refusal_of_a_phone(words: str) -> None:
    assert not is_decline_contact(words)


@pytest.mark.parametrize(
    "words",
    "要|要，重办|重新办|再办一次|要的,给我重新弄|必须重办|当然要|麻烦再派人来一趟|返工|要求重办|要，还是黑的|重新来|对|好的".split(
        "|"
    ),
)
def test_it_shall_be_done_again(words: str) -> None:
    assert wants_again(words)


@pytest.mark.parametrize(
    "words",
    "不要|不用了|不用重办了|算了|要重办吗？|要不要|谢谢|再说吧|不满意|路灯坏了|要重新办身份证|重新装修吵死了".split(
        "|"
    ),
)
def test_it_shall_not_be_done_again(words: str) -> None:
    assert not wants_again(words)


@pytest.mark.parametrize(
    "words",
    "还是黑的，根本没人来过|昨天晚上又吵到两点|没修好|照样漏水|糊弄人的|压根没来过|还是黄的，办了个寂寞"
    "|根本没人来过，还是一样臭，你们骗人|一点没变|走过场".split("|"),
)
def test_why_it_is_to_be_done_again(words: str) -> None:
    assert tells_why(words)


@pytest.mark.parametrize(
    "words",
    [
        *"对|重新办理|不用了，还是算了|文二路井盖丢了|查进度|是不是没人管吗？|谢谢|要，重办".split(
            "|"
        ),
        "漏" * 130,
    ],
)
def test_a_yes_a_no_or_another_matter(words: str) -> None:
    assert not tells_why(words)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("同一件", "same"), ("是同一件事", "same"), ("就是上次那个", "same"), ("一样的", "same"),
        ("补充到那个里面", "same"), ("另外一件", "other"), ("不是同一件", "other"),
        ("不一样", "other"), ("是新的事", "other"), ("两码事", "other"), ("单独报", "other"),
        ("不是那个小区", None), ("路灯坏了", None), ("对", None),
    ],
)  # fmt: skip
def test_the_same_case_or_another(words: str, answer: str | None) -> None:
    assert answers_repeat(words) == answer


@pytest.mark.parametrize(
    "words",
    "谢谢|谢谢你|多谢了|辛苦了|谢谢，辛苦你们了|感谢感谢|🙏🙏谢谢"
    "|晓得了谢谢|知道了谢谢|明白了|知道了|晓得了|清楚了|了解了|明白了，谢谢|知道了，多谢|懂了谢谢|我知道了|谢谢，明白了|晓得哉|有数了".split(
        "|"
    ),
)
def test_nothing_but_thanks(words: str) -> None:
    assert thanks_only(words)
    assert not urges_only(words)


@pytest.mark.parametrize(
    "words",
    "快点|尽快|抓紧|麻烦快一点|请尽快处理|能不能快点|赶紧的|尽快解决，谢谢|急急急".split("|"),
)
def test_nothing_but_urging(words: str) -> None:
    assert urges_only(words)


@pytest.mark.parametrize(
    "words",
    "谢谢，报吧|好的谢谢|路灯坏了谢谢|对|快递|快倒了|对，快点|急诊室|知道了吗|明白了吧|好的，知道了"
    "|知道了还不修|我知道是谁".split("|"),
)
def test_neither_thanks_nor_urging(words: str) -> None:
    assert not thanks_only(words)
    assert not urges_only(words)


FIRM_YES = ["对", "对的", "是的", "好的", "没错", "可以", "行", "好", "OK", "报吧", "嗯嗯", "👌"]
MATTERS = [
    "楼道灯坏了三天", "我家门口垃圾没人收", "隔壁装修太吵", "还有一个，公交站没有座椅",
    "昨天晚上开始的", "我叫王秀英", "我电话13656681203", "物业一直推来推去", "文三路那个口子上",
    "老人摔了两跤", "不是三楼是四楼",
]  # fmt: skip
SHREDS = [
    "对",
    "不",
    "是",
    "算了",
    "报",
    "，",
    "？",
    "路灯坏了",
    "我",
    "等一下",
    "不知道",
    " ",
    "👍",
]


@given(st.sampled_from(FIRM_YES), st.sampled_from(MATTERS), st.sampled_from("，,。 ！"))
def test_a_yes_before_a_matter_loses_neither(yes: str, matter: str, mark: str) -> None:
    assert read(f"{yes}{mark}{matter}") == Answer(Polarity.YES, matter)


@given(st.text(max_size=40) | st.lists(st.sampled_from(SHREDS), max_size=12).map("".join))
def test_every_text_is_read_and_more_includes_it(words: str) -> None:
    answer = read(words)
    assert answer.more in words
    assert answer.polarity is not None or not answer.more
    is_decline_contact(words), wants_again(words), thanks_only(words), urges_only(words)


@pytest.mark.parametrize(
    "piece",
    ["就", "对", "对，", "那就", "算了，", "不是", "路灯坏了，", " ", "，", "先也都就", "嗯", "👍"],
)
def test_reading_time_grows_linearly_with_text_length(piece: str) -> None:
    words = (piece * 10_000)[:10_000]
    start = time.process_time()
    read(words)
    assert time.process_time() - start < 2
