"""Exact words, what was left out of the transcript, and what a person corrected."""

import sqlalchemy as sa
from alembic import op

from service.transcript import schema_0002

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema_0002.create()
    op.create_table(
        "dropped_words",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_dropped_words_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_dropped_words"),
    )
    op.create_table(
        "correction",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("last_word", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_correction_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_correction"),
    )
    op.create_table(
        "speaker_name",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_speaker_name_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", "label", name="pk_speaker_name"),
    )
    op.add_column(
        "interview", sa.Column("names_outdated", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("interview", "names_outdated")
    for table in ("speaker_name", "correction", "dropped_words"):
        op.drop_table(table)
    schema_0002.drop()
