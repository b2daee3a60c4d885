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
