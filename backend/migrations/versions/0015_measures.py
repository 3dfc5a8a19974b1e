"""what measures count"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

FIRST = ('first_respond_by', 'first_responded_at', 'first_resolve_by')
MOMENTS = ('first_resolve_by', 'first_respond_by', 'first_resolved_at')


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in FIRST:
        op.add_column('cases', sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # Of a case that was re-opened before this, the first round's own deadlines are not kept: the
    # total's, which an extension of a later round may have moved, and a day for contact stand in.
    op.execute(
        "UPDATE cases SET first_responded_at = CASE WHEN round = 1 THEN responded_at ELSE"
        " (SELECT min(at) FROM case_events WHERE case_id = cases.id AND round = 1"
        " AND (action IN ('contact', 'resolve', 'answer', 'decline')"
        " OR action = 'accept' AND details ? 'text')) END,"
        " first_respond_by = CASE WHEN round = 1 THEN respond_by"
        " ELSE registered_at + interval '1 day' END,"
        " first_resolve_by = CASE WHEN round = 1 THEN resolve_by ELSE total_resolve_by END"
    )
    to_unit = sa.Computed("(details ->> 'unit'::text)", persisted=True)
    op.add_column('case_events', sa.Column('to_unit', sa.String(), to_unit, nullable=True))
    for name in MOMENTS:
        op.create_index(f'ix_cases_{name}', 'cases', [name], unique=False)
    op.create_index('ix_case_events_sent', 'case_events', ['at'], unique=False, postgresql_include=['to_unit', 'action', 'actor', 'case_id'], postgresql_where=sa.text("action IN ('dispatch', 'arbitrate') AND (details ->> 'return') IS DISTINCT FROM 'refused'"))
    op.create_index('ix_case_events_decided', 'case_events', ['at'], unique=False, postgresql_where=sa.text("(details ->> 'charged') IS NOT NULL"))
    op.create_index('ix_case_events_unsigned', 'case_events', ['at'], unique=False, postgresql_where=sa.text("CAST(details ->> 'unsigned_over_minutes' AS integer) > 0"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for name in ('unsigned', 'decided', 'sent'):
        op.drop_index(f'ix_case_events_{name}', table_name='case_events')
    for name in MOMENTS:
        op.drop_index(f'ix_cases_{name}', table_name='cases')
    op.drop_column('case_events', 'to_unit')
    for name in FIRST:
        op.drop_column('cases', name)
