"""Open data as CSV and JSON, which other sites may embed."""

import csv
import io
import threading
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.measures.periods import Period, month_of, parse
from backend.overview.open_data import FEWEST, Cell, csv_lines, open_data
from backend.web.inputs import Words
from backend.web.pages import PageRoute, page

MOST_MONTHS = 36  # kept in memory; a month that is over hardly changes
# Numbers without a person in them: any site may read them, without cookies.
HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}


class _Months:
    """A month is counted once a day at most, however often it is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._cells: dict[tuple[Period, str], list[Cell]] = {}

    def of(self, month: Period) -> list[Cell]:
        moment = now()
        key = month, moment.astimezone(SHANGHAI).date().isoformat()
        with self._lock:
            if key not in self._cells:
                with self._database.begin() as session:
                    cells = open_data(session, month, now=moment)
                if len(self._cells) >= MOST_MONTHS:
                    self._cells.clear()
                self._cells[key] = cells
            return self._cells[key]


def open_data_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=PageRoute)
    months = _Months(database)

    @routes.get("/data")
    def describe() -> Response:
        return page("public_data.html", fewest=FEWEST, month=_last_month())

    @routes.get("/data.csv")
    def as_csv(month: Annotated[Period, Depends(_month)]) -> Response:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(csv_lines(months.of(month)))
        return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=HEADERS)

    @routes.get("/data.json")
    def as_json(month: Annotated[Period, Depends(_month)]) -> Response:
        cells = [vars(cell) for cell in months.of(month)]
        rules = {"suppressed_below": FEWEST, "rounded_to": FEWEST}
        content: dict[str, Any] = {"month": str(month), **rules, "cells": cells}
        return JSONResponse(content, headers=HEADERS)

    return routes


def _month(month: Words = None) -> Period:
    """The month asked for, else the last one. Raises BadFilter."""
    return parse(month) if month else _last_month()


def _last_month() -> Period:
    return month_of(now().astimezone(SHANGHAI).date()).before
