"""The transcript tables as they were first: what migration 0001 of either store makes.

Frozen: later changes get a file of their own and leave this one as it is.
"""

import sqlalchemy as sa
from alembic import op

# The full-text index follows the utterance table by triggers (SQLite) or as a generated column
# (PostgreSQL), so that no writer can forget it.
_SQLITE = (
    "CREATE VIRTUAL TABLE utterance_search USING fts5("
    "folded, content='utterance', content_rowid='row_id', tokenize='unicode61')",
    "CREATE TRIGGER utterance_added AFTER INSERT ON utterance BEGIN "
    "INSERT INTO utterance_search(rowid, folded) VALUES (new.row_id, new.folded); END",
    "CREATE TRIGGER utterance_removed AFTER DELETE ON utterance BEGIN "
    "INSERT INTO utterance_search(utterance_search, rowid, folded) VALUES ('delete', old.row_id, old.folded); END",
    "CREATE TRIGGER utterance_changed AFTER UPDATE ON utterance BEGIN "
    "INSERT INTO utterance_search(utterance_search, rowid, folded) VALUES ('delete', old.row_id, old.folded); "
    "INSERT INTO utterance_search(rowid, folded) VALUES (new.row_id, new.folded); END",
)
_POSTGRESQL = (
    "ALTER TABLE utterance ADD COLUMN searchable tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED",
    "CREATE INDEX ix_utterance_searchable ON utterance USING gin (searchable)",
)


def create() -> None:
    """Make the tables and their search index; ``interview`` must be there."""
    op.create_table(
        "marker",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subtype", sa.String(length=32), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=16), nullable=True),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("rules", sa.String(length=32), nullable=False),
        sa.Column("utterance_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_marker_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_marker"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_marker_time", "marker", ["interview_id", "start_ms"])
    op.create_table(
        "speaker",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("speech_ms", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_speaker_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", "label", name="pk_speaker"),
    )
    op.create_table(
        "transcript",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("speech", sa.JSON(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_transcript_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", name="pk_transcript"),
    )
    op.create_table(
        "turn",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("speaker", sa.String(length=16), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_turn_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_turn"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "utterance",
        sa.Column("row_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=16), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("chars", sa.Integer(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_utterance_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("row_id", name="pk_utterance"),
        sa.UniqueConstraint("interview_id", "id", name="uq_utterance"),
    )
    op.create_index("ix_utterance_time", "utterance", ["interview_id", "start_ms"])
    op.create_table(
        "word",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("utterance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("speaker", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("speaker_confidence", sa.Float(), nullable=False),
        sa.Column("redaction", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_word_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", "utterance_id", "id", name="pk_word"),
        sa.UniqueConstraint("interview_id", "id", name="uq_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_word_time", "word", ["interview_id", "start_ms"])
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def drop() -> None:
    """Take away what :func:`create` made."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE utterance_search")
    for table in ("word", "utterance", "turn", "transcript", "speaker", "marker"):
        op.drop_table(table)
