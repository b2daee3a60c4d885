"""The coding store's tables: released interviews, anonymised."""

from __future__ import annotations

import sqlalchemy as sa

from service.transcript.tables import define_transcript_tables

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

interview = sa.Table(
    "interview",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("group_code", sa.String(32), nullable=False),
    sa.Column("role_code", sa.String(32), nullable=False),
    sa.Column("wave", sa.Integer, nullable=False),
    sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("held_on", sa.Date),
)

place = sa.Table(
    "place",
    metadata,
    sa.Column("group_code", sa.String(32), primary_key=True),
    sa.Column("role_code", sa.String(32), primary_key=True),
    sa.Column("wave", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(16)),
)

role = sa.Table(
    "role",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
)

coded = sa.Table(
    "coded",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("coder", sa.String(64), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

sound = sa.Table(
    "sound",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("listening", sa.String(64), nullable=False),
    sa.Column("listening_key", sa.String(128), nullable=False),
    sa.Column("peaks", sa.String(64), nullable=False),
    sa.Column("peaks_key", sa.String(128), nullable=False),
    sa.Column("masked", sa.JSON, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("track", sa.String(64)),
    sa.Column("track_key", sa.String(128)),
)

transcripts = define_transcript_tables(metadata)

said = sa.Table(
    "said",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("speakers", sa.JSON, nullable=False),
    sa.Column("spans", sa.LargeBinary, nullable=False),
)

meaning = sa.Table(
    "meaning",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("words_digest", sa.String(64), nullable=False),
    sa.Column("places", sa.LargeBinary, nullable=False),
    sa.Column("vectors", sa.LargeBinary, nullable=False),
)

# Codes and codings outlive the release of an interview, so none of them has a foreign key to it.

codebook_head = sa.Table(
    "codebook_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),
)

codebook_change = sa.Table(
    "codebook_change",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("undoes", sa.Integer),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
)

code = sa.Table(
    "code",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("parent", sa.String(36)),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("colour", sa.String(7), nullable=False),
    sa.Column("example", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("merged_into", sa.String(36)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
)

theme = sa.Table(
    "theme",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("definition", sa.Text, nullable=False),
    sa.Column("codes", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
)

coding = sa.Table(
    "coding",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("interview_id", sa.String(64), nullable=False),
    sa.Column("coder", sa.String(80), nullable=False),
    sa.Column("code", sa.String(36), index=True),
    sa.Column("first_word", sa.Integer, nullable=False),
    sa.Column("last_word", sa.Integer, nullable=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("weight", sa.Integer),
    sa.Column("words_digest", sa.String(64), nullable=False),
    sa.Column("words_changed", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Index("ix_coding_time", "interview_id", "start_ms"),
    sa.Index("ix_coding_coder", "coder"),
)

coding_change = sa.Table(
    "coding_change",
    metadata,
    sa.Column("coding_id", sa.String(36), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("interview_id", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("codebook_change", sa.Integer, index=True),
    sa.Column("after", sa.JSON, nullable=False),
)

memo = sa.Table(
    "memo",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("about", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("interview_id", sa.String(64), index=True),
    sa.Column("writer", sa.String(80), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Index("ix_memo_subject", "about", "subject"),
)

memo_change = sa.Table(
    "memo_change",
    metadata,
    sa.Column("memo_id", sa.String(36), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("interview_id", sa.String(64), index=True),
    sa.Column("about", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

ready = sa.Table(
    "ready",
    metadata,
    sa.Column("interview_id", sa.String(64), primary_key=True),
    sa.Column("coder", sa.String(80), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

seen_others = sa.Table(
    "seen_others",
    metadata,
    sa.Column("interview_id", sa.String(64), primary_key=True),
    sa.Column("coder", sa.String(80), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

# What others follow. The feed holds no words: what a thing is, is put in when it is read.

feed_head = sa.Table(
    "feed_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("feed", sa.String(32), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
)

feed_entry = sa.Table(
    "feed_entry",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False, index=True),
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

webhook = sa.Table(
    "webhook",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("url", sa.String(500), nullable=False),
    sa.Column("secret", sa.String(128), nullable=False),
    sa.Column("feed", sa.String(32), nullable=False),
    sa.Column("acknowledged", sa.Integer, nullable=False),
    sa.Column("under_way", sa.Integer),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("failing_since", sa.DateTime(timezone=True)),
    sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_answer", sa.String(64)),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
)

# What was decided where two coders disagreed. It is nobody's own coding, so it has tables of its own.

consensus = sa.Table(
    "consensus",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("interview_id", sa.String(64), nullable=False, index=True),
    sa.Column("first", sa.String(80), nullable=False),
    sa.Column("second", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("first_marks", sa.JSON, nullable=False),
    sa.Column("second_marks", sa.JSON, nullable=False),
    sa.Column("keep", sa.String(16), nullable=False),
    sa.Column("codings", sa.JSON, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
)

consensus_change = sa.Table(
    "consensus_change",
    metadata,
    sa.Column("consensus_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("interview_id", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("keep", sa.String(16), nullable=False),
    sa.Column("codings", sa.JSON, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
)

listening_session = sa.Table(
    "listening_session",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("held_on", sa.Date),
    sa.Column("people", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("at_moment", sa.String(36)),
    sa.Column("moved", sa.Integer, nullable=False),
    sa.Column("moved_by", sa.String(80), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("playlist", sa.Integer, nullable=False),
    sa.Column("changes", sa.Integer, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
)

listening_moment = sa.Table(
    "listening_moment",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("session_id", sa.String(36), nullable=False, index=True),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("interview_id", sa.String(64), nullable=False, index=True),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("whole", sa.Boolean, nullable=False),
    sa.Column("coders", sa.JSON, nullable=False),
    sa.Column("added_by", sa.String(80), nullable=False),
    sa.Column("heard_at", sa.DateTime(timezone=True)),
    sa.Column("removed", sa.Boolean, nullable=False),
)

listening_note = sa.Table(
    "listening_note",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("session_id", sa.String(36), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("moment_id", sa.String(36)),
    sa.Column("interview_id", sa.String(64), index=True),
    sa.Column("at_ms", sa.Integer),
    sa.Column("writer", sa.String(80), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("led", sa.Boolean),
)

quote = sa.Table(
    "quote",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("about", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(36), nullable=False),
    sa.Column("role_code", sa.String(32), nullable=False),
    sa.Column("interview_id", sa.String(64), nullable=False, index=True),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("picked_by", sa.String(80), nullable=False),
    sa.Column("picked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Index("ix_quote_subject", "about", "subject"),
)

quote_confirmation = sa.Table(
    "quote_confirmation",
    metadata,
    sa.Column("quote_id", sa.String(36), primary_key=True),
    sa.Column("warning", sa.String(64), primary_key=True),
    sa.Column("words_digest", sa.String(64), primary_key=True),
    sa.Column("interview_id", sa.String(64), nullable=False, index=True),
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
