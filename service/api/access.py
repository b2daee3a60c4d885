"""Who asks: bearer tokens, session cookies, and the checks a local server needs.

Without an account the service answers on loopback only. A page of another site open in the same browser
could still send requests there, so unsafe requests from other origins are refused, and only known host
names are answered (DNS rebinding).
"""

from __future__ import annotations

import hmac
import threading
import time
from datetime import timedelta
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.accounts.accounts import has_accounts
from service.accounts.permissions import LOCAL, Actor, Role
from service.accounts.sessions import ACCESS_TOKEN_NAME, Lifetime, csrf_of, find_session, note_use
from service.accounts.tokens import actor_of_token, note_token_use
from service.api.problems import problem_response
from service.api.rights import SIGN_IN_FIRST, Asked
from service.settings import Settings
from service.vault.events import record_event
from service.vault.store import Vault

COOKIE = "lytt_session"
CSRF_HEADER = "x-lytt-csrf"
_OPEN = ("/api/session", "/api/health")
_SAFE = ("GET", "HEAD", "OPTIONS")
_BY_ITSELF = ("/api/health", "/api/session", "/api/events")
"""What an open page asks without anybody's doing: a session is not kept alive by it."""
_ACCESS_TOKEN_NOTED_EVERY_S = 3600

CONTENT_POLICY = "Content-Security-Policy"


def content_policy(nonce: str | None = None) -> str:
    """What a page may load and run: its own files and, with a nonce, style sheets that its scripts make."""
    style = "'self'" if nonce is None else f"'self' 'nonce-{nonce}'"
    return (
        f"default-src 'none'; script-src 'self'; style-src {style}; img-src 'self'; media-src 'self'; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


SECURITY_HEADERS = {
    CONTENT_POLICY: content_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Access:
    """Finds out who sends a request, and whether it may come at all. One place for every route."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        token = settings.access_token
        self._access_token = token.get_secret_value() if token else None
        names = {"localhost", "127.0.0.1", "::1", settings.host.casefold(), *settings.allowed_hosts}
        # A session is worth nothing to a foreign page, so where one must sign in any host name may be used.
        self._hosts = names if settings.listens_on_loopback else None
        self._lifetime = Lifetime(
            timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
        )
        self._vault: Vault | None = None
        self._lock = threading.Lock()
        self._token_noted = float("-inf")

    def open(self, vault: Vault) -> None:
        """Ask this vault for accounts, sessions and tokens from now on."""
        self._vault = vault

    @property
    def is_open(self) -> bool:
        """Whether it can be known who asks: not while the vault is locked."""
        return self._vault is not None

    @property
    def vault(self) -> Vault:
        if self._vault is None:
            raise RuntimeError("the vault is not open yet")
        return self._vault

    @property
    def lifetime(self) -> Lifetime:
        return self._lifetime

    @property
    def access_token(self) -> str | None:
        return self._access_token

    def is_access_token(self, token: str) -> bool:
        """Whether this is the access token of the settings."""
        known = self._access_token
        return known is not None and hmac.compare_digest(token.encode(), known.encode())

    def login_required(self, connection: sa.Connection) -> bool:
        """Whether one must sign in: as soon as there is an account or a token, and always for other machines."""
        if not self._settings.listens_on_loopback:
            return True
        if self._settings.login == "off":
            return False
        return self._access_token is not None or has_accounts(connection)

    def asked(self, headers: Headers, path: str = "") -> Asked:
        """Who sends a request with these headers. Nobody known, while the vault is locked."""
        if self._vault is None:
            return Asked(None)
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer":
            return Asked(self._bearer(given.strip()))
        token = _cookie(headers)
        with self.vault.engine.connect() as connection:
            found = find_session(connection, token, self._lifetime, self._access_token) if token else None
            if found is None:
                return Asked(None if self.login_required(connection) else LOCAL)
        session, to_note = found
        if to_note and path not in _BY_ITSELF:
            with self.vault.engine.begin() as connection:
                note_use(connection, session)
        return Asked(session.actor, session.token_hash, csrf_of(token))

    def _bearer(self, secret: str) -> Actor | None:
        if self.is_access_token(secret):
            self._note_access_token()
            return Actor(ACCESS_TOKEN_NAME, frozenset(Role))
        with self.vault.engine.connect() as connection:
            found = actor_of_token(connection, secret)
        if found is None:
            return None
        actor, to_note = found
        if to_note:
            with self.vault.engine.begin() as connection:
                note_token_use(connection, actor)
        return actor

    def _note_access_token(self) -> None:
        with self._lock:
            if time.monotonic() - self._token_noted < _ACCESS_TOKEN_NOTED_EVERY_S:
                return
            self._token_noted = time.monotonic()
        with self.vault.engine.begin() as connection:
            record_event(connection, ACCESS_TOKEN_NAME, "token_used", ACCESS_TOKEN_NAME)

    def host_is_known(self, headers: Headers) -> bool:
        name = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        return self._hosts is None or name.casefold() in self._hosts

    def change_is_own(self, headers: Headers, asked: Asked) -> bool:
        """Whether a request that changes something comes from Lytt's own page, or from no page at all."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None:
            return urlsplit(origin).netloc == headers.get("host", "")
        if site in ("cross-site", "same-site"):
            return False
        if site == "same-origin" or asked.csrf is None:
            return True
        # A browser that says neither, with a session: its page must show what only it can know.
        return hmac.compare_digest(headers.get(CSRF_HEADER, "").encode(), asked.csrf.encode())


def _cookie(headers: Headers) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie is not None else ""


def cookie_of(headers: Headers) -> str:
    """The session token that a request carries, or nothing."""
    return _cookie(headers)


class AccessMiddleware:
    """Refuses what may not pass, says who asks, and adds the security headers to everything."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = await self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
        else:
            status, detail = refusal
            challenge = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
            response = problem_response(status, detail, headers=challenge)
            await response(scope, receive, send_with_headers)

    async def _refusal(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        headers, path = Headers(scope=scope), scope["path"]
        try:
            known = self._access.host_is_known(headers)
        except ValueError:
            known = False
        if not known:
            return (
                HTTPStatus.BAD_REQUEST,
                "This server does not answer to that host name; see LYTT_ALLOWED_HOSTS.",
            )
        if not (path.startswith("/api") or path == "/metrics"):
            return None
        asked = await run_in_threadpool(self._access.asked, headers, path)
        scope.setdefault("state", {})["asked"] = asked
        if scope["method"] not in _SAFE and not self._access.change_is_own(headers, asked):
            return HTTPStatus.FORBIDDEN, "Requests from pages of other sites are refused."
        # Each route decides by its action; nobody's requests are not even read that far.
        # While the vault is locked nobody can be known, and what stands behind says that it is.
        if asked.actor is None and self._access.is_open and not path.startswith(_OPEN):
            return HTTPStatus.UNAUTHORIZED, SIGN_IN_FIRST
        return None
