"""Waking a scan when something in the watched folder changes. Events only wake; scans do the looking."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import structlog
from watchfiles import Change, awatch

from service.intake.folder import is_ignored
from service.pipeline.scrubbing import scrub

log: structlog.stdlib.BoundLogger = structlog.get_logger()
# Its messages for debugging name the files that changed.
logging.getLogger("watchfiles").setLevel(logging.WARNING)

_DEBOUNCE_MS = 400  # a burst of events wakes one scan
_LOOK_MS = 500  # how soon a changed set of folders is watched, and a cancel is noticed
_POLL_MS = 1_000  # a network mount is asked this often
_RETRY_S = 2.0
_LONGEST_PATH = 4096  # bytes, PATH_MAX of Linux: longer ones can only be reached step by step


class FolderWatcher:
    """Calls ``wake`` on changes in the folders it was last told to watch.

    Each folder is watched by itself, not as a tree: watching trees follows links, and one link to
    ``/`` would put the whole machine under watch.
    """

    def __init__(self, mode: Literal["auto", "poll", "off"], wake: Callable[[], None]) -> None:
        self._off = mode == "off"
        self._polling = mode == "poll"
        self._wake = wake
        self._folders: dict[str, tuple[int, int]] = {}
        self._changed = asyncio.Event()
        self._stop = threading.Event()

    def watch(self, root: Path, folders: dict[str, tuple[int, int]] | None) -> None:
        """Watch these folders (paths below ``root`` with their device and inode) from now on."""
        places = {str(root / path): identity for path, identity in (folders or {}).items()}
        wanted = {path: identity for path, identity in places.items() if _can_be_watched(path)}
        if wanted != self._folders:
            self._folders = wanted
            self._changed.set()
            self._stop.set()

    async def run(self) -> None:
        """Watch until cancelled. When the system's watches run out, goes on by polling."""
        while not self._off:
            await self._changed.wait()
            self._changed.clear()
            self._stop = threading.Event()
            if not self._folders:
                continue
            try:
                await self._watch_once(tuple(self._folders), self._stop)
            except FileNotFoundError:
                self._wake()  # a folder went away between the scan and now: look again
                await self._start_over()
            except Exception as error:
                log.warning("polling_instead_of_events", error=scrub(error))
                self._polling = True
                await self._start_over()

    async def _watch_once(self, folders: tuple[str, ...], stop: threading.Event) -> None:
        watching = False
        async for changes in awatch(
            *folders,
            watch_filter=_is_of_interest,
            debounce=_DEBOUNCE_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            force_polling=self._polling,
            poll_delay_ms=_POLL_MS,
            recursive=False,
            ignore_permission_denied=True,
        ):
            # What changed between the scan and the first moment of watching made no event.
            if changes or not watching:
                self._wake()
            watching = True

    async def _start_over(self) -> None:
        await asyncio.sleep(_RETRY_S)
        self._changed.set()


def _is_of_interest(_change: Change, path: str) -> bool:
    return not is_ignored(Path(path).name)


def _can_be_watched(path: str) -> bool:
    """Whether the watching library can be told of the folder; the regular scans see the others too."""
    try:
        return len(path.encode()) < _LONGEST_PATH
    except UnicodeEncodeError:
        return False
