from dataclasses import replace
from itertools import product

import pytest

from dialogue.drafts import Asked, Draft, Heard, affirmed, fill, start

TEXT, LOCATION, CHANGE, CONFIRMED = Asked.TEXT, Asked.LOCATION, Asked.CHANGE, Asked.CONFIRMED
WHICH = Asked.WHICH
NOISE, ROAD = "楼下半夜施工", "文三路138号"
LONG_ROAD, DISTRICTS = "莫干山路", ("拱墅区", "西湖区", "余杭区")
READ_BACK = Draft(text=NOISE, location=ROAD)
CHANGING = Draft(text=NOISE, location=ROAD, changing=True)
TOLD = Draft(text=NOISE)
OPEN = Draft(text=NOISE, location=LONG_ROAD, choices=DISTRICTS)
LEFT_OPEN = Draft(text=NOISE, location=LONG_ROAD, asked_of=LONG_ROAD)
SO_FAR = {TEXT: Draft(), LOCATION: TOLD, WHICH: OPEN, CHANGE: CHANGING, CONFIRMED: READ_BACK}


def heard(text: str, intent: str, location: str | None = None, confidence: float = 0.95) -> Heard:
    return Heard(text, intent, confidence, location)


def pressed(intent: str) -> Heard:
    return Heard("", intent, 1.0, pressed=True)


@pytest.mark.parametrize(
    ("draft", "needs_place", "asked"),
    [
        (Draft(), True, TEXT),
        (Draft(location=ROAD), True, TEXT),
        (TOLD, True, LOCATION),
        (TOLD, False, CONFIRMED),
        (Draft(text=NOISE, location=""), True, CONFIRMED),
        (READ_BACK, True, CONFIRMED),
        (OPEN, True, WHICH),
        (replace(OPEN, changing=True), True, WHICH),
        (replace(OPEN, asked_of=LONG_ROAD), True, CONFIRMED),  # never twice
        (replace(OPEN, location="长安路", asked_of=LONG_ROAD), True, WHICH),  # of another place
        (CHANGING, True, CHANGE),
        (Draft(text=NOISE, location=ROAD, confirmed=True), True, None),
    ],
)
def test_what_is_asked_next(draft: Draft, needs_place: bool, asked: Asked | None) -> None:
    assert draft.missing(needs_place=needs_place) is asked


@pytest.mark.parametrize(
    ("said", "draft"),
    [
        (heard(NOISE, "lodge_appeal"), TOLD),
        (heard(f"{ROAD}{NOISE}", "lodge_appeal", ROAD), Draft(f"{ROAD}{NOISE}", ROAD)),
        (heard(ROAD, "inform_location", ROAD), Draft(location=ROAD)),
        (heard("我家门口", "inform_location"), Draft(location="我家门口")),
        (heard(f"我在{ROAD}，这里半夜还在施工", "inform_location", ROAD),
         Draft(f"我在{ROAD}，这里半夜还在施工", ROAD)),
        (pressed("lodge_appeal"), Draft()),
        (heard("！！", "lodge_appeal"), Draft()),
        (heard("我哋楼下嗰间铺头成晚嘈住晒", "inform_location"),
         Draft("我哋楼下嗰间铺头成晚嘈住晒")),
    ],
)  # fmt: skip
def test_the_first_message(said: Heard, draft: Draft) -> None:
    assert start(said) == draft


