"""Measures as JSON: every share with what it is made of."""

from collections.abc import Sequence
from typing import Any

from backend.measures.city_units import City
from backend.measures.formula import Formula
from backend.measures.labels import label_of
from backend.measures.notes import NOTES
from backend.measures.rates import Rate, wilson
from backend.measures.report import Report
from backend.measures.report_lines import BuckPassingTotals, Line


def whole(report: Report, city: City, scope: str) -> dict[str, Any]:
    asked, formula = report.query, report.formula
    return {
        "period": str(asked.period),
        "at": report.at.isoformat(),
        "scope": scope,
        "group": list(asked.group),
        "only": dict(asked.filters),
        **version(formula),
        "interval": f"Wilson, z = {formula.publishing.z:g}",
        "city_satisfaction": rounded(report.city_mean),
        "router": _rate(report.router, formula),
        "whole": line(report.whole, (), city, formula),
        "lines": [line(one, asked.group, city, formula) for one in report.lines],
        "notes": list(NOTES),
    }


def version(formula: Formula) -> dict[str, Any]:
    return {
        "version": formula.version,
        "valid_from": formula.valid_from.isoformat(),
        "approved": [{"by": one.by, "day": one.day.isoformat()} for one in formula.approved],
    }


def line(one: Line, group: Sequence[str], city: City, formula: Formula) -> dict[str, Any]:
    tally = one.counts
    return {
        "key": {
            name: {"code": code, "label": label_of(name, code, city)}
            for name, code in zip(group, one.key, strict=True)
        },
        "ranked": one.is_ranked,
        "on_time": _rate(tally.on_time_rate, formula) | {"withdrawn": tally.withdrawn},
        "response": _rate(tally.response_rate, formula),
        "resolution": _rate(tally.resolution_rate, formula),
        "satisfaction": _rate(tally.satisfaction_rate, formula)
        | {
            "shrunk": rounded(one.shrunk_satisfaction),
            "no_answer": tally.unanswered,
            "excluded": tally.excluded,
        },
        "reopened": _rate(tally.reopen_share, formula),
        "panel": _rate(one.panel, formula),
        "buck_passing": passed(one.buck_passing),
        "efficiency": {
            "index": rounded(one.efficiency.value),
            "parts": {name: rounded(it) for name, it in one.efficiency.parts.items()},
            "missing": list(one.efficiency.missing),
        },
    }


def passed(one: BuckPassingTotals) -> dict[str, Any]:
    counted = one.counts
    return {
        "index": rounded(one.index, 2),
        "points": rounded(one.points, 2),
        "expected": rounded(one.expected, 1),
        "dispatched": counted.dispatched,
        "refused_returns": counted.refused_returns,
        "repeat_bounces": counted.repeat_bounces,
        "unsigned_hours": rounded(counted.unsigned_minutes / 60, 1),
        "router_mistakes": counted.router_mistakes,
        "dispatcher_mistakes": counted.dispatcher_mistakes,
    }


def _rate(rate: Rate, formula: Formula) -> dict[str, Any]:
    interval = wilson(rate, formula.publishing.z)
    return {
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "rate": rounded(rate.share),
        "interval": [rounded(end) for end in interval] if interval else None,
    }


def rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
