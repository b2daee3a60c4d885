"""Reads what is to be taken out of the coding store: what whoever asks may see, and nothing else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from models.audio.portable import SoundForm, write_portable
from models.values import Span
from service.coding import tables
from service.coding.codebook import at_version, current
from service.coding.codings import codings_in
from service.coding.exports.values import Head, Interview, Options, Study
from service.coding.memos import all_memos, memos_in
from service.coding.progress import role_names
from service.coding.sounds import sound_of, sound_versions
from service.coding.store import CodingStore, ReleasedInterview, list_released
from service.coding.values import About, Coder, Memo
from service.encrypted_files import EncryptedFile, Scratch
from service.transcript import reading
from service.transcript.readers import ConnectionReader

_BLOCK = 1 << 18


class NotThereNow(Exception):  # noqa: N818 - what it is, not that it is an error
    """An interview, or its sound, went while it was being taken out."""


@dataclass(frozen=True)
class _Stored:
    """The interviews of an export, each read in a transaction of its own. One that went meanwhile is left out."""

    store: CodingStore
    coder: Coder
    heads: tuple[Head, ...]
    options: Options

    def __iter__(self) -> Iterator[Interview]:
        for head in self.heads:
            with self.store.engine.connect() as connection:
                interview = _interview(connection, self.coder, head, self.options)
            if interview is not None:
                yield interview


def gather(store: CodingStore, coder: Coder, chosen: Sequence[ReleasedInterview], options: Options) -> Study:
    """What ``coder`` takes out of the interviews that are chosen."""
    with store.engine.connect() as connection:
        heads = heads_of(connection, chosen)
        memos = (
            tuple(one for one in _shared_memos(connection, coder) if _concerns(one, heads))
            if options.memos
            else ()
        )
        book = current(connection)
        roles = role_names(connection)
    return Study(book, heads, _Stored(store, coder, heads, options), memos, roles)


def gather_codebook(store: CodingStore, version: int | None = None) -> Study:
    """The codebook alone, as it is or as a change left it. Raises NotThere where there was no such change."""
    with store.engine.connect() as connection:
        book = current(connection) if version is None else at_version(connection, version)
    return Study(book, (), (), ())


def read_sound(store: CodingStore, interview: Interview, span: Span, form: SoundForm) -> Iterator[bytes]:
    """The redacted sound of a stretch of a released interview. Nothing plain is written to the disk, and nothing stays.

    Raises :class:`NotThereNow`, RecordingProblem, ``FileBroken``.
    """
    file = _listening(store, interview.head.id)
    own = Path(tempfile.mkdtemp(prefix="export-", dir=store.files.folder))
    try:
        scratch = Scratch.of(own, ["sound"])
        with scratch.writing("sound") as handle:
            write_portable(file, span, handle, form)
        made = scratch.written("sound").open()
    finally:
        # What is open can still be read.
        shutil.rmtree(own, ignore_errors=True)
    with made:
        while block := made.read(_BLOCK):
            yield block


def _listening(store: CodingStore, interview_id: str) -> EncryptedFile:
    with store.engine.connect() as connection:
        sound = sound_of(connection, interview_id)
    if sound is None:
        raise NotThereNow
    try:
        return store.files.file(sound.listening)
    except FileNotFoundError:
        raise NotThereNow from None


def heads_of(connection: sa.Connection, chosen: Sequence[ReleasedInterview]) -> tuple[Head, ...]:
    """What is known of these interviews beside their words."""
    heard = sound_versions(connection)
    covers: dict[str, list[str]] = {}
    place = tables.place
    for row in connection.execute(sa.select(place).order_by(place.c.wave, place.c.role_code)):
        covers.setdefault(row.interview_id, []).append(f"{row.group_code}-{row.role_code}{row.wave}")
    return tuple(
        Head(
            one.id,
            one.name,
            one.group,
            one.role,
            one.wave,
            tuple(covers.get(one.id, (one.name,))),
            one.duration_ms,
            one.language,
            one.revision,
            one.released_at,
            one.id in heard,
        )
        for one in chosen
    )


def _interview(connection: sa.Connection, coder: Coder, head: Head, options: Options) -> Interview | None:
    if head.id not in {one.id for one in list_released(connection)}:
        return None
    reader = ConnectionReader(connection)
    transcript = reading.whole_transcript(reader, head.id)
    if transcript is None:
        return None
    return Interview(
        head,
        transcript,
        reading.markers_between(reader, head.id) if options.markers else (),
        codings_in(connection, coder, head.id) if options.codings else (),
        memos_in(connection, coder, head.id) if options.memos else (),
    )


def _shared_memos(connection: sa.Connection, coder: Coder) -> list[Memo]:
    """The memos that are about no interview, the oldest first."""
    found = [one.memo for one in all_memos(connection, coder) if one.memo.interview_id is None]
    return sorted(found, key=lambda memo: (memo.made_at, memo.id))


def _concerns(memo: Memo, heads: Sequence[Head]) -> bool:
    """Memos on participants and groups are taken out with their interviews only."""
    match memo.about:
        case About.PARTICIPANT:
            return any(memo.subject == one.participant for one in heads)
        case About.GROUP:
            return any(memo.subject == one.group for one in heads)
        case _:
            return True
