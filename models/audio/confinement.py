"""What a process that opens a stranger's file may use, and what it may not do.

A file can be made so that decoding it costs any amount of memory and time, or so that it makes the decoding library do
what its maker wants. A process that is confined costs no more than a recording needs, writes no dump of its memory,
starts nothing, and has no network where the system lets it give that up.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
from dataclasses import dataclass

_NICER_BY = 5
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_KILLED_AFTER_S = 5
"""After the signal for too much processor time, which can be ignored, comes the one that can't."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of processor time, bytes of address space, bytes of a file that is written, and open files."""

    processor_s: int
    memory_bytes: int
    file_bytes: int
    open_files: int = 64


def without_network() -> bool:
    """Give the network up for good; whether that was possible. Call it before threads are started."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        # As root the network alone; anybody else needs a namespace of users for it, if the system allows any.
        given_up = libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    except (OSError, AttributeError):
        return False
    return bool(given_up)


def confine(limits: Limits) -> None:
    """Confine this process from now on. Threads that it needs must run already: no process or thread can follow."""
    os.umask(0o077)
    with contextlib.suppress(OSError):
        os.nice(_NICER_BY)
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for kind, soft, hard in (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_CPU, limits.processor_s, limits.processor_s + _KILLED_AFTER_S),
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files, limits.open_files),
        # The kernel does not hold root to this one.
        (resource.RLIMIT_NPROC, 0, 0),
    ):
        _lower(kind, soft, hard)


def _lower(kind: int, soft: int, hard: int) -> None:
    _, most = resource.getrlimit(kind)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    # What a system does not know it does not limit.
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (soft, hard))
