"""The protocol in force: what ``study.toml`` said when it was last right and orphaned nothing.

The file is looked at whenever the protocol is asked for, so that an edit applies without a restart. What was applied
is kept in the vault: a file that is broken, gone, or would leave recordings without a place changes nothing, and says
why.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from service.naming import InterviewName
from service.settings import Settings
from service.study.checking import PROTOCOL_FILE, read_protocol
from service.study.files import GUIDES_FOLDER
from service.study.protocol import Protocol
from service.study.toml_reading import FileInvalid, Finding
from service.study.withdrawn import recorded_withdrawals, reminders, with_withdrawals
from service.vault import tables
from service.vault.recordings import now, record_event
from service.vault.store import Vault
from service.voices.prints import erase_without_consent

_MOST_TOLD = 5  # of many interviews that would be orphaned, so many are named


@dataclass(frozen=True, slots=True)
class InForce:
    """The protocol that holds, if there is one, and why the file is not it, if it is not.

    What was withdrawn is taken into account; ``reminders`` say where the file does not say so yet.
    """

    protocol: Protocol | None
    findings: tuple[Finding, ...] = ()
    reminders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would be as the protocol: ``findings`` forbid it, ``warnings`` are worth knowing."""

    protocol: Protocol | None
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Version:
    modified_ns: int
    size_bytes: int
    inode: int


class Study:
    """The study of one installation. Safe to ask from several threads."""

    def __init__(self, vault: Vault, data_dir: Path) -> None:
        self.file = data_dir / PROTOCOL_FILE
        self._vault = vault
        self._lock = threading.Lock()
        self._seen: _Version | None = None
        self._known: InForce | None = None

    def current(self) -> InForce:
        """The protocol in force, after applying the file if it changed."""
        with self._lock:
            version = _version(self.file)
            if self._known is None or version != self._seen or self._known.findings:
                # What stood in the way may be gone without a change of the file, so a refused one is tried again.
                self._known = self._apply()
                self._seen = version
            held = self._known
        if held.protocol is None:
            return held
        with self._vault.engine.connect() as connection:
            recorded = recorded_withdrawals(connection)
        return InForce(
            with_withdrawals(held.protocol, recorded), held.findings, reminders(held.protocol, recorded)
        )

    def check(self, file: Path | None = None) -> Checked:
        """What ``file``, or the study's own, would be as the protocol; applies nothing."""
        checked_file = file or self.file
        try:
            text = checked_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Checked(
                None, (Finding(None, "", "There is no such file. Make one with `lytt study init`."),)
            )
        except (OSError, UnicodeDecodeError) as error:
            return Checked(None, (_unreadable(error),))
        return self._check_text(text, checked_file.parent)

    def _check_text(self, text: str, folder: Path) -> Checked:
        try:
            protocol = read_protocol(text)
        except FileInvalid as invalid:
            return Checked(None, invalid.findings)
        with self._vault.engine.connect() as connection:
            findings = tuple(orphans(connection, protocol))
            warnings = tuple(_warnings(connection, protocol, folder))
            warnings += reminders(protocol, recorded_withdrawals(connection))
        return Checked(protocol, findings, warnings)

    def _apply(self) -> InForce:
        with self._vault.engine.connect() as connection:
            before = latest_protocol(connection)
        try:
            text = self.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            if before is None:
                return InForce(None)
            gone = Finding(None, "", "The file is gone; what it last said stays in force. Put it back.")
            return InForce(_parsed(before), (gone,))
        except (OSError, UnicodeDecodeError) as error:
            return InForce(_parsed(before) if before else None, (_unreadable(error),))
        if text == before:
            return InForce(_parsed(text))
        checked = self._check_text(text, self.file.parent)
        if checked.protocol is None or checked.findings:
            return InForce(_parsed(before) if before else None, checked.findings)
        with self._vault.engine.begin() as connection:
            # Between the check and now a recording may have come in for a place that goes.
            late = tuple(orphans(connection, checked.protocol))
            if late:
                return InForce(_parsed(before) if before else None, late)
            if latest_protocol(connection) != text:
                _store(connection, text, checked.protocol)
                erase_without_consent(connection, checked.protocol)
        return InForce(checked.protocol)


@contextmanager
def open_study(settings: Settings) -> Iterator[Study]:
    """The study, over a vault that is brought up to date and closed again."""
    from service.vault.store import open_vault

    vault = open_vault(settings)
    try:
        yield Study(vault, settings.data_dir)
    finally:
        vault.close()


