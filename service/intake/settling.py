"""When a file may be read: not while it is still being written.

A half-copied file often decodes without an error, so only size and modification time that stay the
same show that a copy has finished.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.intake.folder import Version


class Settling:
    """Remembers since when each file looks as it does. Times are seconds of one steady clock."""

    def __init__(self, settle_seconds: float) -> None:
        self.settle_seconds = settle_seconds
        self._since: dict[str, tuple[Version, float]] = {}

    def observe(self, path: str, version: Version, at: float) -> float:
        """Seconds the file must still stay as it is; 0 when it has settled.

        It has settled when an earlier observation, at least the settling time ago, and all since
        gave the same version. The first observation never settles a file.
        """
        before = self._since.get(path)
        if before is None or before[0] != version:
            self._since[path] = (version, at)
            return self.settle_seconds
        return max(0.0, before[1] + self.settle_seconds - at)

    def disturb(self, path: str) -> None:
        """Begin anew with a file that turned out to be changing."""
        self._since.pop(path, None)

    def keep_only(self, paths: Iterable[str]) -> None:
        """Forget files that are gone."""
        there = set(paths)
        for path in [path for path in self._since if path not in there]:
            del self._since[path]
