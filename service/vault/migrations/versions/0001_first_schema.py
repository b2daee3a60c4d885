"""First schema."""

import sqlalchemy as sa
from alembic import op

from service.transcript import schema_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interview",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("group_code", sa.String(length=32), nullable=True),
        sa.Column("role_code", sa.String(length=32), nullable=True),
        sa.Column("wave", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interview"),
        sa.UniqueConstraint("name", name="uq_interview_name"),
    )
    op.create_table(
        "recording",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("container", sa.String(length=64), nullable=False),
        sa.Column("codec", sa.String(length=64), nullable=False),
        sa.Column("sample_rate", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.String(length=32), nullable=True),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offset_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_recording_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recording"),
        sa.UniqueConstraint("sha256", name="uq_recording_sha256"),
    )
    op.create_index("ix_recording_interview_id", "recording", ["interview_id"])
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_subject", "event", ["subject", "id"])
    op.create_table(
        "redaction",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("placeholder", sa.String(length=64), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("word_ids", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("detector", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_redaction_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_redaction"),
    )
    op.create_table(
        "release",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_release_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", name="pk_release"),
    )
    op.create_table(
        "dropped_file",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("modified_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.String(length=32), nullable=True),
        sa.Column("recording_id", sa.String(length=64), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name="fk_dropped_file_recording_id_recording"
        ),
        sa.PrimaryKeyConstraint("path", name="pk_dropped_file"),
    )
    op.create_table(
        "progress",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("percent", sa.Float(), nullable=False),
        sa.Column("eta_s", sa.Integer(), nullable=True),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name="fk_progress_recording_id_recording"
        ),
        sa.PrimaryKeyConstraint("recording_id", name="pk_progress"),
    )
    op.create_table(
        "recording_name",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name="fk_recording_name_recording_id_recording"
        ),
        sa.PrimaryKeyConstraint("path", name="pk_recording_name"),
    )
    op.create_index("ix_recording_name_recording_id", "recording_name", ["recording_id"])
    op.create_table(
        "stage_result",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recording.id"], name="fk_stage_result_recording_id_recording"
        ),
        sa.PrimaryKeyConstraint("recording_id", "stage", "part", name="pk_stage_result"),
    )
    schema_0001.create()


def downgrade() -> None:
    schema_0001.drop()
    for table in (
        "stage_result",
        "recording_name",
        "progress",
        "dropped_file",
        "release",
        "redaction",
        "event",
        "recording",
        "interview",
    ):
        op.drop_table(table)
