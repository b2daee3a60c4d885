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
)

transcripts = define_transcript_tables(metadata)
