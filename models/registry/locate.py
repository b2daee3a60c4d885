"""Where an installed model lies. Never fetches anything."""

from __future__ import annotations

from pathlib import Path

from models.problems import ProblemCode, RecordingProblem
from models.registry.manifest import Manifest, default_manifest
from models.registry.record import Check, damaged, read_record


def locate(name_or_path: str, models_dir: Path, task: str, manifest: Manifest | None = None) -> Path:
    """The folder of an installed model.

    ``name_or_path`` is a name or alias of the manifest (``whisper-base``, ``small``), the id of a hub repository
    that was fetched (``owner/name``), or the path of a local folder. A name of the manifest wins over a folder of
    the same name; write ``./name`` for the folder. ``task`` (:class:`~models.registry.manifest.Task`) is what the
    model is wanted for.

    Raises :class:`RecordingProblem`: ``MODEL_MISSING`` when no such model for that task is installed,
    ``MODEL_DAMAGED`` when a file of it is gone or has another size than the verified one.
    """
    known = (manifest or default_manifest()).find(name_or_path)
    if known is not None:
        return _installed(models_dir / known.name, task)
    local = Path(name_or_path).expanduser()
    if local.is_dir():
        return local.resolve()
    return _installed(models_dir / folder_of_hub_id(name_or_path), task)


def folder_of_hub_id(hub_id: str) -> str:
    """The name of the folder that holds a hub repository (``owner/name``, a ``@revision`` is left out)."""
    return hub_id.partition("@")[0].replace("/", "--")


def _installed(folder: Path, task: str) -> Path:
    record = read_record(folder)
    if record is None or record.task not in (task, ""):
        raise RecordingProblem(ProblemCode.MODEL_MISSING)
    if damaged(folder, record.files, Check.SIZE):
        raise RecordingProblem(ProblemCode.MODEL_DAMAGED)
    return folder.resolve()
