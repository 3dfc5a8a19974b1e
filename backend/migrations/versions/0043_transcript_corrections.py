"""transcript corrections: what recognition heard, and what staff heard in the same recording"""

import sqlalchemy as sa
from alembic import op

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'transcript_corrections',
        sa.Column('id', sa.BigInteger(), primary_key=True),
        sa.Column('inbox_id', sa.BigInteger(), sa.ForeignKey('inbox.id'), nullable=False, index=True),
        sa.Column('staff_id', sa.Integer(), sa.ForeignKey('staff_accounts.id'), nullable=False),
        sa.Column('before', sa.String(), nullable=False),
        sa.Column('after', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('transcript_corrections')
