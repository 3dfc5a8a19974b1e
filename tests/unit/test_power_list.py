from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.city.loaded import power_list
from nlu.city.power_list import PowerItem, PowerList, confidence_of, runner_up


def item(code: str, title: str, keywords: str, unit_types: str = "street") -> PowerItem:
    return PowerItem(
        code=code,
        title=title,
        domain="城乡建设",
        matter="市政",
        detail="",
        keywords=tuple(keywords.split("|")),
        unit_types=tuple(unit_types.split("|")),
        tier="street",
        size="small",
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


def test_rare_word_weighs_more_than_common_one() -> None:
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


@given(st.text(st.sampled_from("路灯坏了不亮噪音施工邻居吵麻将声，夜间a1 ")), st.integers(1, 3))
def test_asking_for_fewer_gives_the_best_of_all(text: str, few: int) -> None:
    assert SMALL.match(text, limit=few) == SMALL.match(text, limit=99)[:few]


@pytest.mark.parametrize(
    "text",
    [
        "小区物业收费高服务差，楼道半个月不拖一次，保安亭里经常空着，" * 4,
        "老板拖欠工资三个月，社保也没有交，请求劳动监察帮我们讨回来",
        "孩子上小学学区怎么划分，户口刚刚迁进来",
    ],
)
def test_so_it_does_of_the_real_list(text: str) -> None:
    everything = power_list().match(text, limit=10_000)
    assert len(everything) > 20
    for few in (1, 3, 20):
        assert power_list().match(text, limit=few) == everything[:few]


def test_the_runner_up_is_the_next_best() -> None:
    matches = SMALL.match("噪音，麻将声")
    assert runner_up(matches) == matches[1]
    assert runner_up(matches[:1]) is None


HEADER = (
    "code,title,domain,matter,detail,keywords,unit_types,tier,size,"
    "respond_days,resolve_days,legal_basis\n"
)
ROW = "{},路灯不亮,城乡建设,市政,路灯,路灯坏了 | 没有路灯|,street|power,street,micro,1,3,{}\n"


def folder(path: Path, **files: str) -> Path:
    for name, content in files.items():
        (path / f"{name}.csv").write_text(HEADER + content, encoding="utf-8")
    (path / "VERSION").write_text("2026-11-23\n", encoding="utf-8")
    return path


def test_a_folder_with_a_file_a_domain(tmp_path: Path) -> None:
    there = PowerList.load(
        folder(tmp_path, b=ROW.format("B1", ""), a=ROW.format("A1", "《条例》第一条"))
    )
    assert there.version == "2026-11-23"
    assert [item.code for item in there.items] == ["A1", "B1"]
    assert there.by_code["A1"] == PowerItem(
        code="A1",
        title="路灯不亮",
        domain="城乡建设",
        matter="市政",
        detail="路灯",
        keywords=("路灯坏了", "没有路灯"),
        unit_types=("street", "power"),
        tier="street",
        size="micro",
        respond_days=1,
        resolve_days=3,
        legal_basis="《条例》第一条",
    )
    assert there.by_code["B1"].legal_basis == ""


@pytest.mark.parametrize(
    "row",
    [
        "B1,路灯\n",
        "B1,路灯不亮,城乡建设,市政,路灯,路灯坏了,street,street,micro,一天,3,\n",
        "B1,路灯不亮,城乡建设,市政,路灯,路灯坏了,street,street,micro,1,,\n",
    ],
    ids=["cut short", "no number", "empty number"],
)
def test_bad_row_is_named_with_file_and_line(tmp_path: Path, row: str) -> None:
    path = folder(tmp_path, a=ROW.format("A1", ""), b=ROW.format("B0", "") + row)
    with pytest.raises(ValueError, match=r"b\.csv, line 3"):
        PowerList.load(path)


def test_a_file_without_a_column_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "old.csv").write_text("code,title\nA,路灯\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"old\.csv, line 2.*domain"):
        PowerList.load(path)


def test_a_code_twice_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path, a=ROW.format("A1", ""), b=ROW.format("B1", "") + ROW.format("A1", ""))
    with pytest.raises(ValueError, match=r"twice: A1$"):
        PowerList.load(path)


def test_the_version_must_be_there(tmp_path: Path) -> None:
    path = folder(tmp_path, a=ROW.format("A1", ""))
    (path / "VERSION").unlink()
    with pytest.raises(FileNotFoundError, match="VERSION"):
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
    assert unit_type in power_list().match(text)[0].item.unit_types
