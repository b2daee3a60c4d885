"""What migration 0002 of either store adds to the transcript tables. Frozen, like the file before it."""

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """How clear a word's speaker is, what gave its times, and whether it is a disfluency."""
    op.add_column("word", sa.Column("speaker_margin", sa.Float(), nullable=False, server_default="1"))
    op.add_column(
        "word", sa.Column("timing", sa.String(length=16), nullable=False, server_default="recogniser")
    )
    op.add_column("word", sa.Column("disfluency", sa.String(length=16), nullable=True))


def drop() -> None:
    """Take away what :func:`create` added."""
    for column in ("disfluency", "timing", "speaker_margin"):
        op.drop_column("word", column)
