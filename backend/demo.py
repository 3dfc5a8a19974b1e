"""The demo city: units, articles, and one staff account per role."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.knowledge.service import load_articles
from backend.models.staff import Role, StaffAccount
from backend.models.units import Unit
from backend.settings import DATA_FOLDER
from backend.staff.accounts import add_account
from backend.units.importing import apply, read_checked

CENTRE = "HZ-12345"
DEMO_NAME = "示例"  # what the names of demo accounts begin with
DEMO_UNITS = {
    Role.DISPATCHER: CENTRE,
    Role.HANDLER: "330106-urban_management",
    Role.SUPERVISOR: CENTRE,
    Role.LEADER: CENTRE,
    Role.ADMIN: CENTRE,
}


def seed_city(session: Session) -> None:
    """Insert missing units and articles from `data/`; existing ones are not changed."""
    existing = set(session.scalars(select(Unit.code)))
    rows = read_checked(session, DATA_FOLDER / "units.csv")
    apply(session, [row for row in rows if row.code not in existing])
    load_articles(session, DATA_FOLDER / "knowledge", now=clock.now())


def seed_staff(session: Session, password: str | None) -> str | None:
    """Create the demo accounts unless there are staff accounts.

    Returns the password to be shown once if a new one was generated, else None.
    """
    if session.scalar(select(StaffAccount.id).limit(1)):
        return None
    demo_password = password or secrets.token_urlsafe(9)
    for role, unit_code in DEMO_UNITS.items():
        name = f"{DEMO_NAME}{role.label}"
        add_account(session, role.value, role, unit=unit_code, name=name, password=demo_password)
    return None if password else demo_password


def active_demo_accounts(session: Session) -> list[str]:
    """User names of demo accounts that may sign in: production does not start beside them."""
    query = select(StaffAccount.username).where(
        StaffAccount.active,
        StaffAccount.username.in_([role.value for role in DEMO_UNITS]),
        StaffAccount.display_name.startswith(DEMO_NAME),
    )
    return list(session.scalars(query.order_by(StaffAccount.username)))
