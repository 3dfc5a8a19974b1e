"""Sentences for the details of visits, ratings and ends of cases."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from backend.clock import for_people
from backend.vocabulary.grades import Grade, LowReason
from backend.vocabulary.labels import KIND_LABELS
from backend.vocabulary.outcomes import FORWARD_LABELS, ForwardedTo

FOUR_EYES_REASONS = {
    "elder": "老人",
    "care": "要照顾的人",
    "private": "匿名的诉求人需要照顾",
    "repeat": "重办过",
}
_LOW_REASONS = {
    LowReason.UNSOLVED: "问题没解决",
    LowReason.SLOW: "办得慢",
    LowReason.ATTITUDE: "态度",
    LowReason.OTHER: "别的",
}


def track_lines(details: dict[str, Any], mask: Callable[[str], str]) -> Iterator[str]:
    if article := details.get("article"):
        yield f"用知识库文章答复：{article}"
    if (to := details.get("to")) in list(ForwardedTo):
        yield f"转送给：{FORWARD_LABELS[ForwardedTo(to)]}"
    if by := details.get("by"):
        day = date.fromisoformat(by)
        yield f"约定 {day.year}年{day.month}月{day.day}日再给市民说法"
    if offline := details.get("offline"):
        parts = f"{offline['what']}；到{offline['where']}；带{offline['bring']}"
        yield f"要市民自己去办：{mask(parts)}"
    yield from _four_eyes(details)
    if details.get("by_phone"):
        yield f"回访时记下：{Grade(details['score']).label}"
    if name := details.get("assignee_name"):
        yield f"指给：{name}"
    if at := details.get("at"):
        yield f"时间：{for_people(datetime.fromisoformat(at))}"
    if place := details.get("place"):
        yield f"地点：{mask(place)}"
    yield from _correction(details, mask)
    if photos := details.get("photos"):
        yield f"照片 {photos} 张"
    yield from _rating(details)


def _correction(details: dict[str, Any], mask: Callable[[str], str]) -> Iterator[str]:
    """The new kind or domain, and what stood there before."""
    old = details.get("old")
    if (kind := details.get("kind")) and old:
        yield f"类型：{KIND_LABELS.get(kind, kind)}"
    if domain := details.get("domain"):
        yield f"领域：{domain}"
    if old:
        yield f"原来是：{mask(KIND_LABELS.get(old, old))}"


def _four_eyes(details: dict[str, Any]) -> Iterator[str]:
    reasons = {"": details.get("why_second"), **details.get("why_second_of", {})}
    for number, codes in reasons.items():
        if codes:
            member = f"一起办的 {number} " if number else ""
            reasons_text = "、".join(FOUR_EYES_REASONS[code] for code in codes)
            yield f"要别人复核，因为{member}是{reasons_text}"


def _rating(details: dict[str, Any]) -> Iterator[str]:
    if (score := details.get("score")) and "told" in details:
        yield f"市民评了{Grade(score).label}"
    if (solved := details.get("solved")) is not None:
        yield "市民说解决了" if solved else "市民说没解决"
    if code := details.get("reason_code"):
        yield f"不满意的原因：{_LOW_REASONS[LowReason(code)]}"
