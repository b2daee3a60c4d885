"""Listening sessions with their playlists and notes; exemplary quotes and what was confirmed of them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listening_session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at_moment", sa.String(length=36), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("moved_by", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("playlist", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listening_session"),
    )
    op.create_table(
        "listening_moment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("coders", sa.JSON(), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listening_moment"),
    )
    op.create_index("ix_listening_moment_interview_id", "listening_moment", ["interview_id"])
    op.create_index("ix_listening_moment_session_id", "listening_moment", ["session_id"])
    op.create_table(
        "listening_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("moment_id", sa.String(length=36), nullable=True),
        sa.Column("interview_id", sa.String(length=64), nullable=True),
        sa.Column("at_ms", sa.Integer(), nullable=True),
        sa.Column("writer", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_listening_note"),
    )
    op.create_index("ix_listening_note_interview_id", "listening_note", ["interview_id"])
    op.create_index("ix_listening_note_session_id", "listening_note", ["session_id"])
    op.create_table(
        "quote",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("role_code", sa.String(length=32), nullable=False),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("picked_by", sa.String(length=80), nullable=False),
        sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quote"),
    )
    op.create_index("ix_quote_interview_id", "quote", ["interview_id"])
    op.create_index("ix_quote_subject", "quote", ["about", "subject"])
    op.create_table(
        "quote_confirmation",
        sa.Column("quote_id", sa.String(length=36), nullable=False),
        sa.Column("warning", sa.String(length=64), nullable=False),
        sa.Column("words_digest", sa.String(length=64), nullable=False),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("quote_id", "warning", "words_digest", name="pk_quote_confirmation"),
    )
    op.create_index("ix_quote_confirmation_interview_id", "quote_confirmation", ["interview_id"])


def downgrade() -> None:
    for table in ("quote_confirmation", "quote", "listening_note", "listening_moment", "listening_session"):
        op.drop_table(table)
