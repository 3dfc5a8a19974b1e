"""file_jobs"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('file_jobs',
    sa.Column('inbox_id', sa.BigInteger(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['inbox_id'], ['inbox.id'], name=op.f('fk_file_jobs_inbox_id')),
    sa.PrimaryKeyConstraint('inbox_id', name=op.f('pk_file_jobs'))
    )
    op.create_index('ix_file_jobs_due', 'file_jobs', ['stage', 'due_at'], unique=False, postgresql_where=sa.text("stage <> 'done'"))
    op.add_column('inbox', sa.Column('waits_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('inbox', sa.Column('is_urgent', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column('inbox', 'is_urgent', server_default=None)
    op.create_index('ix_inbox_waiting', 'inbox', ['conversation_id'], unique=False, postgresql_where=sa.text('done_at IS NULL AND waits_until IS NOT NULL'))
    op.add_column('attachments', sa.Column('transcript', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column('attachments', sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
    # Of messages that wait for their turn while the program is brought up to date.
    op.execute("""
        INSERT INTO file_jobs (inbox_id, stage, due_at, attempts)
        SELECT id, 'fetch', received_at, 0 FROM inbox
        WHERE done_at IS NULL AND jsonb_array_length(body -> 'files') > 0
    """)
    op.execute("""
        UPDATE inbox SET waits_until = now() + interval '1 minute'
        WHERE id IN (SELECT inbox_id FROM file_jobs)
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_column('attachments', 'erased_at')
    op.drop_column('attachments', 'transcript')
    op.drop_index('ix_inbox_waiting', table_name='inbox')
    op.drop_column('inbox', 'is_urgent')
    op.drop_column('inbox', 'waits_until')
    op.drop_index('ix_file_jobs_due', table_name='file_jobs')
    op.drop_table('file_jobs')
