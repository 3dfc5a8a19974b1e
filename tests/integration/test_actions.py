"""Rasa's actions over the route that Rasa calls: what is misunderstood can be lodged as said."""

import pytest

from dialogue import texts
from tests.action_route import Route, buttons, slots, told

SHELTER = "公交站台的顶棚破了，下雨淋一身"  # no article is about that
DARK = "路灯坏了三天，晚上黑得看不见"  # the router is sure of it
LONG_ROAD = "莫干山路"  # through three districts
HERE = {"latitude": 30.29, "longitude": 120.2202, "label": ""}
NINGBO = {"latitude": 29.87, "longitude": 121.55, "label": ""}


def test_a_problem_taken_for_something_unknown_begins_an_appeal(route: Route) -> None:
    result = route.runs("action_unsure", SHELTER, intent="nlu_fallback")
    assert slots(result) == {"starts_appeal": True}
    assert result["responses"] == []


def test_what_nobody_understands_can_be_lodged_as_it_was_said(route: Route) -> None:
    result = route.runs("action_unsure", "那边那个东西又那样了", intent="nlu_fallback")
    assert slots(result)["starts_appeal"] is False
    assert buttons(result)[0]["payload"] == "/lodge_appeal"
    assert buttons(result)[0]["data"] == {"words_of": result["message_id"]}


def test_the_button_lodges_the_earlier_words(route: Route) -> None:
    _, earlier = route.hears("那边那个东西又那样了")
    result = route.runs(
        "validate_appeal_form",
        "",
        say="/lodge_appeal",
        intent="lodge_appeal",
        button={"words_of": earlier},
    )
    assert slots(result)["appeal_text"] == "那边那个东西又那样了"


def test_a_yes_lodges_them_too(route: Route) -> None:
    _, earlier = route.hears("那边那个东西又那样了")
    pending = {"about": "lodge", "case_no": None, "message_id": earlier}
    said = {"intent": "affirm", "slots": {"pending": pending}, "previous_id": earlier}
    assert slots(route.runs("action_yes", "好的", **said)) == {"starts_appeal": True}
    assert slots(route.runs("validate_appeal_form", "好的", **said))["appeal_text"] == (
        "那边那个东西又那样了"
    )


@pytest.mark.parametrize(
    ("said", "intent", "text", "place"),
    [
        ("我家门口井盖没了", "lodge_appeal", "我家门口井盖没了", None),  # it comes first
        ("拱墅区湖墅南路", "inform_location", "那边那个东西又那样了", "拱墅区湖墅南路"),
    ],
)
def test_what_follows_an_offer_to_lodge_stands_for_itself_or_says_where(
    route: Route, said: str, intent: str, text: str, place: str | None
) -> None:
    _, earlier = route.hears("那边那个东西又那样了")
    pending = {"about": "lodge", "case_no": None, "message_id": earlier}
    other = {"slots": {"pending": pending}, "previous_id": earlier}
    result = route.runs("validate_appeal_form", said, intent=intent, **other)
    assert (slots(result)["appeal_text"], slots(result)["appeal_location"]) == (text, place)


def test_urging_without_a_case_may_be_a_new_matter(route: Route) -> None:
    result = route.runs("action_chase_case", "路上井盖坏了好几天没人修", intent="chase_case")
    assert buttons(result)[0]["data"] == {"words_of": result["message_id"]}


def test_a_sure_danger_goes_to_a_person(route: Route) -> None:
    result = route.runs("action_emergency", "他喘不上气了", intent="emergency")
    assert "120" in result["responses"][0]["text"]
    assert route.owner() == "queue"


def test_a_doubtful_danger_gets_the_numbers_and_a_choice(route: Route) -> None:
    result = route.runs("action_emergency", "楼道灯坏了", intent="emergency", confidence=0.5)
    assert "119" in result["responses"][0]["text"]
    assert [button["payload"] for button in buttons(result)] == ["/lodge_appeal", "/request_human"]
    assert route.owner() == "bot"


