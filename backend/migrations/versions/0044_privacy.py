"""the privacy notice that an account has seen, and residents' requests for a copy or erasure"""

import sqlalchemy as sa
from alembic import op

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('channel_accounts', sa.Column('notice_version', sa.String(), nullable=True))
    op.add_column('channel_accounts', sa.Column('notice_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'privacy_requests',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('resident_id', sa.Integer(), nullable=False),
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('code_hash', sa.String(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_by', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['resident_id'], ['residents.id'], name=op.f('fk_privacy_requests_resident_id_residents')),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_privacy_requests_conversation_id_conversations')),
        sa.ForeignKeyConstraint(['done_by'], ['staff_accounts.id'], name=op.f('fk_privacy_requests_done_by_staff_accounts')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_privacy_requests')),
    )
    op.create_index(op.f('ix_privacy_requests_resident_id'), 'privacy_requests', ['resident_id'])


def downgrade() -> None:
    op.drop_table('privacy_requests')
    op.drop_column('channel_accounts', 'notice_at')
    op.drop_column('channel_accounts', 'notice_version')
