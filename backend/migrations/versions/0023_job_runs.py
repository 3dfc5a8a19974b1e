"""when a job of the clock has last ended, and an index of unsent messages"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'job_runs',
        sa.Column('job', sa.String(), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('job', name=op.f('pk_job_runs')),
    )
    op.create_index(
        'ix_outbox_unsent', 'outbox', ['status'], postgresql_where=sa.text("status <> 'sent'")
    )


def downgrade() -> None:
    op.drop_index('ix_outbox_unsent', table_name='outbox')
    op.drop_table('job_runs')
