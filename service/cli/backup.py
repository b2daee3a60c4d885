"""``lytt backup`` and ``lytt restore``."""

from __future__ import annotations

import errno
import getpass
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

    from service.backup.making import Installation, Made, Tell
    from service.backup.pruning import Policy
    from service.backup.repository import Repository
    from service.settings import Settings
    from service.vault.store import Vault

OFFLINE = (
    "Copies of this folder elsewhere, such as disks in a drawer, still hold what was withdrawn: destroy them, or let "
    "them be overwritten by a copy of the folder as it is now."
)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Which snapshots stay, as options say; without any nothing is pruned."""

    last: int | None
    daily: int | None
    weekly: int | None

    @property
    def policy(self) -> Policy:
        from service.backup.pruning import Policy

        return Policy(self.last or 0, self.daily or 0, self.weekly or 0)


def make_key(file: Path, protect: bool) -> None:
    """Make an identity, and let this installation encrypt its backups to it."""
    from service.backup.keys import RECIPIENT_FILE, SHORTEST_PASSPHRASE, new_key, write_identity

    settings = _settings()
    if file.resolve().is_relative_to(settings.data_dir.resolve()):
        raise Refusal(
            "The backup's identity must not lie beside the data it opens: who loses the disk loses both. Choose a "
            "file on another disk, such as a USB stick that is kept elsewhere."
        )
    known = settings.data_dir / RECIPIENT_FILE
    if known.exists() or settings.backup_recipient is not None:
        where = known if known.exists() else "the setting backup_recipient"
        raise Refusal(
            f"This installation has a key for backups already ({where}). For another one, remove that first and use "
            "a new folder for the backups: what is in the old one opens with the old identity only."
        )
    passphrase = None
    if protect:
        passphrase = _asked("Passphrase of the backup's identity")
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise Refusal(
                f"A passphrase has at least {SHORTEST_PASSPHRASE} characters; several words are best."
            )
        if sys.stdin.isatty() and _asked("Once more") != passphrase:
            raise Refusal("The two are not the same. Nothing was made.")
    key = new_key()
    try:
        write_identity(file, key, datetime.now(UTC), passphrase)
    except FileExistsError:
        raise Refusal(f"{file} is there already. Choose a new file.") from None
    except OSError as error:
        raise Refusal(f"{file} can't be written: {error.strerror}.") from None
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    known.write_text(f"{key.recipient}\n")
    typer.echo(
        f"The identity is in {file}. It opens every backup of this installation, and with it the vault itself.\n"
        "Keep it where this machine is not: on a stick or on paper in a locked cupboard, and a second copy somewhere "
        "else. Don't leave it on this machine, and don't keep it with the backups.\n"
        "Lose it, and the backups are worth nothing. Nobody can make it again.\n"
        f"Backups are encrypted to {key.recipient} from now on (in {known})."
    )


def back_up(target: Path | None, keeping: Keeping) -> None:
    """Make a snapshot; take out what was withdrawn; prune if asked to."""
    from service.backup.forgetting import forget, remove_unused
    from service.backup.making import make_snapshot
    from service.backup.pruning import outdated
    from service.backup.withdrawn import forms_now, withdrawn_now
    from service.vault.recordings import record_event

    settings = _settings()
    folder = _target(settings, target)
    with _installation(settings) as installation, _told_in_words(folder):
        vault = installation.vault
        repository = _own_repository(settings, folder, vault)
        with repository.writing():
            with _progress("backing up") as tell:
                made = make_snapshot(installation, repository, tell)
            forgotten = forget(repository, withdrawn_now(vault.engine), forms_now(vault.engine))
            pruned: tuple[str, ...] = ()
            if keeping.policy:
                pruned = outdated(repository.snapshot_names(), keeping.policy)
                for name in pruned:
                    repository.remove_snapshot(name)
                remove_unused(repository)
        with vault.engine.begin() as connection:
            detail = {
                "interviews": made.snapshot.manifest.interviews,
                "new_bytes": made.new_bytes,
                "forgotten_in": forgotten.snapshots,
                "pruned": len(pruned),
                "lost": made.lost,
            }
            record_event(connection, getpass.getuser(), "backed_up", "vault", detail)
    _tell_made(made, folder)
    if forgotten.snapshots or forgotten.damaged:
        typer.echo(
            f"What was withdrawn was taken out of {_counted(forgotten.snapshots, 'earlier snapshot')}."
        )
        if forgotten.damaged:
            typer.echo(f"{_counted(forgotten.damaged, 'damaged snapshot')} had to be removed for that.")
        typer.echo(OFFLINE)
    if pruned:
        typer.echo(f"{_counted(len(pruned), 'old snapshot')} removed.")
    if made.lost:
        raise Refusal(
            f"{_counted(made.lost, 'file')} of the vault can't be found, and so are not in the backup. "
            "`lytt vault check` says more."
        )


def forget_withdrawn(target: Path | None) -> None:
    """Take what was withdrawn out of every snapshot, without making one."""
    from service.backup.forgetting import forget
    from service.backup.withdrawn import forms_now, withdrawn_now
    from service.vault.recordings import record_event

    settings = _settings()
    folder = _target(settings, target)
    with _installation(settings) as installation, _told_in_words(folder):
        vault = installation.vault
        repository = _existing(folder, vault)
        with repository.writing():
            forgotten = forget(repository, withdrawn_now(vault.engine), forms_now(vault.engine))
        detail = {"snapshots": forgotten.snapshots, "objects": forgotten.objects}
        with vault.engine.begin() as connection:
            record_event(connection, getpass.getuser(), "backup_forgot", "vault", detail)
    if not forgotten.snapshots and not forgotten.damaged:
        typer.echo("No snapshot holds anything that was withdrawn.")
    else:
        typer.echo(
            f"What was withdrawn was taken out of {_counted(forgotten.snapshots, 'snapshot')}; "
            f"{_counted(forgotten.objects, 'object')} removed."
        )
    typer.echo(OFFLINE)


def list_snapshots(target: Path | None, identity: Path | None) -> None:
    """Print the snapshots, the newest last."""
    with _opened(target, identity) as repository, repository.reading():
        for snapshot in repository.snapshots():
            one = snapshot.manifest
            typer.echo(
                f"{snapshot.name}  {one.made_at:%Y-%m-%d %H:%M} UTC  {_counted(one.interviews, 'interview')}  "
                f"{one.plain_bytes / 1e6:,.0f} MB  {_counted(one.events, 'event')}"
            )
        if not repository.snapshot_names():
            typer.echo("There is no snapshot yet.", err=True)


def verify_backup(target: Path | None, identity: Path | None, repair: bool) -> None:
    """Open everything; exit code 1 if something is damaged."""
    from service.backup.verifying import verify

    with _opened(target, identity) as repository, repository.writing():
        with _progress("reading") as tell:
            found = verify(repository, tell)
        if repair:
            for name in found.damaged:
                repository.remove(name)
    typer.echo(f"{_counted(found.snapshots, 'snapshot')}, {_counted(found.objects, 'object')} opened.")
    if found.well:
        typer.echo("All of it is as it was stored.")
        return
    typer.echo(f"{_counted(len(found.damaged), 'object')} damaged or lost.")
    for name in found.broken_snapshots:
        typer.echo(f"The snapshot {name} is not whole.")
    if repair:
        raise Refusal("The damaged objects were removed: the next backup stores again what is still there.")
    raise Refusal("Run it with --repair and then `lytt backup`: what is still in the vault is stored again.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to restore, and how."""

    snapshot: str | None
    identity: Path | None
    replace: bool


