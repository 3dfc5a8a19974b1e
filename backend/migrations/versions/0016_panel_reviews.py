"""panel reviews"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table('panel_reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('after', sa.Date(), nullable=False),
    sa.Column('seed', sa.String(), nullable=False),
    sa.Column('seed_from', sa.String(), nullable=False),
    sa.Column('each', sa.Integer(), nullable=False),
    sa.Column('cases', sa.Integer(), nullable=False),
    sa.Column('cases_digest', sa.String(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('drawn_by', sa.String(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_reviews'))
    )
    op.create_table('panel_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('unit_code', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_panel_items_case_id')),
    sa.ForeignKeyConstraint(['review_id'], ['panel_reviews.id'], name=op.f('fk_panel_items_review_id')),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_panel_items_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_items')),
    sa.UniqueConstraint('review_id', 'case_id', name=op.f('uq_panel_items_review_id_case_id'))
    )
    op.create_table('panel_invitations',
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.String(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['review_id'], ['panel_reviews.id'], name=op.f('fk_panel_invitations_review_id')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_panel_invitations'))
    )
    op.create_index(op.f('ix_panel_invitations_review_id'), 'panel_invitations', ['review_id'], unique=False)
    op.create_table('panel_scores',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.CheckConstraint('score BETWEEN 1 AND 5', name=op.f('ck_panel_scores_score_range')),
    sa.ForeignKeyConstraint(['code_hash'], ['panel_invitations.code_hash'], name=op.f('fk_panel_scores_code_hash')),
    sa.ForeignKeyConstraint(['item_id'], ['panel_items.id'], name=op.f('fk_panel_scores_item_id')),
    sa.PrimaryKeyConstraint('item_id', 'code_hash', name=op.f('pk_panel_scores'))
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table('panel_scores')
    op.drop_index(op.f('ix_panel_invitations_review_id'), table_name='panel_invitations')
    op.drop_table('panel_invitations')
    op.drop_table('panel_items')
    op.drop_table('panel_reviews')
