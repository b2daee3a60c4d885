"""One identity, one stand-in: counters, changes, secrets. What was found before is looked for again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_counter",
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("label", name="pk_identity_counter"),
    )
    op.create_table(
        "identity_change",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_change"),
    )
    op.create_table(
        "used_stand_in",
        sa.Column("stand_in", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stand_in", name="pk_used_stand_in"),
    )
    op.create_table(
        "pseudonym_style",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("style", sa.String(length=16), nullable=False),
        sa.Column("dates", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pseudonym_style"),
    )
    op.create_table(
        "date_offset",
        sa.Column("participant", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("participant", name="pk_date_offset"),
    )
    with op.batch_alter_table("redaction") as batch:
        batch.add_column(sa.Column("form", sa.Text(), nullable=True))
        batch.add_column(sa.Column("placed_by", sa.String(length=64), nullable=True))
    with op.batch_alter_table("identity_form") as batch:
        batch.add_column(sa.Column("placed_by", sa.String(length=64), nullable=True))
    op.execute(
        "UPDATE interview SET names_outdated = true "
        "WHERE id IN (SELECT interview_id FROM redaction WHERE identity_id IS NULL)"
    )


def downgrade() -> None:
    with op.batch_alter_table("identity_form") as batch:
        batch.drop_column("placed_by")
    with op.batch_alter_table("redaction") as batch:
        batch.drop_column("placed_by")
        batch.drop_column("form")
    for table in (
        "date_offset",
        "pseudonym_style",
        "used_stand_in",
        "identity_change",
        "identity_counter",
    ):
        op.drop_table(table)