def restore_backup(source: Path, into: Path | None, wanted: Wanted) -> None:
    """Put a snapshot back."""
    from service.backup.repository import Repository
    from service.backup.restoring import restore
    from service.cli.serve import load_settings

    settings = load_settings(data_dir=into)
    if wanted.identity is None:
        raise Refusal("Give the backup's identity: lytt restore TARGET --identity FILE")
    _refuse_running(settings)
    with _told_in_words(settings.data_dir):
        repository = Repository.open_with(source, _identity(wanted.identity))
        with repository.reading(), _progress("restoring") as tell:
            restored = restore(
                settings,
                repository,
                wanted.snapshot,
                replace_it=wanted.replace,
                actor=getpass.getuser(),
                tell=tell,
            )
    at = restored.snapshot.manifest.made_at
    typer.echo(f"Restored into {settings.data_dir} as it was on {at:%Y-%m-%d at %H:%M} UTC:")
    typer.echo(f"{_counted(restored.interviews, 'interview')}, {_counted(restored.files, 'file')}.")
    if restored.left_out:
        typer.echo(f"{_counted(restored.left_out, 'withdrawn interview')} left out.")
    if restored.queued:
        typer.echo(f"{_counted(restored.queued, 'recording')} in the queue again.")
    typer.echo("The event log is whole." if restored.log_reason is None else restored.log_reason)
    typer.echo(
        "Your settings are beside their place as lytt.toml.restored. Look at `lytt vault check`, then start Lytt. Make "
        "a new key for backups if the old identity was used on a machine you don't trust."
    )
    if restored.damaged:
        raise Refusal(
            f"{_counted(len(restored.damaged), 'file')} could not be read from the backup and are not there: "
            "`lytt vault check` counts them, and `lytt retry` makes again what can be made from the original."
        )


