"""topics of the cases, joined by the clustering and corrected by people"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('topics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('place', sa.String(), nullable=True),
    sa.Column('typical_id', sa.Integer(), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('recent_people', sa.Integer(), nullable=False),
    sa.Column('earlier_people', sa.Integer(), nullable=False),
    sa.Column('heat', sa.Float(), nullable=False),
    sa.Column('parts', postgresql.JSONB(), nullable=False),
    sa.Column('heat_version', sa.String(), nullable=False),
    sa.Column('is_flood', sa.Boolean(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_renamed', sa.Boolean(), nullable=False),
    sa.Column('dismissed', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['typical_id'], ['cases.id'], name=op.f('fk_topics_typical_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topics'))
    )
    op.create_index('ix_topics_heat', 'topics', ['heat'], unique=False, postgresql_where=sa.text('NOT dismissed'))
    op.create_table('topic_cases',
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_topic_cases_case_id')),
    sa.ForeignKeyConstraint(['topic_id'], ['topics.id'], name=op.f('fk_topic_cases_topic_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_topic_cases'))
    )
    op.create_index(op.f('ix_topic_cases_topic_id'), 'topic_cases', ['topic_id'], unique=False)
    op.create_index(op.f('ix_topic_cases_joined_at'), 'topic_cases', ['joined_at'], unique=False)
    op.create_table('topic_edits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('actor_name', sa.String(), nullable=False),
    sa.Column('details', postgresql.JSONB(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_edits'))
    )
    op.create_index(op.f('ix_topic_edits_topic_id'), 'topic_edits', ['topic_id'], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('topic_edits')
    op.drop_table('topic_cases')
    op.drop_table('topics')
