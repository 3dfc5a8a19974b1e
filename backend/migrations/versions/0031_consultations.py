"""consultations: questions to residents, with one voice of each"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'consultations',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('body', sa.String(), nullable=False),
        sa.Column('choices', postgresql.JSONB(), nullable=False),
        sa.Column('takes_words', sa.Boolean(), nullable=False),
        sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('created_by', sa.String(), nullable=False),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('conclusion', sa.String(), nullable=True),
    )
    op.create_table(
        'consultation_voices',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('consultation_id', sa.Integer(), sa.ForeignKey('consultations.id'), nullable=False),
        sa.Column('resident_id', sa.Integer(), sa.ForeignKey('residents.id'), nullable=False),
        sa.Column('choice', sa.Integer(), nullable=True),
        sa.Column('words', sa.String(), nullable=True),
        sa.Column('channel', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint('consultation_id', 'resident_id'),
    )
    op.create_index('ix_consultation_voices_resident_id', 'consultation_voices', ['resident_id'])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('consultation_voices')
    op.drop_table('consultations')
