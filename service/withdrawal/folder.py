"""The person's own copies in the watched folder: which are left, and deleting them when somebody asks for it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import sqlalchemy as sa

from service.settings import Settings
from service.vault import tables
from service.vault.recordings import record_event
from service.vault.store import Vault


def files_left(connection: sa.Connection, number: int) -> tuple[str, ...]:
    """The paths, within the watched folder, of the files that this withdrawal left there."""
    files = tables.dropped_file
    return tuple(
        sorted(connection.execute(sa.select(files.c.path).where(files.c.withdrawal_id == number)).scalars())
    )


def forget_gone(vault: Vault, settings: Settings, number: int) -> int:
    """Forget files that are no longer in the folder; how many are left. While the folder is away none are forgotten."""
    files = tables.dropped_file
    with vault.engine.begin() as connection:
        left = files_left(connection, number)
        if not settings.watched_folder.is_dir():
            return len(left)
        gone = [path for path in left if not (settings.watched_folder / path).exists()]
        for path in gone:
            connection.execute(sa.delete(files).where(files.c.path == path))
    return len(left) - len(gone)


def delete_files(vault: Vault, settings: Settings, number: int, actor: str) -> int:
    """Delete the withdrawal's files from the watched folder, and folders that are empty then; how many there were.

    Raises OSError for a file that can't be deleted; what was deleted before it is forgotten.
    """
    with vault.engine.connect() as connection:
        left = files_left(connection, number)
    deleted = 0
    try:
        for path in left:
            file = settings.watched_folder / path
            if _is_inside(file, settings.watched_folder):
                file.unlink(missing_ok=True)
                deleted += 1
                _remove_empty(file.parent, settings.watched_folder)
    finally:
        if deleted:
            with vault.engine.begin() as connection:
                record_event(connection, actor, "withdrawn_files_deleted", str(number), {"files": deleted})
        forget_gone(vault, settings, number)
    return deleted


def _is_inside(file: Path, folder: Path) -> bool:
    return file.parent.resolve().is_relative_to(folder.resolve())


def _remove_empty(folder: Path, root: Path) -> None:
    """A folder may be called like the participant."""
    with contextlib.suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent
