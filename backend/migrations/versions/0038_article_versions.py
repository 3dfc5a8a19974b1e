"""knowledge desk: states, owners and versions of articles, and where the bot has shown them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        'articles', sa.Column('state', sa.String(), nullable=False, server_default='published')
    )
    op.add_column('articles', sa.Column('owner_code', sa.String(), nullable=True))
    op.create_foreign_key(
        'fk_articles_owner_code_units', 'articles', 'units', ['owner_code'], ['code']
    )
    op.add_column('articles', sa.Column('review_by', sa.Date(), nullable=True))
    op.create_table(
        'article_versions',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column(
            'article_id', sa.String(), sa.ForeignKey('articles.id', ondelete='CASCADE'),
            nullable=False,
        ),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('domain', sa.String(), nullable=False),
        sa.Column('questions', JSONB(), nullable=False),
        sa.Column('body', sa.String(), nullable=False),
        sa.Column('office', sa.String(), nullable=False),
        sa.Column('checked', sa.Date(), nullable=False),
        sa.Column('written_by', sa.String(), nullable=True),
        sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('reviewed_by', sa.String(), nullable=True),
        sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('remark', sa.String(), nullable=True),
        sa.UniqueConstraint('article_id', 'number'),
    )
    op.create_index(
        'ix_article_versions_open', 'article_versions', ['article_id'],
        unique=True, postgresql_where=sa.text("state <> 'published'"),
    )
    op.create_table(
        'article_uses',
        sa.Column('id', sa.BigInteger(), primary_key=True),
        sa.Column(
            'article_id', sa.String(), sa.ForeignKey('articles.id', ondelete='CASCADE'),
            nullable=False,
        ),
        sa.Column(
            'conversation_id', sa.Integer(), sa.ForeignKey('conversations.id'), nullable=False
        ),
        sa.Column('shown_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_asked_at', sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        'ix_article_uses_conversation_id', 'article_uses', ['conversation_id', 'shown_at']
    )
    op.create_index('ix_article_uses_article_id', 'article_uses', ['article_id'])
    op.create_index('ix_article_uses_shown_at', 'article_uses', ['shown_at'])


def downgrade() -> None:
    op.drop_table('article_uses')
    op.drop_table('article_versions')
    for column in ('review_by', 'owner_code', 'state'):
        op.drop_column('articles', column)