@pytest.mark.parametrize(
    ("asked", "said", "after"),
    [
        # What is it?
        (TEXT, heard(NOISE, "lodge_appeal"), TOLD),
        (TEXT, heard(NOISE, "add_detail"), TOLD),
        (TEXT, heard(NOISE, "nlu_fallback", confidence=0.2), TOLD),
        (TEXT, heard("这归谁管", "ask_question", confidence=0.5), Draft("这归谁管")),
        (TEXT, heard(ROAD, "inform_location", ROAD), Draft(location=ROAD)),
        (TEXT, heard("对", "affirm"), Draft()),
        (TEXT, heard("不是", "deny"), Draft()),
        (TEXT, pressed("lodge_appeal"), Draft()),
        (TEXT, heard("😀", "lodge_appeal"), Draft()),
        # Where?
        (LOCATION, heard(ROAD, "inform_location", ROAD), READ_BACK),
        (LOCATION, heard("我家楼下", "inform_location"), Draft(NOISE, "我家楼下")),
        (LOCATION, heard("楼道里", "nlu_fallback", confidence=0.2), Draft(NOISE, "楼道里")),
        (LOCATION, heard("不知道", "deny"), Draft(NOISE, "")),
        (LOCATION, heard("说不清楚", "nlu_fallback"), Draft(NOISE, "")),
        (LOCATION, pressed("deny"), Draft(NOISE, "")),
        (LOCATION, heard("对", "affirm"), TOLD),
        (LOCATION, heard("门牌不清楚，在文三路", "inform_location", "文三路"),
         Draft(NOISE, "文三路")),
        (LOCATION, heard("不是，在文三路", "deny", "文三路"), Draft(NOISE, "文三路")),
        (LOCATION, heard(f"{ROAD}，天天吵", "lodge_appeal", ROAD),
         Draft(f"{NOISE}\n{ROAD}，天天吵", ROAD)),
        (LOCATION, heard(f"在{ROAD}，昨晚两点还在吵，老人睡不着", "inform_location", ROAD),
         Draft(f"{NOISE}\n在{ROAD}，昨晚两点还在吵，老人睡不着", ROAD)),
        (LOCATION, heard("不知道门牌，反正昨晚两点还在吵，老人睡不着", "add_detail"),
         Draft(f"{NOISE}\n不知道门牌，反正昨晚两点还在吵，老人睡不着", "")),
        (LOCATION, heard("长" * 61, "add_detail"), Draft(f"{NOISE}\n{'长' * 61}")),
        # Is that right?
        (CONFIRMED, heard("对", "affirm"), Draft(NOISE, ROAD, confirmed=True)),
        (CONFIRMED, pressed("affirm"), Draft(NOISE, ROAD, confirmed=True)),
        (CONFIRMED, heard(f"对，{ROAD}", "affirm", ROAD), Draft(NOISE, ROAD, confirmed=True)),
        (CONFIRMED, heard("对，在天目山路", "affirm", "天目山路"), Draft(NOISE, "天目山路")),
        (CONFIRMED, heard("不对", "deny"), CHANGING),
        (CONFIRMED, pressed("deny"), CHANGING),
        (CONFIRMED, heard("不对，在天目山路", "deny", "天目山路"), Draft(NOISE, "天目山路")),
        (CONFIRMED, heard("不对，不是文三路，是天目山路", "deny", "天目山路"),
         Draft(NOISE, "天目山路")),
        (CONFIRMED, heard("天目山路", "inform_location", "天目山路"), Draft(NOISE, "天目山路")),
        (CONFIRMED, heard("不对，是早上不是半夜", "deny"),
         Draft(f"{NOISE}（更正：不对，是早上不是半夜）", ROAD)),
        (CONFIRMED, heard("地点不对", "nlu_fallback"), TOLD),
        (CONFIRMED, heard("内容不对", "deny"), Draft(location=ROAD)),
        (CONFIRMED, heard("还有渣土车", "add_detail"), Draft(f"{NOISE}\n还有渣土车", ROAD)),
        (CONFIRMED, heard("事情不大但天天吵，受不了", "add_detail"),
         Draft(f"{NOISE}\n事情不大但天天吵，受不了", ROAD)),
        (CONFIRMED, heard("还有渣土车", "nlu_fallback", confidence=0.2),
         Draft(f"{NOISE}\n还有渣土车", ROAD)),
        (CONFIRMED, heard("那个渣土车谁管", "ask_question", confidence=0.5),
         Draft(f"{NOISE}\n那个渣土车谁管", ROAD)),
        (CONFIRMED, heard("ok", "nlu_fallback", confidence=0.2), READ_BACK),
        (CONFIRMED, heard("您好！请问在吗", "greet", confidence=0.5), READ_BACK),
        # What is wrong with it?
        (CHANGE, heard("天目山路", "inform_location", "天目山路"), Draft(NOISE, "天目山路")),
        (CHANGE, heard("地点不对", "deny"), TOLD),
        (CHANGE, heard("内容不对", "deny"), Draft(location=ROAD)),
        (CHANGE, heard("是早上不是半夜", "add_detail"),
         Draft(f"{NOISE}（更正：是早上不是半夜）", ROAD)),
        (CHANGE, heard("事情是早上发生的，不是半夜", "add_detail"),
         Draft(f"{NOISE}（更正：事情是早上发生的，不是半夜）", ROAD)),
        (CHANGE, heard("地点是天目山路，时间是早上六点，不是半夜", "deny", "天目山路"),
         Draft(f"{NOISE}（更正：地点是天目山路，时间是早上六点，不是半夜）", "天目山路")),
        (CHANGE, heard("没有不对", "affirm"), READ_BACK),
        (CHANGE, heard("不对", "deny"), CHANGING),
        (CHANGE, pressed("deny"), CHANGING),
        (CHANGE, heard("😀", "nlu_fallback"), CHANGING),
    ],
)  # fmt: skip
def test_what_a_message_fills(asked: Asked, said: Heard, after: Draft) -> None:
    assert fill(SO_FAR[asked], said, asked) == after


