"""Sessions: a random token in the browser, its hash in the vault's database, and two ways to run out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from service.accounts.permissions import Actor, Role
from service.vault import tables

_USE_NOTED_EVERY = timedelta(minutes=1)
ACCESS_TOKEN_NAME = "access-token"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts without use, and at most."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds: whose it is, and the hash of its token."""

    actor: Actor
    token_hash: str


def digest(secret: str) -> str:
    """SHA-256 of a secret of 256 random bits: no slower hash is needed for those."""
    return hashlib.sha256(secret.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """What a page of this session sends along with its changes; it can't be made without the token."""
    return hmac.new(token.encode(), b"lytt csrf", hashlib.sha256).hexdigest()


def begin_session(
    connection: sa.Connection, lifetime: Lifetime, *, account_id: int | None, access_token: str | None = None
) -> str:
    """A new session's token, of an account or of the settings' access token. Takes away those that ran out."""
    table, now = tables.accounts.session, datetime.now(UTC)
    connection.execute(
        sa.delete(table).where(
            sa.or_(table.c.began_at < now - lifetime.whole, table.c.used_at < now - lifetime.idle)
        )
    )
    token = secrets.token_urlsafe(32)
    connection.execute(
        sa.insert(table).values(
            token_hash=digest(token),
            account_id=account_id,
            access_token_hash=digest(access_token) if access_token is not None else None,
            began_at=now,
            used_at=now,
        )
    )
    return token


def find_session(
    connection: sa.Connection, token: str, lifetime: Lifetime, access_token: str | None
) -> tuple[Session, bool] | None:
    """The session of a token, and whether its use is to be noted again; None when it ran out or never was."""
    table, account = tables.accounts.session, tables.accounts.account
    token_hash = digest(token)
    row = connection.execute(
        sa.select(table, account.c.name, account.c.roles)
        .outerjoin(account, account.c.id == table.c.account_id)
        .where(table.c.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        return None
    now, used = datetime.now(UTC), _aware(row.used_at)
    if now > _aware(row.began_at) + lifetime.whole or now > used + lifetime.idle:
        return None
    if row.account_id is not None:
        actor = Actor(row.name, frozenset(Role(role) for role in row.roles), is_account=True)
    elif access_token is not None and hmac.compare_digest(row.access_token_hash or "", digest(access_token)):
        actor = Actor(ACCESS_TOKEN_NAME, frozenset(Role))
    else:
        return None
    return Session(actor, token_hash), now > used + _USE_NOTED_EVERY


def note_use(connection: sa.Connection, session: Session) -> None:
    table = tables.accounts.session
    connection.execute(
        sa.update(table).where(table.c.token_hash == session.token_hash).values(used_at=datetime.now(UTC))
    )


def end_session(connection: sa.Connection, token: str) -> None:
    table = tables.accounts.session
    connection.execute(sa.delete(table).where(table.c.token_hash == digest(token)))


def end_sessions(connection: sa.Connection, account_id: int | None, but: str | None = None) -> None:
    """End every session of the account (None: of the access token) but the one with this token hash."""
    table = tables.accounts.session
    whose = table.c.account_id.is_(None) if account_id is None else table.c.account_id == account_id
    query = sa.delete(table).where(whose)
    connection.execute(query if but is None else query.where(table.c.token_hash != but))


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
