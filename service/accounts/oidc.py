"""Signing in through an identity provider: OpenID Connect, authorization code with PKCE (RFC 7636).

The provider says who somebody is, never what they may: only accounts that are known by subject or e-mail get in.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import requests
import sqlalchemy as sa

from service.accounts.accounts import Account, find_account
from service.accounts.permissions import NOBODY
from service.settings import Settings
from service.vault import tables
from service.vault.events import record_event
from service.vault.locked import SealBroken
from service.vault.sealing import Sealer

_SEALED_FOR = "sign-in through the identity provider"
ATTEMPT_SECONDS = 600
_TIMEOUT_S = 10
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"]


class ProviderFailed(Exception):  # noqa: N818 - reads as what happened
    """The provider did not answer, or what it answered doesn't hold; ``str()`` says which part."""


class NotKnownHere(Exception):  # noqa: N818 - reads as what happened
    """The provider knows who it is, and no account here is theirs."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the provider and back: what must come back unchanged, and when it began."""

    state: str
    nonce: str
    verifier: str
    began: float

    def sealed(self, sealer: Sealer) -> str:
        """For the cookie of the browser that began it."""
        return base64.urlsafe_b64encode(sealer.seal(json.dumps(asdict(self)).encode(), _SEALED_FOR)).decode()

    @classmethod
    def opened(cls, sealed: str, sealer: Sealer) -> Attempt | None:
        """The attempt that a cookie holds; None when it holds none, or one of long ago."""
        try:
            found = cls(**json.loads(sealer.open(base64.urlsafe_b64decode(sealed), _SEALED_FOR)))
        except (SealBroken, ValueError, TypeError):
            return None
        return found if 0 <= time.time() - found.began <= ATTEMPT_SECONDS else None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is: its own lasting name, and an e-mail address that it has verified."""

    subject: str
    email: str | None


@dataclass(frozen=True, slots=True)
class _Places:
    authorization: str
    token: str
    keys: str


class Provider:
    """The identity provider of the settings."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._places: _Places | None = None

    def begin(self, redirect_uri: str) -> tuple[str, Attempt]:
        """Where to send the browser, and what to remember. Raises :class:`ProviderFailed`."""
        attempt = Attempt(
            secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), time.time()
        )
        address, _ = self._client(redirect_uri).create_authorization_url(
            self._found().authorization,
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(address), attempt

    def finish(self, redirect_uri: str, attempt: Attempt, query: Mapping[str, str]) -> Identity:
        """Who came back. Raises :class:`ProviderFailed`."""
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError

        if not secrets.compare_digest(query.get("state", "").encode(), attempt.state.encode()):
            raise ProviderFailed("the answer is not to the question that was asked")
        if "code" not in query:
            raise ProviderFailed("the provider refused")
        if query.get("iss", self._issuer) != self._issuer:
            raise ProviderFailed("another provider answered")
        places = self._found()
        try:
            token = self._client(redirect_uri).fetch_token(
                places.token, code=query["code"], code_verifier=attempt.verifier, timeout=_TIMEOUT_S
            )
            claims = self._claims(token["id_token"], self._get(places.keys), attempt.nonce)
        except (
            AuthlibBaseError,
            JoseError,
            requests.RequestException,
            KeyError,
            ValueError,
            TypeError,
        ) as error:
            raise ProviderFailed(f"what it says does not hold ({type(error).__name__})") from None
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(str(claims["sub"]), str(email).strip().casefold() if email else None)

    def _claims(self, id_token: str, keys: Any, nonce: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.jwk import KeySet

        decoded = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
        claims: dict[str, Any] = decoded.claims
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        if claims.get("azp", self._client_id) != self._client_id:
            raise ValueError("made for another")
        return claims

    def _client(self, redirect_uri: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self._client_id,
            self._client_secret,
            redirect_uri=redirect_uri,
            scope="openid email",
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._client_secret else "none",
        )

    def _found(self) -> _Places:
        if self._places is None:
            said = self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if not isinstance(said, dict) or said.get("issuer") != self._issuer:
                raise ProviderFailed("it calls itself otherwise than the settings do")
            try:
                self._places = _Places(
                    said["authorization_endpoint"], said["token_endpoint"], said["jwks_uri"]
                )
            except KeyError:
                raise ProviderFailed("it does not say where to go") from None
        return self._places

    @staticmethod
    def _get(address: str) -> Any:
        try:
            answer = requests.get(address, timeout=_TIMEOUT_S, allow_redirects=False)
            answer.raise_for_status()
            return answer.json()
        except requests.RequestException as error:
            raise ProviderFailed(f"it does not answer ({type(error).__name__})") from None


def provider_of(settings: Settings) -> Provider | None:
    """The provider of the settings, if they name one."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret
    return Provider(
        settings.oidc_issuer, settings.oidc_client_id, secret.get_secret_value() if secret else None
    )


def account_of(connection: sa.Connection, identity: Identity) -> Account:
    """The account of an identity: by its subject, or the first time by its e-mail address, which then is bound to it.

    Raises :class:`NotKnownHere`.
    """
    table = tables.accounts.account
    name = connection.execute(
        sa.select(table.c.name).where(table.c.oidc_subject == identity.subject)
    ).scalar_one_or_none()
    if name is None and identity.email is not None:
        name = connection.execute(
            sa.update(table)
            .where(table.c.email == identity.email, table.c.oidc_subject.is_(None))
            .values(oidc_subject=identity.subject)
            .returning(table.c.name)
        ).scalar_one_or_none()
        if name is not None:
            record_event(connection, NOBODY, "identity_bound", name)
    found = find_account(connection, name) if name is not None else None
    if found is None:
        raise NotKnownHere
    return found
