"""The vault's tables. docs/architecture.md draws them.

What identifies somebody, or what was said, is in sealed columns (:mod:`service.sealed`). A new column that can hold
either must be one; ``tests/service/vault/test_canary.py`` looks for what is not.
"""

from __future__ import annotations

import sqlalchemy as sa

from service.accounts.tables import define_account_tables
from service.sealed import Sealed, SealedData, SealedDigest, SealedName
from service.transcript.tables import define_transcript_tables
from service.vault import append_only

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)

vault_key = sa.Table(
    "vault_key",
    metadata,
    sa.Column("purpose", sa.String(16), primary_key=True),
    sa.Column("master", sa.String(16), primary_key=True),
    sa.Column("wrapped", sa.String(128), nullable=False),
)

artefact = sa.Table(
    "artefact",
    metadata,
    sa.Column("digest", SealedDigest, primary_key=True),
    sa.Column("file", sa.String(64), nullable=False),
    sa.Column("master", sa.String(16), nullable=False, index=True),
    sa.Column("wrapped", sa.String(128), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("made_for", sa.String(64), index=True),
)

# No foreign key: the key of a new interview is there before its row, and goes before it.
interview_key = sa.Table(
    "interview_key",
    metadata,
    sa.Column("interview_id", sa.String(64), primary_key=True),
    sa.Column("number", sa.String(16), nullable=False, unique=True),
    sa.Column("wrapped", sa.String(128), nullable=False),
)

conversion = sa.Table(
    "conversion",
    metadata,
    sa.Column("step", sa.String(64), primary_key=True),
    sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
)

interview = sa.Table(
    "interview",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), unique=True),
    sa.Column("group_code", sa.String(32)),
    sa.Column("role_code", sa.String(32)),
    sa.Column("wave", sa.Integer),
    sa.Column("title", Sealed("interview.title"), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("names_outdated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("held_on", sa.Date),
    sa.Column("held_on_source", sa.String(16)),
    sa.Column("interviewer", sa.String(32)),
    sa.Column("voices_heard", sa.Boolean, nullable=False, server_default=sa.false()),
)

protocol = sa.Table(
    "protocol",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("sha256", SealedDigest, nullable=False),
    sa.Column("text", Sealed("protocol.text"), nullable=False),
    sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
)

place = sa.Table(
    "place",
    metadata,
    sa.Column("group_code", sa.String(32), primary_key=True),
    sa.Column("role_code", sa.String(32), primary_key=True),
    sa.Column("wave", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), nullable=False, index=True),
)

role = sa.Table(
    "role",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
)

