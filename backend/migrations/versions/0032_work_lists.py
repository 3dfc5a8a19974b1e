"""work lists: the person who handles a case, urging to acknowledge, when staff last took a step"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('cases', sa.Column('assignee_id', sa.Integer(), nullable=True))
    op.create_foreign_key(
        'fk_cases_assignee_id', 'cases', 'staff_accounts', ['assignee_id'], ['id']
    )
    op.create_index(
        'ix_cases_assignee_id', 'cases', ['assignee_id'],
        postgresql_where=sa.text('assignee_id IS NOT NULL'),
    )
    op.create_table(
        'saved_views',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('staff_id', sa.Integer(), sa.ForeignKey('staff_accounts.id'), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('query', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint('staff_id', 'name'),
    )
    op.add_column('cases', sa.Column('urged_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('cases', sa.Column('stepped_at', sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        ALTER TABLE cases ADD COLUMN due_at timestamptz GENERATED ALWAYS AS (
            CASE WHEN status = 'on_hold'::text THEN NULL::timestamptz ELSE LEAST(
                sign_by, CASE WHEN responded_at IS NULL THEN respond_by END, resolve_by
            ) END
        ) STORED
    """)
    op.create_index(
        'ix_cases_due_at', 'cases', ['due_at', 'id'],
        postgresql_where=sa.text(
            "status IN ('accepted', 'dispatched', 'on_hold', 'registered', 'returned')"
        ),
    )
    op.execute("""
        UPDATE cases SET stepped_at = (
            SELECT max(at) FROM case_events
            WHERE case_id = cases.id AND actor LIKE 'staff:%'
        )
        WHERE status IN ('registered', 'dispatched', 'accepted', 'returned', 'on_hold')
    """)


def downgrade() -> None:
    op.drop_index('ix_cases_assignee_id', 'cases')
    op.drop_table('saved_views')
    op.drop_index('ix_cases_due_at', 'cases')
    for column in ('due_at', 'stepped_at', 'urged_at', 'assignee_id'):
        op.drop_column('cases', column)
