"""What is installed, beside what could be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.registry.manifest import Manifest, default_manifest
from models.registry.record import Check, damaged, read_record


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """One model of the manifest or the models folder. ``intact`` is None when it is not installed.

    ``size`` is in bytes; of a model of the hub that is not installed, approximate.
    """

    name: str
    task: str
    licence: str
    note: str
    size: int
    default: bool
    intact: bool | None


def inventory(models_dir: Path, manifest: Manifest | None = None) -> tuple[InventoryItem, ...]:
    """Every model of the manifest in its order, then those of the hub that were fetched by their id."""
    manifest = manifest or default_manifest()
    items = [
        InventoryItem(
            model.name,
            str(model.task or ""),
            model.licence,
            model.note,
            model.size,
            model.default,
            _intact(models_dir / model.name),
        )
        for model in manifest.models
    ]
    known = {model.name for model in manifest.models}
    others = sorted(path for path in models_dir.glob("*") if path.is_dir()) if models_dir.is_dir() else []
    for folder in others:
        record = read_record(folder)
        if record is not None and folder.name not in known:
            size = sum(file.size for file in record.files)
            items.append(InventoryItem(record.source, record.task, "", "", size, False, _intact(folder)))
    return tuple(items)


def _intact(folder: Path) -> bool | None:
    record = read_record(folder)
    if record is None:
        return None
    return not damaged(folder, record.files, Check.TIME) or not damaged(folder, record.files, Check.HASH)
