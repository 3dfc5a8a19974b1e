"""The command line, as a shell calls it."""

from pathlib import Path

import pytest
import yaml

from backend.settings import PROJECT_FOLDER
from tests.e2e.people import APPEAL
from tests.e2e.shell import Row, lines, minhu, results

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]

LONG_TEXT = "路灯坏了，晚上看不见。" * 1000  # more than 10,000 characters
BAD_LINES = "这不是对象\n", '["也不是"]\n', '{"别的": 1}\n'
INTENTS = set(yaml.safe_load((PROJECT_FOLDER / "data/domain.yml").read_text())["intents"])


def test_help_lists_the_commands() -> None:
    ended = minhu("--help")
    assert ended.returncode == 0
    for command in ("up", "parse", "route", "answer", "train", "bench"):
        assert f" {command} " in ended.stdout
    assert "--data-dir" in minhu("up", "--help").stdout


@pytest.mark.parametrize(
    ("command", "field", "good"),
    [("route", "text", "西湖区文三路路灯坏了"), ("answer", "question", "垃圾怎么分类")],
)
def test_bad_line_is_named_and_others_are_read(command: str, field: str, good: str) -> None:
    stdin = lines({field: good}, *BAD_LINES, "\n", {field: good})
    ended = minhu(command, stdin=stdin)
    assert ended.returncode == 2
    first, last = results(ended)
    assert first == last
    complaints = [line for line in ended.stderr.splitlines() if line.startswith("line ")]
    assert [line.split(":")[0] for line in complaints] == ["line 2", "line 3", "line 4"]
    assert "Traceback" not in ended.stderr


def test_route_says_whose_job_it_is_and_why() -> None:
    rows: list[Row] = [
        {"text": "路灯坏了三天，晚上黑得看不见", "location": "西湖区文三路"},
        {"title": "路灯不亮", "text": "西湖区文三路，三天了", "location": None},
        {"text": ""},
        {"text": LONG_TEXT},
    ]
    ended = minhu("route", stdin=lines(*rows))
    assert (ended.returncode, ended.stderr) == (0, "")
    lamp, titled, empty, long = results(ended)
    assert lamp["unit"]["code"] == "330106-urban_management"
    assert lamp["unit_types"][0]["code"] == "urban_management"
    assert lamp["power_item"]["title"] == titled["power_item"]["title"] == "路灯不亮"
    assert lamp["evidence"]
    assert (empty["unit"], empty["power_item"]) == (None, None)
    assert long["power_item"]["title"] == "路灯不亮"
    scores = [it["score"] for it in lamp["unit_types"]]
    assert scores == sorted(scores, reverse=True)


def test_answer_prints_an_article_or_says_none() -> None:
    questions = ["垃圾分类投放时间是几点", "量子纠缠怎么用来炒股", "", "？", LONG_TEXT]
    ended = minhu("answer", stdin=lines(*({"question": it} for it in questions)))
    assert (ended.returncode, ended.stderr) == (0, "")
    rows = results(ended)
    assert [row["question"] for row in rows] == questions
    assert [row["answered"] for row in rows[:4]] == [True, False, False, False]
    assert rows[0]["article"]["id"] == "garbage-sorting"
    assert rows[0]["answer"]
    assert all((row["article"] is not None) == row["answered"] for row in rows)


def test_parse_says_what_texts_mean() -> None:
    texts = [APPEAL, "你好", "着火了快来人", "", "/affirm", "居住证怎么办", LONG_TEXT]
    stdin = lines({"text": texts[0]}, "不是对象\n", *({"text": it} for it in texts[1:]))
    ended = minhu("parse", stdin=stdin)
    assert ended.returncode == 2
    assert "line 2: not JSON" in ended.stderr
    appeal, hello, fire, empty, slash, unsure, long = results(ended)
    assert [row["text"] for row in results(ended)] == texts
    assert (appeal["intent"], appeal["domain"]) == ("lodge_appeal", "城乡建设")
    [place] = [it for it in appeal["entities"] if it["type"] == "location"]
    assert texts[0][place["start"] : place["end"]] == place["value"]
    assert appeal["appeal"] == {
        "matter": APPEAL,
        "location": "西湖区文三路",
        "since": "三天",
        "wish": None,
        "contact": None,
    }
    assert (hello["intent"], hello["emergency"], hello["appeal"]) == ("greet", False, None)
    assert fire["emergency"]
    assert empty["intent"] == "out_of_scope"
    assert slash["intent"] != "affirm"
    assert unsure["confidence"] < appeal["confidence"]
    assert long["intent"]
    assert {row["intent"] for row in results(ended)} <= INTENTS


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        (
            {
                "MINHU_TELEGRAM_TOKEN": "1:T",
                "MINHU_TELEGRAM_MODE": "webhook",
                "MINHU_TELEGRAM_SECRET": "short",
            },
            "MINHU_TELEGRAM_SECRET",
        ),
        ({"MINHU_PORT": "nonsense"}, "MINHU_PORT"),
    ],
)
def test_up_refuses_bad_settings_in_one_line(
    settings: dict[str, str], setting: str, tmp_path: Path
) -> None:
    ended = minhu("up", "--data-dir", str(tmp_path / "var"), **settings)
    assert ended.returncode == 2
    [line] = ended.stderr.splitlines()
    assert setting in line
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("arguments", [("up", "--port", "70000"), ("nonsense",), ("up", "--nay")])
def test_a_wrong_call_exits_with_2(arguments: tuple[str, ...]) -> None:
    ended = minhu(*arguments)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
