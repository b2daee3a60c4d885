"""The rows of a transcript. The vault and the coding store each hold a set of these tables."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from service.sealed import Sealed, SealedData

SEARCH_TABLE = "utterance_search"


@dataclass(frozen=True, slots=True)
class TranscriptTables:
    """The tables of one store. ``interview_id`` is part of every key; times are ms of the interview.

    ``search_text`` is there where words are sealed: an index of words would tell what was said.
    """

    transcript: sa.Table
    speaker: sa.Table
    utterance: sa.Table
    word: sa.Table
    turn: sa.Table
    marker: sa.Table
    search_text: sa.Table | None = None

    def all(self) -> tuple[sa.Table, ...]:
        """Children first: the order in which rows may be deleted."""
        tables = (self.marker, self.turn, self.word, self.utterance, self.speaker, self.transcript)
        return tables if self.search_text is None else (self.search_text, *tables)


def _owner() -> sa.Column[str]:
    return sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True)


def _span() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("start_ms", sa.Integer, nullable=False),
        sa.Column("end_ms", sa.Integer, nullable=False),
    )


def _marker_found() -> sa.Index:
    return sa.Index("ix_marker_found", "kind", "interview_id", "speaker", "strength", "start_ms", "end_ms")


def define_transcript_tables(metadata: sa.MetaData, *, sealed: bool = False) -> TranscriptTables:
    """Add the tables to ``metadata``, which must define ``interview`` with the key ``id``.

    With ``sealed``, the database holds no word in clear and no index of them.
    """
    transcript = sa.Table(
        "transcript",
        metadata,
        _owner(),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("format", sa.Integer, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("speech", sa.JSON, nullable=False),
        sa.Column("notices", sa.JSON, nullable=False),
        sa.Column("provenance", sa.JSON, nullable=False),
    )
    speaker = sa.Table(
        "speaker",
        metadata,
        _owner(),
        sa.Column("label", sa.String(16), primary_key=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("suggested", sa.Boolean, nullable=False),
        sa.Column("speech_ms", sa.Integer, nullable=False),
        sa.Column("words", sa.Integer, nullable=False),
    )
    utterance = sa.Table(
        "utterance",
        metadata,
        sa.Column("row_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), nullable=False),
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("speaker", sa.String(16), nullable=False),
        *_span(),
        sa.Column("chars", sa.Integer, nullable=False),
        *([] if sealed else [sa.Column("folded", sa.Text, nullable=False)]),
        sa.UniqueConstraint("interview_id", "id", name="uq_utterance"),
        sa.Index("ix_utterance_time", "interview_id", "start_ms"),
    )
    word = sa.Table(
        "word",
        metadata,
        _owner(),
        # In the order of the key, the words of an utterance lie side by side and are read in one go.
        sa.Column("utterance_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        *_span(),
        sa.Column("text", Sealed("word.text") if sealed else sa.Text, nullable=False),
        sa.Column("speaker", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("speaker_confidence", sa.Float, nullable=False),
        sa.Column("redaction", sa.Integer),
        sa.Column("speaker_margin", sa.Float, nullable=False, server_default="1"),
        sa.Column("timing", sa.String(16), nullable=False, server_default="recogniser"),
        sa.Column("disfluency", sa.String(16)),
        sa.Index("ix_word_time", "interview_id", "start_ms"),
        sa.UniqueConstraint("interview_id", "id", name="uq_word"),
        sqlite_with_rowid=False,
    )
    turn = sa.Table(
        "turn",
        metadata,
        _owner(),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("speaker", sa.String(16), nullable=False),
        *_span(),
        sqlite_with_rowid=False,
    )
    marker = sa.Table(
        "marker",
        metadata,
        _owner(),
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subtype", sa.String(32)),
        *_span(),
        sa.Column("speaker", sa.String(16)),
        sa.Column("strength", sa.Float, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("rules", sa.String(32), nullable=False),
        sa.Column("utterance_id", sa.Integer),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("judged", sa.String(16)),
        sa.Index("ix_marker_time", "interview_id", "start_ms"),
        *([] if sealed else [_marker_found()]),
        sqlite_with_rowid=False,
    )
    if sealed:
        search_text = sa.Table(
            "search_text",
            metadata,
            _owner(),
            sa.Column("lines", SealedData("search_text.lines"), nullable=False),
        )
        return TranscriptTables(transcript, speaker, utterance, word, turn, marker, search_text)
    for dialect, statements in (("sqlite", SEARCH_SQLITE), ("postgresql", SEARCH_POSTGRESQL)):
        for statement in statements:
            ddl = sa.DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            sa.event.listen(metadata, "after_create", ddl)
    return TranscriptTables(transcript, speaker, utterance, word, turn, marker)


# The full-text index follows the utterance table by triggers (SQLite) or as a generated column
# (PostgreSQL), so that no writer can forget it.
SEARCH_SQLITE = (
    f"CREATE VIRTUAL TABLE {SEARCH_TABLE} USING fts5("
    "folded, content='utterance', content_rowid='row_id', tokenize='unicode61')",
    f"CREATE TRIGGER utterance_added AFTER INSERT ON utterance BEGIN "
    f"INSERT INTO {SEARCH_TABLE}(rowid, folded) VALUES (new.row_id, new.folded); END",
    f"CREATE TRIGGER utterance_removed AFTER DELETE ON utterance BEGIN "
    f"INSERT INTO {SEARCH_TABLE}({SEARCH_TABLE}, rowid, folded) VALUES ('delete', old.row_id, old.folded); END",
    f"CREATE TRIGGER utterance_changed AFTER UPDATE ON utterance BEGIN "
    f"INSERT INTO {SEARCH_TABLE}({SEARCH_TABLE}, rowid, folded) VALUES ('delete', old.row_id, old.folded); "
    f"INSERT INTO {SEARCH_TABLE}(rowid, folded) VALUES (new.row_id, new.folded); END",
)
SEARCH_POSTGRESQL = (
    "ALTER TABLE utterance ADD COLUMN searchable tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED",
    "CREATE INDEX ix_utterance_searchable ON utterance USING gin (searchable)",
)
