"""Reading a history, holding out a part of it, and measuring."""

import json
from typing import Any

import pytest

from nlu.classifiers.linear import LinearModel
from nlu.matters.learning import (
    FEWEST_HELD_OUT,
    HELD_OUT,
    ValidLabels,
    hold_out,
    learn,
    read_history,
    score,
)
from nlu.matters.matter import Matter
from nlu.matters.past_cases import DOMAIN, UNIT_TYPE, PastCase, from_bytes, predict

LABELS = ValidLabels(frozenset({"城乡建设", "交通运输"}), frozenset({"housing", "transport"}))
EMPTY = LinearModel((), {})
WRITTEN = [
    PastCase("路灯坏了", "城乡建设", ("urban_management",), "help"),
    PastCase("出租车拒载", "交通运输", ("transport",), "complaint"),
]
HISTORY = [
    PastCase(f"{what}{n}号", domain, (unit_type,))
    for n in range(20)
    for what, domain, unit_type in (
        ("物业乱收费", "城乡建设", "housing"),
        ("客车不按时发车", "交通运输", "transport"),
    )
]


def lines(*rows: Any) -> list[bytes]:
    return [r if isinstance(r, bytes) else json.dumps(r).encode() for r in rows]


def test_rows_become_past_cases() -> None:
    history = read_history(
        lines(
            {"title": "物业", "text": "乱收费", "domain": "城乡建设", "unit_type": "housing"},
            {"text": "客车 晚点", "unit_type": " transport "},
            b"  ",
            {"text": "没有结论", "domain": None},
        ),
        LABELS,
    )
    assert history.cases == [
        PastCase("物业\n乱收费", "城乡建设", ("housing",)),
        PastCase("客车 晚点", None, ("transport",)),
    ]
    assert (history.problems, history.unjudged) == ([], 1)


def test_a_byte_order_mark_does_no_harm() -> None:
    marked = b"\xef\xbb\xbf" + lines({"text": "乱收费", "domain": "城乡建设"})[0]
    assert len(read_history([marked], LABELS).cases) == 1


@pytest.mark.parametrize(
    "line",
    [b"{", b"\xff\xfe", b"[]", b"{}", b'{"text": 1}', b'{"text": " "}', b'{"text":"a","title":1}'],
)
def test_malformed_line_is_named_and_others_are_read(line: bytes) -> None:
    good = lines({"text": "乱收费", "domain": "城乡建设"})
    history = read_history([*good, line, *good], LABELS)
    assert len(history.cases) == 2
    [problem] = history.problems
    assert problem.startswith("line 2: ")


def test_unknown_judgement_is_named_and_the_other_counts() -> None:
    history = read_history(
        lines(
            {"text": "乱收费", "domain": "城乡", "unit_type": "housing"},
            {"text": "晚点", "domain": "交通运输", "unit_type": 7},
            {"text": "什么", "domain": "月球"},
        ),
        LABELS,
    )
    assert [(case.domain, case.unit_types) for case in history.cases] == [
        (None, ("housing",)),
        ("交通运输", ()),
    ]
    assert history.problems == [
        "line 1: unknown domain '城乡'",
        "line 2: unknown unit type 7",
        "line 3: unknown domain '月球'",
    ]


def test_a_fifth_of_each_judgement_is_held_out() -> None:
    training, held_out = hold_out(HISTORY)
    assert len(held_out) == len(HISTORY) // HELD_OUT
    assert [case.domain for case in held_out].count("城乡建设") == len(held_out) // 2
    assert sorted(case.text for case in training + held_out) == sorted(c.text for c in HISTORY)
    assert hold_out(HISTORY) == (training, held_out)


def test_duplicates_stay_on_one_side_of_the_split() -> None:
    spaced = [PastCase(" ".join(c.text), c.domain, c.unit_types) for c in HISTORY]
    training, held_out = hold_out([*HISTORY, *spaced])
    aside = {"".join(case.text.split()) for case in held_out}
    assert len(aside) == len(held_out) == len(HISTORY) // HELD_OUT
    assert not aside & {"".join(case.text.split()) for case in training}


def test_rare_cases_are_held_out_too() -> None:
    alone = [PastCase(f"{n}号", None, (f"type{n}",)) for n in range(HELD_OUT * 3)]
    assert len(hold_out(alone)[1]) == 3


def test_macro_f1_counts_every_label_the_same() -> None:
    measured = score([("a", "a"), ("a", "a"), ("a", "a"), ("b", "a"), ("c", None)])
    assert measured.accuracy == 0.6
    assert measured.macro_f1 == pytest.approx((6 / 7) / 3, abs=1e-4)


def judge(text: str, model: LinearModel) -> Matter:
    """By like cases alone."""
    if not model.heads:
        return Matter("help", None, None, 0.0, ())
    like = predict(model, text)
    return Matter(
        "help", like[DOMAIN].best, None, 0.0, (), unit_types=((like[UNIT_TYPE].best, 1.0),)
    )


def test_model_predicts_history_and_reports_its_accuracy() -> None:
    lines: list[str] = []
    learning = learn(HISTORY, WRITTEN, in_use=EMPTY, judge=judge, say=lines.append)
    model = from_bytes(learning.to_bytes())
    assert predict(model, "物业又乱收费")[UNIT_TYPE].best == "housing"
    assert predict(model, "客车晚点发车")[DOMAIN].best == "交通运输"
    report = model.notes["report"]
    assert model.notes["cases"] == len(HISTORY)
    assert (report["learnt_from"], report["held_out"]) == (32, 8)
    assert report["measures"][DOMAIN]["new"]["accuracy"] == 1.0
    assert report["measures"][UNIT_TYPE]["in_use"] == {"accuracy": 0.0, "macro_f1": 0.0}
    assert any("accuracy 1.000 (in use: 0.000)" in line for line in lines)


def test_few_cases_make_a_model_without_a_report() -> None:
    few = HISTORY[: FEWEST_HELD_OUT * HELD_OUT - 1]
    model = learn(few, WRITTEN, in_use=EMPTY, judge=judge)
    assert model.notes == {"cases": len(few), "report": None}


def test_nothing_to_learn_from() -> None:
    with pytest.raises(ValueError, match="no case"):
        learn([], WRITTEN, in_use=EMPTY, judge=judge)


@pytest.mark.parametrize("packed", [b"", b"PK\x03\x04 no", b"text", EMPTY.to_bytes()])
def test_file_without_a_past_cases_model_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="model"):
        from_bytes(packed)


def test_a_model_cut_short() -> None:
    packed = learn(HISTORY, WRITTEN, in_use=EMPTY, judge=judge).to_bytes()
    with pytest.raises(ValueError, match="not a model"):
        from_bytes(packed[: len(packed) // 2])
