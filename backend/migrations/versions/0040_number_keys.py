"""a key by which two writings of a source's own number are one"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None

_IGNORED = re.compile(r"[\s\u200b-\u200f\u2060\ufeff']+")
_ROWS = sa.text("SELECT id, original_no FROM source_records WHERE id > :after ORDER BY id LIMIT 5000")
_FILL = sa.text("UPDATE source_records SET number_key = :key WHERE id = :id")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('source_records', sa.Column('number_key', sa.String(), nullable=True))
    connection, after = op.get_bind(), 0
    while rows := connection.execute(_ROWS, {"after": after}).all():
        connection.execute(_FILL, [{"id": row.id, "key": _key(row.original_no)} for row in rows])
        after = rows[-1].id
    op.alter_column('source_records', 'number_key', nullable=False)
    op.create_index(
        'ix_source_records_number_key', 'source_records', ['number_key', 'source_code']
    )


def _key(number: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", number)).upper()


def downgrade() -> None:
    op.drop_index('ix_source_records_number_key', 'source_records')
    op.drop_column('source_records', 'number_key')
