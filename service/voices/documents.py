"""Voiceprints in the JSON of ``lytt process --voiceprints``."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, FiniteFloat, ValidationError

from models.values import Voiceprint


class NoVoiceprints(ValueError):  # noqa: N818 - reads as what happened
    """A file that holds none; ``str()`` says why."""


class _Speaker(BaseModel):
    label: str
    seconds: float = Field(default=0.0, ge=0)
    voiceprint: tuple[FiniteFloat, ...] | None = None
    voiceprint_model: str | None = None


class _Document(BaseModel):
    speakers: tuple[_Speaker, ...]


def read_voiceprints(path: Path) -> list[Voiceprint]:
    """The voiceprints of a file, in the order of its speakers. Raises :class:`NoVoiceprints`."""
    try:
        document = _Document.model_validate_json(path.read_bytes())
    except OSError as error:
        raise NoVoiceprints(f"{path.name} can't be read: {error.strerror}.") from None
    except ValidationError:
        raise NoVoiceprints(f"{path.name} is not the JSON of `lytt process`.") from None
    made = [
        Voiceprint(one.label, round(one.seconds * 1000), one.voiceprint, one.voiceprint_model or "")
        for one in document.speakers
        if one.voiceprint
    ]
    if not made:
        raise NoVoiceprints(
            f"{path.name} holds no voiceprints: make it with `lytt process FILE --json DIR --voiceprints`."
        )
    return made
