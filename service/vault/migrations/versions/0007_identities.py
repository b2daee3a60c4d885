"""Who is meant by a redaction, in all interviews of the study, and what a person decided of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(length=32), server_default="", nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("stand_in", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("label", "number", name="uq_identity_number"),
    )
    op.create_table(
        "identity_form",
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("listed_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name="fk_identity_form_identity_id_identity"
        ),
        sa.PrimaryKeyConstraint("scope", "label", "form", name="pk_identity_form"),
    )
    op.create_index("ix_identity_form_identity_id", "identity_form", ["identity_id"])
    with op.batch_alter_table("redaction") as batch:
        batch.add_column(sa.Column("detectors", sa.JSON(), server_default="[]", nullable=False))
        batch.add_column(sa.Column("identity_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("state", sa.String(length=16), server_default="open", nullable=False))
        batch.add_column(sa.Column("decided_by", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key("fk_redaction_identity_id_identity", "identity", ["identity_id"], ["id"])
    op.create_index("ix_redaction_identity_id", "redaction", ["identity_id"])


def downgrade() -> None:
    op.drop_index("ix_redaction_identity_id", "redaction")
    with op.batch_alter_table("redaction") as batch:
        batch.drop_constraint("fk_redaction_identity_id_identity", type_="foreignkey")
        for column in ("decided_at", "decided_by", "state", "identity_id", "detectors"):
            batch.drop_column(column)
    for table in ("identity_form", "identity"):
        op.drop_table(table)
