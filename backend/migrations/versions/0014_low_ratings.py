"""whether it was solved, and low ratings that the unit above acknowledges"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('ratings', sa.Column('solved', sa.Boolean(), nullable=True))
    op.add_column('ratings', sa.Column('reason_code', sa.String(), nullable=True))
    op.create_table('low_rating_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('rating_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('unit_code', sa.String(), nullable=False),
    sa.Column('to_unit', sa.String(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('acknowledge_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('overdue_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acknowledged_by', sa.String(), nullable=True),
    sa.Column('text', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_low_rating_notices_case_id')),
    sa.ForeignKeyConstraint(['rating_id'], ['ratings.id'], name=op.f('fk_low_rating_notices_rating_id')),
    sa.ForeignKeyConstraint(['to_unit'], ['units.code'], name=op.f('fk_low_rating_notices_to_unit')),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_low_rating_notices_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_low_rating_notices')),
    sa.UniqueConstraint('rating_id', name=op.f('uq_low_rating_notices_rating_id'))
    )
    for column in ('case_id', 'unit_code', 'to_unit'):
        op.create_index(op.f(f'ix_low_rating_notices_{column}'), 'low_rating_notices', [column], unique=False)
    op.create_index('ix_low_rating_notices_waiting', 'low_rating_notices', ['acknowledge_by'], unique=False, postgresql_where=sa.text('acknowledged_at IS NULL'))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('low_rating_notices')
    op.drop_column('ratings', 'reason_code')
    op.drop_column('ratings', 'solved')
