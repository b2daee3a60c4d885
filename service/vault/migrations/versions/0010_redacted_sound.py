"""The redacted sound of interviews, what a check found in it, and attempts that make nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rendition",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=255), nullable=False),
        sa.Column("listening", sa.String(length=64), nullable=False),
        sa.Column("peaks", sa.String(length=64), nullable=False),
        sa.Column("planned", sa.JSON(), nullable=False),
        sa.Column("masked", sa.JSON(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("widened", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_rendition_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", name="pk_rendition"),
    )
    op.create_table(
        "rendition_place",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("redaction", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("judged_by", sa.String(length=64), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_rendition_place_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", "number", name="pk_rendition_place"),
    )
    op.create_table(
        "silenced",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_silenced_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", "number", name="pk_silenced"),
    )
    op.create_table(
        "sound_attempt",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name="fk_sound_attempt_recording_id_recording"
        ),
        sa.PrimaryKeyConstraint("recording_id", name="pk_sound_attempt"),
    )


def downgrade() -> None:
    for table in ("sound_attempt", "silenced", "rendition_place", "rendition"):
        op.drop_table(table)
