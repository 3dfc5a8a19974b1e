"""Prints `docs/alerts.md` from the thresholds: `python -m backend.doc_pages.alerts`."""

import sys
from collections.abc import Iterator

from backend.alerts.thresholds import AlertKind, Thresholds
from backend.alerts.versions import alert_thresholds

HEAD = """# 预警办法

Printed from `data/alerts` by `make docs`; do not edit. Thresholds are examples: each city approves
its own, as a new file with a new version. `minhu alerts backtest` tries them on a simulated year
with planted bursts and prints precision, recall and delay; it fails below 0.8, 0.9 and above two
hours. The page is 预警 on the console. Alerts are delivered there to those who subscribed, with
receipts; they are not sent to staff's own Telegram or WeChat.

## 什么算突发

- 每分钟数最近几小时的工单：按镇街、区县、全市，分别按事项和领域数。数的是不同的人，
  撤诉的、表扬的不算，刷屏照抄的合起来算一个人。
- 平常数 = 这一组平常一个工作日的件数 × 这几个小时占一个工作日的份额。份额从全市工单学，
  分星期几、节假日、调休上班日和钟点；平常的件数从这一组过去的日子学，
  太高的一天只算中位数的几倍（上次突发不会抬高平常数）。
- 别的领域这时也都多（台风天），平常数按别的领域多出的倍数放大。
- 三条都满足才预警：人数不少于几个；不少于平常的几倍；按平常数算，碰巧有这么多人的概率
  （泊松分布）不大于限值。
- 一次突发只报一条：范围变大时改原来那条的范围；人数回到平常、过了一段时间，这一次才算完。

## 一条预警怎么走

待核实 → 已核实 → 处置中（按清单打勾）→ 已解除（写明是什么情况）→ 已复盘。
误报可以直接解除。每一步有人、有时间。领导只看自己的区县、全市的和下属单位的。
"""
_LABELS = {
    "people_from": "至少几个人",
    "ratio": "至少是平常的几倍",
    "chance": "碰巧的概率最多",
    "baseline_days": "平常数从几天里学",
    "capped_at": "过去一天最多算中位数的几倍",
    "capped_from": "但不到几件的照算",
    "calm_ratio": "回到平常的几倍以下",
    "calm_hours": "持续几小时算完",
    "emergency_minutes": "紧急会话几分钟没人接",
    "overdue_from": "一个单位超期几件",
    "close_within_days": "几天内应当解除",
}


def page() -> str:
    versions = alert_thresholds().versions.values()
    return "\n".join([HEAD, *(line for rules in versions for line in _version(rules)), ""])


def _version(rules: Thresholds) -> Iterator[str]:
    yield f"## {rules.version} 版，{rules.valid_from} 起\n"
    yield from (f"{approval.by}批准，{approval.day}。" for approval in rules.approved)
    windows = "、".join(map(str, rules.windows))
    yield f"{rules.note}\n\n| 阈值 | |\n|---|---|\n| 数最近几小时 | {windows} |"
    for name, label in _LABELS.items():
        yield f"| {label} | {getattr(rules, name):g} |"
    yield "\n| 预警 | 处置清单 |\n|---|---|"
    for kind in AlertKind:
        yield f"| {kind.label} | {'；'.join(rules.checklists[kind])} |"


if __name__ == "__main__":
    sys.stdout.write(page())
