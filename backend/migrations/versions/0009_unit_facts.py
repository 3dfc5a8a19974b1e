"""unit facts"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('units', sa.Column('successor_code', sa.String(), nullable=True))
    op.create_foreign_key(op.f('fk_units_successor_code'), 'units', 'units', ['successor_code'], ['code'])
    op.add_column('units', sa.Column('population', sa.Integer(), nullable=True))
    op.add_column('units', sa.Column('checked', sa.Date(), nullable=True))
    for name in ('working_hours', 'deputies'):
        op.add_column('units', sa.Column(name, sa.String(), nullable=False, server_default=''))
        op.alter_column('units', name, server_default=None)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_constraint(op.f('fk_units_successor_code'), 'units', type_='foreignkey')
    for name in ('successor_code', 'population', 'checked', 'working_hours', 'deputies'):
        op.drop_column('units', name)
