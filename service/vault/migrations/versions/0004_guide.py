"""Where the questions of a guide were asked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guide_search",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_guide_search_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", name="pk_guide_search"),
    )
    op.create_table(
        "asked",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(length=128), nullable=False),
        sa.Column("utterance", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_asked_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", "number", name="pk_asked"),
    )


def downgrade() -> None:
    for table in ("asked", "guide_search"):
        op.drop_table(table)
