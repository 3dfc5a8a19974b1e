"""`minhu topics FILE` as a shell calls it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.shell import Ended, Row, minhu, results

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]

KEYS = {"rank", "title", "place", "size", "ids", "heat", "first", "last"}
PIPE = (
    "翠苑三区停水了，一滴水都没有，水管爆了",
    "文一路水管爆裂，翠苑三区停水没人抢修",
    "翠苑三区停水到现在，水管还没抢修好",
    "翠苑三区自来水停水一晚上，爆管了也不通知",
)
GYM = (
    "乐动健身关门跑路，健身卡的钱不退",
    "乐动健身老板跑路，办的健身卡退费",
    "健身卡退费，乐动健身关门跑路了",
)
FORMATS = (
    "2026-07-14 18:20",
    "2026/7/14 19:05:00",
    "2026年7月14日 20:10",
    "2026-07-14T21:00:00+08:00",
)


def row(number: int | str, text: str, **fields: Any) -> Row:
    return {
        "id": number,
        "user": f"u{number}",
        "title": "",
        "text": text,
        "up": 0,
        "down": 0,
    } | fields


def topics(folder: Path, *rows: Row | str | bytes, options: tuple[str, ...] = ()) -> Ended:
    path = folder / "messages.jsonl"
    lines = (
        r if isinstance(r, str) else json.dumps(r, ensure_ascii=False)
        for r in rows
        if not isinstance(r, bytes)
    )
    path.write_bytes(
        b"".join([r + b"\n" for r in rows if isinstance(r, bytes)]) + "\n".join(lines).encode()
    )
    return minhu("topics", str(path), *options)


def incidents() -> list[Row]:
    pipe = [row(n, text, time=FORMATS[n], up=n) for n, text in enumerate(PIPE)]
    gym = [row(f"g{n}", text, time=f"2026-07-1{n} 09:00") for n, text in enumerate(GYM)]
    return [*pipe, *gym, row("s", "咨询居住证积分入学几月份申请", time="2026-07-12 10:00")]


def test_topics_are_ranked_with_their_messages(tmp_path: Path) -> None:
    ended = topics(tmp_path, *incidents())
    assert (ended.returncode, ended.stderr) == (0, "")
    first, second = results(ended)
    assert first.keys() >= KEYS
    assert [first["rank"], second["rank"]] == [1, 2]
    assert first["ids"] == [0, 1, 2, 3]
    assert (first["size"], first["place"]) == (4, "翠苑三区")
    assert (first["first"], first["last"]) == (
        "2026-07-14T18:20:00+08:00",
        "2026-07-14T21:00:00+08:00",
    )
    assert set(second["ids"]) == {"g0", "g1", "g2"}
    assert first["heat"] > second["heat"] > 0
    assert "翠苑三区" in first["title"]


def test_the_hottest_only(tmp_path: Path) -> None:
    [only] = results(topics(tmp_path, *incidents(), options=("--top", "1")))
    assert only["rank"] == 1
    assert topics(tmp_path, *incidents(), options=("--top", "0")).returncode == 2


def test_one_person_and_a_flood_are_not_hot(tmp_path: Path) -> None:
    one = [row(n, f"翠苑三区停水{n}天了，水管爆了没人修", user="same") for n in range(10)]
    flood = [
        row(
            f"f{n}", "某某楼盘虚假宣传，开发商还我血汗钱，还我学区", time=f"2026-07-14 08:00:{n:02}"
        )
        for n in range(20)
    ]
    topics_by_title = results(topics(tmp_path, *one, *flood))
    assert [(topic["people"], topic["heat"]) for topic in topics_by_title] == [(1, 0), (1, 0)]
    assert {topic["flood"] for topic in topics_by_title} == {True, False}
    assert results(topics(tmp_path, *one, *flood, options=("--top", "5"))) == []


def test_bad_lines_are_named_and_others_are_read(tmp_path: Path) -> None:
    rows: list[Row | str] = [
        *incidents()[:4],
        "{",
        '["列表"]',
        row("a", "路灯坏了", time="上个月"),
        row("b", "路灯坏了", up=-1),
        row("c", "路灯坏了", down="许多"),
        {"text": "没有编号"},
        row(1, "编号用过了"),
        row("d", "路灯坏了", title=7),
        "",
    ]
    ended = topics(tmp_path, *rows)
    assert ended.returncode == 2
    assert len(results(ended)) == 1
    assert ended.stderr.splitlines() == [
        "line 5: not JSON in UTF-8",
        'line 6: an object with a string "text" is needed',
        "line 7: \"time\" cannot be read: '上个月'",
        'line 8: "up" must be a whole number from 0',
        'line 9: "down" must be a whole number from 0',
        'line 10: an "id" is needed, a string or a whole number',
        "line 11: the id 1 is there already",
        'line 12: "title" must be a string',
    ]
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("content", ["", "\n \n", json.dumps(row(1, "路灯不亮"))])
def test_nothing_and_one_message(tmp_path: Path, content: str) -> None:
    ended = topics(tmp_path, content)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_odd_messages(tmp_path: Path) -> None:
    odd = [
        row("long", "停水" * 5000, time=None),
        row("empty", "", time=""),
        row("emoji", "😀\ud800", time=1784024400),
        row("milliseconds", "\x00 ？！", time=1784024400000),
        {"id": "bare", "text": "只有文字"},
        row("votes", "有人支持", up="12", down=None),
    ]
    ended = topics(tmp_path, b"\xef\xbb\xbf", *(json.dumps(r) for r in odd))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ended = minhu("topics", str(tmp_path / "none.jsonl"))
    assert ended.returncode == 2
    assert "No such file" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert minhu("topics", str(tmp_path)).returncode == 2
