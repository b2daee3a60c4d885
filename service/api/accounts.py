"""Accounts and API tokens: for admins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi import Path as PathParameter

from service.accounts import accounts as known
from service.accounts import tokens
from service.accounts.accounts import Account, AccountRefused, NoSuchAccount
from service.accounts.passwords import PasswordRefused
from service.accounts.permissions import Action, Role
from service.accounts.tokens import NoSuchToken, Token
from service.api import account_schemas as schemas
from service.api.problems import Problem, not_found, responses
from service.api.rights import Who, allowed
from service.api.state import Service, State

router = APIRouter(prefix="/api", tags=["accounts"], responses=responses(HTTPStatus.CONFLICT))
Name = Annotated[str, PathParameter(max_length=64, description="Name of an account.")]
TokenName = Annotated[str, PathParameter(max_length=64, description="Name of a token.")]


@contextmanager
def _changing(service: State) -> Iterator[sa.Connection]:
    """A transaction whose refusals end the request in words."""
    try:
        with service.vault.engine.begin() as connection:
            yield connection
    except (AccountRefused, PasswordRefused) as refused:
        raise Problem(HTTPStatus.CONFLICT, str(refused)) from None
    except NoSuchAccount:
        raise not_found("account") from None
    except NoSuchToken:
        raise not_found("token") from None


@router.get("/accounts", operation_id="list_accounts", dependencies=[allowed(Action.MANAGE_ACCOUNTS)])
def list_accounts(service: Service) -> schemas.Accounts:
    """Every account, by name."""
    with service.vault.engine.connect() as connection:
        return schemas.Accounts(accounts=[_shape(one) for one in known.list_accounts(connection)])


@router.post(
    "/accounts",
    status_code=HTTPStatus.CREATED,
    operation_id="add_account",
    dependencies=[allowed(Action.MANAGE_ACCOUNTS)],
)
def add_account(service: Service, who: Who, body: schemas.NewAccount) -> schemas.Account:
    """Add an account. The first one must be an admin; from then on one must sign in."""
    password = body.password.get_secret_value() if body.password is not None else None
    with _changing(service) as connection:
        return _shape(known.add_account(connection, body.name, body.roles, password, body.email, who.name))


@router.patch(
    "/accounts/{name}", operation_id="change_account", dependencies=[allowed(Action.MANAGE_ACCOUNTS)]
)
def change_account(service: Service, who: Who, name: Name, body: schemas.ChangedAccount) -> schemas.Account:
    """Give an account other roles or another e-mail address."""
    with _changing(service) as connection:
        if body.roles is not None:
            known.set_roles(connection, name, body.roles, who.name)
        if "email" in body.model_fields_set:
            known.set_email(connection, name, body.email, who.name)
        found = known.find_account(connection, name)
        if found is None:
            raise NoSuchAccount
        return _shape(found)


@router.put(
    "/accounts/{name}/password",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="reset_password",
    dependencies=[allowed(Action.MANAGE_ACCOUNTS)],
)
def reset_password(service: Service, who: Who, name: Name, body: schemas.NewPassword) -> None:
    """Give an account a new password; its sessions end."""
    with _changing(service) as connection:
        known.set_password(connection, name, body.password.get_secret_value(), who.name)


@router.delete(
    "/accounts/{name}",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="remove_account",
    dependencies=[allowed(Action.MANAGE_ACCOUNTS)],
)
def remove_account(service: Service, who: Who, name: Name) -> None:
    """Remove an account; its sessions end. What it did stays in the event log."""
    with _changing(service) as connection:
        if len(known.list_accounts(connection)) == 1:
            raise AccountRefused(
                "This is the last account: without it nobody would have to sign in. "
                "If you mean that, use the terminal: lytt user remove"
            )
        known.remove_account(connection, name, who.name)


@router.get("/tokens", operation_id="list_tokens", dependencies=[allowed(Action.MANAGE_ACCOUNTS)])
def list_tokens(service: Service) -> schemas.Tokens:
    """Every API token, by name; never its secret."""
    with service.vault.engine.connect() as connection:
        return schemas.Tokens(tokens=[_shape_token(one) for one in tokens.list_tokens(connection)])


@router.post(
    "/tokens",
    status_code=HTTPStatus.CREATED,
    operation_id="add_token",
    dependencies=[allowed(Action.MANAGE_ACCOUNTS)],
)
def add_token(service: Service, who: Who, body: schemas.NewToken) -> schemas.MadeToken:
    """Make an API token. Its secret is in the answer and nowhere else."""
    with _changing(service) as connection:
        made, secret = tokens.add_token(connection, body.name, body.roles, body.days, who.name)
    return schemas.MadeToken(token=_shape_token(made), secret=secret)


@router.delete(
    "/tokens/{name}",
    status_code=HTTPStatus.NO_CONTENT,
    operation_id="revoke_token",
    dependencies=[allowed(Action.MANAGE_ACCOUNTS)],
)
def revoke_token(service: Service, who: Who, name: TokenName) -> None:
    """Take a token away: it opens nothing from now on."""
    with _changing(service) as connection:
        tokens.revoke_token(connection, name, who.name)


def _shape(account: Account) -> schemas.Account:
    return schemas.Account(
        name=account.name,
        email=account.email,
        roles=[role for role in Role if role in account.roles],
        has_password=account.has_password,
        created_at=account.created_at,
    )


def _shape_token(token: Token) -> schemas.Token:
    return schemas.Token(
        name=token.name,
        roles=[role for role in Role if role in token.roles],
        made_by=token.made_by,
        made_at=token.made_at,
        expires_at=token.expires_at,
        used_at=token.used_at,
        expired=token.expired,
    )
