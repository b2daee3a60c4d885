"""Which interviews are coded to the end, which expected ones they cover, and what roles are called."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coded",
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_coded_interview_id_interview"),
        sa.PrimaryKeyConstraint("interview_id", name="pk_coded"),
    )
    op.create_table(
        "place",
        sa.Column("group_code", sa.String(length=32), nullable=False),
        sa.Column("role_code", sa.String(length=32), nullable=False),
        sa.Column("wave", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("interview_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name="fk_place_interview_id_interview"),
        sa.PrimaryKeyConstraint("group_code", "role_code", "wave", name="pk_place"),
    )
    op.create_index("ix_place_interview_id", "place", ["interview_id"])
    op.execute(
        "INSERT INTO place (group_code, role_code, wave, interview_id) "
        "SELECT group_code, role_code, wave, id FROM interview"
    )
    op.create_table(
        "role",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_role"),
    )
    op.add_column("interview", sa.Column("held_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("interview", "held_on")
    for table in ("role", "place", "coded"):
        op.drop_table(table)
