"""Messages clustered into incidents: by table, by property, and how many are compared."""

from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.incidents.candidates import CandidateIndex
from nlu.incidents.clustering import Clustering, cluster
from nlu.incidents.copies import copy_groups
from nlu.incidents.features import features_of
from nlu.incidents.message import Message
from nlu.incidents.naming import name_of
from nlu.incidents.places import commonest, is_same_place, places_in
from nlu.incidents.profile import Profile
from tests.eval.incidents import b_cubed, message_of, rows

NOON = datetime(2026, 7, 14, 12, tzinfo=UTC)
BURST_PIPE = (
    "翠苑三区停水了，一滴水都没有，烧不了饭",
    "文一路水管爆了，翠苑三区没水用",
    "翠苑三区什么时候来水？水管还没抢修好吗",
    "翠苑三区自来水停了一晚上，老人小孩怎么办",
)
ELSEWHERE = "采荷新村停水了，水管爆裂没人抢修"
ANOTHER_MATTER = "翠苑三区有人半夜打麻将，吵得睡不着"


def messages(*texts: str, days: float = 0.1) -> list[Message]:
    return [
        Message(f"m{n}", f"u{n}", text, at=NOON + n * timedelta(days=days))
        for n, text in enumerate(texts)
    ]


def partition(clustering: Clustering) -> set[frozenset[str]]:
    return {
        frozenset(clustering.messages[number].id for number in members)
        for members in clustering.groups()
    }


def test_one_incident_in_other_words_is_one_group() -> None:
    groups = partition(cluster(messages(*BURST_PIPE, ELSEWHERE, ANOTHER_MATTER)))
    assert frozenset({"m0", "m1", "m2", "m3"}) in groups
    assert frozenset({"m4"}) in groups
    assert frozenset({"m5"}) in groups


def test_copies_are_one_group_whatever_the_marks() -> None:
    copies = messages(
        "小区门口路灯坏了三盏，晚上看不见路", "小区门口路灯坏了三盏！晚上看不见路！！"
    )
    assert len(cluster(copies).groups()) == 1
    assert copy_groups(copies, range(2), 0.8) == [[0, 1]]


def test_short_texts_are_no_copies() -> None:
    assert copy_groups(messages("停水", "停水"), range(2), 0.8) == [[0], [1]]


def test_months_apart_are_two_incidents() -> None:
    apart = messages(*BURST_PIPE[:2], days=120)
    assert len(cluster(apart).groups()) == 2


def test_nothing_and_one_message() -> None:
    assert cluster([]).groups() == []
    assert cluster(messages("路灯不亮")).groups() == [[0]]


@pytest.mark.parametrize(
    "text", ["", " ", "？！", "😀" * 50, "停" * 10_000, "a b c " * 2000, "\x00\n"]
)
def test_odd_texts_stand_alone(text: str) -> None:
    assert len(cluster(messages(text, *BURST_PIPE)).groups()) == 2


def test_new_message_joins_or_starts_an_incident() -> None:
    clustering = cluster(messages(*BURST_PIPE))
    [first] = clustering.groups()
    late = NOON + timedelta(hours=12)
    joined = clustering.place(Message("x", "x", "翠苑三区还没来水，水管修到几点", at=late))
    other = clustering.place(Message("y", "y", "公司拖欠三个月工资不发", at=late))
    assert joined == first[0]
    assert other != joined


def test_the_name_has_place_and_matter() -> None:
    clustering = cluster(messages(*BURST_PIPE))
    [members] = clustering.groups()
    name = name_of(clustering, members)
    assert name.place == "翠苑三区"
    assert "翠苑三区" in name.title
    assert "水" in name.title
    assert clustering.messages[name.typical].text in BURST_PIPE


@cache
def some_messages() -> list[Message]:
    return [message_of(row) for row in rows()[:120]]


@cache
def partition_in_order() -> set[frozenset[str]]:
    return partition(cluster(some_messages()))


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_the_order_of_the_input_plays_no_part(random: Random) -> None:
    shuffled = random.sample(some_messages(), len(some_messages()))
    assert partition(cluster(shuffled)) == partition_in_order()


def test_incremental_placement_approximates_a_full_run() -> None:
    several = [message_of(row) for row in rows()[:200]]
    full, steps = cluster(several), Clustering()
    for message in several:
        steps.place(message)
    by_run, by_steps = ([c.group_of(n) for n in range(len(several))] for c in (full, steps))
    precision, recall = b_cubed(by_run, by_steps)
    assert min(precision, recall) > 0.85


def test_comparisons_of_a_message_are_bounded() -> None:
    def comparisons(messages: int) -> int:
        index, profile = CandidateIndex(), Profile({f"term{n}": 1.0 for n in range(100)})
        for number in range(messages):
            index.add(number, profile)
        index.ask(profile)
        return index.comparisons

    assert comparisons(100) < comparisons(1000) == comparisons(2000)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("翠苑", "翠苑三区", True),
        ("翠苑一区", "翠苑三区", False),
        ("自在城", "金地自在城", True),
        ("文一路", "文二路", False),
        ("A市", "A7县", True),
        ("A3区", "A7县", False),
        ("A市", "B市", False),
    ],
)
def test_names_of_one_site(first: str, second: str, *, same: bool) -> None:
    assert is_same_place(first, second) is same


def test_the_commonest_name_counts_its_short_forms() -> None:
    assert commonest({"良渚": 7, "七贤桥": 5, "七贤桥村": 7}) == ("七贤桥村", 12)
    assert commonest({}) is None


def test_masked_areas_count_but_masked_names_do_not() -> None:
    assert places_in("A7县星沙的某小区，XX路没有路灯").sites == frozenset()
    assert "A7县" in places_in("A7县星沙的某小区").areas


def test_words_to_the_authority_are_no_features() -> None:
    terms = features_of(Message("m", "u", "尊敬的领导您好，我要投诉路灯不亮")).terms
    assert "领导" not in terms
    assert "路灯" in terms


def test_messages_that_people_put_together_stay_together() -> None:
    pins = {"m0": 7, "m5": 7}
    groups = partition(cluster(messages(*BURST_PIPE, ELSEWHERE, ANOTHER_MATTER), pins=pins))
    assert any({"m0", "m1", "m5"} <= group for group in groups)


def test_messages_that_people_separated_stay_apart() -> None:
    pins = {"m0": 7, "m1": 7, "m2": 8}
    clustering = cluster(messages(*BURST_PIPE), pins=pins)
    assert not any({"m0", "m2"} <= group for group in partition(clustering))
    newcomer = Message("m9", "u9", BURST_PIPE[2], at=NOON)
    assert clustering.topic_of(clustering.place(newcomer)) in {7, 8}
    assert not any({"m0", "m2"} <= group for group in partition(clustering))
