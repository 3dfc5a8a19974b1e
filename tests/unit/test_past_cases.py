import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.matters import past_cases
from nlu.matters.past_cases import (
    DOMAIN,
    HEADS,
    KIND,
    UNIT_TYPE,
    PastCase,
    Prediction,
    predict,
    unsegment,
)
from nlu.trained import case_model, danger_model


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("小区 物业 乱 收费", "小区物业乱收费"),
        ("小区  物业 ， 乱 收费 。", "小区物业，乱收费。"),
        ("路灯 坏 了 3 天", "路灯坏了 3 天"),  # a figure was no word to be joined
        ("小区物业乱收费", "小区物业乱收费"),
        ("我家住文三路 12 号，楼上漏水一个多月了", "我家住文三路 12 号，楼上漏水一个多月了"),
        ("楼上漏水一个多月了 物业一直不来看", "楼上漏水一个多月了 物业一直不来看"),
        ("the lift is broken", "the lift is broken"),
        ("", ""),
    ],
)
def test_uncut(text: str, whole: str) -> None:
    assert unsegment(text) == whole


@given(st.text(st.sampled_from("小区物业，。 a1")))
def test_uncut_takes_only_spaces(text: str) -> None:
    assert unsegment(text).replace(" ", "") == text.replace(" ", "")
    assert len(unsegment(text)) <= len(text)


LAMPS = [PastCase(f"路灯坏了{n}天没人修", "城乡建设", ("urban_management",)) for n in range(6)]
WAGES = [PastCase(f"老板拖欠工资{n}个月", "劳动和社会保障", ("labor", "street")) for n in range(6)]


def test_heads_need_at_least_two_judgements() -> None:
    model = past_cases.train([*LAMPS, *WAGES])
    assert set(model.heads) == {DOMAIN, UNIT_TYPE}
    assert model.heads[DOMAIN].labels == ("劳动和社会保障", "城乡建设")
    assert model.heads[DOMAIN].examples == 12
    assert model.heads[UNIT_TYPE].examples == 18  # the second unit type of six is one more


def test_the_first_unit_type_counts_for_more() -> None:
    model = past_cases.train([*LAMPS, *WAGES])
    likely = predict(model, "老板拖欠工资半年")[UNIT_TYPE].likelihoods
    assert list(likely)[:2] == ["labor", "street"]


def test_an_opinion_without_a_head_is_empty() -> None:
    judged = predict(past_cases.train([*LAMPS, *WAGES]), "路灯坏了")
    assert set(judged) == set(HEADS)
    assert judged[KIND] == Prediction({}, 0.0)
    assert not judged[KIND].is_sure
    assert next(iter(judged[DOMAIN].likelihoods)) == "城乡建设"


@pytest.mark.model
def test_file_from_other_training_is_no_model() -> None:
    both = [replace(LAMPS[0], kind="help"), replace(WAGES[0], kind="report")] * 3
    packed = past_cases.train(both).to_bytes()
    assert set(past_cases.from_bytes(packed).heads) == set(HEADS)
    for model in (past_cases.train([*LAMPS, *WAGES]), danger_model()):
        with pytest.raises(ValueError, match="not one of past cases"):
            past_cases.from_bytes(model.to_bytes())


@pytest.mark.model
def test_more_cases_count_for_more() -> None:
    few = predict(past_cases.train([*LAMPS, *WAGES]), "路灯坏了")[DOMAIN].share
    more = predict(past_cases.train([*LAMPS, *WAGES] * 10), "路灯坏了")[DOMAIN].share
    real = predict(case_model(), "路灯坏了")[DOMAIN].share
    assert 0 < few < more < real < 1


def test_nothing_known_is_nothing_learnt() -> None:
    nothing = past_cases.train([PastCase("路灯坏了"), *LAMPS])
    assert dict(nothing.heads) == {}
    assert set(predict(nothing, "路灯坏了")) == set(HEADS)


@pytest.mark.model
def test_truncated_case_is_read_as_one_piece() -> None:
    whole, cut = "老板拖欠工资三个月不给", "老板 拖欠 工资 三个月 不 给"
    assert predict(case_model(), cut) == predict(case_model(), whole)


def test_the_files_of_a_folder_are_read(tmp_path: Path) -> None:
    row = {"text": "路灯坏了", "kind": "help", "domain": "城乡建设", "unit_types": ["street"]}
    for name in ("b", "a"):
        line = json.dumps({**row, "text": f"路灯坏了{name}"}, ensure_ascii=False)
        (tmp_path / f"{name}.jsonl").write_text(line + "\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a case", encoding="utf-8")
    assert past_cases.load(tmp_path) == [
        PastCase("路灯坏了a", "城乡建设", ("street",), "help"),
        PastCase("路灯坏了b", "城乡建设", ("street",), "help"),
    ]


@pytest.mark.parametrize(
    ("text", "domain", "kind"),
    [
        ("老板拖欠工资三个月，请求帮我们讨回来", "劳动和社会保障", "help"),
        ("请问小学招生报名要什么条件", "教育文体", "inquiry"),
        ("举报工厂夜里偷排污水", "环境保护", "report"),
    ],
)
@pytest.mark.model
def test_the_trained_model(text: str, domain: str, kind: str) -> None:
    judged = predict(case_model(), text)
    assert next(iter(judged[DOMAIN].likelihoods)) == domain
    assert next(iter(judged[KIND].likelihoods)) == kind
