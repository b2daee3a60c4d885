"""Whose a row or a file is: the interview with which it must go.

A table belongs to interviews by a column that says which, or which recording. Tables that belong to nobody in
particular are listed here, so that a new table has to be thought about (a test holds that).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from service.backup.values import CODING, VAULT
from service.coding import tables as coding_tables
from service.encrypted_files import EncryptedFile, FileBroken
from service.sealed import SealedDigest
from service.vault import tables
from service.vault.locked import KeyUnusable, SealBroken
from service.vault.store import Vault

METADATA: Mapping[str, sa.MetaData] = {VAULT: tables.metadata, CODING: coding_tables.metadata}

LEFT_OUT: Mapping[str, frozenset[str]] = {
    VAULT: frozenset({"session", "sign_in_wait", "progress", "dropped_file"}),
    CODING: frozenset({"sound", "feed_head", "feed_entry"}),
}
"""Tables that are of the moment: nobody stays signed in, and no worker at work, over a restore; what lies in the
watched folder is found by the next scan. The sound that coders hear is passed on again from the vault. The feed
that others follow begins anew over what was put back."""

SHARED = frozenset(
    {
        "account",
        "api_token",
        "code",
        "codebook_change",
        "codebook_head",
        "conversion",
        "event",
        "event_head",
        "date_offset",
        "identity",
        "identity_change",
        "identity_counter",
        "identity_form",
        "listening_session",
        "protocol",
        "pseudonym_style",
        "role",
        "signing_key",
        "theme",
        "tombstone",
        "used_stand_in",
        "vault_key",
        "webhook",
        "withdrawal",
    }
)
"""Tables that hold nobody's rows in particular, or, like tombstones, rows that outlive whom they are about."""

_DIGEST = re.compile(rb'"([0-9a-f]{64})"')
_LONGEST_RESULT = 64 << 20


def owner_column(table: sa.Table) -> str | None:
    """The column that says of which interview or recording a row is, or None."""
    if table.name in SHARED or table.name == "artefact":
        return None
    if table.name == "interview":
        return "id"
    return next((name for name in ("interview_id", "recording_id") if name in table.c), None)


def kept_tables(store: str) -> tuple[sa.Table, ...]:
    """The tables of a store that are backed up, parents first."""
    return tuple(table for table in METADATA[store].sorted_tables if table.name not in LEFT_OUT[store])


def interviews_of_recordings(connection: sa.Connection) -> dict[str, str]:
    """The interview of each recording, by id."""
    recording = tables.recording
    return {
        row.id: row.interview_id
        for row in connection.execute(sa.select(recording.c.id, recording.c.interview_id))
    }


def owners_of_artefacts(vault: Vault, connection: sa.Connection) -> dict[str, frozenset[str]]:
    """The interviews of each artefact, by the name of its file.

    A row says which artefact is its own by a digest. Results of stages are artefacts too, and name those they go with
    by their digests.
    """
    artefact = tables.artefact
    rows = connection.execute(
        sa.select(artefact.c.digest, artefact.c.file, artefact.c.master, artefact.c.wrapped)
    ).all()
    files = {row.digest: row for row in rows}
    found: dict[str, set[str]] = {}
    for digest, interview_id in _named_in_rows(connection):
        if digest in files:
            found.setdefault(digest, set()).add(interview_id)
    results = set(connection.execute(sa.select(tables.stage_result.c.digest)).scalars())
    for digest in results & set(found):
        row = files[digest]
        try:
            key = vault.keys.file_key(row.master, row.wrapped, row.file)
            result = EncryptedFile(vault.artefacts.folder / row.file[:2] / row.file, key)
            if result.size() > _LONGEST_RESULT:
                continue
            named = {match.decode() for match in _DIGEST.findall(result.read_bytes())}
        except (FileNotFoundError, FileBroken, SealBroken, KeyUnusable):
            continue
        for other in named & set(files):
            found.setdefault(other, set()).update(found[digest])
    if "made_for" in artefact.c:
        made_for = sa.select(artefact.c.digest, artefact.c.made_for).where(artefact.c.made_for.is_not(None))
        for digest, interview_id in connection.execute(made_for):
            found.setdefault(digest, set()).add(interview_id)
    return {files[digest].file: frozenset(owners) for digest, owners in found.items()}


def _named_in_rows(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    """Digests, and the interviews of the rows that hold them."""
    recordings = interviews_of_recordings(connection)
    for table in kept_tables(VAULT):
        by = owner_column(table)
        digests = [column for column in table.columns if isinstance(column.type, SealedDigest)]
        if by is None or not digests:
            continue
        owner = tables.recording.c.interview_id if table is tables.recording else table.c[by]
        for row in connection.execute(sa.select(owner, *digests).where(owner.is_not(None))):
            interview_id = recordings.get(str(row[0]), str(row[0]))
            for digest in row[1:]:
                if digest is not None:
                    yield digest, interview_id
