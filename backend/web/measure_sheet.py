"""The units' score sheet as a file to download."""

from fastapi import Response

from backend.clock import now
from backend.database import Database
from backend.errors import BadFilter
from backend.measures.report import measure
from backend.measures.score_sheet import as_csv, as_xlsx
from backend.models.staff import StaffAccount
from backend.web.measure_query import MeasureParameters, by_unit, measure_request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_response(
    database: Database, staff: StaffAccount, parameters: MeasureParameters, format: str
) -> Response:
    """The score sheet of the units; `format` is csv or xlsx. Raises BadFilter."""
    with measure_request(database, staff, parameters, "format") as (session, city, request):
        if format not in ("csv", "xlsx"):
            raise BadFilter("成绩单有 csv 和 xlsx 两种")
        request = by_unit(request)
        report = measure(session, request.query, request.formula, now())
    name = f"minhu-{request.query.period}-{request.formula.version}"
    if format == "xlsx":
        return _file(as_xlsx(report, city), XLSX, f"{name}.xlsx")
    return _file(as_csv(report, city), "text/csv; charset=utf-8", f"{name}.csv")


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
