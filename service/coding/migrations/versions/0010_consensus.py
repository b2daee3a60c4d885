"""What was decided where two coders disagreed, with every change of it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consensus",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("first", sa.String(length=80), nullable=False),
        sa.Column("second", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("first_marks", sa.JSON(), nullable=False),
        sa.Column("second_marks", sa.JSON(), nullable=False),
        sa.Column("keep", sa.String(length=16), nullable=False),
        sa.Column("codings", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consensus"),
    )
    op.create_index("ix_consensus_interview_id", "consensus", ["interview_id"])
    op.create_table(
        "consensus_change",
        sa.Column("consensus_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("keep", sa.String(length=16), nullable=False),
        sa.Column("codings", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("consensus_id", "version", name="pk_consensus_change"),
    )
    op.create_index("ix_consensus_change_interview_id", "consensus_change", ["interview_id"])


def downgrade() -> None:
    op.drop_table("consensus_change")
    op.drop_table("consensus")
