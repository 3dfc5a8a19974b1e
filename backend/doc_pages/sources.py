"""Prints `docs/sources.md` from the data: `python -m backend.doc_pages.sources`."""

import sys
from collections.abc import Iterator

from backend.sources.contract import STORED_AS_GIVEN, FieldRule
from backend.sources.registry import Source, sources

HEAD = """# 数据资源共享清单

Printed from `data/sources.csv` and `data/sources/*.yml` by `make docs`; do not edit. One table per
source: the source's field, our field, the format, and whether the field is required. A row without
a readable number, time or text is rejected with a reason; another field that cannot be read costs
no appeal: its words are kept with the case and reported; a field that is not listed is discarded.
Owners and field names are examples: each city agrees on its own with the offices that send the
data.

Push rows with `POST /api/v1/sources/CODE/cases` and a key (`minhu source-key CODE`), one object or
a list of up to 100; or import a file with `minhu import FILE --source CODE`: CSV (UTF-8, UTF-16 or
GB18030; comma, semicolon or tab), JSON Lines or Excel (every sheet with the heading, which may
stand below titles). Two writings of one number (width, case, spaces) are one row. Both can be
repeated. A row whose number is registered updates state, outcome and reply, each with an event of
the case, and nothing else of it: `updated` in the answer.

A source reads its cases back with the same key: `GET /api/v1/sources/CODE/cases/NUMBER` is one case
by the source's own number, `GET /api/v1/sources/CODE/cases?after=CURSOR` what has changed since.
"""
_TARGET_LABELS = {
    "original_no": "原编号",
    "title": "标题",
    "text": "诉求内容",
    "registered_at": "登记时间",
    "kind": "类型",
    "channel": "渠道",
    "status": "状态",
    "place": "地点",
    "latitude": "纬度",
    "longitude": "经度",
    "name": "称呼",
    "phone": "电话",
    "unit": "承办单位",
    "resolve_by": "办结期限",
    "accepted_at": "签收时间",
    "resolved_at": "办结时间",
    "closed_at": "结案时间",
    "outcome": "办理结果",
    "answer": "给市民的答复",
    STORED_AS_GIVEN: "原样留存",
}
_TYPE_LABELS = {
    "line": "一行字",
    "text": "文字",
    "time": "时间",
    "number": "数字",
    "phone": "电话号码",
    "choice": "代码",
}


def page() -> str:
    parts = [HEAD, *_overview()]
    for source in sources().values():
        parts.extend(_section(source))
    return "\n".join([*parts, ""])


def _overview() -> Iterator[str]:
    yield "| 来源 | code | 单位 | 网 | 方式 | 多久没收到算中断 |\n|---|---|---|---|---|---|"
    for source in sources().values():
        hours = int(source.fresh_for.total_seconds()) // 3600
        cells = [source.name, f"`{source.code}`", source.owner, source.net_label]
        yield f"| {' | '.join(cells)} | {source.adapter_label} | {hours} 小时 |"


def _section(source: Source) -> Iterator[str]:
    yield f"\n## {source.name}\n"
    yield "| 字段 | 对应 | 写法 | 必填 | 例 |\n|---|---|---|---|---|"
    for rule in source.contract.rules:
        target = f"{_TARGET_LABELS[rule.target]} `{rule.target}`"
        required = "是" if rule.required else ""
        cells = [rule.source_field, target, _format(rule), required, rule.example]
        yield f"| {' | '.join(cells)} |"


def _format(rule: FieldRule) -> str:
    if not rule.values:
        return _TYPE_LABELS[rule.type]
    return "、".join(f"{label}→`{code}`" for label, code in rule.values.items())


if __name__ == "__main__":
    sys.stdout.write(page())
