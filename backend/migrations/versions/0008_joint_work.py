"""joint work"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('unit_code', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('resolve_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('overdue_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_tasks_case_id')),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_tasks_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tasks'))
    )
    op.create_index(op.f('ix_tasks_case_id'), 'tasks', ['case_id'], unique=False)
    op.create_index(op.f('ix_tasks_unit_code'), 'tasks', ['unit_code'], unique=False)
    op.create_index('ix_tasks_running', 'tasks', ['resolve_by'], unique=False, postgresql_where=sa.text('ended_at IS NULL AND overdue_at IS NULL'))
    op.create_table('whistles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('unit_code', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_whistles_case_id')),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_whistles_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_whistles'))
    )
    op.create_index(op.f('ix_whistles_case_id'), 'whistles', ['case_id'], unique=False)
    op.create_table('whistle_responses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('whistle_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('unit_code', sa.String(), nullable=False),
    sa.Column('respond_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('responded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('overdue_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('text', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_whistle_responses_case_id')),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_whistle_responses_unit_code')),
    sa.ForeignKeyConstraint(['whistle_id'], ['whistles.id'], name=op.f('fk_whistle_responses_whistle_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_whistle_responses')),
    sa.UniqueConstraint('whistle_id', 'unit_code', name=op.f('uq_whistle_responses_whistle_id_unit_code'))
    )
    op.create_index(op.f('ix_whistle_responses_case_id'), 'whistle_responses', ['case_id'], unique=False)
    op.create_index(op.f('ix_whistle_responses_unit_code'), 'whistle_responses', ['unit_code'], unique=False)
    op.create_index('ix_whistle_responses_waiting', 'whistle_responses', ['respond_by'], unique=False, postgresql_where=sa.text('responded_at IS NULL AND overdue_at IS NULL'))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('whistle_responses')
    op.drop_table('whistles')
    op.drop_table('tasks')
