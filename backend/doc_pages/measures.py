"""Prints `docs/measures.md` from the formula in force: `python -m backend.doc_pages.measures`."""

import sys
from collections.abc import Iterator

from backend.measures.efficiency import PART_LABELS
from backend.measures.formula import Formula
from backend.measures.notes import NOTES
from backend.measures.versions import formulas

HEAD = """# 指数测评办法

Printed from `data/measures` by `make docs`; do not edit. Weights and thresholds are examples: each
city approves its own, as a new file with a new version. Any period can be computed again under an
older version: `GET /api/v1/measures?period=2026-11&version=…`.
"""
_BUCK_PASSING_LABELS = {
    "refused_return": "未获准的退单，每次",
    "repeat_bounce": "退过又退、未获准的，每次再加",
    "unsigned_hour": "超过签收时限还没签，每工作小时",
    "population_leverage": "人口最多使应有件数比派给的多或少几倍",
    "worst": "指数到多少，“没有推诿”一项得 0",
    "alert_over": "超过多少预警",
}


def page() -> str:
    parts = [HEAD, "## 怎么数\n", *(f"- {note}" for note in NOTES)]
    for formula in formulas().versions.values():
        parts.extend(_version(formula))
    return "\n".join([*parts, ""])


def _version(formula: Formula) -> Iterator[str]:
    yield f"\n## {formula.version} 版，{formula.valid_from} 起\n"
    yield from (f"{approval.by}批准，{approval.day}。" for approval in formula.approved)
    yield f"{formula.note}\n\n| 效能指数的组成 | 权重 |\n|---|---|"
    for name, weight in formula.efficiency.parts.items():
        yield f"| {PART_LABELS[name]} | {weight:g} |"
    yield "\n| 推诿指数 | |\n|---|---|"
    for name, value in formula.buck_passing:
        yield f"| {_BUCK_PASSING_LABELS[name]} | {value:g} |"
    yield "\n| 三榜和公布 | |\n|---|---|"
    boards, publishing = formula.boards, formula.publishing
    yield f"| 红榜：效能指数不低于 | {boards.red_from * 100:g} |"
    yield f"| 黑榜：效能指数低于 | {boards.black_below * 100:g} |"
    yield f"| 进步榜：比上一期提高 | {boards.progress_by * 100:g} |"
    yield f"| 每榜最多几个单位 | {boards.most} |"
    yield f"| 不到几件不排名 | {publishing.rank_from} |"
    yield f"| 不到几个评分不公布 | {publishing.suppress_below} |"
    yield f"| 评价少时按全市均值补几个 | {formula.satisfaction.shrink_answers:g} |"
    yield "\n可以剔除一条评价的原因（要两人同意）：\n"
    yield from (f"- `{code}` {reason}" for code, reason in formula.satisfaction.exclusions.items())


if __name__ == "__main__":
    sys.stdout.write(page())
