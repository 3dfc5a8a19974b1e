from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.power_list import PowerItem, PowerList, confidence_of

POWER_LIST = Path(__file__).parents[2] / "data" / "power_list.csv"


def item(code: str, title: str, keywords: str, unit_types: str = "street") -> PowerItem:
    return PowerItem(
        code=code,
        title=title,
        domain="城乡建设",
        matter="市政",
        keywords=tuple(keywords.split("|")),
        unit_types=tuple(unit_types.split("|")),
        tier="street",
        respond_days=1,
        resolve_days=5,
        legal_basis="",
    )


LIGHTS = item("A", "路灯不亮", "路灯坏了|路灯不亮|没有路灯")
NOISE = item("B", "施工噪声", "夜间施工|施工噪音|噪音")
NEIGHBOURS = item("C", "邻里噪声", "邻居吵|噪音|麻将声")
SMALL = PowerList([LIGHTS, NOISE, NEIGHBOURS])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("门口的路灯坏了", "A"),
        ("路灯已经一个月没亮", "A"),
        ("工地夜间施工噪音大", "B"),
        ("邻居吵，麻将声到半夜", "C"),
    ],
)
def test_the_best_item(text: str, code: str) -> None:
    assert SMALL.match(text)[0].item.code == code


def test_a_rare_word_weighs_more_than_a_shared_one() -> None:
    matches = {match.item.code: match for match in SMALL.match("噪音，麻将声")}
    assert matches["C"].score > matches["B"].score
    assert set(matches["C"].words) >= {"噪音", "麻将声"}


def test_the_beginning_weighs_more() -> None:
    late = SMALL.match("我先说说别的事情" * 20 + "路灯坏了")[0]
    assert late.score < SMALL.match("路灯坏了")[0].score


def test_confidence_falls_with_a_close_runner_up() -> None:
    alone, shared = SMALL.match("路灯坏了"), SMALL.match("噪音")
    assert confidence_of(alone) > confidence_of(shared) > 0
    assert confidence_of([]) == 0


def test_nothing_in_common() -> None:
    assert SMALL.match("你好") == []
    assert PowerList([]).match("路灯坏了") == []


@given(st.text(st.sampled_from("路灯坏了不亮噪音施工邻居吵麻将声，夜间a1 ")))
def test_scores_are_sorted_and_confidence_is_a_share(text: str) -> None:
    matches = SMALL.match(text)
    assert matches == sorted(matches, key=lambda match: (-match.score, match.item.code))
    assert 0 <= confidence_of(matches) <= 1
    assert all(word in text for match in matches for word in match.words)


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "power_list.csv"
    path.write_text("code,title\nA,路灯\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        PowerList.load(path)


@pytest.mark.parametrize(
    ("text", "unit_type"),
    [
        ("地铁早高峰太挤", "transit"),
        ("公积金提取不了", "housing_fund"),
        ("老板拖欠工资三个月", "labor"),
        ("楼下饭店油烟太大", "urban_management"),
    ],
)
def test_the_real_list(text: str, unit_type: str) -> None:
    assert unit_type in PowerList.load(POWER_LIST).match(text)[0].item.unit_types
