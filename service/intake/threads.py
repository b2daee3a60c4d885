"""Blocking work on a thread that is never left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import anyio

Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result], when_cancelled: Callable[[], object] | None = None) -> Result:
    """What ``work`` returned. When cancelled, calls ``when_cancelled``, waits for the thread, then ends.

    Unlike ``asyncio.to_thread``, files and databases the thread uses may be closed right after.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if when_cancelled is not None:
            when_cancelled()
        with anyio.CancelScope(shield=True):
            await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # looked at, so that it isn't logged with its message
        raise
