"""Corrections of a transcript, kept as events: made, undone, done again.

A correction says which revision of the transcript it was made on. Its transaction counts the revision up first and only
if it is still that one, so that of two people who correct at once the second is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from models.codec import from_json, to_json
from models.disfluency import label_disfluencies
from models.loudness import Levels
from models.values import Role, Transcript, Utterance
from service import undoing
from service.correcting.applying import applied
from service.correcting.edits import Edit, EditKind, EditRefused, Part, Voice, describe_voice
from service.correcting.heard import with_heard
from service.correcting.retiming import Retimer, levels_of
from service.encrypted_files import EncryptedFile
from service.judging.keeping import settle, unjudged
from service.settings import Settings
from service.transcript.readers import ConnectionReader
from service.transcript.reading import head, whole_transcript
from service.transcript.writing import write_changes
from service.undoing import ChangeState
from service.vault import tables
from service.vault.interviews import speaker_names_of
from service.vault.media import samples_file
from service.vault.recordings import aware, now, record_event
from service.vault.store import Vault


class TranscriptChanged(Exception):  # noqa: N818 - reads as what happened
    """The transcript is no longer the revision the correction was made on."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction as it was recorded."""

    id: int
    at: datetime
    actor: str
    kind: EditKind
    state: ChangeState
    start_ms: int
    end_ms: int
    before: Part
    after: Part


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction, or its undoing, made of the transcript."""

    correction: Correction
    revision: int
    transcript: Transcript
    names: Mapping[str, str]
    put: tuple[Utterance, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Current:
    """The transcript as it stands: as it is ``kept``, and as it was found, before anybody judged its markers."""

    revision: int
    kept: Transcript
    transcript: Transcript
    names: Mapping[str, str]
    next_word: int
    samples: EncryptedFile | None


class Corrector:
    """Makes corrections in one vault."""

    def __init__(self, vault: Vault, settings: Settings) -> None:
        self._vault = vault
        self._retimer = Retimer(settings)

    def correct(
        self,
        interview_id: str,
        revision: int,
        actor: str,
        edit: Callable[[Transcript, int], Edit],
    ) -> Corrected:
        """Make a correction: ``edit`` gets the transcript and the first word id that is free.

        Raises :class:`EditRefused` when it can't be made, :class:`TranscriptChanged` when the transcript isn't the
        revision any more.
        """
        current = self._current(interview_id, revision)
        made = self._settled(current, edit(current.transcript, current.next_word))
        return self._record(interview_id, current, made, actor)

    def describe(
        self, interview_id: str, revision: int, actor: str, label: str, role: Role | None, name: str | None
    ) -> Corrected:
        """Say what a voice is, or how it is called. Raises as :meth:`correct`; KeyError without such a voice."""
        current = self._current(interview_id, revision)
        known = {speaker.label: speaker for speaker in current.transcript.speakers}[label]
        voice = Voice(label, known.role, known.suggested, current.names.get(label))
        return self._record(interview_id, current, describe_voice(voice, role, name), actor)

    def undo(self, interview_id: str, revision: int, actor: str) -> Corrected:
        """Take back the latest correction that counts. Raises as :meth:`correct`."""
        return self._step(interview_id, revision, actor, back=True)

    def redo(self, interview_id: str, revision: int, actor: str) -> Corrected:
        """Do again what was undone last. Raises as :meth:`correct`."""
        return self._step(interview_id, revision, actor, back=False)

    def _step(self, interview_id: str, revision: int, actor: str, *, back: bool) -> Corrected:
        current = self._current(interview_id, revision)
        table = tables.correction
        with self._vault.engine.connect() as connection:
            row = undoing.latest_row(connection, table, interview_id, back=back)
        if row is None:
            raise EditRefused("There is nothing to undo." if back else "There is nothing to do again.")
        found = _correction(row)
        take, put = (found.after, found.before) if back else (found.before, found.after)
        found = replace(found, state=undoing.stepped(back=back))
        new = applied(current.transcript, take, put, _levels(current))
        with self._vault.engine.begin() as connection:
            self._write(connection, interview_id, current, new, take, put)
            undoing.set_state(connection, table, interview_id, found.id, found.state)
            what = "correction_undone" if back else "correction_redone"
            record_event(connection, actor, what, interview_id, {"correction": found.id})
            names = speaker_names_of(connection, interview_id)
        return _corrected(found, current.revision + 1, new, names, take, put)

    def _current(self, interview_id: str, revision: int) -> _Current:
        table = tables.correction
        with self._vault.engine.connect() as connection:
            reader = ConnectionReader(connection)
            transcript, known = whole_transcript(reader, interview_id), head(reader, interview_id)
            if transcript is None or known is None or known.revision != revision:
                raise TranscriptChanged
            kept, transcript = transcript, unjudged(connection, interview_id, transcript)
            last = connection.execute(
                sa.select(sa.func.max(table.c.last_word)).where(table.c.interview_id == interview_id)
            ).scalar_one()
            samples = samples_file(connection, self._vault.artefacts, interview_id)
            names = speaker_names_of(connection, interview_id)
        held = max((word.id for one in transcript.utterances for word in one.words), default=-1)
        return _Current(revision, kept, transcript, names, max(held, last or 0) + 1, samples)

    def _settled(self, current: _Current, edit: Edit) -> Edit:
        """The edit with the times of its words aligned, and its words' disfluencies told again."""
        if not edit.changes_words:
            return edit
        utterances = edit.after.utterances
        language = current.transcript.language
        if current.samples is not None:
            utterances = tuple(
                self._retimer.retimed(
                    current.samples, one, edit.retimed, language, current.transcript.utterances
                )
                for one in utterances
            )
        utterances = label_disfluencies(utterances, language)
        return replace(edit, after=replace(edit.after, utterances=utterances))

    def _record(self, interview_id: str, current: _Current, edit: Edit, actor: str) -> Corrected:
        table = tables.correction
        edit = with_heard(current.transcript, edit)
        new = applied(current.transcript, edit.before, edit.after, _levels(current))
        touched = (*edit.before.utterances, *edit.after.utterances)
        words = [word.id for one in edit.after.utterances for word in one.words]
        with self._vault.engine.begin() as connection:
            self._write(connection, interview_id, current, new, edit.before, edit.after)
            if edit.changes_words:
                connection.execute(
                    sa.update(tables.interview)
                    .where(tables.interview.c.id == interview_id)
                    .values(names_outdated=True)
                )
            undoing.replace_undone(connection, table, interview_id)
            made = Correction(
                id=undoing.next_number(connection, table, interview_id),
                at=now(),
                actor=actor,
                kind=edit.kind,
                state=ChangeState.DONE,
                start_ms=min((one.start_ms for one in touched), default=0),
                end_ms=max((one.end_ms for one in touched), default=0),
                before=edit.before,
                after=edit.after,
            )
            connection.execute(
                sa.insert(table).values(
                    interview_id=interview_id,
                    id=made.id,
                    at=made.at,
                    actor=actor,
                    kind=made.kind,
                    state=made.state,
                    start_ms=made.start_ms,
                    end_ms=made.end_ms,
                    before=to_json(made.before).decode(),
                    after=to_json(made.after).decode(),
                    last_word=max([current.next_word - 1, *words]),
                )
            )
            # The event log holds no text: what was changed is in the correction.
            record_event(
                connection, actor, "corrected", interview_id, {"correction": made.id, "kind": str(made.kind)}
            )
            names = speaker_names_of(connection, interview_id)
        return _corrected(made, current.revision + 1, new, names, edit.before, edit.after)

    def _write(
        self,
        connection: sa.Connection,
        interview_id: str,
        current: _Current,
        new: Transcript,
        take: Part,
        put: Part,
    ) -> None:
        held = tables.transcripts.transcript
        counted = connection.execute(
            sa.update(held)
            .where(held.c.interview_id == interview_id, held.c.revision == current.revision)
            .values(revision=current.revision + 1)
        )
        if counted.rowcount != 1:
            raise TranscriptChanged
        settled = settle(connection, interview_id, new)
        write_changes(connection, tables.transcripts, interview_id, current.kept, settled.transcript)
        settled.note(connection, interview_id)
        name = tables.speaker_name
        for voice in take.voices:
            connection.execute(
                sa.delete(name).where(name.c.interview_id == interview_id, name.c.label == voice.label)
            )
        for voice in put.voices:
            if voice.name is not None:
                connection.execute(
                    sa.insert(name).values(interview_id=interview_id, label=voice.label, name=voice.name)
                )


def corrections_of(connection: sa.Connection, interview_id: str) -> tuple[Correction, ...]:
    """Every correction of the interview, the newest first."""
    table = tables.correction
    rows = connection.execute(
        sa.select(table).where(table.c.interview_id == interview_id).order_by(table.c.id.desc())
    )
    return tuple(_correction(row) for row in rows)


def _correction(row: sa.Row[tuple[object, ...]]) -> Correction:
    held = row._mapping
    return Correction(
        held["id"],
        aware(held["at"]),
        held["actor"],
        EditKind(held["kind"]),
        ChangeState(held["state"]),
        held["start_ms"],
        held["end_ms"],
        from_json(Part, held["before"].encode()),
        from_json(Part, held["after"].encode()),
    )


def _levels(current: _Current) -> Levels:
    return levels_of(current.samples) if current.samples else Levels(())


def _corrected(
    correction: Correction,
    revision: int,
    transcript: Transcript,
    names: Mapping[str, str],
    take: Part,
    put: Part,
) -> Corrected:
    there = {utterance.id for utterance in put.utterances}
    removed = tuple(one.id for one in take.utterances if one.id not in there)
    return Corrected(correction, revision, transcript, names, put.utterances, removed)
