"""A diarization that is made while something else is worked on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from models.audio.files import Readable
from models.values import Diarization, Progress, Span

_TELL_S = 0.2


class DiarizationAhead:
    """Begins at once, in a thread that does not keep the process from ending."""

    def __init__(
        self, work: Callable[[Progress], Diarization], of: tuple[Readable, tuple[Span, ...], bool, int | None]
    ) -> None:
        """``of`` is what is diarized: samples, speech, whether voices have channels of their own, their number."""
        self.of = of
        self._work = work
        self._reached_ms = 0
        self._found: Diarization | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="diarization", daemon=True)
        self._thread.start()

    def result(self, progress: Progress) -> Diarization:
        """What was found, once it is; ``progress`` is told meanwhile. Raises what the work raised."""
        while self._thread.is_alive():
            self._thread.join(_TELL_S)
            progress(self._reached_ms)
        if self._error is not None:
            raise self._error
        assert self._found is not None
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._work(self._reach)
        except BaseException as error:  # whatever it is belongs to who asks for the result
            self._error = error

    def _reach(self, reached_ms: int) -> None:
        self._reached_ms = reached_ms
