"""What people said of markers: confirmed, rejected, added; and how to undo it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _interview(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["interview_id"], ["interview.id"], name=f"fk_{table}_interview_id_interview"
    )


def upgrade() -> None:
    op.add_column("marker", sa.Column("judged", sa.String(length=16), nullable=True))
    op.create_table(
        "judgement",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("judgement", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subtype", sa.String(length=32), nullable=True),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=16), nullable=True),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("dormant", sa.Boolean(), nullable=False),
        _interview("judgement"),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_judgement"),
    )
    op.create_table(
        "judgement_change",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        _interview("judgement_change"),
        sa.PrimaryKeyConstraint("interview_id", "id", name="pk_judgement_change"),
    )


def downgrade() -> None:
    # Who goes back has the markers as they were judged, and loses that they were.
    for table in ("judgement_change", "judgement"):
        op.drop_table(table)
    op.drop_column("marker", "judged")
