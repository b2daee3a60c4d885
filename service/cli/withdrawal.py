"""``lytt withdraw`` and ``lytt withdrawals``: erasing what a participant took back, and what became of it."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from service.cli.errors import Refusal

if TYPE_CHECKING:
    from service.coding.store import CodingStore
    from service.settings import Settings
    from service.vault.store import Vault
    from service.withdrawal.erasing import Withdrawal
    from service.withdrawal.plans import Plan
    from service.withdrawal.targets import Target


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says: whom or what to withdraw, and how."""

    participant: str | None
    interview: str | None
    use: str | None
    keep_codings: bool
    delete_files: bool
    yes: bool
    receipt: Path | None
    dry_run: bool


@contextmanager
def _opened() -> Iterator[tuple[Vault, CodingStore, Settings]]:
    from service.cli.serve import load_settings
    from service.coding.store import open_coding_store
    from service.vault.store import open_vault

    settings = load_settings()
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    try:
        yield vault, store, settings
    finally:
        store.close()
        vault.close()


def withdraw(asked: Asked) -> None:
    """Show what will go, ask, erase, and print what remains for people."""
    from service.withdrawal.erasing import begin
    from service.withdrawal.plans import make_plan
    from service.withdrawal.targets import WithdrawalRefused

    with _opened() as (vault, store, settings):
        try:
            target = _target(vault, settings, asked)
            plan = make_plan(vault, store, settings, target, keep_codings=asked.keep_codings)
            _show_plan(plan, settings, keeps=asked.keep_codings)
            if asked.dry_run:
                return
            if not asked.yes:
                _confirm(target)
            number = begin(vault, target, getpass.getuser(), keep_codings=asked.keep_codings)
        except WithdrawalRefused as refused:
            raise Refusal(str(refused)) from None
        _carry_out(vault, store, settings, number, asked)


def withdraw_due(asked: Asked) -> None:
    """Erase what may no longer be kept, after asking."""
    from service.study.applied import Study
    from service.vault.recordings import now
    from service.withdrawal.retention import due, erase_due, in_words

    with _opened() as (vault, store, settings):
        protocol = Study(vault, settings.data_dir).current().protocol
        today = now().date()
        with vault.engine.connect() as connection:
            held = (
                () if protocol is None else due(connection, protocol, today, settings.retention_warning_days)
            )
        over = [one for one in held if one.is_over(today)]
        for one in held:
            typer.echo(in_words(one, today))
        if protocol is None or not over:
            typer.echo("Nothing is to be erased today.")
            return
        if asked.dry_run:
            return
        if not asked.yes:
            typer.confirm("Erase what may no longer be kept?", abort=True)
        for number in erase_due(vault, protocol, today, getpass.getuser()):
            _carry_out(vault, store, settings, number, asked)


def go_on(number: int, asked: Asked) -> None:
    """Go on with a withdrawal, delete its files from the folder, or write its receipt once more."""
    from service.withdrawal.erasing import find_withdrawal

    with _opened() as (vault, store, settings):
        with vault.engine.connect() as connection:
            if find_withdrawal(connection, number) is None:
                raise Refusal(f"There is no withdrawal {number}. See: lytt withdrawals")
        _carry_out(vault, store, settings, number, asked)


def show_withdrawals(as_json: bool) -> None:
    """Print every withdrawal and what is left to do."""
    from service.withdrawal.erasing import list_withdrawals

    with _opened() as (vault, _, _settings), vault.engine.connect() as connection:
        held = list_withdrawals(connection)
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in held], indent=2))
        return
    if not held:
        typer.echo("Nobody has withdrawn.")
    for one in held:
        what = one.target.study_id or "an interview without a study id"
        use = f", {one.target.use} only" if one.target.use else ""
        typer.echo(f"{one.number}  {what}{use}  {one.begun_at:%Y-%m-%d}  {standing(one)}")


def standing(one: Withdrawal) -> str:
    """How far a withdrawal has come, in words."""
    if not one.is_erased:
        return f"not finished: go on with lytt withdraw --number {one.number}"
    if one.files_left:
        files = "1 file" if one.files_left == 1 else f"{one.files_left} files"
        return f"not finished: {files} still in the folder"
    return "finished"


def show_public_key() -> None:
    """Print the key that this vault's receipts are checked with."""
    from service.withdrawal.receipts import public_key

    with _opened() as (vault, _, _settings), vault.engine.begin() as connection:
        typer.echo(public_key(connection))


def verify_receipt(file: Path, key: str | None) -> None:
    """Say whether a receipt is as it was signed. Raises :class:`Refusal` when not."""
    from service.withdrawal.receipts import ReceiptInvalid, readable, verify

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refusal("The receipt can't be read.") from None
    if key is None and _has_vault():
        from service.withdrawal.receipts import public_key

        with _opened() as (vault, _, _settings), vault.engine.begin() as connection:
            key = public_key(connection)
    try:
        signed = verify(text, key)
    except ReceiptInvalid as invalid:
        raise Refusal(str(invalid)) from None
    typer.echo(readable(signed))
    if key is None:
        typer.echo(
            "The receipt is as it was signed. Compare its key with the one you noted: no vault is here."
        )
    else:
        typer.echo("The receipt is as it was signed, by this vault.")


