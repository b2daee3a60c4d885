"""One attempt at one recording: which stages are there already, what each left, how it ended.

A stage that finished is recorded in one transaction with its result and its event. The next attempt,
or the next worker after a death, reuses it while its fingerprint is the same: the stage's version,
the settings that matter to it, and the results it was made from.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import sqlalchemy as sa
from pydantic import ValidationError

from models.codec import from_json, to_json
from models.problems import ProblemCode
from models.values import Progress
from service.encrypted_files import EncryptedFile, FileBroken
from service.pipeline.progress import Meter, ProgressWriter, learn_costs, shown_percent, upsert
from service.vault import tables
from service.vault.artefacts import Artefacts
from service.vault.recordings import (
    RecordingState,
    StoredRecording,
    get_recording,
    now,
    record_event,
    set_state,
)
from service.vault.sound_attempts import makes_only_sound, note_sound_problem
from service.vault.store import Vault

T = TypeVar("T")
Scalar = str | int | float | bool | None
AtStage = Callable[[str, int], None]
"""Told of each stage and part as its work begins."""

STAGE_STARTED = "stage_started"
STAGE_FINISHED = "stage_finished"

SOUND_STAGE = "redact"
"""The stage of attempts that make nothing else."""

_OPEN = (RecordingState.QUEUED, RecordingState.PROCESSING)
_SHORTEST_WAIT_S = 0.2
_LONGEST_WAIT_S = 10.0

log = logging.getLogger("lytt.worker")


class Interruption(StrEnum):
    """Why an attempt ends before it is finished."""

    CANCELLED = "cancelled"
    STOPPING = "stopping"
    TAKEN = "taken"
    """Another worker has it: this one was thought dead."""


class Interrupted(Exception):  # noqa: N818 - reads as what happened
    """The attempt must end here, without a verdict on the recording."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage by name. Raise ``version`` whenever the same inputs should be worked on again."""

    name: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """A stage's result, and the digest that stands for it in the fingerprints of later stages."""

    value: T
    digest: str


def fingerprint(stage: Stage, settings: Mapping[str, Scalar], inputs: Sequence[str]) -> str:
    """Equal exactly when the stage would do the same again."""
    told = json.dumps([stage.name, stage.version, dict(sorted(settings.items())), list(inputs)])
    return hashlib.sha256(told.encode()).hexdigest()


def claim(vault: Vault, worker: str, recording_id: str, attempt: int, at_stage: AtStage | None) -> Run | None:
    """Begin or go on with an attempt; None when it was cancelled, replaced or has ended."""

    def begin() -> Run | None:
        with vault.engine.begin() as connection:
            if not _is_open(connection, recording_id, attempt):
                return None
            recording = get_recording(connection, recording_id)
            assert recording is not None
            if recording.state != RecordingState.PROCESSING:
                set_state(connection, recording_id, RecordingState.PROCESSING)
            shown = shown_percent(connection, recording_id)
            costs = learn_costs(connection)
            only_sound = makes_only_sound(connection, recording_id, attempt)
            if only_sound:
                costs = {SOUND_STAGE: costs[SOUND_STAGE]}
            meter = Meter(costs, recording.duration_ms, floor=shown)
        return Run(vault, worker, recording, attempt, meter, at_stage, only_sound)

    return _patiently(begin)


def end_attempt(
    connection: sa.Connection,
    recording_id: str,
    attempt: int,
    state: RecordingState,
    problem: ProblemCode | None = None,
) -> bool:
    """Move the recording to ``state`` unless this attempt has ended or was replaced; whether it was moved."""
    if not _is_open(connection, recording_id, attempt):
        return False
    set_state(connection, recording_id, state, problem)
    return True


class PatientArtefacts:
    """The vault's files for a worker: waits for a database that can't be used now, as :meth:`Run.commit` does."""

    def __init__(self, artefacts: Artefacts, check: Callable[[], None], made_for: str) -> None:
        """``made_for`` is the interview that is worked on."""
        self._artefacts = artefacts
        self._check = check
        self._made_for = made_for

    def file(self, digest: str) -> EncryptedFile:
        """See :meth:`service.vault.artefacts.Artefacts.file`; and so on."""
        return _patiently(lambda: self._artefacts.file(digest), self._check)

    def has(self, digest: str) -> bool:
        return _patiently(lambda: self._artefacts.has(digest), self._check)

    def read(self, digest: str) -> bytes:
        return self.file(digest).read_bytes()

    def put(self, data: bytes) -> str:
        return _patiently(lambda: self._artefacts.put(data, self._made_for), self._check)

    def adopt(self, file: EncryptedFile) -> str:
        return _patiently(lambda: self._artefacts.adopt(file, self._made_for), self._check)


