"""unanswered questions: what residents asked and no article answers"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        'unanswered_questions',
        sa.Column('id', sa.BigInteger(), primary_key=True),
        sa.Column('question', sa.String(), nullable=False),
        sa.Column(
            'article_id', sa.String(), sa.ForeignKey('articles.id', ondelete='SET NULL'), nullable=True
        ),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index('ix_unanswered_questions_asked_at', 'unanswered_questions', ['asked_at'])


def downgrade() -> None:
    op.drop_table('unanswered_questions')
