"""indexes for the numbers of the case list: low ratings, reopened cases, the first contact"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index(
        'ix_cases_reopened', 'cases', ['id', 'round'], postgresql_where=sa.text('round > 1')
    )
    op.create_index('ix_cases_first_contact_owner', 'cases', ['first_contact_owner'])
    op.create_index(
        'ix_ratings_low', 'ratings', ['case_id', 'round'],
        postgresql_where=sa.text('score <= 2 OR solved IS FALSE'),
    )


def downgrade() -> None:
    op.drop_index('ix_ratings_low', 'ratings')
    op.drop_index('ix_cases_first_contact_owner', 'cases')
    op.drop_index('ix_cases_reopened', 'cases')
