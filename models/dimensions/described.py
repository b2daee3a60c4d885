"""What a folder with a dimensional emotion model says of it: its name, licence, bytes, and which output is what.

Nothing is ever downloaded: whoever runs Lytt puts the model there, by its licence, and writes ``model.toml``.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from models.problems import ProblemCode, RecordingProblem
from models.registry.manifest import lies_inside

DESCRIPTION = "model.toml"
DIMENSIONS = ("arousal", "dominance", "valence")
LONGEST_MADE_BY = 32
"""Name and version stand in each marker, whose field for it has this length."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a dimension is found: the network's output, the place in it, and the values that are its ends."""

    output: str
    index: Annotated[int, Field(ge=0)] = 0
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Described:
    """``model.toml``. ``licence`` is shown wherever the model is; ``input`` takes samples of one channel at 16 kHz,
    shaped (1, n); ``normalised`` ones have mean 0 and variance 1. ``window_s`` is the longest stretch it hears at once.
    """

    name: Annotated[str, Field(min_length=1)]
    version: Annotated[str, Field(min_length=1)]
    licence: Annotated[str, Field(min_length=1)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    outputs: Mapping[str, Output]
    file: str = "model.onnx"
    input: str = "signal"
    attribution: str = ""
    normalised: bool = False
    window_s: Annotated[float, Field(ge=1, le=30)] = 8.0

    @property
    def made_by(self) -> str:
        return f"{self.name} {self.version}"


def read_description(folder: Path) -> Described:
    """What ``model.toml`` in the folder says. Raises ``ValueError``, in words, when it is missing or wrong."""
    try:
        written = tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        described = TypeAdapter(Described).validate_python(written)
    except OSError:
        raise ValueError(f"{folder} has no {DESCRIPTION}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{DESCRIPTION} is no TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{DESCRIPTION}: {where}: {first['msg']}") from None
    if not described.outputs or not described.outputs.keys() <= set(DIMENSIONS):
        raise ValueError(f"{DESCRIPTION}: outputs are some of {', '.join(DIMENSIONS)}")
    if any(output.low == output.high for output in described.outputs.values()):
        raise ValueError(f"{DESCRIPTION}: low and high of an output are the same")
    if len(described.made_by) > LONGEST_MADE_BY:
        raise ValueError(
            f"{DESCRIPTION}: name and version have more than {LONGEST_MADE_BY - 1} characters together"
        )
    if not lies_inside(described.file):
        raise ValueError(f"{DESCRIPTION}: the file lies outside the folder")
    return described


def checked(folder: Path) -> Described:
    """The description of a model whose bytes are those it states.

    Raises :class:`RecordingProblem`: ``MODEL_MISSING`` when there is none, ``MODEL_DAMAGED`` when the bytes are others.
    """
    try:
        described = read_description(folder)
        with (folder / described.file).open("rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
    except (ValueError, OSError):
        raise RecordingProblem(ProblemCode.MODEL_MISSING) from None
    if found != described.sha256:
        raise RecordingProblem(ProblemCode.MODEL_DAMAGED)
    return described
