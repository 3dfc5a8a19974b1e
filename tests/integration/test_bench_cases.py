"""What `minhu bench` times is there: so many open cases, and so many that the sweep acts on."""

from sqlalchemy import func, select

from backend.database import Database
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import OPEN
from bot.bench.cases import TEMPLATES, sweep_seconds


def test_sweep_handles_everything_due_in_the_copies(
    own_database: Database,
) -> None:
    sweep_seconds(own_database, open_cases=3 * TEMPLATES, due=2 * TEMPLATES)
    own = CaseEvent.case_id <= select(func.min(Case.id)).scalar_subquery() + TEMPLATES - 1
    lines = select(func.count()).select_from(CaseEvent).where(CaseEvent.actor == "system")
    with own_database.begin() as session:
        are_open = select(func.count(Case.id)).where(Case.status.in_(OPEN))
        assert session.scalar(are_open) == 3 * TEMPLATES
        of_originals = session.scalar(lines.where(own)) or 0
        assert of_originals > TEMPLATES / 2
        assert session.scalar(lines) == 3 * of_originals
