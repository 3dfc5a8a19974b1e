"""Prints `docs/topics.md` from the formula of heat: `python -m backend.doc_pages.topics`."""

import sys
from collections.abc import Iterator

from backend.topics.formula import Flood, Full, HeatFormula, Weights
from backend.topics.versions import heat_formulas

HEAD = """# 热点和热度办法

Printed from `data/heat` by `make docs`; do not edit. Weights and thresholds are examples: each city
approves its own, as a new file with a new version. `minhu topics FILE` uses the version that is
valid on the day of the newest message. The page 热点 and `GET /api/v1/topics` show the
city's own cases, joined in the same way: new ones within a minute, all cases of the last 60 days
(at most the newest 50,000) anew every night at two.

## 怎么归并

- 先归并照抄的，再归并说法不同的同一件事：比用词（少见的词分量重）、地点和时间，没说地点的也比。
- 地点说的不是一处、时间隔得远，都算不像；同一处的另一件事、别处的同样的事，各算各的。
- 新来一件，归到最像的一件事里，都不像就另起一件；全部重算一遍，结果与来的先后无关。
- 一个人说十次，算一个人；许多账号在很短时间里照抄同一段话，标为刷屏，合起来只算一个人。
- 撤诉的、表扬的不算。人合并、拆开、改名、移出的，以后归并都照人定的来。

## 怎么算热度

热度是五项的加权平均，再乘以这件事的领域的权重（没有写的是 1），从 0 到 100。
条数、人数、支持数按对数算：
ln(1 + 数) ÷ ln(1 + 满分数)，最多为 1。

- 条数：归到这件事的全部留言；有刷屏的，照抄的只算一条。
- 人数：说这件事的不同的人。
- 支持：赞成数减去反对数乘以折扣，最少为 0。
- 增长：(近几天的人数 - 再往前同样几天的人数) ÷ (两段人数之和 + 2)，最少为 0。
- 新近：0.5 的（离最后一条的天数 ÷ 半衰期）次方。没有时间的，增长和新近两项都是 0。
"""
_WEIGHT_LABELS = {
    "size": "条数",
    "people": "人数",
    "support": "支持",
    "growth": "增长",
    "recency": "新近",
}
_FULL_LABELS = {"messages": "条数满分", "people": "人数满分", "support": "支持满分"}
_FLOOD_LABELS = {
    "accounts": "刷屏：至少几个账号",
    "seconds": "刷屏：几秒之内",
    "alike": "刷屏：相同的二字组占多少算照抄",
}
_OTHER_LABELS = {
    "down_vote": "一个反对抵几个赞成",
    "growth_days": "增长：比几天",
    "half_life_days": "新近：半衰期，天",
    "people_from": "不到几个人的，热度为 0",
}


def page() -> str:
    versions = heat_formulas().versions.values()
    return "\n".join([HEAD, *(line for formula in versions for line in _version(formula)), ""])


def _version(formula: HeatFormula) -> Iterator[str]:
    yield f"## {formula.version} 版，{formula.valid_from} 起\n"
    yield from (f"{approval.by}批准，{approval.day}。" for approval in formula.approved)
    yield f"{formula.note}\n\n| 热度的组成 | 权重 |\n|---|---|"
    yield from _rows(formula.weights, _WEIGHT_LABELS)
    yield "\n| 尺度 | |\n|---|---|"
    yield from _rows(formula.full, _FULL_LABELS)
    for name, label in _OTHER_LABELS.items():
        yield f"| {label} | {getattr(formula, name):g} |"
    yield from _rows(formula.flood, _FLOOD_LABELS)
    for domain, factor in formula.categories.items():
        yield f"| 领域的权重：{domain} | {factor:g} |"


def _rows(part: Weights | Full | Flood, labels: dict[str, str]) -> Iterator[str]:
    for name, number in part:
        yield f"| {labels[name]} | {number:g} |"


if __name__ == "__main__":
    sys.stdout.write(page())
