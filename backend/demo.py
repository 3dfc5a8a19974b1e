"""The demo city: units, articles, and one sign-in for each role."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.knowledge.service import load_articles
from backend.models.staff import Role, StaffAccount
from backend.models.units import Unit
from backend.settings import DATA_FOLDER
from backend.staff.accounts import hash_password
from backend.units.importing import apply, read_checked

CENTRE = "HZ-12345"
DEMO_UNITS = {
    Role.DISPATCHER: CENTRE,
    Role.HANDLER: "330106-urban_management",
    Role.SUPERVISOR: CENTRE,
    Role.LEADER: CENTRE,
    Role.ADMIN: CENTRE,
}


def seed_city(session: Session) -> None:
    """Units and articles from `data/` that are not there yet; what is stays as it was edited."""
    known = set(session.scalars(select(Unit.code)))
    rows = read_checked(session, DATA_FOLDER / "units.csv")
    apply(session, [row for row in rows if row.code not in known])
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