def protocol_in_force(connection: sa.Connection) -> Protocol | None:
    """The protocol that was last applied, whatever the file says now: what workers go by."""
    text = latest_protocol(connection)
    return with_withdrawals(_parsed(text), recorded_withdrawals(connection)) if text is not None else None


def latest_protocol(connection: sa.Connection) -> str | None:
    """The text of the protocol that was last applied, or None."""
    table = tables.protocol
    return connection.execute(
        sa.select(table.c.text).order_by(table.c.id.desc()).limit(1)
    ).scalar_one_or_none()


@lru_cache(maxsize=4)
def _parsed(text: str) -> Protocol:
    return read_protocol(text)


def _store(connection: sa.Connection, text: str, protocol: Protocol) -> None:
    digest = hashlib.sha256(text.encode()).hexdigest()
    number = connection.execute(
        sa.insert(tables.protocol)
        .values(sha256=digest, text=text, applied_at=now())
        .returning(tables.protocol.c.id)
    ).scalar_one()
    # Beside the text, so that a query for "client" need not read the whole protocol.
    connection.execute(sa.delete(tables.role))
    connection.execute(
        sa.insert(tables.role), [{"code": one.code, "name": one.name} for one in protocol.role]
    )
    record_event(connection, "lytt", "protocol_applied", str(number))


def orphans(connection: sa.Connection, protocol: Protocol) -> Iterator[Finding]:
    """What a protocol must not leave out because something in the vault hangs on it."""
    place, voice, interview = tables.place, tables.voice, tables.interview
    held: dict[str, list[str]] = {}
    for row in connection.execute(sa.select(place.c.group_code, place.c.role_code, place.c.wave)):
        name = InterviewName(row.group_code, row.role_code, row.wave)
        if name not in protocol.places:
            held.setdefault(f"{name.group}-{name.role}", []).append(name.study_id)
    for participant, names in sorted(held.items())[:_MOST_TOLD]:
        gone = "participant" if participant not in protocol.participants else "expected interview"
        yield Finding(
            None,
            "group" if gone == "participant" else "role",
            f"{', '.join(sorted(names))} {'has a recording' if len(names) == 1 else 'have recordings'}, so the {gone} "
            f"can't be left out. Put {participant} back, or move the recording out of its place first.",
        )
    if len(held) > _MOST_TOLD:
        yield Finding(None, "group", f"The same holds for {len(held) - _MOST_TOLD} more participants.")
    known = {one.id for one in protocol.interviewer}
    asked = set(connection.execute(sa.select(interview.c.interviewer).distinct()).scalars()) - {None}
    heard = set(connection.execute(sa.select(voice.c.person).distinct()).scalars())
    for person in sorted((asked | (heard - set(protocol.participants))) - known)[:_MOST_TOLD]:
        yield Finding(
            None,
            "interviewer",
            f"{person} is said to have asked or been heard in an interview, so {person} can't be left out.",
        )


def _warnings(connection: sa.Connection, protocol: Protocol, folder: Path) -> Iterator[str]:
    """What is allowed and may still be a mistake."""
    paths = connection.execute(sa.select(tables.recording_name.c.path)).scalars().all()
    stems = [path.rpartition(".")[0] or path for path in paths]
    read = [found[1] for found in (protocol.names.read(stem) for stem in stems) if found]
    for number, template in enumerate(protocol.file_names):
        if stems and number not in read:
            yield f"file_names[{number + 1}] `{template}` matches none of the {len(stems)} recordings so far."
    guides = {expected.guide for role in protocol.role for expected in role.interview if expected.guide}
    for guide in sorted(guides):
        if not (folder / GUIDES_FOLDER / guide).is_file():
            yield f"The guide {guide} is not in the folder `{GUIDES_FOLDER}` yet."
    if not any("voiceprint" in one.consent for one in protocol.participants.values()):
        yield "Nobody consents to voiceprints, so voices are not compared across recordings."


def _version(file: Path) -> _Version | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return _Version(status.st_mtime_ns, status.st_size, status.st_ino)


def _unreadable(error: OSError | UnicodeDecodeError) -> Finding:
    if isinstance(error, OSError):
        return Finding(None, "", f"The file can't be read: {error.strerror}.")
    return Finding(None, "", "The file is not UTF-8 text.")
