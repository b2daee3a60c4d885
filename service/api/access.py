"""Who may ask: the access token, the session cookie, and the checks a local server needs.

Without a token the service answers on loopback only. A page of another site open in the same browser
could still send requests there, so unsafe requests from other origins are refused, and only known host
names are answered (DNS rebinding).
"""

from __future__ import annotations

import hashlib
import hmac
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem_response
from service.settings import Settings

COOKIE = "lytt_session"
SESSION_SECONDS = 12 * 3600
_OPEN = ("/api/session", "/api/health")
_SAFE = ("GET", "HEAD", "OPTIONS")

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
        "frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Access:
    """Decides whether a request may pass. One place for every route."""

    def __init__(self, settings: Settings) -> None:
        token = settings.access_token
        self._token = token.get_secret_value() if token else None
        names = {"localhost", "127.0.0.1", "::1", settings.host.casefold(), *settings.allowed_hosts}
        # A token is worth nothing to a foreign page, so with one any host name may be used.
        self._hosts = None if self._token and not settings.listens_on_loopback else names

    @property
    def required(self) -> bool:
        return self._token is not None

    def token_is_right(self, token: str) -> bool:
        return self._token is None or hmac.compare_digest(token.encode(), self._token.encode())

    def cookie_value(self) -> str:
        """What the session cookie holds: derived from the token, so that a new token ends all sessions."""
        return hmac.new((self._token or "").encode(), b"lytt session", hashlib.sha256).hexdigest()

    def signed_in(self, headers: Headers) -> bool:
        if self._token is None:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer":
            return self.token_is_right(given.strip())
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and hmac.compare_digest(cookie.value.encode(), self.cookie_value().encode())

    def host_is_known(self, headers: Headers) -> bool:
        name = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        return self._hosts is None or name.casefold() in self._hosts

    def origin_is_own(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site") not in ("cross-site", "same-site")
        return urlsplit(origin).netloc == headers.get("host", "")


class AccessMiddleware:
    """Refuses what may not pass and adds the security headers to everything else."""

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

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
        else:
            status, detail = refusal
            challenge = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
            response = problem_response(status, detail, headers=challenge)
            await response(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
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
        if scope["method"] not in _SAFE and not self._access.origin_is_own(headers):
            return HTTPStatus.FORBIDDEN, "Requests from pages of other sites are refused."
        guarded = (path.startswith("/api") or path == "/metrics") and path not in _OPEN
        if guarded and not self._access.signed_in(headers):
            return HTTPStatus.UNAUTHORIZED, "Sign in with the access token first."
        return None
