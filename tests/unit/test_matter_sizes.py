from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.city.power_list import PowerItem
from nlu.matters.sizes import Size, helpers_of, item_for_size, size_of

MICRO, SMALL, HARD = Size.MICRO, Size.SMALL, Size.HARD
TIERS = ["property", "community", "street", "district", "city"]


def an_item(size: str = "small", tier: str = "street", *unit_types: str) -> PowerItem:
    types = unit_types or ("housing",)
    return PowerItem("X1", "事项", "城乡建设", "", "", (), types, tier, size, 1, 5, "")


@pytest.mark.parametrize("size", Size)
def test_without_a_sign_the_size_is_its_kinds(size: Size) -> None:
    assert size_of("楼道灯坏了", an_item(size.value)) == (size, ())


def test_an_unknown_matter_is_small() -> None:
    assert size_of("有件事", None) == (SMALL, ())
    assert size_of("我们30户都没水", None)[0] is HARD


MANY = [
    "整个小区停水", "全村没路灯", "我们几十户都受影响", "我们20户", "30多户人家", "200余名业主签字",
    "三十多户人家没水", "两百户业主", "一百二十户", "三十五个业主", "50个居民", "100个人签字",
    "业主联名反映", "集体投诉物业", "全体业主",
]  # fmt: skip
NOT_MANY = [
    "我家没水", "19户", "十几户", "三户人家", "欠我5000人民币", "2024年的事", "20家具店", "30号楼",
    "文三路20号", "五个人打架", "一百块钱", "二十天没修",
]  # fmt: skip


@pytest.mark.parametrize("text", MANY)
def test_many_people_make_it_bigger(text: str) -> None:
    for before, after in ((MICRO, SMALL), (SMALL, HARD), (HARD, HARD)):
        size, words = size_of(text, an_item(before.value))
        assert size is after
        assert words
        assert all(word in text for word in words)


@pytest.mark.parametrize("text", NOT_MANY)
def test_few_people_do_not(text: str) -> None:
    assert size_of(text, an_item("small"))[0] is SMALL


LONG = ["三年了", "两年多", "10年没修", "多年", "好几年", "半年多一直没人管", "历史遗留问题"]
NOT_LONG = [
    "2024年没修", "二零二四年都没有", "三年级", "去年", "1年多", "一年了", "三个月了", "半年前报过",
]  # fmt: skip
PASSED_ON = ["互相推诿", "踢皮球", "多次反映没有结果", "都说不归他们管", "反映了好几次"]


@pytest.mark.parametrize("text", LONG + PASSED_ON)
def test_single_weak_sign_is_reported_but_changes_nothing(text: str) -> None:
    size, words = size_of(text, an_item("small"))
    assert size is SMALL
    assert len(words) == 1


@pytest.mark.parametrize("text", NOT_LONG)
def test_calendar_year_is_no_long_duration(text: str) -> None:
    assert size_of(text, an_item("small")) == (SMALL, ())


@pytest.mark.parametrize("long", LONG)
@pytest.mark.parametrize("passed_on", PASSED_ON)
def test_years_and_passed_on_make_it_bigger(long: str, passed_on: str) -> None:
    size, words = size_of(f"{long}，{passed_on}", an_item("small"))
    assert size is HARD
    assert len(words) == 2


def test_all_signs_are_one_step() -> None:
    text = "三十多户人家，三年了，踢皮球"
    assert size_of(text, an_item("micro")) == (SMALL, ("三十多户", "三年了", "踢皮球"))


@given(st.text(), st.sampled_from(Size))
def test_a_text_never_makes_it_smaller(text: str, size: Size) -> None:
    order = list(Size)
    result, words = size_of(text, an_item(size.value))
    assert order.index(result) >= order.index(size)
    assert all(word in text for word in words)


@pytest.mark.parametrize(
    ("size", "tier", "unit_types", "goes_to"),
    [
        (MICRO, "street", ("community", "street"), "community"),
        (MICRO, "district", ("traffic_police", "property_company"), "community"),
        (MICRO, "property", ("property_company",), "property"),
        (MICRO, "community", ("community",), "community"),
        (MICRO, "city", ("telecom_post",), "city"),  # no one near answers for it
        (SMALL, "property", ("property_company",), "property"),
        (SMALL, "street", ("street",), "street"),
        (SMALL, "district", ("community",), "district"),
        (HARD, "property", ("property_company",), "district"),
        (HARD, "community", ("community",), "district"),
        (HARD, "street", ("street",), "district"),
        (HARD, "district", ("housing",), "district"),
        (HARD, "city", ("transit",), "city"),
    ],
)
def test_the_tier_of_a_size(
    size: Size, tier: str, unit_types: tuple[str, ...], goes_to: str
) -> None:
    assert item_for_size(an_item("small", tier, *unit_types), size).tier == goes_to


@given(st.sampled_from(Size), st.sampled_from(TIERS))
def test_grading_keeps_all_else_and_is_done_once(size: Size, tier: str) -> None:
    item = an_item("micro", tier, "community", "housing")
    graded = item_for_size(item, size)
    assert asdict(graded) | {"tier": tier} == asdict(item)
    assert item_for_size(graded, size) == graded


RANKED = [("housing", 0.5), ("market", 0.3), ("police", 0.25), ("tax", 0.1)]


@pytest.mark.parametrize(
    ("size", "lead", "item", "ranked", "helpers"),
    [
        (MICRO, "housing", an_item("hard", "city", "police"), RANKED, ()),
        (SMALL, "housing", an_item("hard", "city", "police"), RANKED, ()),
        (HARD, "housing", an_item("hard", "city", "housing", "police"), RANKED,
         ("police", "market")),
        (HARD, "police", an_item("hard", "city", "housing", "tax", "police"), RANKED,
         ("housing", "tax")),
        (HARD, "housing", None, RANKED, ("market", "police")),
        (HARD, "market", None, RANKED, ("police",)),
        (HARD, "housing", an_item("hard", "city", "housing"), RANKED[:1], ()),
        (HARD, "", None, [], ()),
    ],
)  # fmt: skip
def test_who_helps_with_a_hard_matter(
    size: Size,
    lead: str,
    item: PowerItem | None,
    ranked: list[tuple[str, float]],
    helpers: tuple[str, ...],
) -> None:
    assert helpers_of(size, lead, item, ranked) == helpers
