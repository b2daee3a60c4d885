"""Since when a coder may have seen others' codings of an interview."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seen_others",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("coder", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("interview_id", "coder", name="pk_seen_others"),
    )


def downgrade() -> None:
    op.drop_table("seen_others")
