"""alerts, their steps, subscriptions and receipts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('alerts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=True),
    sa.Column('domain', sa.String(), nullable=True),
    sa.Column('item_code', sa.String(), nullable=True),
    sa.Column('subject', sa.String(), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('raised_by', sa.String(), nullable=False),
    sa.Column('raised_by_name', sa.String(), nullable=False),
    sa.Column('evidence', postgresql.JSONB(), nullable=False),
    sa.Column('last_excess_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('calm_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done', postgresql.JSONB(), nullable=False),
    sa.Column('conclusion', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts'))
    )
    op.create_index('ix_alerts_going_on', 'alerts', ['kind'], unique=False, postgresql_where=sa.text('calm_at IS NULL'))
    op.create_index('ix_alerts_state_raised_at', 'alerts', ['state', 'raised_at'], unique=False)
    op.create_index(op.f('ix_alerts_subject'), 'alerts', ['subject'], unique=False)
    op.create_table('alert_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('actor_name', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_steps_alert_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_steps'))
    )
    op.create_index(op.f('ix_alert_steps_alert_id'), 'alert_steps', ['alert_id'], unique=False)
    op.create_table('alert_subscriptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('area_code', sa.String(), nullable=False),
    sa.Column('domain', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_accounts.id'], name=op.f('fk_alert_subscriptions_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_subscriptions')),
    sa.UniqueConstraint('staff_id', 'kind', 'area_code', 'domain', name=op.f('uq_alert_subscriptions_staff_id_kind_area_code_domain'))
    )
    op.create_table('alert_receipts',
    sa.Column('alert_id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_receipts_alert_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff_accounts.id'], name=op.f('fk_alert_receipts_staff_id')),
    sa.PrimaryKeyConstraint('alert_id', 'staff_id', name=op.f('pk_alert_receipts'))
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ('alert_receipts', 'alert_subscriptions', 'alert_steps', 'alerts'):
        op.drop_table(table)
