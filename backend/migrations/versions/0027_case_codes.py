"""case codes: residents without a chat see their case by its number and a code"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'case_codes',
        sa.Column('case_id', sa.Integer(), sa.ForeignKey('cases.id'), primary_key=True, autoincrement=False),
        sa.Column('code_hash', sa.String(), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        'public_tries',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('subject_hash', sa.String(), nullable=False),
        sa.Column('address', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index('ix_public_tries_subject_hash', 'public_tries', ['subject_hash'])
    op.create_index('ix_public_tries_address', 'public_tries', ['address'])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('public_tries')
    op.drop_table('case_codes')
