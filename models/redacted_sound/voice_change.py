"""Making voices sound like others while what they say, and how, stays: rhythm, melody and loudness are kept.

Each short frame is taken apart into its envelope (the shape of the mouth, the formants) and what is left (the pitch of
the vocal folds and noise); both are stretched along the frequency axis by ratios of their own and put together again.
Phase vocoder after Laroche and Dolson 1999 (New phase-vocoder techniques for pitch-shifting), envelope from the low
quefrencies of the cepstrum (Röbel and Rodet 2005). It makes voices hard to recognise for people and for voiceprints;
it is no proof against somebody who knows the method and undoes it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.audio.editing import Block
from models.intervals import exclusive_turns
from models.values import Turn

MOST_SEMITONES = 12.0

# 32 ms hold two periods of a deep voice; frames twice as long smear consonants (docs/benchmarks.md).
_FRAME_S = 0.032
_OVERLAP = 8
# Below this quefrency lies the shape of the mouth, above it the pitch (of up to 1 kHz, so of every voice).
_LIFTER_S = 0.001
_BATCH = 64
_FLOOR = 1e-7
_FULL_SCALE = 32768.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VoiceShift:
    """How a voice is changed: its pitch, and its formants (the size of the speaker, as it were), in semitones.

    Raises ValueError when either is beyond ``MOST_SEMITONES``.
    """

    pitch_semitones: float
    formant_semitones: float

    def __post_init__(self) -> None:
        if max(abs(self.pitch_semitones), abs(self.formant_semitones)) > MOST_SEMITONES:
            raise ValueError(f"a voice can be changed by at most {MOST_SEMITONES:g} semitones")


@dataclass(frozen=True, slots=True)
class VoicePart:
    """From ``start_ms`` on, until the next part begins, voices are changed by ``shift``."""

    start_ms: int
    shift: VoiceShift


def voice_parts(turns: Sequence[Turn], shifts: Mapping[str, VoiceShift]) -> tuple[VoicePart, ...]:
    """Which change holds when. Each speaker of ``shifts`` is changed by its own; others stay as they are.

    A change holds until half-way to the next speaker, so that a breath or a word between turns is changed too.
    """
    unchanged = VoiceShift(0.0, 0.0)
    parts: list[VoicePart] = []
    end_ms = 0
    for turn in exclusive_turns(turns):
        shift = shifts.get(turn.speaker, unchanged)
        if not parts or parts[-1].shift != shift:
            parts.append(VoicePart((end_ms + turn.start_ms) // 2 if parts else 0, shift))
        end_ms = turn.end_ms
    return tuple(parts)


class VoiceChange:
    """The edit (:class:`models.audio.editing.Edit`) that changes voices by the ``parts``, which are in order of time.

    Every frame keeps its place in time. Holds back one frame (32 ms) of sound.
    """

    def __init__(self, parts: Sequence[VoicePart], rate: int, channels: int) -> None:
        self._parts = tuple(parts)
        self._starts = [part.start_ms for part in parts]
        self._rate = rate
        self._size = 1 << round(np.log2(_FRAME_S * rate))
        self._hop = self._size // _OVERLAP
        window = np.hanning(self._size + 1)[:-1]
        self._window = window
        # The squares of a Hann window laid over one another this often add up to a constant.
        self._scale = self._hop / float(np.square(window).sum())
        lead = self._size - self._hop
        self._pending: Floats = np.zeros((lead, channels))
        self._begun: Floats = np.zeros((lead, channels))
        self._skip = lead
        self._place = -lead  # of the first pending frame
        self._left = 0  # taken and not given
        bins = self._size // 2 + 1
        self._last_phase: Floats = np.zeros((channels, bins))
        self._phase: Floats = np.zeros((channels, bins))
        self._dtype: np.dtype[np.generic] = np.dtype(np.float32)

    def add(self, block: Block) -> Block:
        self._dtype = block.dtype
        self._left += len(block)
        scaled = block.astype(np.float64)
        if np.issubdtype(block.dtype, np.integer):
            scaled /= _FULL_SCALE
        return self._advance(scaled)

    def finish(self) -> Block | None:
        if not self._left:
            return None
        return self._advance(np.zeros((2 * self._size, self._pending.shape[1])))

    def _advance(self, block: Floats) -> Block:
        self._pending = np.concatenate([self._pending, block])
        ready = []
        while len(self._pending) >= self._size:
            count = min(_BATCH, (len(self._pending) - self._size) // self._hop + 1)
            ready.append(self._batch(count))
        made = np.concatenate(ready) if ready else np.zeros((0, block.shape[1]))
        skipped = min(self._skip, len(made))
        self._skip -= skipped
        made = made[skipped:][: self._left]
        self._left -= len(made)
        if np.issubdtype(self._dtype, np.integer):
            made = np.rint(np.clip(made, -1, 32767 / _FULL_SCALE) * _FULL_SCALE)
        return made.astype(self._dtype)

    def _batch(self, count: int) -> Floats:
        """The output of ``count`` steps: sound that no later frame adds to."""
        length = (count - 1) * self._hop + self._size
        pitch, formant = self._ratios(count)
        out = np.zeros((length, self._pending.shape[1]))
        out[: len(self._begun)] += self._begun
        for channel in range(out.shape[1]):
            frames = np.lib.stride_tricks.sliding_window_view(self._pending[:length, channel], self._size)
            spectra = np.fft.rfft(frames[:: self._hop] * self._window, axis=1)
            changed = np.fft.irfft(self._changed(spectra, channel, pitch, formant), n=self._size, axis=1)
            changed *= self._window * self._scale
            for number in range(count):
                out[number * self._hop : number * self._hop + self._size, channel] += changed[number]
        step = count * self._hop
        self._pending = self._pending[step:]
        self._place += step
        self._begun = out[step:]
        return out[:step]

    def _ratios(self, count: int) -> tuple[Floats, Floats]:
        middles = self._place + np.arange(count) * self._hop + self._size // 2
        pitch, formant = np.ones(count), np.ones(count)
        for number, middle in enumerate(middles):
            part = bisect_right(self._starts, max(0, int(middle)) * 1000 // self._rate) - 1
            if part >= 0:
                shift = self._parts[part].shift
                pitch[number] = 2 ** (shift.pitch_semitones / 12)
                formant[number] = 2 ** (shift.formant_semitones / 12)
        return pitch, formant

    def _changed(
        self, spectra: NDArray[np.complex128], channel: int, pitch: Floats, formant: Floats
    ) -> NDArray[np.complex128]:
        bins = np.arange(spectra.shape[1])
        size, phase = np.abs(spectra), np.angle(spectra)
        # How far each bin's frequency lies from its middle, by how its phase moved since the frame before.
        before = np.concatenate([self._last_phase[channel][None], phase[:-1]])
        self._last_phase[channel] = phase[-1]
        step = 2 * np.pi * self._hop / self._size
        moved = phase - before - bins * step
        frequency = bins + (moved - 2 * np.pi * np.round(moved / (2 * np.pi))) / step

        envelope = self._envelope(size)
        fine = size / envelope
        source = bins[None] / pitch[:, None]
        nearest = np.minimum(np.rint(source).astype(int), bins[-1])
        rows = np.arange(len(size))[:, None]
        made = _at(envelope, bins[None] / formant[:, None]) * np.where(
            source <= bins[-1], fine[rows, nearest], 0.0
        )
        advance = frequency[rows, nearest] * pitch[:, None] * step
        turned = self._phase[channel] + np.cumsum(advance, axis=0)
        self._phase[channel] = np.mod(turned[-1], 2 * np.pi)
        return np.asarray(made * np.exp(1j * turned))

    def _envelope(self, size: Floats) -> Floats:
        cepstrum = np.fft.irfft(np.log(size + _FLOOR), axis=1)
        last = round(_LIFTER_S * self._rate)
        kept = np.zeros(cepstrum.shape[1])
        kept[: last + 1] = 1
        kept[len(kept) - last :] = 1
        return np.asarray(np.exp(np.fft.rfft(cepstrum * kept, axis=1).real))


def _at(rows: Floats, places: Floats) -> Floats:
    """Each row read at fractional places; the last value beyond its end."""
    last = rows.shape[1] - 1
    inside = np.clip(places, 0, last)
    low = np.minimum(inside.astype(int), last - 1)
    share = inside - low
    number = np.arange(len(rows))[:, None]
    return np.asarray(rows[number, low] * (1 - share) + rows[number, low + 1] * share)
