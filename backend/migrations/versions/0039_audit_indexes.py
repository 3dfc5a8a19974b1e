"""indexes of the audit log, which administrators search by person and by subject"""

from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_index('ix_audit_entries_staff_id', 'audit_entries', ['staff_id', 'id'])
    op.create_index('ix_audit_entries_subject', 'audit_entries', ['subject', 'id'])


def downgrade() -> None:
    op.drop_index('ix_audit_entries_subject', 'audit_entries')
    op.drop_index('ix_audit_entries_staff_id', 'audit_entries')
