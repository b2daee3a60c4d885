"""What belongs to interviews: files of the vault, identities, voices elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from service.encrypted_files import FileBroken
from service.vault import tables
from service.vault.locked import KeyUnusable, SealBroken
from service.vault.recordings import aware, now
from service.vault.store import Vault

_DIGEST = re.compile(rb"[0-9a-f]{64}")
_LARGEST_RESULT = 256 << 20
_SETTLED = timedelta(hours=1)
"""A file that nothing refers to and that is younger may be on its way in."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file of the vault that goes: its digest, its name on disk, the bytes it takes there."""

    digest: str
    name: str
    size_bytes: int


def recordings_in(connection: sa.Connection, interviews: Collection[str]) -> tuple[str, ...]:
    """The ids of the recordings of these interviews."""
    table = tables.recording
    rows = connection.execute(
        sa.select(table.c.id).where(table.c.interview_id.in_(list(interviews))).order_by(table.c.id)
    )
    return tuple(rows.scalars())


def own_files(vault: Vault, interviews: Collection[str], recordings: Collection[str]) -> tuple[OwnFile, ...]:
    """The files that go with these interviews: originals, what was made of them, and what nothing refers to any more.

    What another interview's results refer to as well stays. Results are read to find what they refer to.
    """
    table, interview = tables.artefact, tables.interview
    with vault.engine.connect() as connection:
        held = connection.execute(
            sa.select(table.c.digest, table.c.file, table.c.made_for, table.c.made_at)
        ).all()
        known = set(connection.execute(sa.select(interview.c.id)).scalars())
        originals, results = _roots(connection)
    digests = {row.digest for row in held}
    gone, gone_recordings = set(interviews), set(recordings)
    theirs, others = set[str](), set[str]()
    for recording_id, digest in (*originals, *results):
        (theirs if recording_id in gone_recordings else others).add(digest)
    read = {digest for _, digest in results}
    theirs |= _referred(vault, theirs & read, digests)
    others |= _referred(vault, others & read, digests)
    found = []
    for row in held:
        if row.digest in others:
            continue
        lost = row.made_for not in known if row.made_for else aware(row.made_at) < now() - _SETTLED
        if row.digest in theirs or row.made_for in gone or lost:
            found.append(OwnFile(row.digest, row.file, _size(vault, row.file)))
    return tuple(found)


def _roots(connection: sa.Connection) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Originals and results, as (recording, digest)."""
    recording, result = tables.recording, tables.stage_result
    originals = connection.execute(sa.select(recording.c.id, recording.c.sha256)).all()
    results = connection.execute(sa.select(result.c.recording_id, result.c.digest)).all()
    return [(row[0], row[1]) for row in originals], [(row[0], row[1]) for row in results]


def _referred(vault: Vault, results: Iterable[str], digests: Collection[str]) -> set[str]:
    """The digests of files that are named in these results."""
    found: set[str] = set()
    for digest in results:
        try:
            file = vault.artefacts.file(digest)
            if file.path.stat().st_size > _LARGEST_RESULT:
                continue
            found |= {one.decode() for one in _DIGEST.findall(file.read_bytes())}
        except (FileNotFoundError, FileBroken, SealBroken, KeyUnusable):
            continue
    return found & set(digests)


def _size(vault: Vault, name: str) -> int:
    try:
        return (vault.artefacts.folder / name[:2] / name).stat().st_size
    except FileNotFoundError:
        return 0


def own_identities(connection: sa.Connection, interviews: Sequence[str]) -> tuple[int, ...]:
    """Identities that nobody mentions but these interviews, and those that nobody mentions any more at all.

    Of the latter those that a person listed or named stay: they may be waiting for an interview to come.
    """
    identity, form, redaction = tables.identity, tables.identity_form, tables.redaction
    mine = set(
        connection.execute(
            sa.select(redaction.c.identity_id).where(redaction.c.interview_id.in_(list(interviews)))
        ).scalars()
    ) - {None}
    elsewhere = set(
        connection.execute(
            sa.select(redaction.c.identity_id).where(redaction.c.interview_id.not_in(list(interviews)))
        ).scalars()
    ) - {None}
    listed = set(
        connection.execute(sa.select(form.c.identity_id).where(form.c.listed_by.is_not(None))).scalars()
    )
    unmentioned = {
        row.id
        for row in connection.execute(sa.select(identity.c.id, identity.c.set_by))
        if row.set_by is None and row.id not in listed and row.id not in mine
    }
    return tuple(sorted((mine | unmentioned) - elsewhere))
