"""clocks and returns"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

NEW = ('responded_at', 'sign_by', 'first_resolved_at', 'next_due_at', 'disputed_at')


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('calendar_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('moved', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_versions'))
    )
    for name in NEW:
        op.add_column('cases', sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column('cases', sa.Column('total_resolve_by', sa.DateTime(timezone=True), nullable=True))
    op.add_column('cases', sa.Column('size', sa.String(), nullable=True))
    op.add_column('cases', sa.Column('refused_unit', sa.String(), nullable=True))
    op.add_column('cases', sa.Column('bound_unit', sa.String(), nullable=True))
    op.add_column('cases', sa.Column('extension_asked', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('cases', sa.Column('chases', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('cases', sa.Column('returns', sa.Integer(), nullable=False, server_default='0'))
    # The first sweep reckons every open case anew, by its events.
    op.execute("UPDATE cases SET total_resolve_by = resolve_by, size = routing->>'size'")
    for action, column in (('chase', 'chases'), ('return', 'returns')):
        op.execute(
            f"UPDATE cases SET {column} = n FROM (SELECT case_id, count(*) AS n FROM case_events"
            f" WHERE action = '{action}' GROUP BY case_id) AS counted WHERE case_id = cases.id"
        )
    op.alter_column('cases', 'total_resolve_by', nullable=False)
    op.alter_column('cases', 'chases', server_default=None)
    op.alter_column('cases', 'returns', server_default=None)
    op.drop_column('cases', 'reminded_at')
    op.create_index('ix_cases_next_due_at', 'cases', ['next_due_at'], unique=False, postgresql_where=sa.text('next_due_at IS NOT NULL'))
    op.add_column('case_events', sa.Column('round', sa.Integer(), nullable=True))
    op.add_column('case_events', sa.Column('unit_code', sa.String(), nullable=True))
    op.execute(
        "UPDATE case_events SET round = 1 + (SELECT count(*) FROM case_events AS earlier"
        " WHERE earlier.case_id = case_events.case_id AND earlier.id <= case_events.id"
        " AND earlier.action = 'reopen'), unit_code = (SELECT sent.details->>'unit'"
        " FROM case_events AS sent WHERE sent.case_id = case_events.case_id"
        " AND sent.id < case_events.id AND sent.action = 'dispatch'"
        " ORDER BY sent.id DESC LIMIT 1)"
    )
    op.alter_column('case_events', 'round', nullable=False)
    op.create_index('ix_case_events_action_at', 'case_events', ['action', 'at'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_case_events_action_at', table_name='case_events')
    op.drop_column('case_events', 'unit_code')
    op.drop_column('case_events', 'round')
    op.drop_index('ix_cases_next_due_at', table_name='cases', postgresql_where=sa.text('next_due_at IS NOT NULL'))
    op.add_column('cases', sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))
    for name in ('returns', 'chases', 'extension_asked', 'bound_unit', 'refused_unit', 'size', 'total_resolve_by', *NEW):
        op.drop_column('cases', name)
    op.drop_table('calendar_versions')
