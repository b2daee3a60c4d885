"""The intake as it runs: scans at start, every so often, and when the folder's changes wake it."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import sqlalchemy as sa
import structlog

from models.problems import ProblemCode, describe
from service.intake.leftovers import remove_leftovers
from service.intake.scanning import Scanner, ScanResult
from service.intake.threads import in_thread
from service.intake.waking import FolderWatcher
from service.naming import compile_pattern
from service.pipeline.engine import JobQueue
from service.pipeline.scrubbing import scrub
from service.settings import Settings
from service.vault import tables
from service.vault.store import Vault

log: structlog.stdlib.BoundLogger = structlog.get_logger()

FOLDER_GONE = (
    "The watched folder is not there. Connect its disk or make the folder again; Lytt then goes on by itself."
)
DATABASE_SILENT = "The vault's database did not answer the intake. Lytt tries again by itself."
FILE_FAILED = "A file could not be taken in; the log says why. Lytt tries again at every scan."

_SHORTEST_REST_S = 0.1  # between two scans, however fast changes come in
_FOLDER_GONE_REST_S = 2.0  # nothing wakes a scan when a missing folder comes back


class Intake:
    """Takes files of the watched folder into the vault, each in one transaction with its job.

    Raises ValueError when the settings can't be meant: a name pattern without the groups it needs,
    or a watched folder that holds Lytt's own data.
    """

    def __init__(self, settings: Settings, vault: Vault, queue: JobQueue) -> None:
        compile_pattern(settings.name_pattern)
        root = settings.watched_folder.resolve()
        if settings.vault_folder.resolve().is_relative_to(root):
            raise ValueError("recordings_dir must not contain Lytt's own data directory")
        self._settings = settings
        self._vault = vault
        self._stopping = threading.Event()
        self._scanning = threading.Lock()
        self._scanner = Scanner(settings, vault, queue, self._stopping.is_set)
        self._problems: tuple[str, ...] = ()
        self._wake: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._make_folder_at_first_start()

    def problems(self) -> tuple[str, ...]:
        """What keeps the intake from working, in sentences for the health page; empty when nothing does."""
        return self._problems

    def wake(self) -> None:
        """Ask for a scan now. From any thread; does nothing while :meth:`run` doesn't run."""
        if self._wake is not None:
            loop, event = self._wake
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(event.set)

    def scan(self) -> ScanResult:
        """One scan, on this thread. Never raises: what is wrong is in :meth:`problems` until it passes."""
        with self._scanning:
            try:
                result = self._scanner.scan()
                self._problems = _sentences(result)
            except sa.exc.SQLAlchemyError as error:
                log.error("scan_failed", error=scrub(error))
                result = ScanResult()
                self._problems = (DATABASE_SILENT,)
            except Exception as error:
                log.error("scan_failed", error=scrub(error))
                result = ScanResult()
                self._problems = (FILE_FAILED,)
        return result

    async def run(self) -> None:
        """Scan until cancelled. Returns, by raising CancelledError, only when no thread is at work."""
        self._stopping.clear()
        wake = asyncio.Event()
        self._wake = (asyncio.get_running_loop(), wake)
        watcher = FolderWatcher(self._settings.watch, wake.set)
        watching = asyncio.create_task(watcher.run())
        try:
            await in_thread(lambda: remove_leftovers(self._settings.watched_folder))
            while True:
                wake.clear()
                # The caller closes the vault next, so a scan under way must have let go of it.
                result = await in_thread(self.scan, when_cancelled=self._stopping.set)
                watcher.watch(self._settings.watched_folder, result.folders)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), self._rest(result))
                await asyncio.sleep(_SHORTEST_REST_S)
        finally:
            self._wake = None
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def _rest(self, result: ScanResult) -> float:
        rests = [self._settings.scan_seconds]
        if result.folders is None:
            rests.append(_FOLDER_GONE_REST_S)
        if result.look_again_s is not None:
            rests.append(result.look_again_s)
        return min(rests)

    def _make_folder_at_first_start(self) -> None:
        """A folder that once was there is not made again: an empty one would hide a disk that is missing."""
        folder = self._settings.watched_folder
        if folder.is_dir():
            return
        try:
            with self._vault.engine.connect() as connection:
                used = connection.execute(sa.select(tables.dropped_file.c.path).limit(1)).first() is not None
            if not used:
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except (OSError, sa.exc.SQLAlchemyError) as error:
            log.error("watched_folder_not_made", error=scrub(error))


def _sentences(result: ScanResult) -> tuple[str, ...]:
    sentences = []
    if result.folders is None:
        sentences.append(FOLDER_GONE)
    if ProblemCode.DISK_FULL in result.trouble:
        sentences.append(describe(ProblemCode.DISK_FULL))
    if ProblemCode.INTERNAL in result.trouble:
        sentences.append(FILE_FAILED)
    return tuple(sentences)
