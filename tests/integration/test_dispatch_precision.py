"""The router dispatches by itself only where enough of such choices are right."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from backend.database import Database
from backend.routing.rules import NoUnit
from backend.routing.service import route
from backend.settings import Settings, settings

SURE, LIKELY, VAGUE = "路灯坏了三天，晚上黑得看不见", "楼下夜里施工太吵", "他们老是这样，没人管"
PLACE = "西湖区文三路"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.begin() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    settings.cache_clear()


def dispatched(session: Session, text: str) -> bool:
    settings.cache_clear()
    chosen_route = route(session, text=text, location_text=PLACE)
    assert (chosen_route.unit is None) == (chosen_route.reason is NoUnit.UNSURE)
    assert chosen_route.unit_types  # the dispatcher is shown whom to ask
    return chosen_route.unit is not None


@pytest.mark.parametrize(
    ("precision", "texts"),
    [("0.5", {SURE, LIKELY, VAGUE}), ("0.95", {SURE}), ("1", set())],
)
def test_the_setting_says_what_goes_by_itself(
    session: Session, monkeypatch: pytest.MonkeyPatch, precision: str, texts: set[str]
) -> None:
    monkeypatch.setenv("MINHU_DISPATCH_PRECISION", precision)
    assert {it for it in (SURE, LIKELY, VAGUE) if dispatched(session, it)} == texts


def test_as_delivered_only_the_surest_go(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MINHU_DISPATCH_PRECISION")
    assert Settings(_env_file=None).dispatch_precision == 0.95  # type: ignore[call-arg]
    assert dispatched(session, SURE)
    assert not dispatched(session, LIKELY)


@pytest.mark.parametrize("value", ["0.4", "1.1", "surely"])
def test_a_precision_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MINHU_DISPATCH_PRECISION", value)
    with pytest.raises(ValueError, match="dispatch_precision"):
        Settings(_env_file=None)  # type: ignore[call-arg]
