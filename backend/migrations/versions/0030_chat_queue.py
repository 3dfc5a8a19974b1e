"""chats: why one waits, for which unit, since when nobody answers; notes of staff"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('conversations', sa.Column('queue_code', sa.String(), nullable=True))
    op.add_column(
        'conversations',
        sa.Column('queue_unit', sa.String(), sa.ForeignKey('units.code'), nullable=True),
    )
    op.add_column(
        'conversations', sa.Column('unanswered_since', sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(
        "UPDATE conversations SET queue_code = CASE WHEN queue_reason LIKE '紧急%' THEN 'emergency'"
        " ELSE 'asked' END WHERE owner = 'queue'"
    )
    op.execute("UPDATE conversations SET unanswered_since = now() WHERE owner = 'staff'")
    op.create_table(
        'chat_notes',
        sa.Column('id', sa.BigInteger(), primary_key=True),
        sa.Column(
            'conversation_id', sa.Integer(), sa.ForeignKey('conversations.id'), nullable=False
        ),
        sa.Column('staff_id', sa.Integer(), sa.ForeignKey('staff_accounts.id'), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index('ix_chat_notes_conversation_id', 'chat_notes', ['conversation_id'])


def downgrade() -> None:
    op.drop_table('chat_notes')
    for column in ('unanswered_since', 'queue_unit', 'queue_code'):
        op.drop_column('conversations', column)
