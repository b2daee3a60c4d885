"""Erasing what was withdrawn, as steps that can be repeated: killed anywhere, it goes on where it was.

The first step puts up tombstones, so that nothing comes back while the rest goes on. Keys are deleted in the same
transaction as the rows they open, before any byte of a file: from then on nobody can read what is left.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from service.coding import store as coding
from service.coding.erasing import erase_codings, erase_memos_of
from service.coding.sounds import sound_of
from service.coding.writing import hold_words, writing
from service.identities.forgetting import forget
from service.identities.scopes import scope_of
from service.intake.files import FileState
from service.naming import InterviewName
from service.pipeline.engine import JobQueue, JobState
from service.pipeline.locks import worker_locks
from service.review.release import take_back
from service.settings import Settings
from service.study.protocol import Consent
from service.vault import tables
from service.vault.recordings import RecordingState, aware, now, record_event, set_state
from service.vault.store import Vault
from service.vault.tombstones import put_tombstones
from service.voices import prints
from service.withdrawal.belongings import own_files, own_identities, recordings_in
from service.withdrawal.exports import exports_of
from service.withdrawal.hygiene import clean
from service.withdrawal.plans import coded_of, count_rows, kinds_of, rows_of, voice_elsewhere
from service.withdrawal.receipts import LeftToPeople, SignedReceipt, make_receipt, sign
from service.withdrawal.targets import Scope, Target, WithdrawalRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

AtStep = Callable[[str], None]
"""Told of each step when it is done."""

WITHDRAWAL, RETENTION = "withdrawal", "retention"
_OPEN = (RecordingState.QUEUED, RecordingState.PROCESSING)
_REST_S = 3.0
"""How long a worker that has one of the recordings is waited for; it looks every half second."""

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal as it is kept. ``steps`` are done; ``files_left`` lie in the watched folder still.

    ``finished_at`` is None until nothing is left to do.
    """

    number: int
    target: Target
    reason: str
    keep_codings: bool
    recordings: tuple[tuple[str, int], ...]
    files: tuple[str, ...]
    keys: tuple[str, ...]
    steps: tuple[str, ...]
    erased: Mapping[str, int]
    begun_by: str
    begun_at: datetime
    finished_at: datetime | None
    receipt: SignedReceipt | None
    files_left: int

    @property
    def is_erased(self) -> bool:
        """Whether all that Lytt itself can erase is gone."""
        return set(steps_of(self.target)) <= set(self.steps)


class BeingErased(Exception):  # noqa: N818 - reads as what happened
    """Another process is at it."""

    def __init__(self) -> None:
        super().__init__("This withdrawal is being carried out by another process. See: lytt withdrawals")


def begin(
    vault: Vault,
    target: Target,
    actor: str,
    *,
    keep_codings: bool = False,
    reason: str = WITHDRAWAL,
) -> int:
    """Record the withdrawal; returns its number. From now on it is carried out, whatever happens.

    One that was begun before and isn't finished is gone on with. Raises :class:`WithdrawalRefused`.
    """
    table = tables.withdrawal
    with vault.engine.begin() as connection:
        # Written first, so that of two that begin at once the second sees the first.
        connection.execute(sa.update(table).values(reason=table.c.reason))
        for before in list_withdrawals(connection):
            same = (before.target.scope, before.target.study_id, before.target.use)
            if same == (target.scope, target.study_id, target.use) and target.study_id is not None:
                if not before.is_erased:
                    return before.number
                if target.scope is Scope.USE or not target.interviews:
                    raise WithdrawalRefused("This was withdrawn before. See: lytt withdrawals")
        recordings = recordings_in(connection, target.interviews)
        number = int(
            connection.execute(
                sa.insert(table)
                .values(
                    scope=str(target.scope),
                    study_id=target.study_id,
                    use=None if target.use is None else str(target.use),
                    reason=reason,
                    keep_codings=keep_codings,
                    places=[[place.group, place.role, place.wave] for place in target.places],
                    interviews=list(target.interviews),
                    recordings=[],
                    files=[],
                    keys=[],
                    steps=[],
                    erased={},
                    begun_by=actor,
                    begun_at=now(),
                )
                .returning(table.c.id)
            ).scalar_one()
        )
        detail = {"interviews": len(target.interviews), "recordings": len(recordings)}
        record_event(connection, actor, "withdrawal_begun", str(number), detail)
        for interview_id in target.interviews:
            record_event(connection, actor, "interview_withdrawn", interview_id, {"withdrawal": number})
    return number


