"""The measures as a file to download."""

from fastapi import Response

from backend.clock import now
from backend.database import Database
from backend.errors import BadFilter
from backend.measures.report import measure
from backend.measures.score_sheet import as_csv, as_xlsx
from backend.models.staff import StaffAccount
from backend.web.measure_query import Given, asked_in, by_unit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_response(database: Database, staff: StaffAccount, given: Given, format: str) -> Response:
    """Raises BadFilter."""
    with asked_in(database, staff, given, "format") as (session, city, question):
        if format not in ("csv", "xlsx"):
            raise BadFilter("成绩单有 csv 和 xlsx 两种")
        asked = by_unit(question)
        report = measure(session, asked.asked, asked.formula, now())
    name = f"minhu-{asked.asked.period}-{asked.formula.version}"
    if format == "xlsx":
        return _file(as_xlsx(report, city), XLSX, f"{name}.xlsx")
    return _file(as_csv(report, city), "text/csv; charset=utf-8", f"{name}.csv")


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
