"""Making a redacted sound: from the original at its full quality, checked before anything of it is kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.audio.files import DECODED_NAMES, TRACK_NAME
from models.redacted_sound.check import Checked
from models.redacted_sound.masks import Mask, masked_spans
from models.redacted_sound.rounds import MOST_ROUNDS, mask_until_quiet
from models.values import DecodedAudio, Progress, Span
from service.encrypted_files import EncryptedFile, Scratch
from service.redacted_sound.renditions import Found, Rendered
from service.redacted_sound.wanted import Wanted
from service.settings import SoundSettings

if TYPE_CHECKING:
    from models.redacted_sound.voice_change import VoicePart
    from service.pipeline.child import ModelChild

# Of the time that the first rendition and its check take; further rounds are seldom and short.
_RENDERING = 0.45
_FILES = (*DECODED_NAMES, TRACK_NAME)


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes it, from which originals in their order, how, and in which folder nobody else uses.

    ``adopt`` keeps a finished file and gives its digest.
    """

    child: ModelChild
    sources: tuple[EncryptedFile, ...]
    sound: SoundSettings
    folder: Path
    adopt: Callable[[EncryptedFile], str]


def make_rendition(maker: Maker, wanted: Wanted, progress: Progress) -> Rendered:
    """Render, listen again, widen, as :func:`models.redacted_sound.rounds.mask_until_quiet`, and keep the result.

    It is listened to before voices are changed: a recogniser understands a changed voice less well than people do.
    Its track is measured in what others will hear, with voices changed: it tells no more than that sound does.
    Raises RecordingProblem as decoding does. Nothing is left in the folder.
    """
    try:
        rendering = _Rendering(maker, wanted, progress)
        quiet = mask_until_quiet(
            wanted.masks, wanted.transcript.duration_ms, rendering.render, rendering.listen_again
        )
        made = quiet.rendition
        masked = masked_spans(quiet.masks)
        if voices := changed_voices(maker.sound):
            made = rendering.render(masked, voices)
        track = rendering.measure(made, masked)
        return Rendered(
            listening=maker.adopt(made.file(made.decoded.listening)),
            peaks=maker.adopt(made.file(made.decoded.peaks)),
            masked=masked,
            checked=len(quiet.checked),
            widened=quiet.widened,
            places=tuple(
                Found(one.redaction, span.start_ms, span.end_ms, str(one.verdict))
                for one in quiet.left
                for span in one.traces
            ),
            track=maker.adopt(made.file(track)),
        )
    finally:
        shutil.rmtree(maker.folder, ignore_errors=True)


def changed_voices(sound: SoundSettings) -> tuple[VoicePart, ...]:
    """Everybody's voice changed as the settings say; nothing when they say nothing."""
    from models.redacted_sound.voice_change import VoicePart, VoiceShift

    shift = VoiceShift(sound.pitch, sound.formants)
    return (VoicePart(0, shift),) if shift != VoiceShift(0.0, 0.0) else ()


@dataclass(frozen=True, slots=True)
class _Made:
    """A rendition under way, its files still under keys that are nowhere else."""

    decoded: DecodedAudio
    scratch: Scratch

    def file(self, name: str) -> EncryptedFile:
        return self.scratch.written(name)


class _Rendering:
    """Calls of the models, and how far they are in all."""

    def __init__(self, maker: Maker, wanted: Wanted, progress: Progress) -> None:
        self._maker = maker
        self._wanted = wanted
        self._progress = progress
        self._round = 0

    def render(self, spans: Sequence[Span], voices: Sequence[VoicePart] = ()) -> _Made:
        shutil.rmtree(self._maker.folder, ignore_errors=True)
        self._maker.folder.mkdir(parents=True, mode=0o700)
        scratch = Scratch.of(self._maker.folder, _FILES)
        source, *more = self._maker.sources
        decoded: DecodedAudio = self._maker.child.call(
            "redact_sound",
            source,
            scratch,
            tuple(spans),
            self._maker.sound.sound,
            tuple(voices),
            progress=self._reached(0.0, _RENDERING),
            named={"more": more},
        )
        return _Made(decoded, scratch)

    def measure(self, made: _Made, masked: Sequence[Span]) -> str:
        """The name of the track of what was made."""
        name: str = self._maker.child.call(
            "measure_redacted_track",
            made.file(made.decoded.samples),
            tuple(masked),
            made.scratch,
            progress=lambda _ms: None,
        )
        return name

    def listen_again(self, made: _Made, masks: Sequence[Mask]) -> Sequence[Checked]:
        checked: tuple[Checked, ...] = self._maker.child.call(
            "check_redactions",
            made.file(made.decoded.samples),
            self._wanted.transcript,
            self._wanted.redactions,
            tuple(masks),
            progress=self._reached(_RENDERING, 1.0),
        )
        self._round = min(MOST_ROUNDS, self._round + 1)
        return checked

    def _reached(self, low: float, high: float) -> Progress:
        """Progress of a part of the first round; of further ones nothing is told."""
        if self._round:
            return lambda _ms: None
        length = max(1, self._wanted.transcript.duration_ms)
        return lambda ms: self._progress(int((low + (high - low) * min(1.0, ms / length)) * length))
