"""Unfinished uploads: how they are named, and clearing away those whose process died."""

from __future__ import annotations

import re
import secrets
import stat
import time
from pathlib import Path

_OLD_S = 24 * 3600  # an upload of one process may still be running when another starts
_OURS = re.compile(r"\.lytt-[0-9a-f]{32}\.part")


def part_name() -> str:
    """A fresh name for an upload under way; hidden, so that it is never taken for a recording."""
    return f".lytt-{secrets.token_hex(16)}.part"


def remove_leftovers(folder: Path) -> int:
    """Delete unfinished uploads nobody has written to for a day; returns how many.

    Touches only regular files with names :func:`part_name` gives, which are never anyone's original.
    """
    removed = 0
    try:
        for path in folder.iterdir():
            if not _OURS.fullmatch(path.name):
                continue
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime > _OLD_S:
                path.unlink()
                removed += 1
    except OSError:
        return removed
    return removed
