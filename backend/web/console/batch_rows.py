"""Rows of a batch dispatch: each ticked case with its candidates and the unit chosen for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.cases.recalls import is_recallable
from backend.desk.batch_dispatch import DispatchRow
from backend.desk.case_file import visible_cases_by_number
from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import TRANSITIONS, Action, Status
from backend.web.console.candidates import MOST_REDIRECTS, Candidate, candidates, only_match


@dataclass(frozen=True)
class PreviewRow:
    case: Case
    units: list[Candidate]  # the best candidates, with their reasons
    unit_name: str  # empty leaves the case where it is
    problem: str = ""

    @property
    def is_dispatchable(self) -> bool:
        case = self.case
        is_free = case.disputed_at is None and case.lead_id is None
        return is_free and (Status(case.status), Action.DISPATCH) in TRANSITIONS


def preview_rows(
    session: Session,
    staff: StaffAccount,
    case_numbers: Iterable[str],
    words: str,
    unit_names: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> list[PreviewRow]:
    """The visible cases. `words` name one unit for all; `unit_names` are typed, by case number.

    Raises BadInput when the words name no unit, or several.
    """
    unit = session.get_one(Unit, only_match(session, words)) if words else None
    rows = []
    for case in visible_cases_by_number(session, staff, case_numbers):
        units = candidates(session, case)[:MOST_REDIRECTS]
        first = unit or (units[0].unit if units else None)
        name = unit_names[case.case_no] if unit_names else first.name if first else ""
        rows.append(PreviewRow(case, units, name, (problems or {}).get(case.case_no, "")))
    if not rows:
        raise BadInput("勾选的工单现在看不到了，请重新勾选")
    return rows


def dispatch_rows(
    session: Session, unit_names: Mapping[str, str]
) -> tuple[list[DispatchRow], dict[str, str]]:
    """The cases to dispatch, and by case number what is wrong with the unit typed for it."""
    codes: dict[str, str] = {}
    rows, problems = [], {}
    for case_no, name in unit_names.items():
        if not name:
            continue
        try:
            codes[name] = codes.get(name) or only_match(session, name)
        except BadInput as problem:
            problems[case_no] = problem.message
        else:
            rows.append(DispatchRow(case_no, codes[name]))
    return rows, problems


@dataclass(frozen=True)
class BatchRow:
    """A case of a batch that was sent to `unit`, as it stands now."""

    case: Case
    unit: str

    @property
    def is_recallable(self) -> bool:
        return self.case.unit_code == self.unit and is_recallable(self.case)


def batch_rows(session: Session, staff: StaffAccount, units: Mapping[str, str]) -> list[BatchRow]:
    """`units` maps case numbers to the units that they were sent to."""
    cases = visible_cases_by_number(session, staff, units)
    return [BatchRow(case, units[case.case_no]) for case in cases]
