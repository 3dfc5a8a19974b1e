"""The address of a list of cases: view, filters and page. Links keep what is not changed."""

from dataclasses import dataclass, fields, replace
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Query
from pydantic import BeforeValidator, StringConstraints

from backend.desk.case_search import PAGE_SIZE, CaseFilter, DueFilter
from backend.desk.case_views import CaseView
from backend.errors import BadFilter
from backend.measures.labels import known_values
from backend.sources.registry import source_name
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.labels import CHANNEL_LABELS, KIND_LABELS
from backend.vocabulary.messages import storable
from backend.web.inputs import MOST_PAGES

HERE = "/console/cases"
DUE_LABELS = {
    DueFilter.LATE: "已超期",
    DueFilter.TODAY: "今天到期",
    DueFilter.WEEK: "七天内到期",
}
LABELS = {
    "q": "找", "unit": "单位", "kind": "类型", "area": "区县", "channel": "渠道",
    "source": "来源", "due": "期限", "status": "状态", "phone": "电话",
}  # fmt: skip
NOT_SAVED = frozenset({"page", "phone"})  # a phone number stays in no saved view


@dataclass(frozen=True)
class ListAddress:
    """The parameters as texts; empty ones do not count."""

    tab: str = ""
    q: str = ""
    unit: str = ""
    kind: str = ""
    area: str = ""
    channel: str = ""
    source: str = ""
    due: str = ""
    status: str = ""
    phone: str = ""
    page: int = 1

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set."""
        return {name: value for name in LABELS if (value := getattr(self, name))}

    @property
    def query(self) -> str:
        """The address' query, with what is set."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["page"] = self.page if self.page > 1 else ""
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def address(self) -> str:
        return f"{HERE}?{self.query}"

    def at(self, page: int) -> "ListAddress":
        return replace(self, page=page)

    def place(self, index: int) -> str:
        """The query of the page of the case in row `index` of this page, counted from 0."""
        return urlencode({"list": self.query, "row": (self.page - 1) * PAGE_SIZE + index})

    def without(self, name: str) -> "ListAddress":
        return replace(self, **{name: ""}, page=1)

    def saved(self) -> str:
        """The query of a saved view."""
        return replace(self, page=1, phone="").query

    def case_filter(self, view: CaseView) -> CaseFilter:
        """Raises BadFilter."""
        if self.status and self.status not in list(Status):
            raise BadFilter("没有这个状态")
        if self.due and self.due not in list(DueFilter):
            raise BadFilter("没有这种期限")
        return CaseFilter(
            view=view,
            statuses=frozenset({Status(self.status)} if self.status else ()),
            unit_words=self.unit or None,
            kind=self.kind or None,
            area=self.area or None,
            due=DueFilter(self.due) if self.due else None,
            words=self.q or None,
            phone=self.phone or None,
            source=self.source or None,
            channel=self.channel or None,
        )

    def chips(self) -> list[tuple[str, str, str]]:
        """(label, value in words, address without it) of each filter that is set."""
        return [
            (LABELS[name], label_of(name, value), self.without(name).address)
            for name, value in self.filters.items()
        ]


def label_of(name: str, value: str) -> str:
    """The value of a filter in words."""
    match name:
        case "source":
            return source_name(value)
        case "area":
            districts, streets = known_values("district"), known_values("street")
            return districts.get(value) or streets.get(value, value)
        case "status":
            return Status(value).label if value in list(Status) else value
        case "due":
            return DUE_LABELS[DueFilter(value)] if value in list(DueFilter) else value
        case "kind":
            return KIND_LABELS.get(value, value)
        case "channel":
            return CHANNEL_LABELS.get(value, value)
    return value


def _clean(value: object) -> object:
    return storable(value).strip() if isinstance(value, str) else value


def _page_number(value: object) -> object:
    return 1 if value in (None, "") else value


_Text = Annotated[str, BeforeValidator(_clean), StringConstraints(max_length=200)]
_Number = Annotated[int, BeforeValidator(_page_number), Query(ge=1, le=MOST_PAGES)]


def address_in(
    *,
    tab: _Text = "",
    q: _Text = "",
    unit: _Text = "",
    kind: _Text = "",
    area: _Text = "",
    channel: _Text = "",
    source: _Text = "",
    due: _Text = "",
    status: _Text = "",
    phone: _Text = "",
    page: _Number = 1,
) -> ListAddress:
    """A dependency: the parameters of the request."""
    return ListAddress(tab, q, unit, kind, area, channel, source, due, status, phone, page)


def parse(query: str) -> ListAddress:
    """The address in a query that a page has carried along; what is not known is left out."""
    values = dict(parse_qsl(query[:2000]))
    texts = {name: str(_clean(values[name]))[:200] for name in ("tab", *LABELS) if values.get(name)}
    number = values.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 6 else 1
    return ListAddress(**texts, page=max(1, page))