def _has_vault() -> bool:
    from service.cli.serve import load_settings

    settings = load_settings()
    return settings.vault_url is not None or (settings.data_dir / "vault.sqlite").exists()


def _target(vault: Vault, settings: Settings, asked: Asked) -> Target:
    from service.naming import parse_reference
    from service.study.applied import Study
    from service.study.protocol import Consent
    from service.withdrawal.targets import USES, WithdrawalRefused, find_target

    uses = {"quotes" if use is Consent.QUOTE else str(use): use for use in USES}
    if asked.use is not None and asked.use not in uses:
        raise WithdrawalRefused(f"{asked.use} is no use that can be withdrawn: {', '.join(uses)}.")
    if asked.participant is None and asked.interview is None:
        raise WithdrawalRefused("Say who withdraws, such as D03-C, or which --interview.")
    name = parse_reference(asked.interview, settings.name_pattern) if asked.interview else None
    interview = name.study_id if name else asked.interview
    protocol = Study(vault, settings.data_dir).current().protocol
    with vault.engine.connect() as connection:
        use = uses[asked.use] if asked.use else None
        return find_target(connection, protocol, asked.participant, interview, use)


def _show_plan(plan: Plan, settings: Settings, *, keeps: bool) -> None:
    from service.withdrawal.plans import coding_in_words

    target = plan.target
    if target.use is not None:
        typer.echo(
            f"{target.study_id} no longer agrees to {target.use}. From now on that holds; this will go:"
        )
    else:
        typer.echo(f"Of {target.confirmation} this will be erased, and can't be brought back:")
    if plan.interviews:
        typer.echo(f"  interviews: {', '.join(plan.interviews)}")
    for one in plan.counts:
        typer.echo(f"  {one.number:,} {one.words}")
    if not plan.counts:
        typer.echo("  nothing that Lytt holds")
    for line in coding_in_words(plan.coded, keeps=keeps):
        typer.echo(line)
    there = [file.path for file in plan.files if file.there]
    if there:
        typer.echo(f"Your own copies in {settings.watched_folder}, which Lytt leaves to you:")
        for path in there:
            typer.echo(f"  {path}")
    if plan.exports:
        typer.echo("Taken out of Lytt before; the people who did must destroy it:")
        for export in plan.exports:
            form = f", {export.form}" if export.form else ""
            typer.echo(f"  {export.at.astimezone(UTC):%Y-%m-%d %H:%M}  {export.actor}  {export.kind}{form}")


def _confirm(target: Target) -> None:
    typed = typer.prompt(f"Type {target.confirmation} to go on", default="", show_default=False)
    if typed.strip() != target.confirmation:
        raise Refusal("Nothing was done.")


def _carry_out(vault: Vault, store: CodingStore, settings: Settings, number: int, asked: Asked) -> None:
    from service.withdrawal.erasing import BeingErased, carry_out
    from service.withdrawal.folder import delete_files, files_left, forget_gone
    from service.withdrawal.hygiene import DatabaseInUse

    try:
        done = carry_out(vault, store, settings, number, lambda step: typer.echo(f"  done: {step}", err=True))
        forget_gone(vault, settings, number)
        with vault.engine.connect() as connection:
            left = files_left(connection, number)
        if left and asked.delete_files and (asked.yes or _may_delete(left)):
            try:
                delete_files(vault, settings, number, getpass.getuser())
            except OSError as error:
                typer.echo(f"A file can't be deleted: {error.strerror}.", err=True)
        done = carry_out(vault, store, settings, number)
        with vault.engine.connect() as connection:
            left = files_left(connection, number)
    except BeingErased as busy:
        raise Refusal(str(busy)) from None
    except DatabaseInUse:
        raise Refusal(
            "All is erased, but a database is in use, so that old pages of it were not overwritten yet. A running Lytt "
            f"goes on with that by itself; or: lytt withdraw --number {number}"
        ) from None
    typer.echo(f"Withdrawal {number}: {standing(done)}.")
    for path in left:
        typer.echo(f"  {settings.watched_folder / path}")
    if left:
        typer.echo(f"Delete them, or: lytt withdraw --number {number} --delete-files")
    _write_receipt(done, asked.receipt)


def _may_delete(left: tuple[str, ...]) -> bool:
    for path in left:
        typer.echo(f"  {path}")
    return typer.confirm("Delete these files from the watched folder?")


def _write_receipt(done: Withdrawal, file: Path | None) -> None:
    if file is None or done.receipt is None:
        return
    from service.withdrawal.receipts import readable

    try:
        file.write_text(done.receipt.as_json(), encoding="utf-8")
        file.with_suffix(".txt").write_text(readable(done.receipt), encoding="utf-8")
    except OSError as error:
        raise Refusal(f"The receipt can't be written: {error.strerror}. Nothing of it is lost.") from None
    typer.echo(f"The receipt is in {file}, and to read in {file.with_suffix('.txt')}.")


def _as_json(one: Withdrawal) -> dict[str, object]:
    finished: datetime | None = one.finished_at
    return {
        "number": one.number,
        "scope": str(one.target.scope),
        "study_id": one.target.study_id,
        "use": None if one.target.use is None else str(one.target.use),
        "reason": one.reason,
        "begun_at": one.begun_at.isoformat(),
        "finished_at": None if finished is None else finished.isoformat(),
        "files_left": one.files_left,
        "standing": standing(one),
    }
