"""Files of sources, as spreadsheets and databases really write them."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import BadInput
from backend.sources.csv_rows import Record, Records, Unreadable
from backend.sources.encodings import encoding_of
from backend.sources.files import FileRow, read_file
from backend.sources.headings import Columns, plain_name

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8)


def lines_of(text: str) -> list[Record | Unreadable]:
    """The heading and the records under it."""
    records = Records(io.StringIO(text, newline=""))
    heading = next(records)
    assert isinstance(heading, Record)
    records.width = len(heading.cells)
    return [heading, *records]


def rows_of(file: Path, needed: list[str]) -> list[FileRow | Unreadable]:
    return list(read_file(file, Columns(needed, needed)).rows)


def csv_lines(rows: list[list[str]]) -> list[str]:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().splitlines(keepends=True)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_written_rows_are_read_back_unchanged(rows: list[list[str]]) -> None:
    got = lines_of("".join(csv_lines([["a", "b", "c"], *rows])))
    assert [one.cells for one in got[1:] if isinstance(one, Record)] == [
        [cell.strip() for cell in row] for row in rows
    ]


@given(
    st.lists(st.sampled_from(["1,甲,x", '2,"乙,乙",y', "3,丙,z"]), min_size=1, max_size=8),
    st.integers(0, 8),
    st.sampled_from(['9,"没关,x', '9,关"了,"x', '"9"丁,x,y', "9,多,了,一个", '"']),
)
def test_a_broken_row_spoils_no_other(good: list[str], at: int, broken: str) -> None:
    at = min(at, len(good))
    lines = ["a,b,c", *good[:at], broken, *good[at:]]
    got = lines_of("\r\n".join(lines) + "\r\n")
    read = [one for one in got[1:] if isinstance(one, Record)]
    spoilt = [one.line for one in got if isinstance(one, Unreadable)]
    assert [one.cells[0] for one in read] == [row[0] for row in good]
    assert spoilt == [at + 2]


def test_unclosed_quotation_mark_costs_one_row() -> None:
    rows = [f'{n},"说""了""{n}",x' for n in range(5000)]
    rows[100] = '100,"没关,x'
    got = lines_of("\n".join(["a,b,c", *rows]))
    assert [one.line for one in got if isinstance(one, Unreadable)] == [102]
    assert len(got) == 5001


def test_multi_line_text_is_one_counted_row() -> None:
    got = lines_of('a,b\n1,"一\n二"\n2,三,四\n3,五\n')
    assert got[1:] == [
        Record(2, ["1", "一\n二"]),
        Unreadable(4, "应有 2 列，这一行有 3 列"),
        Record(5, ["3", "五"]),
    ]


def test_empty_last_cells_may_be_missing() -> None:
    got = lines_of("a,b,c\n1\n2,二\n3,三,,,\n4,四,x,,y\n")
    assert got[1:4] == [
        Record(2, ["1", "", ""]),
        Record(3, ["2", "二", ""]),
        Record(4, ["3", "三", ""]),
    ]
    assert isinstance(got[4], Unreadable)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("编号,内容\n1,路灯坏了\n\n2,㐂𠮷\n".encode(encoding))
    got = list(rows_of(file, ["编号"]))
    assert got == [
        FileRow(2, {"编号": "1", "内容": "路灯坏了"}),
        FileRow(4, {"编号": "2", "内容": "㐂𠮷"}),
    ]


def test_one_broken_byte_keeps_the_files_encoding(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("编号,内容\n1,好的\n".encode() + b"2,\xff\xfe\n" + "3,也好\n".encode())
    assert encoding_of(file) == "utf-8-sig"
    first, broken, last = rows_of(file, [])
    assert isinstance(first, FileRow)
    assert isinstance(broken, FileRow)
    assert isinstance(last, FileRow)
    assert "\ufffd" in str(broken.cells["内容"])
    assert last.cells["内容"] == "也好"


def test_json_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    deep = "[" * 100_000
    long = '"' + "长" * 1_100_000 + '"'
    file.write_text(f'{{"编号": 1}}\n\n[1]\n不是\n{deep}\n{long}\n{{"编号": "二"}}', "utf-8")
    got = list(rows_of(file, []))
    assert [type(one).__name__ for one in got] == ["FileRow", *["Unreadable"] * 4, "FileRow"]
    assert [one.line for one in got] == [1, 3, 4, 5, 6, 7]
    assert got[0] == FileRow(1, {"编号": 1})


def test_xlsx_with_real_dates_and_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编号", "号码", "时间"])
    sheet.append([7, 13800000001, "2026-11-20 09:00"])
    sheet.append([None, None, None])
    sheet.append(["八", None, None])
    book.save(file)
    first, last = rows_of(file, ["编号"])
    cells = {"编号": 7, "号码": 13800000001, "时间": "2026-11-20 09:00"}
    assert first == FileRow(2, cells, "Sheet")
    assert isinstance(last, FileRow)
    assert (last.line, last.cells["编号"]) == (4, "八")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.xlsx", b"PK\x03\x04 nothing", "broken"),
        ("a.xlsx", b"", "broken"),
        ("a.csv", b"", "no heading"),
        ("a.csv", "别的\n1\n".encode(), "no column 编号"),
        ("a.csv", "编号,编号\n1,2\n".encode(), "twice"),
        ("a.csv", b",".join(f"c{n}".encode() for n in range(300)), "no column"),
        ("a.doc", b"x", "ends in .csv"),
        ("missing.csv", None, "no such file"),
    ],
)
def test_unusable_file_is_refused_as_a_whole(
    tmp_path: Path, name: str, content: bytes | None, complaint: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput, match=complaint):
        list(rows_of(file, ["编号"]))


HEADING = ["工单编号", "受理时间", "诉求内容"]
ROW = ["1", "2026-11-23", "路灯坏了"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_delimiter_and_encoding_are_detected(tmp_path: Path, delimiter: str, encoding: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("\n".join(delimiter.join(row) for row in (HEADING, ROW)).encode(encoding))
    assert rows_of(file, HEADING) == [FileRow(2, dict(zip(HEADING, ROW, strict=True)))]


@pytest.mark.parametrize(
    "cell",
    [
        "*工单编号",
        "工单\n编号",
        " 工单编号（必填）",
        "工单编号\u200b",
        "工单编号 (必填项)",
        "【必填】工单编号",
    ],
)
def test_heading_is_compared_without_marks(cell: str) -> None:
    assert plain_name(cell) == "工单编号"
    assert plain_name("工单编号（旧）") != "工单编号"


def book_of(path: Path, *sheets: tuple[str, list[list[object]]], merged: str = "") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
    book.save(path)
    return path


def test_heading_may_stand_below_titles_and_aside(tmp_path: Path) -> None:
    rows: list[list[object]] = [["某区明细表"], [], [None, *HEADING], [None, *ROW]]
    file = book_of(tmp_path / "a.xlsx", ("十一月", rows))
    [row] = rows_of(file, HEADING)
    assert isinstance(row, FileRow)
    assert (row.line, row.cells["诉求内容"]) == (4, "路灯坏了")
    text = tmp_path / "a.csv"
    text.write_text("明细表,,\n\n" + ",".join(HEADING) + "\n" + ",".join(ROW), "utf-8")
    assert len(rows_of(text, HEADING)) == 1


def test_every_sheet_with_the_heading_is_read(tmp_path: Path) -> None:
    table: list[list[object]] = [list(HEADING), list(ROW)]
    sheets = ("说明", [["请按模板填写"]]), ("上", table), ("下", table)
    source_file = read_file(book_of(tmp_path / "a.xlsx", *sheets), Columns(HEADING, HEADING))
    assert source_file.skipped_sheets == ("说明",)
    assert [row.sheet for row in source_file.rows if isinstance(row, FileRow)] == ["上", "下"]


def test_merged_cell_speaks_for_its_rows(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        list(HEADING),
        *([n, ROW[1] if n == 1 else None, "灯"] for n in (1, 2, 3)),
    ]
    got = rows_of(book_of(tmp_path / "a.xlsx", ("表", rows), merged="B2:B4"), HEADING)
    assert [row.cells["受理时间"] for row in got if isinstance(row, FileRow)] == [ROW[1]] * 3


def test_errors_and_formulas_without_a_value_are_empty(tmp_path: Path) -> None:
    rows: list[list[object]] = [list(HEADING), ['="RX"&"1"', "#N/A", "一\n二"]]
    [row] = rows_of(book_of(tmp_path / "a.xlsx", ("表", rows)), HEADING)
    assert isinstance(row, FileRow)
    assert list(row.cells.values()) == ["", "", "一\n二"]


def test_repeated_column_matters_only_if_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(",".join([*HEADING, "备注", "备注"]) + "\n" + ",".join([*ROW, "", ""]), "utf-8")
    assert len(rows_of(file, HEADING)) == 1
