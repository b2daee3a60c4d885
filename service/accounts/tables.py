"""The tables of accounts. They lie in the vault's database, out of reach of the coding side."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from service.sealed import SealedName


@dataclass(frozen=True, slots=True)
class AccountTables:
    account: sa.Table
    session: sa.Table
    api_token: sa.Table
    sign_in_wait: sa.Table


def define_account_tables(metadata: sa.MetaData) -> AccountTables:
    """Add the tables to ``metadata``."""
    account = sa.Table(
        "account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("email", SealedName("account.email"), unique=True),
        sa.Column("oidc_subject", SealedName("account.oidc_subject"), unique=True),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    session = sa.Table(
        "session",
        metadata,
        sa.Column("token_hash", sa.String(64), primary_key=True),
        # Without an account it is one of the access token of the settings, and ends with that token.
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id"), index=True),
        sa.Column("access_token_hash", sa.String(64)),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
    )
    api_token = sa.Table(
        "api_token",
        metadata,
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("used_at", sa.DateTime(timezone=True)),
    )
    sign_in_wait = sa.Table(
        "sign_in_wait",
        metadata,
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    return AccountTables(account, session, api_token, sign_in_wait)
