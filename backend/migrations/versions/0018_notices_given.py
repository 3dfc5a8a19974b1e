"""notices given"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('notices_given',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(), nullable=True),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('problem', sa.String(), nullable=True),
    sa.Column('again_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_notices_given_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices_given'))
    )
    op.create_index(op.f('ix_notices_given_conversation_id'), 'notices_given', ['conversation_id'], unique=False)


def downgrade() -> None:
    op.drop_table('notices_given')