def test_a_road_through_several_districts_is_asked_back_as_a_numbered_choice(route: Route) -> None:
    route.fills(f"{LONG_ROAD}{DARK}", "lodge_appeal", places=[LONG_ROAD])
    assert route.slots["requested_slot"] == "appeal_which"
    asked = route.runs("action_ask_appeal_which", "", slots=route.slots)
    assert "1. 拱墅区\n2. 西湖区\n3. 余杭区\n" in told(asked)
    assert [(b["title"], b["payload"]) for b in buttons(asked)] == [
        ("拱墅区", "1"),
        ("西湖区", "2"),
        ("余杭区", "3"),
    ]
    assert max(len(line) for line in told(asked).splitlines()) <= 30

    route.fills("2", "rate_case")
    assert route.slots["requested_slot"] == "appeal_confirmed"
    assert "地点：西湖区莫干山路\n" in route.slots["read_back"]
    route.fills("对", "affirm")
    assert route.slots["requested_slot"] is None
    case = route.submits()
    assert case.location["district"]["name"] == "西湖区"
    assert case.unit is not None
    assert case.unit.name == "西湖区综合行政执法局"


def test_a_choice_left_open_is_not_asked_again_and_goes_to_the_dispatcher(route: Route) -> None:
    route.fills(f"{LONG_ROAD}{DARK}", "lodge_appeal", places=[LONG_ROAD])
    route.fills("都不是", "deny")
    assert route.slots["requested_slot"] == "appeal_confirmed"
    route.fills("对", "affirm")
    assert route.slots["requested_slot"] is None
    case = route.submits()
    assert case.unit is None
    assert case.routing["reason"] == "area_ambiguous"


def test_the_district_said_at_once_leaves_nothing_to_ask(route: Route) -> None:
    place = f"西湖区{LONG_ROAD}"
    route.fills(f"{place}{DARK}", "lodge_appeal", places=[place])
    assert route.slots["requested_slot"] == "appeal_confirmed"


@pytest.mark.parametrize(
    ("place", "city", "hotline"),
    [
        ("宁波市海曙区中山路", "宁波市", "0574-12345"),
        ("寧波市海曙區", "宁波市", "0574-12345"),
        ("义乌", "义乌市", "0579-12345"),
        ("温州", "温州市", "0577-12345"),
    ],
)
def test_a_place_elsewhere_is_said_plainly_and_asked_again(
    route: Route, place: str, city: str, hotline: str
) -> None:
    route.fills(DARK, "lodge_appeal")
    assert route.slots["requested_slot"] == "appeal_location"
    result = route.fills(place, "inform_location", places=[place])
    assert told(result) == texts.ELSEWHERE.format(city=city, hotline=hotline)
    assert route.slots["requested_slot"] == "appeal_location"
    assert route.slots["appeal_text"] == DARK
    route.fills("西湖区文三路", "inform_location", places=["西湖区文三路"])
    assert "地点：西湖区文三路\n" in route.slots["read_back"]


@pytest.mark.parametrize("places", [[], ["我家"], ["宁波"], ["莫干山路"]])
def test_a_place_elsewhere_in_the_first_message_is_said_at_once(
    route: Route, places: list[str]
) -> None:
    """Whatever of it was taken for the place: a road of that name is there too."""
    words = "我家在宁波 莫干山路那边路灯坏了，晚上黑得看不见"
    result = route.fills(words, "lodge_appeal", places=places)
    assert told(result) == texts.ELSEWHERE.format(city="宁波市", hotline="0574-12345")
    assert route.slots["requested_slot"] == "appeal_location"
    assert route.slots["appeal_text"] == words
    assert (
        route.fills("西湖区文三路", "inform_location", places=["西湖区文三路"])["responses"] == []
    )
    assert "地点：西湖区文三路\n" in route.slots["read_back"]


def test_what_the_city_itself_handles_is_not_sent_elsewhere(route: Route) -> None:
    result = route.fills("我家在宁波 坐地铁一号线被门夹了没人管", "lodge_appeal")
    assert result["responses"] == []