def steps_of(target: Target) -> tuple[str, ...]:
    """The steps in their order."""
    if target.scope is not Scope.USE:
        return ("tombstones", "stop", "coding", "shred", "bytes", "jobs", "work", "databases", "receipt")
    match target.use:
        case Consent.VOICEPRINT:
            return ("voices", "databases", "receipt")
        case Consent.CODE:
            return ("coding", "databases", "receipt")
    return ("receipt",)


def carry_out(
    vault: Vault,
    store: coding.CodingStore,
    settings: Settings,
    number: int,
    at_step: AtStep = lambda _: None,
) -> Withdrawal:
    """Do what is left of the withdrawal; returns it as it stands then.

    Raises :class:`BeingErased`, ``DatabaseInUse`` and what databases raise: then it is gone on with later.
    """
    with _alone(vault, number):
        work = _Work(vault, store, settings, number)
        for step in steps_of(work.read().target):
            if step not in work.read().steps:
                work.do(step)
                log.info("withdrawal_step", withdrawal=number, step=step)
                at_step(step)
        return work.settle()


def list_withdrawals(connection: sa.Connection) -> tuple[Withdrawal, ...]:
    """Every withdrawal, the oldest first."""
    table, files = tables.withdrawal, tables.dropped_file
    left = {
        row.withdrawal_id: row.number
        for row in connection.execute(
            sa.select(files.c.withdrawal_id, sa.func.count().label("number"))
            .where(files.c.withdrawal_id.is_not(None))
            .group_by(files.c.withdrawal_id)
        )
    }
    rows = connection.execute(sa.select(table).order_by(table.c.id)).all()
    return tuple(
        Withdrawal(
            number=row.id,
            target=Target(
                Scope(row.scope),
                row.study_id,
                Consent(row.use) if row.use else None,
                tuple(InterviewName(*place) for place in row.places),
                tuple(row.interviews),
            ),
            reason=row.reason,
            keep_codings=row.keep_codings,
            recordings=tuple((one[0], one[1]) for one in row.recordings),
            files=tuple(row.files),
            keys=tuple(row.keys),
            steps=tuple(row.steps),
            erased=row.erased,
            begun_by=row.begun_by,
            begun_at=aware(row.begun_at),
            finished_at=None if row.finished_at is None else aware(row.finished_at),
            receipt=None if row.receipt is None else SignedReceipt.model_validate(row.receipt),
            files_left=left.get(row.id, 0),
        )
        for row in rows
    )


def find_withdrawal(connection: sa.Connection, number: int) -> Withdrawal | None:
    """The withdrawal with this number, or None."""
    return next((one for one in list_withdrawals(connection) if one.number == number), None)


@contextmanager
def _alone(vault: Vault, number: int) -> Iterator[None]:
    """Only one process carries a withdrawal out; the system lets go of the lock when it dies."""
    lock = worker_locks(vault.url).try_lock(f"withdrawal {number}")
    if lock is None:
        raise BeingErased
    try:
        yield
    finally:
        lock.release()


