"""API tokens: for programs, with roles of their own. Shown once; only their hash is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from service.accounts.accounts import AccountRefused, normal_name
from service.accounts.permissions import Actor, Role
from service.accounts.sessions import digest
from service.vault import tables
from service.vault.events import record_event

PREFIX = "lytt_"
"""So that a token in a file or a log can be told for what it is."""
_USE_NOTED_EVERY = timedelta(hours=1)


class NoSuchToken(Exception):  # noqa: N818 - reads as what happened
    """There is no token of this name."""

    def __init__(self) -> None:
        super().__init__("There is no token of this name. See: lytt token list")


@dataclass(frozen=True, slots=True)
class Token:
    name: str
    roles: frozenset[Role]
    made_by: str
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)


def add_token(
    connection: sa.Connection, name: str, roles: Iterable[Role], days: int | None, by: str
) -> tuple[Token, str]:
    """A new token and its secret, which is nowhere kept. Raises ``AccountRefused``."""
    kept, given = normal_name(name), set(roles)
    if not given:
        raise AccountRefused("A token has at least one role: steward, coder, lead or admin.")
    if days is not None and not 1 <= days <= 3650:
        raise AccountRefused("A token expires after 1 to 3650 days.")
    secret, now = PREFIX + secrets.token_urlsafe(32), datetime.now(UTC)
    try:
        connection.execute(
            sa.insert(tables.accounts.api_token).values(
                name=kept,
                token_hash=digest(secret),
                roles=[str(role) for role in Role if role in given],
                made_by=by,
                made_at=now,
                expires_at=now + timedelta(days=days) if days is not None else None,
            )
        )
    except sa.exc.IntegrityError:
        raise AccountRefused("There is a token of this name already. Revoke it first.") from None
    detail = {"roles": ",".join(role for role in Role if role in given), "days": days}
    record_event(connection, by, "token_added", kept, detail)
    return next(one for one in list_tokens(connection) if one.name == kept), secret


def list_tokens(connection: sa.Connection) -> tuple[Token, ...]:
    """Every token, by name; those that ran out too."""
    table = tables.accounts.api_token
    return tuple(
        Token(
            row.name,
            frozenset(Role(role) for role in row.roles),
            row.made_by,
            _aware(row.made_at),
            _aware(row.expires_at) if row.expires_at else None,
            _aware(row.used_at) if row.used_at else None,
        )
        for row in connection.execute(sa.select(table).order_by(table.c.name))
    )


def revoke_token(connection: sa.Connection, name: str, by: str) -> None:
    """Take the token away. Raises :class:`NoSuchToken`."""
    table, kept = tables.accounts.api_token, name.strip().casefold()
    if connection.execute(sa.delete(table).where(table.c.name == kept)).rowcount == 0:
        raise NoSuchToken
    record_event(connection, by, "token_revoked", kept)


def actor_of_token(connection: sa.Connection, secret: str) -> tuple[Actor, bool] | None:
    """Whom the secret stands for, and whether its use is to be noted again; None when it opens nothing."""
    if not secret.startswith(PREFIX):
        return None
    table = tables.accounts.api_token
    row = connection.execute(sa.select(table).where(table.c.token_hash == digest(secret))).one_or_none()
    now = datetime.now(UTC)
    if row is None or (row.expires_at is not None and _aware(row.expires_at) <= now):
        return None
    actor = Actor(f"token:{row.name}", frozenset(Role(role) for role in row.roles))
    return actor, row.used_at is None or _aware(row.used_at) < now - _USE_NOTED_EVERY


def note_token_use(connection: sa.Connection, actor: Actor) -> None:
    """Note the use: an event the first time, and then once an hour of use."""
    table, name = tables.accounts.api_token, actor.name.removeprefix("token:")
    connection.execute(sa.update(table).where(table.c.name == name).values(used_at=datetime.now(UTC)))
    record_event(connection, actor.name, "token_used", name)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