OTHER_BUSINESS = [
    "request_human",
    "cancel",
    "emergency",
    "repeat",
    "ask_help",
    "check_progress",
    "goodbye",
    "inform_contact",
    "rate_case",
    "withdraw_case",
    "chase_case",
    "greet",
    "thank",
    "out_of_scope",
    "ask_question",
]


@pytest.mark.parametrize(
    ("asked", "intent"),
    list(product(Asked, OTHER_BUSINESS)),
)
def test_the_form_steps_aside_for_something_else(asked: Asked, intent: str) -> None:
    assert fill(SO_FAR[asked], heard("别的事", intent), asked) is None


@pytest.mark.parametrize("asked", [TEXT, LOCATION, CHANGE])
@pytest.mark.parametrize("intent", ["cancel", "check_progress", "greet", "ask_question"])
def test_an_unsure_classifier_does_not_break_off_the_form(asked: Asked, intent: str) -> None:
    assert fill(SO_FAR[asked], heard("路灯坏了", intent, confidence=0.6), asked) is not None


@pytest.mark.parametrize("intent", ["cancel", "request_human"])
def test_a_pressed_button_always_breaks_off(intent: str) -> None:
    for asked in Asked:
        assert fill(SO_FAR[asked], pressed(intent), asked) is None


def test_a_place_that_nobody_knows_is_asked_for_once() -> None:
    nowhere = Draft(text=NOISE, location="")
    more = fill(nowhere, heard("还有渣土车", "add_detail"), CONFIRMED)
    assert more == Draft(f"{NOISE}\n还有渣土车", "")
    found = fill(nowhere, heard("想起来了，在天目山路", "add_detail", "天目山路"), CONFIRMED)
    assert found == Draft(f"{NOISE}\n想起来了，在天目山路", "天目山路")


@pytest.mark.parametrize(
    ("said", "so"),
    [
        ("不对，不是文一路，是文三路", "不对，，是文三路"),
        ("不是文一路是文三路", "是文三路"),
        ("不是文一路而是文三路", "而是文三路"),
        ("在文三路，不在文一路", "在文三路，"),
        ("不在文一路在文三路", "在文三路"),
        ("不是文一路", ""),
        ("是不是文三路", "是不是文三路"),
        ("文三路的路灯不亮", "文三路的路灯不亮"),
    ],
)
def test_a_place_that_is_denied_is_not_where_it_is(said: str, so: str) -> None:
    assert affirmed(said) == so


UNSURE = ["lodge_appeal", "add_detail", "inform_location", "nlu_fallback", "ask_question", "deny"]
LONG = "昨天晚上十一点开始，一直到今天早上五点，中间停了一会儿"


@pytest.mark.parametrize(("asked", "intent"), list(product(Asked, UNSURE)))
@pytest.mark.parametrize("place", [None, "天目山路"])
def test_no_word_of_a_long_message_is_lost(asked: Asked, intent: str, place: str | None) -> None:
    if (asked, intent) == (TEXT, "deny"):
        pytest.skip("a no to 'what is it?' tells nothing")
    said = LONG + (f"，在{place}" if place else "")
    after = fill(SO_FAR[asked], heard(said, intent, place, confidence=0.6), asked)
    assert after is not None
    assert said in f"{after.text} {after.location}" or after.changing
    assert NOISE in f"{after.text}" or asked is TEXT


@pytest.mark.parametrize(
    "opening",
    ["我想反映一件事", "我要投诉！", "您好，我有个问题要反映", "提个建议", "有事跟你们说"],
)
def test_an_opening_is_not_yet_an_appeal(opening: str) -> None:
    assert start(heard(opening, "lodge_appeal")) == Draft()


@pytest.mark.parametrize("told", ["我要投诉楼上漏水", "建议装路灯", "有人打架"])
def test_what_is_told_with_the_opening_is_kept(told: str) -> None:
    assert start(heard(told, "lodge_appeal")) == Draft(text=told)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (heard("2", "nlu_fallback", confidence=0.2), "西湖区莫干山路"),
        (heard("1", "rate_case"), "拱墅区莫干山路"),  # a figure is a grade elsewhere
        (heard("一", "affirm"), "拱墅区莫干山路"),
        (heard("第三个吧", "cancel"), "余杭区莫干山路"),
        (heard("西湖区", "inform_location", "西湖区"), "西湖区莫干山路"),
        (heard("余杭那边", "inform_location", "余杭"), "余杭莫干山路"),
        (heard("在西湖区的莫干山路", "inform_location", "西湖区的莫干山路"), "西湖区的莫干山路"),
        (heard("都不是，在萧山区", "deny", "萧山区"), "萧山区莫干山路"),
        (heard("都不是，是文三路", "deny", "文三路"), "文三路"),
        (heard("文三路口上", "inform_location", "文三路口"), "文三路口，莫干山路"),
    ],
)
def test_which_of_several(said: Heard, place: str) -> None:
    after = fill(OPEN, said, WHICH)
    assert after == Draft(NOISE, place, asked_of=place)
    assert after.missing(needs_place=True) is CONFIRMED


