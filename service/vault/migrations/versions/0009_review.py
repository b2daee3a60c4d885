"""The review: what was said behind a redaction, the second look, words that are cleared, decisions to undo."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _interview(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["interview_id"], ["interview.id"], name=f"fk_{table}_interview_id_interview"
    )


def upgrade() -> None:
    with op.batch_alter_table("redaction") as batch:
        batch.add_column(sa.Column("about", sa.Text(), nullable=True))
    op.create_table(
        "review",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.String(length=64), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        _interview("review"),
        sa.PrimaryKeyConstraint("interview_id", name="pk_review"),
    )
    op.create_table(
        "second_look",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("word_ids", sa.JSON(), nullable=False),
        _interview("second_look"),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_second_look"),
    )
    op.create_table(
        "cleared_word",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("interview_id", sa.String(length=64), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("cleared_by", sa.String(length=64), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=False),
        _interview("cleared_word"),
        sa.PrimaryKeyConstraint("id", name="pk_cleared_word"),
    )
    op.create_index("ix_cleared_word_interview_id", "cleared_word", ["interview_id"])
    op.create_table(
        "review_change",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("made_in", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        _interview("review_change"),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_review_change"),
    )
    op.create_index("ix_review_change_act", "review_change", ["act"])


def downgrade() -> None:
    for table in ("review_change", "cleared_word", "second_look", "review"):
        op.drop_table(table)
    with op.batch_alter_table("redaction") as batch:
        batch.drop_column("about")
