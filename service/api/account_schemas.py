"""The shapes of accounts, sessions, tokens and the event log. docs/api.md describes the routes that use them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, SecretStr, model_validator

from service.accounts.passwords import LONGEST
from service.accounts.permissions import Action, Role
from service.api.schemas import Schema

Name = Annotated[str, Field(min_length=1, max_length=63)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
Email = Annotated[str, Field(min_length=3, max_length=254)]


class Ways(Schema):
    """How one may sign in: `oidc` is what the identity provider is called, or null."""

    password: bool
    token: bool
    oidc: str | None


class Session(Schema):
    """Who this browser is signed in as, and what they may do."""

    required: bool
    signed_in: bool
    name: str | None
    roles: list[Role]
    may: list[Action]
    account: bool
    csrf: str | None
    ways: Ways


class SignIn(Schema):
    """A name and a password, or the access token of the settings."""

    name: Name | None = None
    password: Password | None = None
    token: Annotated[SecretStr, Field(min_length=1, max_length=256)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> SignIn:
        if (self.token is None) != (self.name is not None and self.password is not None):
            raise ValueError("send a name and a password, or a token")
        return self


class ChangedPassword(Schema):
    current: Password
    new: Password


class NewPassword(Schema):
    password: Password


class Account(Schema):
    name: str
    email: str | None
    roles: list[Role]
    has_password: bool
    created_at: datetime


class Accounts(Schema):
    accounts: list[Account]


class NewAccount(Schema):
    """Without a password the account signs in through the identity provider only, by its e-mail address."""

    name: Name
    roles: list[Role]
    password: Password | None = None
    email: Email | None = None


class ChangedAccount(Schema):
    """Either or both; an e-mail address of null takes it away."""

    roles: list[Role] | None = None
    email: Email | None = None


class Token(Schema):
    name: str
    roles: list[Role]
    made_by: str
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    expired: bool


class Tokens(Schema):
    tokens: list[Token]


class NewToken(Schema):
    name: Name
    roles: list[Role]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class MadeToken(Schema):
    """`secret` is shown this once and kept nowhere."""

    token: Token
    secret: str


class LoggedEvent(Schema):
    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    interview: str | None
    detail: dict[str, str | int | float | None]


class LoggedEvents(Schema):
    """A page of the event log, the newest first; `next` is the `before` of the following page."""

    events: list[LoggedEvent]
    next: int | None


class Whole(Schema):
    """Whether the event log is as it was written; `broken` is the number of the first event that is not."""

    whole: bool
    events: int
    broken: int | None
    reason: str | None
