"""Measures as JSON: every share with its numerator and denominator."""

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
    query, formula = report.query, report.formula
    return {
        "period": str(query.period),
        "at": report.at.isoformat(),
        "scope": scope,
        "group": list(query.group),
        "only": dict(query.filters),
        **version(formula),
        "interval": f"Wilson, z = {formula.publishing.z:g}",
        "city_satisfaction": rounded(report.city_mean),
        "router": _rate(report.router, formula),
        "whole": line(report.whole, (), city, formula),
        "lines": [line(row, query.group, city, formula) for row in report.lines],
        "notes": list(NOTES),
    }


def version(formula: Formula) -> dict[str, Any]:
    return {
        "version": formula.version,
        "valid_from": formula.valid_from.isoformat(),
        "approved": [
            {"by": approval.by, "day": approval.day.isoformat()} for approval in formula.approved
        ],
    }


def line(row: Line, group: Sequence[str], city: City, formula: Formula) -> dict[str, Any]:
    tally = row.counts
    return {
        "key": {
            name: {"code": code, "label": label_of(name, code, city)}
            for name, code in zip(group, row.key, strict=True)
        },
        "ranked": row.is_ranked,
        "on_time": _rate(tally.on_time_rate, formula) | {"withdrawn": tally.withdrawn},
        "response": _rate(tally.response_rate, formula),
        "resolution": _rate(tally.resolution_rate, formula),
        "satisfaction": _rate(tally.satisfaction_rate, formula)
        | {
            "shrunk": rounded(row.shrunk_satisfaction),
            "no_answer": tally.unanswered,
            "excluded": tally.excluded,
        },
        "reopened": _rate(tally.reopen_share, formula),
        "panel": _rate(row.panel, formula),
        "buck_passing": buck_passing(row.buck_passing),
        "efficiency": {
            "index": rounded(row.efficiency.value),
            "parts": {name: rounded(value) for name, value in row.efficiency.parts.items()},
            "missing": list(row.efficiency.missing),
        },
    }


def buck_passing(totals: BuckPassingTotals) -> dict[str, Any]:
    counts = totals.counts
    return {
        "index": rounded(totals.index, 2),
        "points": rounded(totals.points, 2),
        "expected": rounded(totals.expected, 1),
        "dispatched": counts.dispatched,
        "refused_returns": counts.refused_returns,
        "repeat_bounces": counts.repeat_bounces,
        "unsigned_hours": rounded(counts.unsigned_minutes / 60, 1),
        "router_mistakes": counts.router_mistakes,
        "dispatcher_mistakes": counts.dispatcher_mistakes,
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