class Run:
    """One attempt at one recording, on this worker. ``artefacts`` are the vault's files.

    ``only_sound``: the transcript is there and stays, and only the redacted sound is made.
    """

    def __init__(
        self,
        vault: Vault,
        worker: str,
        recording: StoredRecording,
        attempt: int,
        meter: Meter,
        at_stage: AtStage | None = None,
        only_sound: bool = False,
    ) -> None:
        self.vault = vault
        self.worker = worker
        self.recording = recording
        self.attempt = attempt
        self.only_sound = only_sound
        self.interruption: Interruption | None = None
        self.artefacts = PatientArtefacts(vault.artefacts, self.check, recording.interview_id)
        self._meter = meter
        self._progress = ProgressWriter(vault.engine, recording.id, worker, meter)
        self._at_stage = at_stage

    def interrupt(self, why: Interruption) -> None:
        """Let the attempt end at the next safe point; the first reason counts."""
        self.interruption = self.interruption or why

    def knows_length(self, audio_ms: int) -> None:
        """The recording's true length is known now."""
        self._meter.audio_ms = audio_ms

    def do(
        self,
        stage: Stage,
        kind: type[T],
        work: Callable[[Progress], T],
        *,
        inputs: Sequence[str],
        settings: Mapping[str, Scalar] | None = None,
        part: int = 0,
        share: float = 1.0,
        span_ms: int = 0,
        intact: Callable[[T], bool] = lambda _: True,
        also: Callable[[sa.Connection, T], None] = lambda _connection, _value: None,
    ) -> Made[T]:
        """The stage's result: the one kept from before, or the one ``work`` makes now.

        ``part`` of a stage in several parts does ``share`` of it; ``span_ms`` is the audio time the work
        reports against. A kept result counts only while it is ``intact``. What ``also`` writes is
        committed together with the result.
        """
        wanted = fingerprint(stage, settings or {}, inputs)
        kept = self._kept(stage, kind, part, wanted)
        if kept is not None and intact(kept.value):
            self._meter.finish(stage.name, share, reused=True)
            return kept
        self._meter.begin(stage.name, share)
        detail: dict[str, str | int | float | None] = {
            "stage": stage.name,
            "part": part,
            "worker": self.worker,
            "attempt": self.attempt,
        }
        self.commit(lambda connection: self._record(connection, STAGE_STARTED, {**detail, "seconds": None}))
        self._progress.update()
        if self._at_stage is not None:
            self._at_stage(stage.name, part)
        self.check()
        began = time.monotonic()
        value = work(lambda reached_ms: self._reach(reached_ms, span_ms))
        seconds = round(time.monotonic() - began, 3)
        made = Made(value, self.artefacts.put(to_json(value)))

        def finish(connection: sa.Connection) -> None:
            keys = {"recording_id": self.recording.id, "stage": stage.name, "part": part}
            row = {"fingerprint": wanted, "digest": made.digest, "seconds": seconds}
            upsert(
                connection,
                tables.stage_result,
                keys,
                {**row, "worker": self.worker, "finished_at": now()},
            )
            also(connection, value)
            self._record(connection, STAGE_FINISHED, {**detail, "seconds": seconds})

        self.commit(finish)
        self._meter.finish(stage.name, share)
        self._progress.update()
        return made

    def keeps(
        self, stage: Stage, *, inputs: Sequence[str], settings: Mapping[str, Scalar] | None = None
    ) -> bool:
        """Whether :meth:`do` of the same would find a kept result."""
        made_from, digest = self._stored(stage, 0)
        return made_from == fingerprint(stage, settings or {}, inputs) and self.artefacts.has(digest)

    def finish(self, also: Callable[[sa.Connection], None]) -> None:
        """The recording is done. What ``also`` writes is committed with it."""

        def write(connection: sa.Connection) -> None:
            also(connection)
            self._progress.write(connection, percent=100.0)
            set_state(connection, self.recording.id, RecordingState.DONE)

        self.commit(write)

    def fail(self, problem: ProblemCode) -> None:
        """The recording can't be used, or not now. Where only the sound was made, its transcript stays of use."""

        def write(connection: sa.Connection) -> None:
            if self.only_sound:
                note_sound_problem(connection, self.recording.id, self.attempt, problem)
                set_state(connection, self.recording.id, RecordingState.DONE)
            else:
                set_state(connection, self.recording.id, RecordingState.FAILED, problem)

        self.commit(write)

    def commit(self, write: Callable[[sa.Connection], None]) -> None:
        """Write to the vault while the attempt is open, waiting for a database that can't be written now.

        Raises :class:`Interrupted` when the attempt was cancelled, replaced or taken. A worker that is
        stopping still writes what it has finished, but does not wait for it.
        """

        def guarded() -> bool:
            if self.interruption == Interruption.TAKEN:
                raise Interrupted
            with self.vault.engine.begin() as connection:
                is_open = _is_open(connection, self.recording.id, self.attempt)
                if is_open:
                    write(connection)
                return is_open

        is_open = _patiently(guarded, self.check)
        if not is_open:
            self.interrupt(Interruption.CANCELLED)
            raise Interrupted

    def check(self) -> None:
        """Raises :class:`Interrupted` when the attempt must end."""
        if self.interruption is not None:
            raise Interrupted

    def _kept(self, stage: Stage, kind: type[T], part: int, wanted: str) -> Made[T] | None:
        made_from, digest = self._stored(stage, part)
        if made_from != wanted:
            return None
        try:
            return Made(from_json(kind, self.artefacts.read(digest)), digest)
        except (FileNotFoundError, FileBroken, ValidationError):
            # Lost or damaged with a disk, or written by a version whose values looked otherwise: made again.
            log.warning("the kept result of stage %s can't be read; working again", stage.name)
            return None

    def _stored(self, stage: Stage, part: int) -> tuple[str, str]:
        """Fingerprint and digest of the kept result; empty when there is none."""
        result = tables.stage_result
        query = sa.select(result.c.fingerprint, result.c.digest).where(
            result.c.recording_id == self.recording.id,
            result.c.stage == stage.name,
            result.c.part == part,
        )

        def read() -> tuple[str, str]:
            with self.vault.engine.connect() as connection:
                row = connection.execute(query).first()
            return ("", "") if row is None else (row.fingerprint, row.digest)

        return _patiently(read, self.check)

    def _reach(self, reached_ms: int, span_ms: int) -> None:
        if span_ms > 0:
            self._meter.reach(reached_ms / span_ms)
            try:
                self._progress.update()
            except sa.exc.OperationalError:
                log.debug("progress could not be written")

    def _record(
        self, connection: sa.Connection, action: str, detail: Mapping[str, str | int | float | None]
    ) -> None:
        record_event(connection, self.worker, action, self.recording.id, detail)


