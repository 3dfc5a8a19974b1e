"""emergencies: the sentence that alarmed, an owner, a checklist, and how it ended"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    staff, time = 'staff_accounts.id', sa.DateTime(timezone=True)
    op.create_table(
        'emergencies',
        sa.Column('id', sa.BigInteger(), primary_key=True),
        sa.Column('conversation_id', sa.Integer(), sa.ForeignKey('conversations.id'), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('words', sa.String(), nullable=False),
        sa.Column('raised_at', time, nullable=False),
        sa.Column('owner_id', sa.Integer(), sa.ForeignKey(staff), nullable=True),
        sa.Column('owned_at', time, nullable=True),
        sa.Column('done', postgresql.JSONB(), nullable=False),
        sa.Column('ended_at', time, nullable=True),
        sa.Column('ended_by', sa.Integer(), sa.ForeignKey(staff), nullable=True),
        sa.Column('is_false', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.String(), nullable=True),
    )
    op.create_index('ix_emergencies_conversation_id', 'emergencies', ['conversation_id'])
    op.create_index(
        'ix_emergencies_open', 'emergencies', ['conversation_id'], unique=True,
        postgresql_where=sa.text('ended_at IS NULL'),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('emergencies')
