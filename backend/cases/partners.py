"""Routes legal matters to partner units: police, market regulation, justice (S22)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend.deadlines.city import Reread
from backend.routing.rules import RoutableUnit
from backend.routing.service import routable_units
from backend.settings import DATA_FOLDER
from nlu.gazetteer.place import Area
from nlu.language.text import normalise
from nlu.matters.legal import Legal, LegalList

LEGAL_PATH = "legal_path"  # reason for no unit: only the courts decide it

_legal = Reread(DATA_FOLDER / "legal.yml", LegalList.load)


def legal_in(text: str) -> Legal | None:
    return _legal().find(normalise(text))


def rerouted(
    session: Session, route: Mapping[str, Any], legal: Legal, area: Area
) -> dict[str, Any]:
    """The route with the partner's unit in place of the router's, and the legal path for the
    resident. Without a partner it has no unit and goes to a dispatcher."""
    unit = partner(routable_units(session), legal.type.partner, area.code or "")
    return {
        **route,
        "unit": {"code": unit.code, "name": unit.name} if unit else None,
        "tier": unit.tier if unit else route["tier"],
        "reason": None if unit else LEGAL_PATH,
        "evidence": [legal.as_evidence(), *route["evidence"]],
        "legal": {"code": legal.type.code, "label": legal.type.label, "path": legal.type.path},
    }


def partner(
    units: Sequence[RoutableUnit], unit_type: str | None, area_code: str
) -> RoutableUnit | None:
    """The district's unit of that type, where the place is known, else the city's."""
    of_type = [unit for unit in units if unit.unit_type == unit_type]
    for tier in ("district", "city"):
        covering = [unit for unit in of_type if unit.tier == tier and unit.covers(area_code)]
        if len(covering) == 1:
            return covering[0]
    return None