@pytest.mark.parametrize("change", ["不对，是西湖区文三路", "西湖区文三路"])
def test_a_pin_goes_when_the_place_is_corrected(route: Route, change: str) -> None:
    route.fills(DARK, "lodge_appeal")
    route.fills("", "inform_location", say="/inform_location", pin=HERE)
    intent = "deny" if change.startswith("不对") else "inform_location"
    route.fills(change, intent, places=["西湖区文三路"])
    assert "地点：西湖区文三路\n" in route.slots["read_back"]
    route.fills("对", "affirm")
    location = route.submits().location
    assert (location["pin"], location["district"]["name"]) == (None, "西湖区")


def test_a_pin_goes_when_it_is_called_wrong(route: Route) -> None:
    route.fills(DARK, "lodge_appeal")
    route.fills("", "inform_location", say="/inform_location", pin=HERE)
    route.fills("地点不对", "deny")
    assert route.slots["requested_slot"] == "appeal_location"
    assert route.slots["appeal_pin"] is None


def test_a_pin_stays_when_words_make_it_more_exact(route: Route) -> None:
    route.fills(DARK, "lodge_appeal")
    route.fills("", "inform_location", say="/inform_location", pin=HERE)
    route.fills("3幢东门口", "inform_location", places=["3幢东门口"])
    assert "地点：3幢东门口，上城区彭埠街道附近" in route.slots["read_back"]
    route.fills("对", "affirm")
    location = route.submits().location
    assert location["pin"] == HERE
    assert location["street"]["name"] == "彭埠街道"


def test_a_pin_is_put_into_words_and_onto_the_case(route: Route) -> None:
    route.fills(DARK, "lodge_appeal")
    route.fills("", "inform_location", say="/inform_location", pin=HERE)
    assert "地点：上城区彭埠街道附近（地图定位" in route.slots["read_back"]
    assert route.slots["requested_slot"] == "appeal_confirmed"
    route.fills("对", "affirm")
    location = route.submits().location
    assert location["pin"] == HERE
    assert location["district"]["name"] == "上城区"
    assert location["street"]["name"] == "彭埠街道"


def test_a_pin_of_another_city_is_refused_kindly_and_leaves_no_trace(route: Route) -> None:
    route.fills(DARK, "lodge_appeal")
    refused = route.fills("", "inform_location", say="/inform_location", pin=NINGBO)
    assert told(refused) == texts.PIN_NOT_HERE
    assert route.slots["requested_slot"] == "appeal_location"
    route.fills("西湖区文三路", "inform_location", places=["西湖区文三路"])
    route.fills("对", "affirm")
    assert route.submits().location["pin"] is None


@pytest.mark.parametrize("place", [LONG_ROAD, "西湖区文三路"])
def test_a_pin_of_another_city_does_not_take_what_was_said(route: Route, place: str) -> None:
    """Neither an open choice nor what was read back is lost by it."""
    route.fills(f"{place}{DARK}", "lodge_appeal", places=[place])
    asked = route.slots["requested_slot"]
    refused = route.fills("", "inform_location", say="/inform_location", pin=NINGBO)
    assert told(refused) == texts.PIN_NOT_HERE
    assert (route.slots["appeal_location"], route.slots["requested_slot"]) == (place, asked)


def test_a_place_in_traditional_characters_is_known(route: Route) -> None:
    route.fills("於潜鎮路燈壞了三天，晚上黑得看不見", "lodge_appeal")
    assert route.slots["appeal_location"] == "於潜鎮"


FORM = "appeal_form"
NO_ANSWER_TO = "月球上能种菜吗"


def test_in_the_middle_of_an_appeal_nothing_else_is_asked(route: Route) -> None:
    for action, words, says in (
        ("action_answer_question", NO_ANSWER_TO, texts.NO_ANSWER_NOW),
        ("action_chase_case", "催一下", texts.NONE_OPEN),
        ("action_check_progress", "停水了什么时候来水", texts.NONE_OPEN),
    ):
        result = route.runs(action, words, form=FORM)
        assert (told(result), buttons(result)) == (says, [])


