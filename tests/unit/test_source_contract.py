"""A source's field contract: what it lets in, and what it says of the rest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.clock import SHANGHAI
from backend.sources import values
from backend.sources.contract import Contract, FieldRule, Problem, Row, find_problems
from backend.sources.registry import find_problems as registry_problems
from backend.sources.registry import sources
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.source_numbers import number_key
from tests.support.sources_desk import HOTLINE, a_closed_row, a_row

NOW = datetime(2026, 12, 15, 4, 0, tzinfo=UTC)
JUNK = st.one_of(
    st.sampled_from([None, True, [], {}, ["x"], {"x": 1}, "", " \0", "\ud800", "1e999", 10**400]),
    st.floats(),
    st.integers(),
    st.text(max_size=12),
    st.datetimes(),
)


@pytest.fixture
def contract() -> Contract:
    return sources()[HOTLINE].contract


def read(contract: Contract, row: dict[str, Any]) -> Row:
    result = contract.read(row, now=NOW)
    assert isinstance(result, Row), result
    return result


def refused(contract: Contract, row: dict[str, Any]) -> list[Problem]:
    result = contract.read(row, now=NOW)
    assert isinstance(result, list)
    return result


def test_a_row_is_read_into_our_words(contract: Contract) -> None:
    row = read(contract, a_closed_row("RX9", 标题="施工吵", 诉求类型="投诉", 来源渠道="来信"))
    assert (row.original_no, row.kind, row.channel) == ("RX9", "complaint", "letter")
    assert row.text == "施工吵\n楼下夜里施工太吵"
    assert row.status is Status.CLOSED
    assert row.registered_at == datetime(2026, 11, 20, 9, 12, tzinfo=SHANGHAI)
    assert row.outcome == "solved"
    assert row.as_given["满意度"] == "满意"
    assert row.as_given["工单状态"] == "已结案"


def test_unnamed_fields_are_dropped(contract: Contract) -> None:
    row = read(contract, a_row(身份证号="330106199001011234"))
    assert "330106199001011234" not in repr(row)


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"工单编号": ""}, "工单编号", "没有填"),
        ({"工单编号": None}, "工单编号", "没有填"),
        ({"工单编号": "长" * 300}, "工单编号", "太长"),
        ({"工单编号": 1.2345678901234568e17}, "工单编号", "近似数"),
        ({"诉求内容": "  \n "}, "诉求内容", "没有填"),
        ({"诉求内容": "好\ufffd的"}, "诉求内容", "乱码"),
        ({"诉求内容": ["一", "二"]}, "诉求内容", "一个值"),
        ({"受理时间": "上个月"}, "受理时间", "看不懂"),
        ({"受理时间": "2026-02-30 09:00"}, "受理时间", "看不懂"),
        ({"受理时间": "0001-01-01T00:00:00+14:00"}, "受理时间", "年份"),
        ({"受理时间": "2027-01-01 09:00"}, "登记时间", "将来"),
        ({"结案时间": "2026-11-01 09:00"}, "结案时间", "早于登记时间"),
        ({"诉求内容": "无"}, "诉求内容", "没有填"),
    ],
)
def test_bad_row_is_named_by_field_and_reason(
    contract: Contract, wrong: dict[str, Any], field: str, reason: str
) -> None:
    [problem] = refused(contract, a_row(**wrong))
    assert problem.field == field
    assert reason in problem.why


def test_all_faults_of_a_row_are_reported(contract: Contract) -> None:
    problems = refused(contract, {"来电号码": "无", "诉求类型": "无"})
    assert {problem.field for problem in problems} == {"工单编号", "受理时间", "诉求内容"}


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"诉求类型": "骂人"}, "诉求类型", "不在清单里"),
        ({"工单状态": "已归档"}, "工单状态", "不在清单里"),
        ({"来电号码": "138****0001"}, "来电号码", "电话"),
        ({"来电号码": "1.38E+10"}, "来电号码", "电话"),
        ({"办结期限": "尽快"}, "办结期限", "看不懂"),
        ({"纬度": "30.2"}, "经纬度", "一起给"),
        ({"纬度": "120.1", "经度": "30.2"}, "经纬度", "写反"),
        ({"纬度": "nan"}, "纬度", "数字"),
        ({"纬度": "1e999"}, "纬度", "数字"),
    ],
)
def test_unreadable_optional_field_costs_no_appeal(
    contract: Contract, wrong: dict[str, Any], field: str, reason: str
) -> None:
    row = read(contract, a_row(**wrong))
    [remark] = row.remarks
    assert remark.field == field
    assert reason in remark.why
    assert row.pin is None
    if field in wrong:
        assert row.as_given[field] == wrong[field]


@pytest.mark.parametrize(
    "nothing", ["无", "無", "-", "——", "/", "匿名", "不愿透露", "N/A", "#N/A", "null", "保密"]
)
def test_words_for_nothing_are_an_empty_cell(contract: Contract, nothing: str) -> None:
    row = read(contract, a_row(来电号码=nothing, 诉求类型=nothing, 来电人=nothing))
    assert (row.phone, row.kind, row.name, row.remarks) == (None, None, None, ())


@pytest.mark.parametrize(
    ("cell", "phone", "says_more"),
    [
        ("13800000001/13900000002", "13800000001", True),
        ("陈女士13800000001", "13800000001", True),
        ("13800000001（晚上六点以后打）", "13800000001", True),
        ("'13800000001", "13800000001", False),
        ('="13800000001"', "13800000001", False),
        ("＋86 138 0000 0001", "13800000001", False),
        ("80000002", "80000002", False),
        ("400-812-3456", "4008123456", False),
    ],
)
def test_first_usable_number_is_the_phone(
    contract: Contract, cell: str, phone: str, says_more: bool
) -> None:
    row = read(contract, a_row(来电号码=cell))
    assert (row.phone, row.remarks) == (phone, ())
    assert row.as_given.get("来电号码") == (cell if says_more else None)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("投诉类", "complaint"),
        (" 投诉 ", "complaint"),
        ("咨询件", "inquiry"),
        ("投诉（来信）", "complaint"),
        ("建 议", "suggestion"),
    ],
)
def test_a_label_is_read_with_its_trimmings(contract: Contract, label: str, kind: str) -> None:
    assert read(contract, a_row(诉求类型=label)).kind == kind


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026年11月23日 上午9:12", 9, 12),
        ("2026-11-23 下午3:05", 15, 5),
        ("2026-11-23 晚上8点", 20, 0),
        ("2026-11-23 中午12点", 12, 0),
        ("2026-11-23 中午1点", 13, 0),
        ("2026-11-23 凌晨12:30", 0, 30),
        ("2026-11-23 9:12:30 AM", 9, 12),
        ("2026-11-23 9:12 pm", 21, 12),
        ("11/23/2026 9:12", 9, 12),
        ("26-11-23 9:12", 9, 12),
        ("2026/11/23 星期一 9:12", 9, 12),
        ("2026-11-23 15.30", 15, 30),
        ("2026-11-23 09:12-10:00", 9, 12),
        ("2026-11-23 9:12至10:00", 9, 12),
        ("2026-11-22 24:00", 0, 0),
        ("２０２６－１１－２３　０９：１２", 9, 12),
        ("2026-11-23T01:12:30Z", 9, 12),
        ("2026-11-23 09:12:30 +0800", 9, 12),
        ("46349.3837", 9, 12),
        (46349.3837, 9, 12),
        (46349, 0, 0),
        (datetime(2026, 11, 23, 9, 12).date(), 0, 0),  # noqa: DTZ001
    ],
)
def test_free_writing_of_a_time(text: object, hour: int, minute: int) -> None:
    moment = values.read_time(text)
    assert moment.replace(second=0) == datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "上个月",
        "9:12",
        "2026-11-23 25:00",
        "2026-11-23 9:75",
        "2026-13-01",
        "23/11/2026 9:12x",
        "12",
        "1e999",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="看不懂"):
        values.read_time(text)


@given(st.datetimes(datetime(1960, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_serial_number_is_the_day_and_time(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=SHANGHAI)
    serial = (moment - datetime(1899, 12, 30, tzinfo=SHANGHAI)).total_seconds() / 86400
    if moment.year >= 1990:
        assert abs(values.read_time(serial) - moment) <= timedelta(seconds=1)


@given(st.text("rRxX２０２6１1 '\u200b-", min_size=1, max_size=12))
def test_number_key_ignores_how_a_number_is_written(number: str) -> None:
    key = number_key(number)
    assert key == number_key(key) == number_key(f" '{number.lower()} ")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([rule.source_field for rule in sources()[HOTLINE].contract.rules]), JUNK
    )
)
def test_no_row_whatever_breaks_the_reader(row: dict[str, Any]) -> None:
    contract = sources()[HOTLINE].contract
    result = contract.read(row, now=NOW)
    if isinstance(result, list):
        assert result
        assert all(problem.why for problem in result)
    else:
        assert result.original_no
        assert result.text
        assert result.registered_at <= NOW + timedelta(minutes=10)
        repr(result).encode()


@given(st.datetimes(datetime(1992, 1, 1), datetime(2026, 1, 1)))  # noqa: DTZ001
def test_a_time_is_read_however_it_is_written(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0)
    local = moment.replace(tzinfo=SHANGHAI)
    for text in (
        f"{moment:%Y-%m-%d %H:%M}",
        f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"{moment:%Y/%m/%d %H:%M:%S}",
        f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02d}",
        f"{moment.year}年{moment.month}月{moment.day}日 {moment.hour}时{moment.minute}分",
        f"{moment.year}.{moment.month}.{moment.day} {moment.hour}点{moment.minute}分",
        f"{moment:%Y%m%d%H%M%S}",
        f"{moment:%Y%m%d%H%M}",
    ):
        assert values.read_time(text) == local, text
    assert values.read_time(moment) == local  # a spreadsheet's own cell
    assert values.read_time(local.astimezone(UTC).isoformat()) == local


def test_a_date_alone_is_its_midnight() -> None:
    for text in ("2026-11-20", "20261120", "2026年11月20日", "2026/11/20"):
        assert values.read_time(text) == datetime(2026, 11, 20, tzinfo=SHANGHAI)


def test_the_contracts_of_the_city_are_sound() -> None:
    assert len(sources()) == 10
    assert {one.net for one in sources().values()} == {"opinion", "media", "grassroots"}
    for one in sources().values():
        assert list(find_problems(one.contract)) == []
        example = {rule.source_field: rule.example for rule in one.contract.rules}
        read(one.contract, example)


WRITTEN = """
channel: phone
kind: help
fields:
  号: {ours: original_no, type: line, required: true, example: "1"}
  话: {ours: text, type: text, required: true, example: "灯坏了"}
  时: {ours: registered_at, type: time, required: true, example: "2026-01-01"}
