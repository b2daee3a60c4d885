"""A key for each interview, and what is kept of a withdrawal: its steps, its tombstones, its receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interview_key",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("interview_id", name="pk_interview_key"),
        sa.UniqueConstraint("number", name="uq_interview_key_number"),
    )
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("study_id", sa.String(length=64), nullable=True),
        sa.Column("use", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("keep_codings", sa.Boolean(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("interviews", sa.JSON(), nullable=False),
        sa.Column("recordings", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("erased", sa.JSON(), nullable=False),
        sa.Column("begun_by", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawal"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tombstone",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("study_id", sa.String(length=64), nullable=True),
        sa.Column("withdrawal_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"], ["withdrawal.id"], name="fk_tombstone_withdrawal_id_withdrawal"
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_tombstone"),
    )
    op.create_index("ix_tombstone_subject", "tombstone", ["subject"])
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_key"),
    )
    with op.batch_alter_table("dropped_file") as batch:
        batch.add_column(sa.Column("withdrawal_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_dropped_file_withdrawal_id_withdrawal", "withdrawal", ["withdrawal_id"], ["id"]
        )
    op.add_column("artefact", sa.Column("made_for", sa.String(length=64), nullable=True))
    op.create_index("ix_artefact_made_for", "artefact", ["made_for"])


def downgrade() -> None:
    op.drop_index("ix_artefact_made_for", "artefact")
    op.drop_column("artefact", "made_for")
    with op.batch_alter_table("dropped_file") as batch:
        batch.drop_constraint("fk_dropped_file_withdrawal_id_withdrawal", type_="foreignkey")
        batch.drop_column("withdrawal_id")
    op.drop_index("ix_tombstone_subject", "tombstone")
    for table in ("signing_key", "tombstone", "withdrawal", "interview_key"):
        op.drop_table(table)
