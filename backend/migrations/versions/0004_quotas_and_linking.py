"""quotas_and_linking"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('reply_windows',
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('contact', sa.String(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('spent', postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['channel_accounts.id'], name=op.f('fk_reply_windows_account_id')),
    sa.PrimaryKeyConstraint('account_id', 'contact', name=op.f('pk_reply_windows'))
    )
    op.add_column('outbox', sa.Column('held_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('outbox', sa.Column('goes_alone', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('channel_accounts', sa.Column('preferred_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('channel_accounts', sa.Column('link_tries', sa.Integer(), server_default='0', nullable=False))
    op.add_column('channel_accounts', sa.Column('link_locked_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('link_codes', sa.Column('used_by', sa.Integer(), nullable=True))
    op.create_foreign_key(op.f('fk_link_codes_used_by'), 'link_codes', 'channel_accounts', ['used_by'], ['id'])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f('fk_link_codes_used_by'), 'link_codes', type_='foreignkey')
    op.drop_column('link_codes', 'used_by')
    op.drop_column('channel_accounts', 'link_locked_until')
    op.drop_column('channel_accounts', 'link_tries')
    op.drop_column('channel_accounts', 'preferred_at')
    op.drop_column('outbox', 'goes_alone')
    op.drop_column('outbox', 'held_at')
    op.drop_table('reply_windows')
