"""elders"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('residents', sa.Column('elder_mode', sa.Boolean(), nullable=True))
    op.add_column('residents', sa.Column('care', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False))
    op.add_column('residents', sa.Column('care_agreed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('conversations', sa.Column('aside', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_table('call_backs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resident_id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('phone', sa.String(), nullable=False),
    sa.Column('wanted_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wanted_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_call_backs_conversation_id')),
    sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_call_backs_resident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_backs')),
    sa.UniqueConstraint('message_id', name=op.f('uq_call_backs_message_id'))
    )
    op.create_index(op.f('ix_call_backs_resident_id'), 'call_backs', ['resident_id'], unique=False)
    op.create_index('ix_call_backs_open', 'call_backs', ['wanted_from'], unique=False, postgresql_where=sa.text("status = 'open'"))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('call_backs')
    op.drop_column('conversations', 'aside')
    op.drop_column('residents', 'care_agreed_at')
    op.drop_column('residents', 'care')
    op.drop_column('residents', 'elder_mode')
