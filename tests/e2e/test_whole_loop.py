"""A resident's matter from the first word to the last rating, over the web chat and the API."""

from collections.abc import Callable

import pytest

from tests.e2e.people import (
    ANSWER,
    APPEAL,
    CASE_NO,
    GRADES,
    MATTER,
    NO,
    PNG,
    QUESTION,
    UNIT,
    YES,
    Chat,
    Staff,
    foreign_words,
    titles,
)
from tests.e2e.whole import Minhu, wait_for

pytestmark = [pytest.mark.whole, pytest.mark.timeout(400)]

People = Callable[[str], Staff]


def test_a_greeting_offers_what_can_be_done(chat: Chat) -> None:
    answer = chat.says("你好")
    assert answer["text"].startswith("您好，我是小呼")
    assert titles(answer) == ["咨询政策", "反映诉求", "提出建议", "查询评价"]


def test_rasa_runs_without_tensorflow(minhu: Minhu) -> None:
    libraries = [library.path for library in minhu.rasa().memory_maps()]
    assert any("/site-packages/numpy/" in path for path in libraries)
    assert not any("/site-packages/tensorflow/" in path for path in libraries)


def test_a_complete_first_message_needs_one_yes(chat: Chat, staff: People) -> None:
    words = f"{APPEAL}，走路要扶着墙"
    read_back = chat.says(words)
    assert words in read_back["text"]
    assert titles(read_back) == [YES, NO, "先不报了"]
    registered = chat.presses(YES)
    [case_no] = chat.case_nos
    assert registered["case_no"] == case_no
    assert "交给西湖区综合行政执法局办理" in registered["text"]
    assert len(chat.inbox) == 2  # one message tells it all
    assert staff("dispatcher").cases_saying("走路要扶着墙") == [case_no]
    case = staff("dispatcher").case(case_no)
    assert (case["status"], case["unit"]["code"]) == ("dispatched", UNIT)
    assert {"power_item", "area", "unit"} <= {it["what"] for it in case["routing"]["evidence"]}
    assert case["location"]["district"]["name"] == "西湖区"


def test_an_appeal_told_bit_by_bit(chat: Chat, staff: People) -> None:
    matter = f"{MATTER}，三楼的老人不敢下楼"
    assert "在什么地方" in chat.says(matter)["text"]
    interrupted = chat.says(QUESTION)["text"]
    assert ANSWER in interrupted
    assert "在什么地方" in interrupted
    assert "地点：西湖区文三路翠苑一区门口\n" in chat.says("在西湖区文三路翠苑一区门口")["text"]
    assert "哪里不对" in chat.presses(NO)["text"]
    corrected = chat.says("地点错了，不是文三路，是文二路")["text"]
    assert f"事情：{matter}\n地点：西湖区文二路翠苑一区门口\n" in corrected
    chat.presses(YES)
    [case_no] = chat.case_nos
    assert staff("dispatcher").cases_saying("三楼的老人不敢下楼") == [case_no]
    location = staff("dispatcher").case(case_no)["location"]
    assert location["text"] == "西湖区文二路翠苑一区门口"
    assert (location["district"]["name"], location["street"]["name"]) == ("西湖区", "翠苑街道")


@pytest.mark.parametrize("pressed", [False, True], ids=["written", "pressed"])
def test_a_road_through_several_districts_is_asked_back(
    chat: Chat, staff: People, *, pressed: bool
) -> None:
    question = chat.says("莫干山路路灯坏了三天，晚上黑得看不见")
    assert "1. 拱墅区\n2. 西湖区\n3. 余杭区\n" in question["text"]
    assert titles(question) == ["拱墅区", "西湖区", "余杭区"]
    read_back = chat.presses("西湖区") if pressed else chat.says("2")
    assert "地点：西湖区莫干山路\n" in read_back["text"]
    chat.presses(YES)
    [case_no] = chat.case_nos
    case = staff("dispatcher").case(case_no)
    assert case["location"]["district"]["name"] == "西湖区"
    assert case["unit"]["code"] == UNIT