voiceprint = sa.Table(
    "voiceprint",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("label", sa.String(16), primary_key=True),
    sa.Column("speech_ms", sa.Integer, nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("sealed", SealedData("voiceprint.sealed"), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
)

voice = sa.Table(
    "voice",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("label", sa.String(16), primary_key=True),
    sa.Column("person", sa.String(64), nullable=False, index=True),
    sa.Column("confirmed_by", sa.String(64), nullable=False),
    sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
)

measured_voice = sa.Table(
    "measured_voice",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("label", sa.String(16), primary_key=True),
    sa.Column("digest", SealedDigest, nullable=False),
    sa.Column("session", SealedData("measured_voice.session"), nullable=False),
)

measured = sa.Table(
    "measured",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("made_by", sa.String(16), nullable=False),
    sa.Column("basis", sa.String(64)),
)

guide_search = sa.Table(
    "guide_search",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("digest", SealedDigest, nullable=False),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
)

asked = sa.Table(
    "asked",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("question", sa.String(128), nullable=False),
    sa.Column("utterance", sa.Integer, nullable=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("state", sa.String(16), nullable=False),
)

recording = sa.Table(
    "recording",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("sha256", SealedDigest, nullable=False, unique=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("container", sa.String(64), nullable=False),
    sa.Column("codec", sa.String(64), nullable=False),
    sa.Column("sample_rate", sa.Integer, nullable=False),
    sa.Column("channels", sa.Integer, nullable=False),
    sa.Column("duration_ms", sa.Integer),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("problem", sa.String(32)),
    sa.Column("notices", sa.JSON, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("offset_ms", sa.Integer, nullable=False),
)

recording_name = sa.Table(
    "recording_name",
    metadata,
    sa.Column("path", SealedName("recording_name.path"), primary_key=True),
    sa.Column("recording_id", sa.String(64), sa.ForeignKey("recording.id"), nullable=False, index=True),
    sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
)

dropped_file = sa.Table(
    "dropped_file",
    metadata,
    sa.Column("path", SealedName("dropped_file.path"), primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("modified_ns", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("problem", sa.String(32)),
    sa.Column("recording_id", sa.String(64), sa.ForeignKey("recording.id")),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("withdrawal_id", sa.Integer, sa.ForeignKey("withdrawal.id")),
)

withdrawal = sa.Table(
    "withdrawal",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scope", sa.String(16), nullable=False),
    sa.Column("study_id", sa.String(64)),
    sa.Column("use", sa.String(16)),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("keep_codings", sa.Boolean, nullable=False),
    sa.Column("places", sa.JSON, nullable=False),
    sa.Column("interviews", sa.JSON, nullable=False),
    sa.Column("recordings", sa.JSON, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),
    sa.Column("keys", sa.JSON, nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("erased", sa.JSON, nullable=False),
    sa.Column("begun_by", sa.String(64), nullable=False),
    sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
    sa.Column("receipt", sa.JSON),
    sqlite_autoincrement=True,
)

# What must never come back: the bytes of withdrawn recordings, and the ids of withdrawn interviews (their SHA-256).
tombstone = sa.Table(
    "tombstone",
    metadata,
    sa.Column("digest", SealedDigest, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False, index=True),
    sa.Column("study_id", sa.String(64)),
    sa.Column("withdrawal_id", sa.Integer, sa.ForeignKey("withdrawal.id"), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

signing_key = sa.Table(
    "signing_key",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("private", SealedData("signing_key.private"), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
)

progress = sa.Table(
    "progress",
    metadata,
    sa.Column("recording_id", sa.String(64), sa.ForeignKey("recording.id"), primary_key=True),
    sa.Column("stage", sa.String(32), nullable=False),
    sa.Column("percent", sa.Float, nullable=False),
    sa.Column("eta_s", sa.Integer),
    sa.Column("worker", sa.String(64), nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
)

stage_result = sa.Table(
    "stage_result",
    metadata,
    sa.Column("recording_id", sa.String(64), sa.ForeignKey("recording.id"), primary_key=True),
    sa.Column("stage", sa.String(32), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("fingerprint", SealedDigest, nullable=False),
    sa.Column("digest", SealedDigest, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("worker", sa.String(64), nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
)

redaction = sa.Table(
    "redaction",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("label", sa.String(32), nullable=False),
    sa.Column("placeholder", Sealed("redaction.placeholder"), nullable=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("word_ids", sa.JSON, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("detector", sa.String(64), nullable=False),
    sa.Column("detectors", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("identity_id", sa.Integer, sa.ForeignKey("identity.id"), index=True),
    sa.Column("state", sa.String(16), nullable=False, server_default="open"),
    sa.Column("decided_by", sa.String(64)),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
    sa.Column("form", Sealed("redaction.form")),
    sa.Column("placed_by", sa.String(64)),
    sa.Column("about", Sealed("redaction.about")),
)

review = sa.Table(
    "review",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("looked_at", sa.DateTime(timezone=True)),
    sa.Column("finished_by", sa.String(64)),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
)

second_look = sa.Table(
    "second_look",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("about", Sealed("second_look.about"), nullable=False),
    sa.Column("word_ids", sa.JSON, nullable=False),
)

cleared_word = sa.Table(
    "cleared_word",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), index=True),
    sa.Column("form", SealedName("cleared_word.form"), nullable=False),
    sa.Column("cleared_by", sa.String(64), nullable=False),
    sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=False),
)

review_change = sa.Table(
    "review_change",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("act", sa.String(32), nullable=False, index=True),
    sa.Column("made_in", sa.String(64), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("before", Sealed("review_change.before"), nullable=False),
    sa.Column("after", Sealed("review_change.after"), nullable=False),
)

identity = sa.Table(
    "identity",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("scope", sa.String(32), nullable=False, server_default=""),
    sa.Column("label", sa.String(32), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("stand_in", Sealed("identity.stand_in"), nullable=False),
    sa.Column("set_by", sa.String(64)),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("label", "number", name="uq_identity_number"),
)

identity_form = sa.Table(
    "identity_form",
    metadata,
    sa.Column("scope", sa.String(32), primary_key=True),
    sa.Column("label", sa.String(32), primary_key=True),
    sa.Column("form", SealedName("identity_form.form"), primary_key=True),
    sa.Column("identity_id", sa.Integer, sa.ForeignKey("identity.id"), nullable=False, index=True),
    sa.Column("listed_by", sa.String(64)),
    sa.Column("placed_by", sa.String(64)),
)

identity_counter = sa.Table(
    "identity_counter",
    metadata,
    sa.Column("label", sa.String(32), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

identity_change = sa.Table(
    "identity_change",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("before", Sealed("identity_change.before"), nullable=False),
    sa.Column("after", Sealed("identity_change.after"), nullable=False),
)

used_stand_in = sa.Table(
    "used_stand_in",
    metadata,
    sa.Column("stand_in", SealedName("used_stand_in.stand_in"), primary_key=True),
)

pseudonym_style = sa.Table(
    "pseudonym_style",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("style", sa.String(16), nullable=False),
    sa.Column("dates", sa.String(16), nullable=False),
)

date_offset = sa.Table(
    "date_offset",
    metadata,
    sa.Column("participant", sa.String(64), primary_key=True),
    sa.Column("days", Sealed("date_offset.days"), nullable=False),
)

rendition = sa.Table(
    "rendition",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("fingerprint", SealedDigest, nullable=False),
    sa.Column("basis", sa.String(255), nullable=False),
    sa.Column("listening", SealedDigest, nullable=False),
    sa.Column("peaks", SealedDigest, nullable=False),
    sa.Column("planned", sa.JSON, nullable=False),
    sa.Column("masked", sa.JSON, nullable=False),
    sa.Column("checked", sa.Integer, nullable=False),
    sa.Column("widened", sa.Integer, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("track", SealedDigest),
)

rendition_place = sa.Table(
    "rendition_place",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("redaction", sa.Integer, nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("judged_by", sa.String(64)),
    sa.Column("judged_at", sa.DateTime(timezone=True)),
)

silenced = sa.Table(
    "silenced",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("set_by", sa.String(64), nullable=False),
    sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
)

sound_attempt = sa.Table(
    "sound_attempt",
    metadata,
    sa.Column("recording_id", sa.String(64), sa.ForeignKey("recording.id"), primary_key=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("problem", sa.String(32)),
)

release = sa.Table(
    "release",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("released_by", sa.String(64), nullable=False),
)

dropped_words = sa.Table(
    "dropped_words",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("text", Sealed("dropped_words.text"), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
)

correction = sa.Table(
    "correction",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("before", Sealed("correction.before"), nullable=False),
    sa.Column("after", Sealed("correction.after"), nullable=False),
    sa.Column("last_word", sa.Integer, nullable=False),
)

judgement = sa.Table(
    "judgement",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("judgement", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("subtype", sa.String(32)),
    sa.Column("start_ms", sa.Integer, nullable=False),
    sa.Column("end_ms", sa.Integer, nullable=False),
    sa.Column("speaker", sa.String(16)),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("note", Sealed("judgement.note")),
    sa.Column("found", sa.JSON, nullable=False),
    sa.Column("dormant", sa.Boolean, nullable=False),
)

judgement_change = sa.Table(
    "judgement_change",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("before", Sealed("judgement_change.before"), nullable=False),
    sa.Column("after", Sealed("judgement_change.after"), nullable=False),
)

speaker_name = sa.Table(
    "speaker_name",
    metadata,
    sa.Column("interview_id", sa.String(64), sa.ForeignKey("interview.id"), primary_key=True),
    sa.Column("label", sa.String(16), primary_key=True),
    sa.Column("name", Sealed("speaker_name.name"), nullable=False),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_event_subject", "subject", "id"),
)

event_head = sa.Table(
    "event_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("sealed_key", sa.LargeBinary),
)

for _dialect, _statements in (("sqlite", append_only.SQLITE), ("postgresql", append_only.POSTGRESQL)):
    for _statement in _statements:
        sa.event.listen(event, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
sa.event.listen(event_head, "after_create", sa.DDL(append_only.FIRST_HEAD))  # type: ignore[no-untyped-call]

accounts = define_account_tables(metadata)
transcripts = define_transcript_tables(metadata, sealed=True)