class _Work:
    """The steps of one withdrawal. Each may be done again, and notes itself in the transaction of its last change."""

    def __init__(self, vault: Vault, store: coding.CodingStore, settings: Settings, number: int) -> None:
        self._vault = vault
        self._store = store
        self._settings = settings
        self._number = number
        self._steps: Mapping[str, Callable[[Withdrawal], None]] = {
            "tombstones": self._tombstones,
            "stop": self._stop,
            "coding": self._coding,
            "shred": self._shred,
            "bytes": self._bytes,
            "jobs": self._jobs,
            "work": self._work_folders,
            "voices": self._voices,
            "databases": self._databases,
            "receipt": self._receipt,
        }

    def read(self) -> Withdrawal:
        with self._vault.engine.connect() as connection:
            found = find_withdrawal(connection, self._number)
        assert found is not None
        return found

    def do(self, step: str) -> None:
        self._steps[step](self.read())

    def settle(self) -> Withdrawal:
        """Once nothing is left for the folder either, the withdrawal is finished and its receipt says so."""
        one = self.read()
        if one.is_erased and one.files_left == 0 and one.finished_at is None:
            self._receipt(one)
            with self._vault.engine.begin() as connection:
                table = tables.withdrawal
                connection.execute(
                    sa.update(table).where(table.c.id == self._number).values(finished_at=now())
                )
                record_event(connection, one.begun_by, "withdrawal_finished", str(self._number))
        return self.read()

    def _done(
        self,
        connection: sa.Connection,
        one: Withdrawal,
        step: str,
        values: Mapping[str, object] | None = None,
    ) -> None:
        table = tables.withdrawal
        steps = [*one.steps, *([] if step in one.steps else [step])]
        connection.execute(
            sa.update(table).where(table.c.id == self._number).values(steps=steps, **(values or {}))
        )

    def _tombstones(self, one: Withdrawal) -> None:
        """Nothing of it comes in again, and nothing new is kept of it."""
        recording, files, names = tables.recording, tables.dropped_file, tables.recording_name
        with self._vault.engine.begin() as connection:
            for interview_id in one.target.interviews:
                held = connection.execute(
                    sa.select(recording.c.id, recording.c.sha256).where(
                        recording.c.interview_id == interview_id
                    )
                ).all()
                sha256s = [row.sha256 for row in held]
                put_tombstones(connection, self._number, interview_id, one.target.study_id, sha256s)
                ids = [row.id for row in held]
                named = connection.execute(
                    sa.select(names.c.path).where(names.c.recording_id.in_(ids))
                ).scalars()
                for path in named.all():
                    self._remember_file(connection, path)
                connection.execute(
                    sa.update(files)
                    .where(files.c.recording_id.in_(ids))
                    .values(state=str(FileState.WITHDRAWN), withdrawal_id=self._number)
                )
            self._done(connection, one, "tombstones")

    def _remember_file(self, connection: sa.Connection, path: str) -> None:
        """Its copy in the folder is told of until it is gone; one that is gone is not remembered."""
        files = tables.dropped_file
        if (self._settings.watched_folder / path).is_file():
            there = sa.select(files.c.path).where(files.c.path == path)
            if connection.execute(there).first() is None:
                connection.execute(
                    sa.insert(files).values(
                        path=path,
                        size_bytes=0,
                        modified_ns=0,
                        state=str(FileState.WITHDRAWN),
                        seen_at=now(),
                        withdrawal_id=self._number,
                    )
                )
        else:
            connection.execute(sa.delete(files).where(files.c.path == path))

    def _stop(self, one: Withdrawal) -> None:
        """Cancel the work on it, and wait a moment for the worker that has it."""
        table = tables.recording
        queue = JobQueue(self._vault.engine)
        try:
            with self._vault.engine.begin() as connection:
                rows = connection.execute(
                    sa.select(table.c.id, table.c.attempt, table.c.state).where(
                        table.c.interview_id.in_(list(one.target.interviews))
                    )
                ).all()
                for row in rows:
                    if RecordingState(row.state) in _OPEN:
                        set_state(connection, row.id, RecordingState.CANCELLED)
            at_work = False
            for row in rows:
                job = queue.job(row.id, row.attempt)
                if job is not None and job.state in (JobState.ENQUEUED, JobState.DELAYED, JobState.PENDING):
                    at_work = at_work or job.state is JobState.PENDING
                    queue.cancel(row.id, row.attempt)
        finally:
            queue.close()
        if at_work:
            time.sleep(_REST_S)
        with self._vault.engine.begin() as connection:
            attempts = [[row.id, row.attempt] for row in rows]
            self._done(connection, one, "stop", {"recordings": attempts})

    def _coding(self, one: Withdrawal) -> None:
        """Take back what coders have. With ``keep_codings`` what they made of it stays, without what was said."""
        erased = dict(one.erased)
        for kind, number in kinds_of(coded_of(self._store, one.target), keep=one.keep_codings).items():
            if number:
                erased[kind] = max(number, erased.get(kind, 0))
        with writing(self._store.engine) as connection:
            # Before the words go: a memo that quotes is told by them.
            for interview_id in one.target.interviews:
                hold_words(connection, interview_id, to_change=True)
                erase_codings(connection, interview_id, keep=one.keep_codings)
            if one.target.scope is Scope.PARTICIPANT and one.target.study_id is not None:
                erase_memos_of(connection, one.target.study_id)
        released = tables.release
        for interview_id in one.target.interviews:
            with self._vault.engine.connect() as connection:
                noted = connection.execute(
                    sa.select(released.c.interview_id).where(released.c.interview_id == interview_id)
                ).first()
            if noted is not None:
                erased["release"] = erased.get("release", 0) + 1
                take_back(self._vault, self._store, interview_id, one.begun_by)
            else:
                # A release that was killed half way is not noted, and there all the same.
                with self._store.engine.begin() as connection:
                    sound = sound_of(connection, interview_id)
                    coding.withdraw(connection, interview_id)
                if sound is not None:
                    self._store.files.remove(sound.names)
        with self._vault.engine.begin() as connection:
            self._done(connection, one, "coding", {"erased": erased})

    def _shred(self, one: Withdrawal) -> None:
        """Delete the keys, and with them every row, at once. Which files are left over is noted by their names."""
        interviews = one.target.interviews
        with self._vault.engine.connect() as connection:
            recordings = recordings_in(connection, interviews)
        files = own_files(self._vault, interviews, recordings)
        key, artefact = tables.interview_key, tables.artefact
        with self._vault.engine.begin() as connection:
            recordings = recordings_in(connection, interviews)
            counts = count_rows(connection, interviews, recordings)
            identities = own_identities(connection, interviews)
            keys = connection.execute(
                sa.delete(key).where(key.c.interview_id.in_(list(interviews))).returning(key.c.number)
            ).scalars()
            numbers = sorted(keys)
            for block in _blocks([file.digest for file in files]):
                connection.execute(sa.delete(artefact).where(artefact.c.digest.in_(block)))
            attempts = {
                row.id: row.attempt
                for row in connection.execute(
                    sa.select(tables.recording.c.id, tables.recording.c.attempt).where(
                        tables.recording.c.id.in_(list(recordings))
                    )
                )
            }
            dropped = tables.dropped_file
            connection.execute(
                sa.update(dropped)
                .where(dropped.c.recording_id.in_(list(recordings)))
                .values(recording_id=None, state=str(FileState.WITHDRAWN), withdrawal_id=self._number)
            )
            if one.target.scope is Scope.PARTICIPANT:
                counts["voice"] = counts.get("voice", 0) + self._forget_voice_elsewhere(
                    connection, one.target
                )
            scopes = {scope_of(connection, interview_id) for interview_id in interviews}
            for owned, condition in rows_of(interviews, recordings):
                connection.execute(sa.delete(owned).where(condition))
            forget(connection, identities, scopes)
            offset = tables.date_offset
            moved = [*interviews, *([one.target.study_id] if one.target.scope is Scope.PARTICIPANT else [])]
            connection.execute(sa.delete(offset).where(offset.c.participant.in_(moved)))
            counts |= {
                "identities": len(identities),
                "files": len(files),
                "bytes": sum(file.size_bytes for file in files),
                "release": one.erased.get("release", 0),
            }
            record_event(connection, one.begun_by, "interviews_erased", str(self._number), _few(counts))
            self._done(
                connection,
                one,
                "shred",
                {
                    "files": [file.name for file in files],
                    "recordings": [[recording, attempt] for recording, attempt in attempts.items()],
                    "keys": numbers,
                    "erased": {**one.erased, **counts},
                },
            )
        self._vault.keys.forget_deleted()

    def _forget_voice_elsewhere(self, connection: sa.Connection, target: Target) -> int:
        """Prints of this participant's voice in other people's interviews, where it was confirmed."""
        voiceprint, voice = tables.voiceprint, tables.voice
        connection.execute(sa.delete(voiceprint).where(voice_elsewhere(target)))
        gone = connection.execute(
            sa.delete(voice).where(
                voice.c.person == target.study_id, voice.c.interview_id.not_in(list(target.interviews))
            )
        )
        return gone.rowcount

    def _bytes(self, one: Withdrawal) -> None:
        self._vault.artefacts.remove_files(one.files)
        with self._vault.engine.begin() as connection:
            self._done(connection, one, "bytes")

    def _jobs(self, one: Withdrawal) -> None:
        queue = JobQueue(self._vault.engine)
        try:
            forgotten = sum(queue.forget(recording, attempt) for recording, attempt in one.recordings)
        finally:
            queue.close()
        with self._vault.engine.begin() as connection:
            self._done(connection, one, "jobs", {"erased": {**one.erased, "jobs": forgotten}})

    def _work_folders(self, one: Withdrawal) -> None:
        """What dead workers left half made; nobody could read it, since its keys were only in their memory."""
        locks = worker_locks(self._vault.url)
        folder = self._settings.vault_folder / "work"
        for left in folder.iterdir() if folder.is_dir() else ():
            if not locks.is_held(left.name):
                shutil.rmtree(left, ignore_errors=True)
        with self._vault.engine.begin() as connection:
            self._done(connection, one, "work")

    def _voices(self, one: Withdrawal) -> None:
        """Erase the voiceprints and confirmed voices of the participant, in all interviews."""
        voiceprint, voice = tables.voiceprint, tables.voice
        target = one.target
        with self._vault.engine.begin() as connection:
            wanted = list(target.interviews)
            of_theirs = connection.execute(
                sa.delete(voiceprint).where(
                    sa.or_(voiceprint.c.interview_id.in_(wanted), voice_elsewhere(target))
                )
            ).rowcount
            confirmed = connection.execute(
                sa.delete(voice).where(
                    sa.or_(voice.c.interview_id.in_(wanted), voice.c.person == target.study_id)
                )
            ).rowcount
            for interview_id in target.interviews:
                prints.erase(connection, interview_id, one.begun_by)
            erased = {**one.erased, "voiceprint": of_theirs, "voice": confirmed}
            self._done(connection, one, "voices", {"erased": erased})

    def _databases(self, one: Withdrawal) -> None:
        if "coding" in steps_of(one.target):
            self._erase_late(one)
        clean(self._store.engine)
        clean(self._vault.engine)
        with self._vault.engine.begin() as connection:
            self._done(connection, one, "databases")

    def _erase_late(self, one: Withdrawal) -> None:
        """Erase what somebody wrote while coders lost the words. What stays has another id by now."""
        with writing(self._store.engine) as connection:
            for interview_id in one.target.interviews:
                erase_codings(connection, interview_id, keep=False)
            if one.target.scope is Scope.PARTICIPANT and one.target.study_id is not None:
                erase_memos_of(connection, one.target.study_id)

    def _receipt(self, one: Withdrawal) -> None:
        with self._vault.engine.begin() as connection:
            receipt = make_receipt(
                name=one.receipt.receipt.receipt if one.receipt else secrets.token_hex(8),
                withdrawal=one.number,
                scope=str(one.target.scope),
                use=None if one.target.use is None else str(one.target.use),
                reason=one.reason,
                begun_at=one.begun_at.isoformat(timespec="seconds"),
                erased_at=now().isoformat(timespec="seconds"),
                erased=one.erased,
                keys=one.keys,
                file_keys=one.erased.get("files", 0),
                codings_kept=one.keep_codings,
                left=LeftToPeople(
                    files_in_folder=one.files_left,
                    exports=len(exports_of(connection, one.target.interviews)),
                ),
            )
            signed = sign(connection, receipt)
            self._done(
                connection,
                one,
                "receipt",
                {"receipt": signed.model_dump(mode="json")},
            )


def _few(counts: Mapping[str, int]) -> dict[str, int]:
    """What the event log says of it: numbers only."""
    return {kind: number for kind, number in counts.items() if number}


def _blocks(values: list[int] | list[str]) -> Iterator[list[int] | list[str]]:
    for start in range(0, len(values), 500):
        yield values[start : start + 500]
