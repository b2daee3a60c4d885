"""First schema."""

import sqlalchemy as sa
from alembic import op

from service.transcript import schema_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interview",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("group_code", sa.String(length=32), nullable=False),
        sa.Column("role_code", sa.String(length=32), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interview"),
        sa.UniqueConstraint("name", name="uq_interview_name"),
    )
    schema_0001.create()


def downgrade() -> None:
    schema_0001.drop()
    for table in ("interview",):
        op.drop_table(table)