@contextmanager
def _opened(target: Path | None, identity: Path | None) -> Iterator[Repository]:
    """The repository, opened with an identity if one is given, else by this installation."""
    from service.backup.repository import Repository

    settings = _settings()
    folder = _target(settings, target)
    with ExitStack() as stack:
        stack.enter_context(_told_in_words(folder))
        if identity is not None:
            yield Repository.open_with(folder, _identity(identity))
            return
        vault = stack.enter_context(_installation(settings)).vault
        yield _existing(folder, vault)


@contextmanager
def _installation(settings: Settings) -> Iterator[Installation]:
    from service.backup.making import Installation
    from service.coding.store import open_coding_store
    from service.vault.store import open_vault

    vault = open_vault(settings)
    try:
        store = open_coding_store(settings)
        try:
            yield Installation(settings, vault, store)
        finally:
            store.close()
    finally:
        vault.close()


def _own_repository(settings: Settings, folder: Path, vault: Vault) -> Repository:
    from service.backup.keys import RECIPIENT_FILE
    from service.backup.repository import Repository

    given = settings.backup_recipient
    known = settings.data_dir / RECIPIENT_FILE
    if given is None and known.is_file():
        given = known.read_text(encoding="ascii", errors="replace").strip()
    if given is None:
        raise Refusal(
            "There is no key to encrypt backups to. Make one, and keep its file away from this machine: "
            "lytt backup --new-key /media/stick/lytt-backup.key"
        )
    if not Repository.exists(folder):
        return Repository.create(folder, given, vault.sealer)
    repository = _existing(folder, vault)
    if given not in repository.recipients:
        raise Refusal(
            f"The backups in {folder} are encrypted to another key than the one of this installation. Use a new "
            "folder for backups under the new key."
        )
    return repository


def _existing(folder: Path, vault: Vault) -> Repository:
    from service.backup.repository import BackupRefused, Repository

    if not Repository.exists(folder):
        raise BackupRefused(f"There is no backup in {folder}.")
    return Repository.open_as_installation(folder, vault.sealer)


def _identity(file: Path) -> Identity:
    from service.backup.keys import is_protected, read_identity

    passphrase = _asked("Passphrase of the backup's identity") if is_protected(file) else None
    return read_identity(file, passphrase)


def _refuse_running(settings: Settings) -> None:
    """Nobody may use what is replaced: a worker holds a lock while it lives."""
    from service.backup.emptying import holds_something
    from service.pipeline.workers import list_workers
    from service.vault.locked import KeyUnusable, VaultLocked
    from service.vault.store import connect_vault

    if not holds_something(settings.vault_database):
        return
    try:
        vault = connect_vault(settings)
    except (VaultLocked, KeyUnusable):
        return
    try:
        alive = [worker.name for worker in list_workers(vault) if worker.alive]
    finally:
        vault.close()
    if alive:
        raise Refusal("Lytt is running here. Stop it (all of it, on every machine), then restore.")


def _settings() -> Settings:
    from service.cli.serve import load_settings

    return load_settings()


def _target(settings: Settings, target: Path | None) -> Path:
    chosen = target or settings.backup_target
    if chosen is None:
        raise Refusal("Say where the backup goes: lytt backup TARGET, or the setting backup_target.")
    if chosen.resolve().is_relative_to(settings.data_dir.resolve()):
        raise Refusal("A backup inside the data directory is lost with it. Choose a folder on another disk.")
    return chosen


@contextmanager
def _told_in_words(folder: Path) -> Iterator[None]:
    from service.backup.keys import BackupKeyUnusable
    from service.backup.repository import BackupRefused, ObjectBroken

    try:
        yield
    except (BackupRefused, BackupKeyUnusable) as refused:
        raise Refusal(str(refused)) from None
    except ObjectBroken:
        raise Refusal(
            f"A manifest in {folder} is damaged. `lytt backup --verify` says which snapshots are whole."
        ) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refusal(
                f"The disk of {folder} is full. Nothing that was there before is harmed. Free some space, or remove "
                "old snapshots (--keep), and run it again: it goes on where it was."
            ) from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO, errno.ENOTDIR, errno.ENODEV):
            raise Refusal(f"{folder} can't be used: {error.strerror}.") from None
        raise


@contextmanager
def _progress(what: str) -> Iterator[Tell]:
    """A bar on standard error where somebody looks on."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _asked(prompt: str) -> str:
    from service.cli.vault import _asked as ask

    return ask(prompt)


def _tell_made(made: Made, folder: Path) -> None:
    one = made.snapshot.manifest
    typer.echo(
        f"Backed up into {folder}: {_counted(one.interviews, 'interview')}, {len(one.files)} files of "
        f"{one.plain_bytes / 1e6:,.0f} MB; {_counted(made.new_objects, 'new object')}, "
        f"{made.new_bytes / 1e6:,.1f} MB written. The snapshot is {made.snapshot.name}."
    )


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
