"""The place of a case in the list that it was opened from: the way back, the last and the next."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from backend.desk.case_search import PAGE_SIZE, count, worst_first
from backend.desk.case_views import VIEWS
from backend.models.cases import Case
from backend.web.console.auth import Visitor
from backend.web.console.case_list import list_query
from backend.web.console.list_address import HERE, ListAddress, parse
from backend.web.forms import Form

LAST_ROW = 1_000_000


@dataclass(frozen=True)
class ListPlace:
    """`query` is that of the list, `row` is counted from 0."""

    query: str = ""
    row: int = 0

    @property
    def list_address(self) -> ListAddress:
        return parse(self.query).at(self.row // PAGE_SIZE + 1)

    @property
    def back(self) -> str:
        return self.list_address.address if self.query else HERE

    @property
    def label(self) -> str:
        view = VIEWS.get(self.list_address.tab)
        return view.label if view else "我的工单"

    def address_of(self, case_no: str, row: int | None = None, *, done: str = "") -> str:
        """The page of a case of the list."""
        place = {"list": self.query, "row": self.row if row is None else row} if self.query else {}
        query = urlencode(place | ({"done": done} if done else {}))
        return f"{HERE}/{case_no}{f'?{query}' if query else ''}"


@dataclass(frozen=True)
class Neighbours:
    """Addresses of the cases before and after. `number` is 0 for a case that left the list."""

    number: int
    total: int
    previous: str | None
    following: str | None


def place_of(list: str = "", row: str = "") -> ListPlace:
    """A dependency: the parameters of the page."""
    number = int(row) if row.isascii() and row.isdecimal() and len(row) < 8 else 0
    return ListPlace(list[:2000], min(number, LAST_ROW))


def place_in(form: Form) -> ListPlace:
    return place_of(form.get("list", ""), form.get("row", ""))


def neighbours(
    session: Session, visitor: Visitor, place: ListPlace, case_no: str
) -> Neighbours | None:
    """None for a case that was not opened from a list. Raises BadFilter or NotAllowed.

    Three rows are read in the order of the list, and the whole is counted without an order.
    """
    address = place.list_address
    view = VIEWS.get(address.tab)
    if not place.query or view is None:
        return None
    first = max(place.row - 1, 0)
    query = list_query(visitor, address, view)
    ordered = worst_first(query, view, visitor.staff).with_only_columns(Case.case_no)
    numbers = list(session.scalars(ordered.offset(first).limit(3)))
    total = count(session, query)
    here = numbers.index(case_no) if case_no in numbers else None
    before = place.row - first if here is None else here  # of what comes before this case
    after = before if here is None else here + 1

    def address_at(index: int) -> str | None:
        if not 0 <= index < len(numbers):
            return None
        return place.address_of(numbers[index], first + index)

    number = 0 if here is None else first + here + 1
    return Neighbours(number, total, address_at(before - 1), address_at(after))
