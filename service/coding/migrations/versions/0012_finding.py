"""What queries need: words and speakers of each interview in short, utterances as vectors, an index of markers."""

import json
import struct

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "said",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("speakers", sa.JSON(), nullable=False),
        sa.Column("spans", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_said_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", name="pk_said"),
    )
    op.create_table(
        "meaning",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words_digest", sa.String(length=64), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.Column("vectors", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_meaning_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", name="pk_meaning"),
    )
    op.create_index(
        "ix_marker_found", "marker", ["kind", "interview_id", "speaker", "strength", "start_ms", "end_ms"]
    )
    _write_down(op.get_bind())


def _write_down(connection: sa.Connection) -> None:
    for (interview_id,) in connection.execute(sa.text("SELECT id FROM interview")).all():
        rows = connection.execute(
            sa.text(
                "SELECT speaker, start_ms, end_ms, folded FROM utterance WHERE interview_id = :id ORDER BY start_ms, id"
            ),
            {"id": interview_id},
        ).all()
        speakers = sorted({row[0] for row in rows})
        spans = b"".join(struct.pack("<iii", row[1], row[2], speakers.index(row[0])) for row in rows)
        words = " ".join(sorted({word for row in rows for word in row[3].split()}))
        statement = sa.text(
            "INSERT INTO said (interview_id, words, speakers, spans) VALUES (:id, :words, :speakers, :spans)"
        )
        given = {"id": interview_id, "words": words, "speakers": json.dumps(speakers), "spans": spans}
        connection.execute(statement, given)


def downgrade() -> None:
    op.drop_index("ix_marker_found", table_name="marker")
    op.drop_table("meaning")
    op.drop_table("said")