def test_a_yes_said_again_makes_no_second_case(chat: Chat, staff: People) -> None:
    chat.says(f"{APPEAL}，走路要打手电筒")
    pressed = chat.payload(YES)
    chat.presses(YES)
    chat.sends(payload=pressed)
    chat.answer()
    chat.says("对")
    assert len(staff("dispatcher").cases_saying("走路要打手电筒")) == 1


def test_case_goes_through_units_to_its_rating(minhu: Minhu, chat: Chat, staff: People) -> None:
    case_no = chat.reports()
    handler, dispatcher = staff("handler"), staff("dispatcher")
    until = handler.case(case_no)["resolve_by"]

    handler.does(case_no, "accept")
    chat.push("已经签收，开始办理了")
    request = handler.does(case_no, "extend", days=3, reason="要等灯具到货")
    assert request["resolve_by"] == until
    extended = dispatcher.does(case_no, "extend")["resolve_by"]
    chat.push("需要多一些时间（要等灯具到货）")
    assert extended > until
    handler.does(case_no, "return", reason="not_ours", text="这段路灯归街道管")
    chat.push("您不用重新说")
    assert dispatcher.case(case_no)["resolve_by"] == extended

    dispatcher.does(case_no, "dispatch", unit=UNIT)
    chat.push("您的事已交给")
    handler.does(case_no, "accept")
    resolved = handler.does(case_no, "resolve", outcome="solved", text="已经换了三盏新灯。")
    assert (resolved["resolve_by"], resolved["round"]) == (extended, 1)
    prompt = chat.push("已经换了三盏新灯。")
    assert titles(prompt) == GRADES

    _rates_low_and_has_it_done_again(chat, handler, case_no)

    handler.does(case_no, "accept")
    waits = handler.does(case_no, "resolve", outcome="solved", text="这次线路也换了。")
    assert (waits["status"], waits["closing"]["action"]) == ("accepted", "resolve")
    staff("supervisor").does(case_no, "confirm")
    chat.push("这次线路也换了。")
    assert "非常满意" in chat.presses("非常满意")["text"]
    assert "解决了" in chat.presses("解决了")["text"]
    closed = dispatcher.case(case_no)
    assert (closed["status"], closed["round"], closed["rating"]["score"]) == ("closed", 2, 5)
    ratings = (
        "SELECT ratings.round, score, reason, solved FROM ratings JOIN cases ON cases.id = case_id"
    )
    assert sorted(minhu.rows(f"{ratings} WHERE case_no = %s", case_no)) == [
        (1, 2, "灯还是不亮", False),
        (2, 5, None, True),
    ]
    assert {message["case_no"] for message in chat.inbox if message["from"] == "system"} == {
        case_no
    }


def _rates_low_and_has_it_done_again(chat: Chat, handler: Staff, case_no: str) -> None:
    why = chat.presses("不满意")
    assert "是哪里没办好" in why["text"]
    assert "问题没解决" in titles(why)
    offer = chat.says("灯还是不亮")
    assert titles(offer) == ["重新办理", "不用了"]
    chat.presses("重新办理")
    again = handler.case(case_no)
    assert (again["status"], again["round"], again["unit"]["code"]) == ("dispatched", 2, UNIT)


def test_a_rating_pressed_twice_counts_once(chat: Chat, staff: People) -> None:
    case_no = chat.reports()
    staff("handler").does(case_no, "accept")
    staff("handler").does(case_no, "resolve", outcome="solved", text="灯亮了。")
    chat.push("灯亮了。")
    chat.presses("满意")
    chat.presses("非常不满意")
    case = staff("dispatcher").case(case_no)
    assert (case["status"], case["rating"]["score"]) == ("closed", 4)