"""


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('  又: {ours: text, type: text, example: "x"}', "text is there twice"),
        ('  又: {ours: mood, type: text, example: "x"}', "no mood of type text"),
        ('  又: {ours: phone, type: time, example: "x"}', "no phone of type time"),
        ('  又: {ours: phone, type: phone, example: "x"}', "its example does not pass"),
        ('  又: {ours: kind, type: choice, example: "x"}', "a choice has values"),
        ('  又: {ours: kind, type: choice, example: "x", values: {x: rant}}', "unknown code rant"),
    ],
)
def test_a_contract_that_cannot_work_is_refused(line: str, complaint: str, tmp_path: Path) -> None:
    file = tmp_path / "here.yml"
    file.write_text(WRITTEN)
    Contract.load(file)
    file.write_text(WRITTEN + line + "\n")
    with pytest.raises(ValueError, match=complaint):
        Contract.load(file)


def test_contract_needs_number_text_and_time() -> None:
    rule = FieldRule("号", "original_no", "line", "1", required=False)
    problems = list(find_problems(Contract("x", "phone", "help", (rule,))))
    assert [problem.split()[0] for problem in problems] == ["original_no", "text", "registered_at"]


def test_a_registry_that_cannot_work_is_refused() -> None:
    good = {
        "code": "a", "name": "甲", "owner": "乙", "net": "media", "adapter": "push",
        "fresh_hours": "2",
    }  # fmt: skip
    assert list(registry_problems([good])) == []
    assert len(list(registry_problems([good, good]))) == 2
    for wrong in ({"code": "phone"}, {"name": ""}, {"net": "web"}, {"fresh_hours": "soon"}):
        assert len(list(registry_problems([good | wrong]))) == 1
