"""The API's shapes of redacted sound."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from service.api.schemas import Ms, Schema
from service.redacted_sound.queueing import SoundState
from service.redacted_sound.renditions import PlaceState


class SoundStretch(Schema):
    start_ms: int
    end_ms: int


class SilencedStretch(SoundStretch):
    """A stretch that a person took out by its time."""

    number: int


class SoundPlace(SoundStretch):
    """A place where a redacted word was recognised again (``word``), or one that sounds like it."""

    number: int
    redaction: int
    verdict: Literal["word", "sounds_alike"]
    state: PlaceState


class RedactedSound(Schema):
    """The sound that coders will hear. ``checked`` and ``widened`` count redactions; of a sound that is outdated, or
    being made again, they are of the one before, None where there is none yet.

    ``message`` says what state it is in and what to do.
    """

    state: SoundState
    message: str
    percent: float
    made_at: datetime | None
    masked: list[SoundStretch]
    checked: int | None
    widened: int | None
    places: list[SoundPlace]
    silenced: list[SilencedStretch]


class JudgedSoundPlace(Schema):
    """``nothing_heard``: somebody listened, and nothing of the redacted word can be heard; ``open`` takes it back."""

    state: PlaceState


class NewSilence(Schema):
    from_ms: Ms
    to_ms: Ms
