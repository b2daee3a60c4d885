"""Wheels as carriers of model files: found through the package index, downloaded so that a cut is no loss."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import requests
from pypi_simple import PYPI_SIMPLE_ENDPOINT, NoSuchProjectError, PyPISimple, UnsupportedContentTypeError

from models.registry.fetch.errors import FetchError, WrongContentError
from models.registry.manifest import Wheel
from models.registry.record import sha256_of

Received = Callable[[int], None]
"""Called with the bytes of the wheel that are on disk so far."""

_BLOCK = 1 << 16
_TIMEOUT_S = (15.0, 60.0)
"""Seconds to connect, and between two pieces of an answer."""
_FRUITLESS_TRIES = 5
"""Tries in a row that may bring nothing before giving up; one that gets further than ever starts the count again."""


class PackageIndex:
    """A package index (PEP 503/691). A context manager; the connection is kept open in between."""

    def __init__(self, endpoint: str | None = None, retry_pause_s: float = 1.0) -> None:
        self._client = PyPISimple(endpoint=endpoint or PYPI_SIMPLE_ENDPOINT)
        self._retry_pause_s = retry_pause_s

    def __enter__(self) -> PackageIndex:
        self._client.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._client.__exit__(None, None, None)

    def download(self, wheel: Wheel, part: Path, received: Received) -> None:
        """Bring ``part`` to hold the whole wheel, going on from what it already holds.

        Raises :class:`FetchError` when the wheel can't be had now (``part`` stays and is used next time), and
        :class:`WrongContentError` when its bytes are not the manifest's (``part`` is removed).
        """
        resumed = part.exists()
        if not self._complete(wheel, part):
            self._receive_all(wheel, part, self._address(wheel), received)
        if sha256_of(part) == wheel.sha256:
            received(wheel.size)
            return
        part.unlink()
        if resumed:  # The old beginning may be what was wrong: one more try from the start.
            self.download(wheel, part, received)
            return
        raise WrongContentError(
            f"{wheel.filename} has the wrong SHA-256. It was refused and removed; nothing was installed. "
            "Try again; if it happens again, the package index serves something else than it should."
        )

    def _complete(self, wheel: Wheel, part: Path) -> bool:
        if part.exists() and part.stat().st_size > wheel.size:
            part.unlink()
        return part.exists() and part.stat().st_size == wheel.size

    def _address(self, wheel: Wheel) -> str:
        """Where the index says the wheel lies; refused at once when the index itself gives another hash."""
        try:
            page = self._client.get_project_page(wheel.distribution, timeout=_TIMEOUT_S)
        except NoSuchProjectError:
            raise FetchError(f"The package index has no {wheel.distribution}.") from None
        except (requests.RequestException, UnsupportedContentTypeError) as error:
            raise FetchError(
                f"The package index gave no answer about {wheel.distribution} ({type(error).__name__}). "
                "Check the network, or the setting package_index (LYTT_PACKAGE_INDEX), and run the command again."
            ) from None
        for package in page.packages:
            if package.filename == wheel.filename:
                if package.digests.get("sha256", wheel.sha256) != wheel.sha256:
                    raise WrongContentError(
                        f"The package index gives another SHA-256 for {wheel.filename} than the manifest; "
                        "it was not downloaded."
                    )
                return package.url
        raise FetchError(f"The package index does not have {wheel.filename}.")

    def _receive_all(self, wheel: Wheel, part: Path, address: str, received: Received) -> None:
        fruitless, furthest = 0, 0
        while not self._complete(wheel, part):
            before = part.stat().st_size if part.exists() else 0
            reason = self._receive(wheel, part, address, before, received)
            after = part.stat().st_size if part.exists() else 0
            if after > max(before, furthest):
                fruitless, furthest = 0, after
                continue
            fruitless += 1
            if fruitless >= _FRUITLESS_TRIES:
                raise FetchError(
                    f"{wheel.filename} could not be downloaded ({reason}). "
                    "Run the command again later: it goes on where it stopped."
                )
            time.sleep(self._retry_pause_s * 2 ** (fruitless - 1))

    def _receive(self, wheel: Wheel, part: Path, address: str, have: int, received: Received) -> str:
        """One request; returns why it ended short, if it did. What came is in ``part`` either way."""
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        try:
            with self._client.s.get(address, headers=headers, stream=True, timeout=_TIMEOUT_S) as answer:
                if answer.status_code == requests.codes.requested_range_not_satisfiable:
                    part.unlink()
                    return "the server's file has another size"
                if answer.status_code not in (requests.codes.ok, requests.codes.partial_content):
                    return f"the server answered {answer.status_code}"
                goes_on = (
                    answer.headers.get("Content-Range", "") == f"bytes {have}-{wheel.size - 1}/{wheel.size}"
                )
                if answer.status_code == requests.codes.partial_content and not goes_on:
                    part.unlink()
                    return "the server sent another range than asked for"
                expected = wheel.size - (have if goes_on else 0)
                if int(answer.headers.get("Content-Length", expected)) != expected:
                    part.unlink(missing_ok=True)
                    raise WrongContentError(
                        f"{wheel.filename} does not have the manifest's size; it was refused."
                    )
                self._write(wheel, part, answer, have if goes_on else 0, received)
        except requests.RequestException as error:
            return type(error).__name__
        return "the connection was cut"

    def _write(
        self, wheel: Wheel, part: Path, answer: requests.Response, start: int, received: Received
    ) -> None:
        with part.open("ab" if start else "wb") as out:
            size = start
            for block in answer.iter_content(_BLOCK):
                size += len(block)
                if size > wheel.size:
                    part.unlink()
                    raise WrongContentError(
                        f"{wheel.filename} is larger than the manifest says; it was refused."
                    )
                out.write(block)
                received(size)
