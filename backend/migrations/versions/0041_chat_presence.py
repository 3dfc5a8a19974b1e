"""chat presence: what the resident's page shows, and who of the staff looks and types"""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'chat_marks',
        sa.Column('conversation_id', sa.Integer(), sa.ForeignKey('conversations.id'), primary_key=True),
        sa.Column('got_seq', sa.BigInteger(), nullable=False),
        sa.Column('read_seq', sa.BigInteger(), nullable=False),
        sa.Column('typing_until', _MOMENT),
    )
    op.create_table(
        'chat_viewers',
        sa.Column('conversation_id', sa.Integer(), sa.ForeignKey('conversations.id'), primary_key=True),
        sa.Column('staff_id', sa.Integer(), sa.ForeignKey('staff_accounts.id'), primary_key=True),
        sa.Column('seen_at', _MOMENT, nullable=False),
        sa.Column('typing_until', _MOMENT),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('chat_viewers')
    op.drop_table('chat_marks')
