"""The redacted sound of released interviews: where its files are, their keys, and what is masked in it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sound",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("listening", sa.String(length=64), nullable=False),
        sa.Column("listening_key", sa.String(length=128), nullable=False),
        sa.Column("peaks", sa.String(length=64), nullable=False),
        sa.Column("peaks_key", sa.String(length=128), nullable=False),
        sa.Column("masked", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_sound_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", name="pk_sound"),
    )


def downgrade() -> None:
    op.drop_table("sound")
