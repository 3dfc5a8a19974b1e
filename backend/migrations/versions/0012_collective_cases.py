"""collective cases"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('cases', sa.Column('anonymous', sa.Boolean(), server_default='false', nullable=False))
    # From now on a report hides whom it is from: those that stand are no exception.
    op.execute("UPDATE cases SET anonymous = true WHERE kind = 'report'")
    op.add_column('cases', sa.Column('lead_id', sa.Integer(), nullable=True))
    op.add_column('cases', sa.Column('district_code', sa.String(), sa.Computed("((location -> 'district'::text) ->> 'code'::text)", persisted=True), nullable=True))
    op.add_column('cases', sa.Column('street_code', sa.String(), sa.Computed("((location -> 'street'::text) ->> 'code'::text)", persisted=True), nullable=True))
    op.create_foreign_key(op.f('fk_cases_lead_id'), 'cases', 'cases', ['lead_id'], ['id'])
    op.create_check_constraint(op.f('ck_cases_no_lead_of_itself'), 'cases', 'lead_id <> id')
    op.create_index(op.f('ix_cases_lead_id'), 'cases', ['lead_id'], unique=False)
    op.create_index('ix_cases_same_item', 'cases', ['power_item_code', 'district_code', 'registered_at'], unique=False)
    op.create_index('ix_cases_same_street', 'cases', ['street_code', 'domain', 'registered_at'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index('ix_cases_same_street', table_name='cases')
    op.drop_index('ix_cases_same_item', table_name='cases')
    op.drop_index(op.f('ix_cases_lead_id'), table_name='cases')
    op.drop_constraint(op.f('ck_cases_no_lead_of_itself'), 'cases', type_='check')
    op.drop_constraint(op.f('fk_cases_lead_id'), 'cases', type_='foreignkey')
    op.drop_column('cases', 'street_code')
    op.drop_column('cases', 'district_code')
    op.drop_column('cases', 'lead_id')
    op.drop_column('cases', 'anonymous')
