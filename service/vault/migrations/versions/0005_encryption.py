"""Keys, encrypted files and sealed columns. What is there is sealed afterwards, by service.vault.converting.

SQLite makes each change by itself, so every step is one that can be met half done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for table in ("utterance_search", "_alembic_tmp_redaction"):
        if table in there:
            op.drop_table(table)
    if "vault_key" not in there:
        op.create_table(
            "vault_key",
            sa.Column("purpose", sa.String(length=16), nullable=False),
            sa.Column("master", sa.String(length=16), nullable=False),
            sa.Column("wrapped", sa.String(length=128), nullable=False),
            sa.PrimaryKeyConstraint("purpose", "master", name="pk_vault_key"),
        )
    if "artefact" not in there:
        op.create_table(
            "artefact",
            sa.Column("digest", sa.String(length=64), nullable=False),
            sa.Column("file", sa.String(length=64), nullable=False),
            sa.Column("master", sa.String(length=16), nullable=False),
            sa.Column("wrapped", sa.String(length=128), nullable=False),
            sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("digest", name="pk_artefact"),
        )
    op.create_index("ix_artefact_master", "artefact", ["master"], if_not_exists=True)
    if "conversion" not in there:
        op.create_table(
            "conversion",
            sa.Column("step", sa.String(length=64), nullable=False),
            sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("step", name="pk_conversion"),
        )
    if "search_text" not in there:
        op.create_table(
            "search_text",
            sa.Column("interview_id", sa.String(length=64), nullable=False),
            sa.Column("lines", sa.LargeBinary(), nullable=False),
            sa.ForeignKeyConstraint(
                ["interview_id"], ["interview.id"], name="fk_search_text_interview_id_interview"
            ),
            sa.PrimaryKeyConstraint("interview_id", name="pk_search_text"),
        )
    _drop_index_of_words()
    with op.batch_alter_table("redaction") as redaction:
        redaction.alter_column(
            "placeholder", type_=sa.Text(), existing_type=sa.String(length=64), existing_nullable=False
        )


def _drop_index_of_words() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("utterance_added", "utterance_removed", "utterance_changed"):
            op.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("utterance")}
    for column in ("searchable", "folded"):
        if column in columns:
            op.drop_column("utterance", column)


def downgrade() -> None:
    raise NotImplementedError("what is sealed can't be read by an earlier version: restore the backup")
