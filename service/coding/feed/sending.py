"""One POST to one address: no redirect is followed, no proxy is asked, and it takes a limited time."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress

from service.coding.feed.addresses import Place

TIMEOUT_S = 10.0
"""So long nothing may come."""
_WHOLE = 3
"""So many times as long it may take in all."""


class NoAnswer(Exception):  # noqa: N818 - reads as what happened
    """The receiver did not answer; ``str()`` is a word for why."""


def post(
    place: Place, address: str, headers: Mapping[str, str], body: bytes, timeout_s: float = TIMEOUT_S
) -> int:
    """Send ``body`` to the place, at the address that was looked up for it. Returns the status of the answer.

    The certificate has to be of the place's host. Raises :class:`NoAnswer`.
    """
    late = False

    def end() -> None:
        nonlocal late
        late = True
        with suppress(OSError):
            stream.shutdown(socket.SHUT_RDWR)

    try:
        stream = socket.create_connection((address, place.port), timeout=timeout_s)
    except OSError as error:
        raise NoAnswer(_word(error)) from None
    timer = threading.Timer(_WHOLE * timeout_s, end)
    timer.daemon = True
    timer.start()
    try:
        connection: http.client.HTTPConnection
        if place.scheme == "https":
            connection = http.client.HTTPSConnection(place.host, place.port, timeout=timeout_s)
            stream = ssl.create_default_context().wrap_socket(stream, server_hostname=place.host)
        else:
            connection = http.client.HTTPConnection(place.host, place.port, timeout=timeout_s)
        # It has its connection already, so it looks no address up.
        connection.sock = stream
        connection.request("POST", place.path, body, dict(headers))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer("timeout" if late else _word(error)) from None
    finally:
        timer.cancel()
        stream.close()


def _word(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "no valid certificate"
    return "no connection" if isinstance(error, OSError) else "no HTTP"
