"""The rendition of a recording that others may hear: samples, listening copy and peaks without the masked stretches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.audio.decode import decode
from models.audio.editing import Edit, OneAfterTheOther
from models.audio.files import Outlet, Readable
from models.intervals import joined
from models.redacted_sound.editing import FADE_MS, Masking, MaskSound
from models.redacted_sound.voice_change import VoiceChange, VoicePart
from models.values import DecodedAudio, Progress, Span


def redact_sound(
    source: Readable,
    out: Path | Outlet,
    spans: Sequence[Span],
    sound: MaskSound = MaskSound.SILENCE,
    voices: Sequence[VoicePart] = (),
    progress: Progress = lambda _: None,
    more: Sequence[Readable] = (),
) -> DecodedAudio:
    """Write ``samples.wav``, ``listening.ogg`` and ``peaks.bin`` of the original ``source`` without ``spans``.

    As :func:`models.audio.decode.decode`, whose names and channels the files have: made from the original at its full
    quality, block by block. ``spans`` are in interview time. What they hold reaches no writer and no encoder: the
    samples are replaced before. ``voices`` are changed after that. Nothing the source says about itself is passed on.
    The same inputs give the same bytes. Raises RecordingProblem as ``decode`` does.
    """
    masked = joined(spans)

    def edit(rate: int, channels: int) -> Edit:
        if not voices:
            return Masking(masked, rate, sound)
        # Changing a voice smears a little: what is masked is empty before, and made empty again after. Before, a little
        # more than that: resampling rings for a millisecond, and each phase goes into all that follow it.
        wider = joined(Span(max(0, one.start_ms - FADE_MS), one.end_ms + FADE_MS) for one in masked)
        return OneAfterTheOther(
            [Masking(wider, rate), VoiceChange(voices, rate, channels), Masking(masked, rate, sound)]
        )

    return decode(source, out, progress, more=more, edit=edit)