@pytest.mark.parametrize(
    "said",
    [
        heard("都不是", "deny"),
        heard("不知道", "deny"),
        heard("说不清楚", "nlu_fallback"),
        heard("4", "nlu_fallback"),
        heard("0", "rate_case", confidence=0.5),
        heard("对", "affirm"),
        heard("两个", "nlu_fallback"),
        heard("😀", "nlu_fallback"),
        pressed("deny"),
    ],
)
def test_what_is_no_choice_leaves_it_open_and_is_not_asked_twice(said: Heard) -> None:
    after = fill(OPEN, said, WHICH)
    assert after == LEFT_OPEN
    found_again = replace(after, choices=DISTRICTS)  # the gazetteer still finds three
    assert found_again.missing(needs_place=True) is CONFIRMED


@pytest.mark.parametrize("intent", ["lodge_appeal", "add_detail"])
def test_more_that_is_told_instead_of_a_choice_is_kept(intent: str) -> None:
    assert fill(OPEN, heard("垃圾也没人收", intent), WHICH) == replace(
        LEFT_OPEN, text=f"{NOISE}\n垃圾也没人收"
    )


@pytest.mark.parametrize("intent", ["cancel", "request_human"])
def test_a_choice_may_be_broken_off(intent: str) -> None:
    assert fill(OPEN, heard("不选了", intent), WHICH) is None
    assert fill(OPEN, heard("不选了", intent, confidence=0.3), WHICH) is not None


KITCHEN = "还是说吧，隔壁饭店油烟直排，窗都开不了"
SOMEWHERE = replace(TOLD, location="朝阳路", unplaced=True)
ASKED_PART = replace(SOMEWHERE, asked_of="朝阳路")


def test_never_mind_is_nothing_to_lodge() -> None:
    assert fill(Draft(), heard("算了不说了", "cancel", confidence=0.6), TEXT) is None
    assert fill(Draft(), heard("算了 物业不管", "cancel", confidence=0.6), TEXT) is not None


def test_more_of_the_matter_is_no_place() -> None:
    after = fill(TOLD, heard(KITCHEN, "lodge_appeal"), LOCATION)
    assert after == Draft(f"{NOISE}\n{KITCHEN}")
    assert after.missing(needs_place=True) is LOCATION


def test_a_place_in_no_known_area_is_asked_about_once() -> None:
    assert SOMEWHERE.missing(needs_place=True) is WHICH
    assert ASKED_PART.missing(needs_place=True) is CONFIRMED


@pytest.mark.parametrize(
    ("said", "location"),
    [
        (heard("萧山那个", "inform_location", "萧山"), "萧山朝阳路"),
        (heard("拱墅区和睦新村", "inform_location", "拱墅区和睦新村"), "拱墅区和睦新村朝阳路"),
        (heard("汽车站对面", "inform_location"), "汽车站对面，朝阳路"),
        (heard("不知道", "deny"), "朝阳路"),
        (heard("说不清楚", "nlu_fallback"), "朝阳路"),
        (heard("对", "affirm"), "朝阳路"),
    ],
)
def test_in_which_part_of_the_city(said: Heard, location: str) -> None:
    after = fill(SOMEWHERE, said, WHICH)
    assert after is not None
    assert (after.location, after.text, after.asked_of) == (location, NOISE, location)


def test_an_area_said_at_the_read_back_completes_a_place_without_one() -> None:
    said = heard("萧山", "inform_location", "萧山")
    assert fill(ASKED_PART, said, CONFIRMED) == replace(ASKED_PART, location="萧山朝阳路")
    assert fill(READ_BACK, said, CONFIRMED) == replace(READ_BACK, location="萧山")


@pytest.mark.parametrize(
    ("named", "said", "so"),
    [
        ("文三路学院路口", "西湖区", "西湖区文三路学院路口"),
        ("拱墅区朝阳路", "西湖区", "西湖区"),
        ("文三路", "古墩路", "古墩路"),
    ],
)
def test_a_district_said_at_the_read_back_does_not_put_the_place_aside(
    named: str, said: str, so: str
) -> None:
    after = fill(
        replace(TOLD, location=named), heard(said, "inform_location", said), Asked.CONFIRMED
    )
    assert after is not None
    assert after.location == so
