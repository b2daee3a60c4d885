"""What will go: counted by kind, before anything does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from service.coding import store as coding
from service.coding.erasing import Coded, count_coded
from service.settings import Settings
from service.study.protocol import Consent
from service.vault import tables
from service.vault.store import Vault
from service.withdrawal.belongings import own_files, own_identities, recordings_in
from service.withdrawal.exports import Export, exports_of
from service.withdrawal.targets import Scope, Target

KINDS: Mapping[str, str] = {
    "interview": "interviews",
    "recording": "recordings",
    "word": "words",
    "utterance": "utterances",
    "turn": "turns",
    "speaker": "speakers",
    "marker": "markers",
    "redaction": "redactions",
    "identities": "identities that nobody else mentions",
    "dropped_words": "words left out",
    "correction": "corrections",
    "judgement": "judgements of markers",
    "speaker_name": "names of speakers",
    "voiceprint": "voiceprints",
    "voice": "confirmed voices",
    "asked": "places of questions",
    "stage_result": "results of stages",
    "recording_name": "names of files",
    "release": "releases",
    "search_text": "texts to search in",
    "files": "encrypted files",
    "bytes": "bytes of files",
    "jobs": "jobs",
    "coding": "codings",
    "memo": "memos",
    "coded": "codings and memos",
    "other": "other rows",
}
"""What is counted, in the order it is shown, and how it is called."""

_UNCOUNTED = frozenset(
    {"progress", "place", "transcript", "guide_search", "interview_key", "dropped_file", "artefact"}
)


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of a kind; the kinds are those of :data:`KINDS`."""

    kind: str
    number: int

    @property
    def words(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file of the person's own in the watched folder, which Lytt only reads; ``path`` within that folder."""

    path: str
    there: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a withdrawal erases (``counts``), and what remains for people: files in the folder, and exports.

    ``coded`` says how much of the codings and memos stays where codes are kept.
    """

    target: Target
    interviews: tuple[str, ...]
    counts: tuple[Counted, ...]
    files: tuple[FolderFile, ...]
    exports: tuple[Export, ...]
    coded: Coded

    @property
    def names(self) -> tuple[str, ...]:
        """The study ids of the interviews, or the beginning of their ids."""
        return self.interviews


def make_plan(
    vault: Vault,
    store: coding.CodingStore,
    settings: Settings,
    target: Target,
    *,
    keep_codings: bool = False,
) -> Plan:
    """Count what goes with ``target``, without the codings and memos that stay with ``keep_codings``; nothing is
    changed."""
    with vault.engine.connect() as connection:
        recordings = recordings_in(connection, target.interviews)
        exports = exports_of(connection, target.interviews)
        names = _names(connection, target.interviews)
        if target.scope is Scope.USE:
            counts = _counts_of_use(connection, target)
            coded = coded_of(store, target) if target.use is Consent.CODE else Coded()
            return Plan(
                target, names, ordered(counts | kinds_of(coded, keep=keep_codings)), (), exports, coded
            )
        counts = count_rows(connection, target.interviews, recordings)
        counts["identities"] = len(own_identities(connection, target.interviews))
        paths = _paths(connection, recordings)
    files = own_files(vault, target.interviews, recordings)
    counts["files"] = len(files)
    counts["bytes"] = sum(file.size_bytes for file in files)
    coded = coded_of(store, target)
    folder = in_folder(settings.watched_folder, paths)
    return Plan(target, names, ordered(counts | kinds_of(coded, keep=keep_codings)), folder, exports, coded)


def coded_of(store: coding.CodingStore, target: Target) -> Coded:
    """What coders made of the interviews; memos about the participant too where everything of theirs goes."""
    participant = target.study_id if target.scope is Scope.PARTICIPANT else None
    with store.engine.connect() as connection:
        return count_coded(connection, target.interviews, participant)


def coding_in_words(coded: Coded, *, keeps: bool) -> tuple[str, ...]:
    """What becomes of codings and memos, a line each; nothing where there are none."""
    lines = []
    if coded.codings or coded.memos:
        stay = f"{coded.codings_kept:,} of {coded.codings:,} codings and {coded.memos_kept:,} of {coded.memos:,} memos"
        if keeps:
            lines.append(f"Without what was said, {stay} stay. Those that were removed or quote go.")
        else:
            lines.append(f"With --keep-codings, {stay} would stay, without what was said.")
    if coded.quoting:
        lines.append(
            f"{coded.quoting:,} codes, themes and other memos quote it; the quotes are taken out of them, "
            "and of their past versions."
        )
    return tuple(lines)


def kinds_of(coded: Coded, *, keep: bool = False) -> dict[str, int]:
    """How many codings and memos go, by kind; with ``keep`` without those that stay."""
    return {
        "coding": coded.codings - (coded.codings_kept if keep else 0),
        "memo": coded.memos - (coded.memos_kept if keep else 0),
    }


def count_rows(
    connection: sa.Connection, interviews: Sequence[str], recordings: Sequence[str]
) -> dict[str, int]:
    """How many rows of each kind belong to these interviews and recordings."""
    counts: dict[str, int] = {}
    for table, condition in rows_of(interviews, recordings):
        if table.name in _UNCOUNTED:
            continue
        number = connection.execute(
            sa.select(sa.func.count()).select_from(table).where(condition)
        ).scalar_one()
        kind = table.name if table.name in KINDS else "other"
        counts[kind] = counts.get(kind, 0) + number
    return counts


def rows_of(
    interviews: Sequence[str], recordings: Sequence[str]
) -> list[tuple[sa.Table, sa.ColumnElement[bool]]]:
    """Every table of the vault that holds rows of interviews or recordings, children first, and which rows those are.

    A table that is added later is among them by the names of its columns: ``interview_id``, ``recording_id``. The log
    of events, which holds ids only, and files of the watched folder stay.
    """
    found: list[tuple[sa.Table, sa.ColumnElement[bool]]] = []
    for table in reversed(tables.metadata.sorted_tables):
        if table in (tables.dropped_file, tables.interview_key):
            continue
        if table is tables.interview:
            found.append((table, table.c.id.in_(list(interviews))))
        elif "interview_id" in table.c:
            found.append((table, table.c.interview_id.in_(list(interviews))))
        elif "recording_id" in table.c:
            found.append((table, table.c.recording_id.in_(list(recordings))))
    return found


def ordered(counts: Mapping[str, int]) -> tuple[Counted, ...]:
    """The counts that are not nothing, in the order of :data:`KINDS`."""
    return tuple(Counted(kind, counts[kind]) for kind in KINDS if counts.get(kind))


def in_folder(folder: Path, paths: Sequence[str]) -> tuple[FolderFile, ...]:
    """Which of these files are in the watched folder now."""
    return tuple(FolderFile(path, (folder / path).is_file()) for path in sorted(paths))


def _names(connection: sa.Connection, interviews: Sequence[str]) -> tuple[str, ...]:
    table = tables.interview
    rows = connection.execute(
        sa.select(table.c.id, table.c.name).where(table.c.id.in_(list(interviews))).order_by(table.c.name)
    )
    return tuple(row.name or row.id[:8] for row in rows)


def _paths(connection: sa.Connection, recordings: Sequence[str]) -> tuple[str, ...]:
    names, files = tables.recording_name, tables.dropped_file
    wanted = list(recordings)
    found = set(
        connection.execute(sa.select(names.c.path).where(names.c.recording_id.in_(wanted))).scalars()
    ) | set(connection.execute(sa.select(files.c.path).where(files.c.recording_id.in_(wanted))).scalars())
    return tuple(sorted(found))


def _counts_of_use(connection: sa.Connection, target: Target) -> dict[str, int]:
    wanted = list(target.interviews)
    voiceprint, voice, released = tables.voiceprint, tables.voice, tables.release

    def count(table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).select_from(table).where(condition)
        return int(connection.execute(query).scalar_one())

    match target.use:
        case "voiceprint":
            return {
                "voiceprint": count(
                    voiceprint, sa.or_(voiceprint.c.interview_id.in_(wanted), voice_elsewhere(target))
                ),
                "voice": count(
                    voice, sa.or_(voice.c.interview_id.in_(wanted), voice.c.person == target.study_id)
                ),
            }
        case "code":
            return {"release": count(released, released.c.interview_id.in_(wanted))}
    return {}


def voice_elsewhere(target: Target) -> sa.ColumnElement[bool]:
    """Voiceprints in other people's interviews that were confirmed to be the participant's."""
    voiceprint, voice = tables.voiceprint, tables.voice
    return sa.exists(
        sa.select(voice.c.label).where(
            voice.c.person == target.study_id,
            voice.c.interview_id == voiceprint.c.interview_id,
            voice.c.label == voiceprint.c.label,
        )
    )
