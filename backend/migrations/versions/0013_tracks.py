"""tracks, second eyes, long-term dates, visits"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('cases', sa.Column('track', sa.String(), server_default='usual', nullable=False))
    op.execute("UPDATE cases SET track = kind WHERE kind IN ('suggestion', 'praise')")
    op.add_column('cases', sa.Column('offline', postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column('cases', sa.Column('follow_up_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('cases', sa.Column('closing', postgresql.JSONB(none_as_null=True), nullable=True))
    op.create_index('ix_cases_follow_up_at', 'cases', ['follow_up_at'], unique=False, postgresql_where=sa.text('follow_up_at IS NOT NULL'))
    op.add_column('attachments', sa.Column('event_id', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('fk_attachments_event_id'), 'attachments', 'case_events', ['event_id'], ['id'])
    op.create_index(op.f('ix_attachments_event_id'), 'attachments', ['event_id'], unique=False)
    op.alter_column('attachments', 'inbox_id', nullable=True)
    op.create_check_constraint(op.f('ck_attachments_comes_with_one'), 'attachments', '(inbox_id IS NULL) <> (event_id IS NULL)')


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f('ck_attachments_comes_with_one'), 'attachments', type_='check')
    # Nothing older than this can show what staff brought back from a visit.
    op.execute("DELETE FROM attachments WHERE inbox_id IS NULL")
    op.alter_column('attachments', 'inbox_id', nullable=False)
    op.drop_index(op.f('ix_attachments_event_id'), table_name='attachments')
    op.drop_constraint(op.f('fk_attachments_event_id'), 'attachments', type_='foreignkey')
    op.drop_column('attachments', 'event_id')
    op.drop_index('ix_cases_follow_up_at', table_name='cases', postgresql_where=sa.text('follow_up_at IS NOT NULL'))
    for name in ('closing', 'follow_up_at', 'offline', 'track'):
        op.drop_column('cases', name)