def _is_open(connection: sa.Connection, recording_id: str, attempt: int) -> bool:
    """Whether the attempt may still write. The recording's row stays locked until the transaction ends."""
    recording = tables.recording
    touched = connection.execute(
        sa.update(recording)
        .where(
            recording.c.id == recording_id,
            recording.c.attempt == attempt,
            recording.c.state.in_([str(state) for state in _OPEN]),
        )
        .values(attempt=attempt)
    )
    return touched.rowcount == 1


def _patiently(action: Callable[[], T], check: Callable[[], None] = lambda: None) -> T:
    """What ``action`` returns, however long the database can't be used; ``check`` may end the waiting."""
    wait_s = _SHORTEST_WAIT_S
    while True:
        try:
            return action()
        except sa.exc.OperationalError as error:
            if not will_pass(error):
                raise
        check()
        log.warning("the vault's database can't be used now; waiting")
        time.sleep(wait_s)
        wait_s = min(_LONGEST_WAIT_S, wait_s * 2)


def will_pass(error: sa.exc.OperationalError) -> bool:
    """Whether waiting helps: the database is busy, full, or away. A wrong statement stays wrong."""
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is None:
        # PostgreSQL's drivers raise this kind for what is the server's state, never for a wrong statement.
        return True
    return str(name).split("_")[1] in ("BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN")
