"""Accounts, sessions and tokens; the event log becomes a chain that nothing is taken out of."""

import sqlalchemy as sa
from alembic import op

from service.vault.append_only import FIRST_HEAD, POSTGRESQL, SQLITE
from service.vault.chain import START, Act, link
from service.vault.events import log_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("oidc_subject", sa.String(length=255), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
        sa.UniqueConstraint("email", name="uq_account_email"),
        sa.UniqueConstraint("oidc_subject", name="uq_account_oidc_subject"),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("access_token_hash", sa.String(length=64), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id_account"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_table(
        "api_token",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_api_token"),
        sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
    )
    op.create_table(
        "sign_in_wait",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_wait"),
    )
    op.create_table(
        "event_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_event_head"),
    )
    op.execute(FIRST_HEAD)
    with op.batch_alter_table("event") as batch:
        batch.add_column(sa.Column("hash", sa.String(length=64), nullable=True))
    _chain_what_is_there()
    with op.batch_alter_table("event") as batch:
        batch.alter_column("hash", existing_type=sa.String(length=64), nullable=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _chain_what_is_there() -> None:
    """Bind the events of the time before to each other, in their order."""
    connection = op.get_bind()
    event = sa.table(
        "event",
        sa.column("id", sa.Integer),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("actor", sa.String),
        sa.column("action", sa.String),
        sa.column("subject", sa.String),
        sa.column("detail", sa.JSON),
        sa.column("hash", sa.String),
    )
    head = sa.table(
        "event_head",
        sa.column("number", sa.Integer),
        sa.column("hash", sa.String),
        sa.column("sealed_key", sa.LargeBinary),
    )
    rows = connection.execute(sa.select(event).order_by(event.c.id)).all()
    if not rows:
        return
    log = log_of(connection)
    sealed = log.made()
    key, before, changes = log.opened(sealed), START.hash, []
    for row in rows:
        act = Act(row.at, row.actor, row.action, row.subject, row.detail)
        before = link(key, before, row.id, act)
        changes.append({"of": row.id, "linked": before})
    connection.execute(
        sa.update(event).where(event.c.id == sa.bindparam("of")).values(hash=sa.bindparam("linked")), changes
    )
    connection.execute(sa.update(head).values(number=rows[-1].id, hash=before, sealed_key=sealed))
    log.written(connection, rows[-1].id, before)


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for trigger in ("event_unchanged", "event_kept"):
            op.execute(f"DROP TRIGGER {trigger}")
    else:
        for trigger in ("event_kept", "event_not_emptied"):
            op.execute(f"DROP TRIGGER {trigger} ON event")
        op.execute("DROP FUNCTION event_append_only()")
    with op.batch_alter_table("event") as batch:
        batch.drop_column("hash")
    for table in ("event_head", "sign_in_wait", "api_token", "session", "account"):
        op.drop_table(table)
