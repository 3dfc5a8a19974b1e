"""brief promises: what was promised from a weekly or monthly brief, and what became of it"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'brief_promises',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('period', sa.String(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('unit_code', sa.String(), sa.ForeignKey('units.code'), nullable=False),
        sa.Column('due', sa.Date(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('made_by', sa.String(), nullable=False),
        sa.Column('outcome', sa.String(), nullable=True),
        sa.Column('outcome_text', sa.String(), nullable=True),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('settled_by', sa.String(), nullable=True),
    )
    op.create_index('ix_brief_promises_period', 'brief_promises', ['period'])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('brief_promises')
