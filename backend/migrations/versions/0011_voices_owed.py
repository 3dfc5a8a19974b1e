"""voices owed"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('voices_owed',
    sa.Column('outbox_id', sa.BigInteger(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_voices_owed_outbox_id')),
    sa.PrimaryKeyConstraint('outbox_id', name=op.f('pk_voices_owed'))
    )


def downgrade() -> None:
    op.drop_table('voices_owed')
