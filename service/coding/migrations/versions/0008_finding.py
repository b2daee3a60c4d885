"""What queries need: the words of each interview, utterances as vectors, and indexes of markers and speakers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vocabulary",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name="fk_vocabulary_interview_id_interview"
        ),
        sa.PrimaryKeyConstraint("interview_id", name="pk_vocabulary"),
    )
    op.create_table(
        "meaning",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_meaning_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", name="pk_meaning"),
    )
    op.create_index(
        "ix_marker_found", "marker", ["kind", "interview_id", "speaker", "strength", "start_ms", "end_ms"]
    )
    op.create_index("ix_utterance_speaker", "utterance", ["interview_id", "speaker", "start_ms", "end_ms"])
    _write_vocabularies(op.get_bind())


def _write_vocabularies(connection: sa.Connection) -> None:
    for (interview_id,) in connection.execute(sa.text("SELECT id FROM interview")).all():
        said = connection.execute(
            sa.text("SELECT folded FROM utterance WHERE interview_id = :id"), {"id": interview_id}
        )
        words = sorted({word for (line,) in said for word in line.split()})
        connection.execute(
            sa.text("INSERT INTO vocabulary (interview_id, words) VALUES (:id, :words)"),
            {"id": interview_id, "words": " ".join(words)},
        )


def downgrade() -> None:
    op.drop_index("ix_utterance_speaker", table_name="utterance")
    op.drop_index("ix_marker_found", table_name="marker")
    op.drop_table("meaning")
    op.drop_table("vocabulary")
