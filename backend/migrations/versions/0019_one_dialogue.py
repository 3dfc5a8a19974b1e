"""one dialogue: its state beside the conversation, and the appeal by its parts"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


# What was read back before the update still waits for its yes.
_KEEP_DRAFTS = """
UPDATE conversations SET state = jsonb_build_object(
  'version', 1,
  'at', to_jsonb(coalesce(dialogue_at, now())),
  'question', jsonb_build_object('ask', 'confirm'),
  'drafts', jsonb_build_array(jsonb_build_object(
    'wording', jsonb_build_array(draft ->> 'text'), 'text', draft ->> 'text',
    'matter', draft ->> 'text', 'place', draft ->> 'location')))
WHERE jsonb_typeof(draft) = 'object' AND draft ->> 'text' IS NOT NULL
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column('cases', sa.Column('wording', sa.String(), nullable=True))
    op.add_column('cases', sa.Column('appeal', postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column('conversations', sa.Column('state', postgresql.JSONB(none_as_null=True), nullable=True))
    op.execute(_KEEP_DRAFTS)
    for column in ('draft', 'aside', 'dialogue_turn', 'dialogue_at'):
        op.drop_column('conversations', column)
    op.execute("DROP TABLE IF EXISTS dialogue_turns")  # Rasa's tracker store made it


def downgrade() -> None:
    op.add_column('conversations', sa.Column('dialogue_turn', sa.BigInteger(), server_default='0', nullable=False))
    op.alter_column('conversations', 'dialogue_turn', server_default=None)
    op.add_column('conversations', sa.Column('dialogue_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('conversations', sa.Column('draft', postgresql.JSONB(), nullable=True))
    op.add_column('conversations', sa.Column('aside', postgresql.JSONB(), nullable=True))
    op.drop_column('conversations', 'state')
    op.drop_column('cases', 'appeal')
    op.drop_column('cases', 'wording')