def test_asked_what_it_is_a_question_without_an_answer_is_what_it_is(route: Route) -> None:
    route.fills("", "lodge_appeal", say="/lodge_appeal")
    route.fills(NO_ANSWER_TO, "ask_question")
    assert route.slots["appeal_text"] == NO_ANSWER_TO


def test_who_wants_to_ask_is_asked_what(route: Route) -> None:
    assert told(route.runs("action_answer_question", "我想问问这个事情")) == texts.WHAT_TO_ASK


def test_a_bare_number_is_nothing_to_lodge(route: Route) -> None:
    result = route.runs("action_unsure", "12345", intent="nlu_fallback")
    assert (told(result), buttons(result)) == (texts.NO_WORDS, [])


def test_when_the_water_comes_back_is_no_case_of_theirs(route: Route) -> None:
    result = route.runs("action_check_progress", "停水了什么时候来水", intent="check_progress")
    assert buttons(result)[0]["data"] == {"words_of": result["message_id"]}
    assert told(route.runs("action_check_progress", "查进度")) == texts.NO_CASES


def test_one_word_taken_for_a_no_is_not_passed_over(route: Route) -> None:
    assert told(route.runs("action_no", "噪音", intent="deny", confidence=0.6)) == (
        texts.NOT_UNDERSTOOD
    )
    assert told(route.runs("action_no", "不用", intent="deny", confidence=0.6)) == (
        texts.NOTHING_PENDING
    )


def test_never_mind_without_an_appeal_says_nothing_of_one(route: Route) -> None:
    assert told(route.runs("action_cancel_appeal", "算了")) == texts.NOTHING_PENDING
    assert told(route.runs("action_cancel_appeal", "算了", form=FORM)) == texts.CANCELLED


def test_a_place_that_no_list_knows_is_asked_about_once(route: Route) -> None:
    route.fills(DARK, "lodge_appeal")
    route.fills("就在我们三号楼", "inform_location", places=["我们三号楼"])
    assert route.slots["requested_slot"] == "appeal_which"
    asked = route.runs("action_ask_appeal_which", "", slots=route.slots)
    assert told(asked) == texts.WHICH_PART.format(place="就在我们三号楼")
    route.fills("拱墅区和睦新村", "inform_location", places=["拱墅区和睦新村"])
    assert route.slots["requested_slot"] == "appeal_confirmed"
    assert route.slots["appeal_location"] == "拱墅区和睦新村三号楼"


def test_who_cannot_say_in_which_part_is_not_asked_again(route: Route) -> None:
    route.fills(DARK, "lodge_appeal")
    route.fills("朝阳路", "inform_location", places=["朝阳路"])
    assert route.slots["requested_slot"] == "appeal_which"
    route.fills("不知道", "deny")
    assert route.slots["requested_slot"] == "appeal_confirmed"
    assert route.slots["appeal_location"] == "朝阳路"


def test_what_is_left_of_not_knowing_the_road_is_the_place(route: Route) -> None:
    route.fills("路边一个大坑，差点把我绊倒", "lodge_appeal")
    route.fills("不知道叫什么路，就在医院旁边", "inform_location", places=["什么路"])
    assert route.slots["appeal_location"] == "就在医院旁边"
    assert route.slots["appeal_text"] == "路边一个大坑，差点把我绊倒"


def test_what_only_sounds_like_a_place_does_not_put_aside_the_one_that_is_known(
    route: Route,
) -> None:
    route.fills("上城区凯旋路", "inform_location", places=["上城区凯旋路"])
    route.fills("早上五点多跳广场舞太吵", "lodge_appeal", places=["上五点多跳广场"])
    assert route.slots["appeal_location"] == "上城区凯旋路"


def test_what_the_city_handles_needs_no_place_that_is_none(route: Route) -> None:
    route.fills("希望多开一路公交到小和山", "lodge_appeal", places=["多开一路"])
    assert route.slots["appeal_location"] is None
    assert route.slots["requested_slot"] == "appeal_confirmed"
