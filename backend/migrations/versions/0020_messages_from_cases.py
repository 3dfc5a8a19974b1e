"""messages from cases: news for the unit, questions for the centre, whom an answer goes to"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for column in ('news_at', 'relay_asked_at'):
        op.add_column('cases', sa.Column(column, sa.DateTime(timezone=True), nullable=True))
        op.create_index(
            f'ix_cases_{column}', 'cases', [column], postgresql_where=sa.text(f'{column} IS NOT NULL')
        )
    op.add_column('conversations', sa.Column('asked_case_no', sa.String(), nullable=True))
    op.add_column('conversations', sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('conversations', 'asked_at')
    op.drop_column('conversations', 'asked_case_no')
    for column in ('news_at', 'relay_asked_at'):
        op.drop_index(f'ix_cases_{column}', 'cases')
        op.drop_column('cases', column)
