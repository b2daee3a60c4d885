"""How far a recording has come, and how long it will still take.

Percent is by audio time: each stage weighs what it costs per second of audio, and within a stage the
audio time reached counts. It never goes back, not even after the worker was killed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from service.database import is_sqlite
from service.vault import tables
from service.vault.recordings import RecordingState, now

Clock = Callable[[], float]

STAGE_COSTS: Mapping[str, float] = {
    "decode": 0.004,
    "speech": 0.003,
    "language": 0.004,
    "transcribe": 0.048,
    "align": 0.014,
    "diarize": 0.032,
    "track": 0.006,
    "assemble": 0.002,
    "entities": 0.006,
    "store": 0.001,
    "voices": 0.002,
    "guide": 0.001,
    "redact": 0.085,
}
"""Seconds of work per second of audio, in the order of the stages: measured with the default models on
2 cores (docs/benchmarks.md). Only their ratios matter at first; :func:`learn_costs` replaces them with
what this installation takes."""

WRITE_EVERY_S = 0.5
LEARN_FROM = 20
"""Recordings; recent enough to follow a change of models, many enough to even out one that was odd."""

_PRIOR_S = 5.0
_LAST_PERCENT = 99.0


def learn_costs(connection: sa.Connection, default: Mapping[str, float] = STAGE_COSTS) -> dict[str, float]:
    """Seconds per second of audio of each stage, from the last recordings that were done here."""
    recording, result = tables.recording, tables.stage_result
    recent = (
        sa.select(recording.c.id, recording.c.duration_ms)
        .where(recording.c.state == RecordingState.DONE, recording.c.duration_ms > 0)
        .order_by(recording.c.finished_at.desc())
        .limit(LEARN_FROM)
        .subquery()
    )
    # A stage may be missing in some of them, so each is divided by the audio it really worked on.
    rows = connection.execute(
        sa.select(result.c.recording_id, result.c.stage, recent.c.duration_ms, sa.func.sum(result.c.seconds))
        .join(recent, recent.c.id == result.c.recording_id)
        .group_by(result.c.recording_id, result.c.stage, recent.c.duration_ms)
    )
    seconds: dict[str, float] = {}
    audio_s: dict[str, float] = {}
    for _, stage, duration_ms, spent in rows:
        seconds[stage] = seconds.get(stage, 0.0) + spent
        audio_s[stage] = audio_s.get(stage, 0.0) + duration_ms / 1000
    return {
        stage: max(1e-6, seconds[stage] / audio_s[stage]) if stage in seconds else cost
        for stage, cost in default.items()
    }


class Meter:
    """Turns audio time reached in each stage into percent of the whole and seconds left.

    ``audio_ms`` is the recording's length, None while it is unknown; ``floor`` the percent that was
    already shown. Stages are begun in the order of ``costs``.
    """

    def __init__(
        self,
        costs: Mapping[str, float],
        audio_ms: int | None,
        floor: float = 0.0,
        clock: Clock = time.monotonic,
    ) -> None:
        self.audio_ms = audio_ms
        self._costs = costs
        self._clock = clock
        self._began = clock()
        self._shown = floor
        self._done: dict[str, float] = {}
        self._worked: dict[str, float] = {}
        self._stage = next(iter(costs))
        self._share = 1.0
        self._within = 0.0

    @property
    def stage(self) -> str:
        """The stage being worked on."""
        return self._stage

    @property
    def percent(self) -> float:
        """Percent of the whole, 0 to 99, never less than before. The end is told by the recording's state."""
        if self.audio_ms is not None:
            reached = sum(self._costs[stage] * share for stage, share in self._done.items())
            reached += self._costs[self._stage] * self._share * self._within
            self._shown = max(self._shown, min(_LAST_PERCENT, 100.0 * reached / sum(self._costs.values())))
        return self._shown

    @property
    def eta_s(self) -> int | None:
        """Seconds left, from the costs and how this run compares with them; None while unknown."""
        if self.audio_ms is None:
            return None
        audio_s = self.audio_ms / 1000
        open_share = sum(cost * (1 - self._done.get(stage, 0.0)) for stage, cost in self._costs.items())
        now_worked = self._costs[self._stage] * self._share * self._within
        worked = sum(self._costs[stage] * share for stage, share in self._worked.items()) + now_worked
        # The prior keeps the first seconds, which load models, from promising hours.
        pace = (self._clock() - self._began + _PRIOR_S) / (worked * audio_s + _PRIOR_S)
        return max(0, round((open_share - now_worked) * audio_s * pace))

    def begin(self, stage: str, share: float = 1.0) -> None:
        """Work begins on ``share`` of the stage (a chunk is a share of ``transcribe``)."""
        self._stage, self._share, self._within = stage, share, 0.0

    def reach(self, fraction: float) -> None:
        """This fraction of what was begun is done."""
        self._within = max(self._within, min(1.0, fraction))

    def finish(self, stage: str, share: float = 1.0, *, reused: bool = False) -> None:
        """``share`` of the stage is done; ``reused`` when it was done before this run."""
        self._done[stage] = min(1.0, self._done.get(stage, 0.0) + share)
        if not reused:
            self._worked[stage] = self._worked.get(stage, 0.0) + share
        self._within = 0.0


class ProgressWriter:
    """Writes a meter into the vault, twice a second at most."""

    def __init__(
        self, engine: sa.Engine, recording_id: str, worker: str, meter: Meter, clock: Clock = time.monotonic
    ) -> None:
        self.meter = meter
        self._engine = engine
        self._recording_id = recording_id
        self._worker = worker
        self._clock = clock
        self._written_at = float("-inf")

    def update(self) -> None:
        """Write how far the meter is, unless that was just done."""
        if self._clock() - self._written_at >= WRITE_EVERY_S:
            self._written_at = self._clock()
            with self._engine.begin() as connection:
                self.write(connection)

    def write(self, connection: sa.Connection, percent: float | None = None) -> None:
        """Write it now, in the caller's transaction; ``percent`` overrides the meter at the end."""
        values = {
            "stage": self.meter.stage,
            "percent": round(self.meter.percent if percent is None else percent, 2),
            "eta_s": self.meter.eta_s if percent is None else 0,
            "worker": self._worker,
            "updated_at": now(),
        }
        keys = {"recording_id": self._recording_id}
        upsert(connection, tables.progress, keys, values, {"started_at": now()})


def shown_percent(connection: sa.Connection, recording_id: str) -> float:
    """The percent last shown for the recording; 0 when none was."""
    progress = tables.progress
    found = connection.execute(
        sa.select(progress.c.percent).where(progress.c.recording_id == recording_id)
    ).scalar_one_or_none()
    return float(found or 0.0)


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    keys: Mapping[str, object],
    values: Mapping[str, object],
    first: Mapping[str, object] | None = None,
) -> None:
    """Write the row with these keys; ``first`` is only written when there was none."""
    from sqlalchemy.dialects import postgresql, sqlite

    insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
    statement = insert(table).values(**keys, **values, **(first or {}))
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=dict(values)))
