"""phone follow-ups: residents to be told by phone, and ratings that staff took down"""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('cases', sa.Column('tell_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        'ix_cases_tell_at', 'cases', ['tell_at'], postgresql_where=sa.text('tell_at IS NOT NULL')
    )
    op.add_column('ratings', sa.Column('taken_by', sa.Integer(), nullable=True))
    op.create_foreign_key(
        'fk_ratings_taken_by', 'ratings', 'staff_accounts', ['taken_by'], ['id']
    )


def downgrade() -> None:
    op.drop_column('ratings', 'taken_by')
    op.drop_index('ix_cases_tell_at', 'cases')
    op.drop_column('cases', 'tell_at')
