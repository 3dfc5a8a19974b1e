"""sign-ins: tries are counted by name and address, sign-ins end when idle, a second factor; an
audit log that nobody changes"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


# Three years: as long as complaints about the handling of an appeal may be brought.
_APPEND_ONLY = """
CREATE FUNCTION keep_audit_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < now() - interval '3 years' THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION keep_audit_entries();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_entries();
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('sign_in_tries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name_hash', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_tries'))
    )
    op.create_index(op.f('ix_sign_in_tries_name_hash'), 'sign_in_tries', ['name_hash'], unique=False)
    op.create_index(op.f('ix_sign_in_tries_address'), 'sign_in_tries', ['address'], unique=False)
    op.add_column('staff_tokens', sa.Column('used_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False))
    op.alter_column('staff_tokens', 'used_at', server_default=None)
    op.drop_column('staff_accounts', 'locked_until')
    op.drop_column('staff_accounts', 'failed_sign_ins')
    op.add_column('staff_accounts', sa.Column('totp_secret', sa.String(), nullable=True))
    op.add_column('staff_accounts', sa.Column('totp_step', sa.Integer(), server_default='0', nullable=False))
    op.execute(_APPEND_ONLY)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER audit_entries_no_truncate ON audit_entries")
    op.execute("DROP TRIGGER audit_entries_append_only ON audit_entries")
    op.execute("DROP FUNCTION keep_audit_entries()")
    op.drop_column('staff_accounts', 'totp_step')
    op.drop_column('staff_accounts', 'totp_secret')
    op.add_column('staff_accounts', sa.Column('failed_sign_ins', sa.Integer(), server_default='0', nullable=False))
    op.alter_column('staff_accounts', 'failed_sign_ins', server_default=None)
    op.add_column('staff_accounts', sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True))
    op.drop_column('staff_tokens', 'used_at')
    op.drop_index(op.f('ix_sign_in_tries_address'), table_name='sign_in_tries')
    op.drop_index(op.f('ix_sign_in_tries_name_hash'), table_name='sign_in_tries')
    op.drop_table('sign_in_tries')
