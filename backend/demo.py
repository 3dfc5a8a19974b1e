"""The demo city: units, articles, and one sign-in for each role."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.knowledge.service import load_articles
from backend.routing.importing import load_units
from backend.settings import DATA_FOLDER
from backend.staff.models import Role, StaffAccount
from backend.staff.service import hash_password

CENTRE = "HZ-12345"
DEMO_UNITS = {
    Role.DISPATCHER: CENTRE,
    Role.HANDLER: "330106-urban_management",
    Role.SUPERVISOR: CENTRE,
    Role.LEADER: CENTRE,
    Role.ADMIN: CENTRE,
}


def seed_city(session: Session) -> None:
    """Units and articles from `data/`; run again, it brings in what changed."""
    load_units(session, DATA_FOLDER / "units.csv")
    load_articles(session, DATA_FOLDER / "knowledge", now=clock.now())


def seed_staff(session: Session, password: str | None) -> str | None:
    """Demo accounts, where missing. Returns the password that was made up, to be shown once."""
    if session.scalar(select(StaffAccount.id).limit(1)):
        return None
    used = password or secrets.token_urlsafe(9)
    for role, unit_code in DEMO_UNITS.items():
        session.add(
            StaffAccount(
                username=role.value,
                display_name=f"示例{role.label}",
                role=role,
                unit_code=unit_code,
                password_hash=hash_password(used),
            )
        )
    return None if password else used