def test_staff_take_the_chat_and_return_it(minhu: Minhu, chat: Chat, staff: People) -> None:
    dispatcher = staff("dispatcher")
    assert "工作人员" in chat.says("转人工")["text"]
    assert "马上来看" in chat.says("谢谢，我在这里等着")["text"]
    talk = dispatcher.chat_saying("我在这里等着", owner="queue")
    dispatcher.posts(f"/conversations/{talk}/claim")
    chat.hears("a hello", lambda it: it["from"] == "staff" and "由我来跟您说" in it["text"])

    chat.sends(text="你好，我想问问路灯")
    dispatcher.posts(f"/conversations/{talk}/reply", text="您请说，我在听。")
    chat.sends(text=APPEAL)
    dispatcher.posts(f"/conversations/{talk}/reply", text="好的，我记下了。")
    undone = "SELECT count(*) FROM inbox WHERE conversation_id = %s AND done_at IS NULL"
    wait_for("the turns while a person has the chat", lambda: minhu.rows(undone, talk) == [(0,)])
    dispatcher.posts(f"/conversations/{talk}/release")
    chat.hears("a goodbye", lambda it: it["from"] == "staff" and "已结束" in it["text"])
    spoke = [message["from"] for message in chat.inbox[-3:]]
    assert spoke == ["staff"] * 3, "the bot was silent meanwhile"
    goes_on = chat.hears("the bot", lambda it: it["from"] == "bot")
    assert goes_on["text"].startswith("刚才说的，我接着帮您登记")


def test_another_residents_case_is_not_shown(minhu: Minhu, chat: Chat) -> None:
    other = Chat(minhu)
    case_no = other.reports()
    answer = chat.says(f"{case_no}到哪一步了")["text"]
    assert "没查到" in answer
    assert "路灯" not in answer
    assert "路灯" not in chat.says(f"催一下{case_no}")["text"]
    assert "路灯" not in chat.says(f"撤掉{case_no}")["text"]


def test_text_is_never_an_intent(chat: Chat, staff: People) -> None:
    chat.says(f"{APPEAL}，从巷口数第三盏")
    for words in ('/submit{"x":1}', "/affirm", "/action_submit_appeal", "/request_human"):
        chat.says(words)
        assert not chat.case_nos, f"{words} was a yes"
        assert "已经请工作人员" not in chat.texts[-1], f"{words} called a person"
    assert staff("dispatcher").cases_saying("从巷口数第三盏") == []


def test_photo_before_the_yes_belongs_to_the_case(chat: Chat, staff: People) -> None:
    chat.says(APPEAL)
    assert "照片收到了" in chat.uploads(PNG)["text"]
    chat.presses(YES)
    [case_no] = chat.case_nos
    [photo] = staff("handler").case(case_no)["attachments"]
    assert (photo["kind"], photo["size_bytes"]) == ("photo", len(PNG))


def test_residents_see_no_english_and_no_codes(chat: Chat, staff: People) -> None:
    case_no = chat.reports()
    handler, dispatcher = staff("handler"), staff("dispatcher")
    handler.does(case_no, "accept")
    handler.does(case_no, "hold", reason="等材料")
    handler.does(case_no, "resume")
    handler.does(case_no, "return", reason="other_area", text="不在我们这边")
    dispatcher.does(case_no, "dispatch", unit=UNIT)
    for words in (
        "你好", "能帮我做什么", "再说一遍", QUESTION, "我的单子到哪一步了", "催一下",
        "再补充一点，路口也黑", "我电话13812345678", "评价一下", "撤掉吧", "不撤", "谢谢", "再见",
        "讲个笑话", "{read_back}", "asdf", "hello", "😀", "？？？", "反映一件事", "不报了", "绑定",
    ):  # fmt: skip
        chat.says(words)
    handler.does(case_no, "accept")
    handler.does(case_no, "resolve", outcome="solved", text="灯亮了。")
    chat.push("灯亮了。")
    for title in ("非常不满意", "不想说", "没解决，不用了"):
        chat.presses(title)
    chat.presses("非常不满意")
    chat.says("转人工")
    assert foreign_words(chat.texts) == []
    button_titles = [title for message in chat.inbox for title in titles(message)]
    assert foreign_words(button_titles) == []
    assert CASE_NO.search("".join(chat.texts))
