"""Filler sounds (uh, um) that the recogniser left out: voiced, steady sound in a gap between words.

Whisper was trained on edited transcripts and smooths such sounds away. A filler is a vowel, often closed by a nasal,
held at a level or evenly falling pitch (O'Shaughnessy 1992, Recognition of hesitations in spontaneous speech: fillers
have a flat or slowly falling pitch and steady formants); words change their sound every 80 ms or so. Thresholds: chosen
on the fillers of scripts/benchmarks/filler_mixes.py, docs/markers.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.audio.samples import Float32, Samples
from models.intervals import exclusive_turns, joined, without
from models.markers.rules import RULES_VERSION, in_order_of_time
from models.nuance.runs import runs_of
from models.values import SAMPLE_RATE, Marker, MarkerKind, Span, Transcript, Turn, Utterance

SHORTEST_MS = 150
LONGEST_MS = 1_500
# Words' sounds ring on past their ends by a few hundredths of a second.
_WORD_EDGE_MS = 40

_HOP_MS = 10
_WINDOW_MS = 40
_HOP = SAMPLE_RATE * _HOP_MS // 1000
_WINDOW = SAMPLE_RATE * _WINDOW_MS // 1000
_TRANSFORM = 2048
# The range of speaking voices, low men's to children's.
_LOWEST_HZ, _HIGHEST_HZ = 65, 400
VOICED = 0.6
"""Least height of the autocorrelation's peak (1 for a perfectly periodic sound); what it finds: docs/markers.md."""

# In octaves, from one hundredth of a second to the next: a jump ends a held vowel. A jump by an octave is one of the
# measurement, not of the voice.
_MOST_STEP = 0.08
# In noise a hundredth of a second or two of a held vowel look voiceless.
_BRIDGED = 2
MOST_BEND = 0.8
"""Semitones: spread (standard deviation) of the pitch of one filler around its even fall or rise."""

MOST_FALL, MOST_RISE = 22.0, 12.0
"""Semitones a second."""

MOST_CHANGE = 0.26
"""Mean distance (1 - correlation of the spectra in dB) between moments 60 ms apart."""

_APART = 6
_BELOW_SPEECH_DB = 26.0
_BANDS = 24
_TOP_HZ = 5_000


@dataclass(frozen=True, slots=True)
class _Frames:
    """Each row is 10 ms: how voiced (0 to 1), pitch in Hz, level in dB of full scale, spectrum in dB by band."""

    voiced: NDArray[np.float64]
    pitch: NDArray[np.float64]
    level: NDArray[np.float64]
    bands: NDArray[np.float64]


def find_fillers(samples: Samples, transcript: Transcript) -> tuple[Marker, ...]:
    """The fillers in the gaps between the words of the transcript, in order of time. Strength: seconds.

    Within turns and detected speech only: what sounds elsewhere is no speech.
    """
    turns = exclusive_turns(transcript.turns)
    found = [
        _marker(span, evidence, turns, transcript.utterances)
        for gap in _gaps(transcript)
        for span, evidence in _held(samples.read(gap), gap, _usual_level(samples, transcript, gap))
    ]
    return tuple(found)


def with_fillers(transcript: Transcript, samples: Samples) -> Transcript:
    """The transcript with its fillers among its markers."""
    found = find_fillers(samples, transcript)
    return replace(transcript, markers=in_order_of_time((*transcript.markers, *found)))


def _gaps(transcript: Transcript) -> tuple[Span, ...]:
    """Where a turn or detected speech holds no word."""
    heard = joined([*(Span(turn.start_ms, turn.end_ms) for turn in transcript.turns), *transcript.speech])
    words = [
        Span(max(0, word.start_ms - _WORD_EDGE_MS), word.end_ms + _WORD_EDGE_MS)
        for utterance in transcript.utterances
        for word in utterance.words
    ]
    return tuple(gap for gap in without(heard, words) if gap.length_ms >= SHORTEST_MS + _WINDOW_MS)


def _usual_level(samples: Samples, transcript: Transcript, gap: Span) -> float:
    """How loud the nearest utterance is, in dB: its loudest tenth counts, since silences between words don't."""
    nearest = min(
        transcript.utterances,
        key=lambda one: max(one.start_ms - gap.end_ms, gap.start_ms - one.end_ms, 0),
        default=None,
    )
    if nearest is None:
        return 0.0
    audio = samples.read(Span(nearest.start_ms, min(nearest.end_ms, nearest.start_ms + 10_000)))
    whole = len(audio) // _HOP * _HOP
    if not whole:
        return 0.0
    levels = 10 * np.log10(np.square(audio[:whole].reshape(-1, _HOP)).mean(axis=1) + 1e-10)
    return float(np.quantile(levels, 0.9))


def _held(audio: Float32, gap: Span, usual_db: float) -> Iterator[tuple[Span, dict[str, float]]]:
    """The stretches of the gap in which a voiced sound is held."""
    frames = _frames(audio)
    loud = frames.level > usual_db - _BELOW_SPEECH_DB
    step = np.abs(_within_octave(np.diff(np.log2(frames.pitch), prepend=np.log2(frames.pitch[:1]))))
    steady = _bridged((frames.voiced >= VOICED) & (step <= _MOST_STEP)) & loud
    for first, end in runs_of(steady):
        length_ms = (end - first) * _HOP_MS
        if not SHORTEST_MS <= length_ms <= LONGEST_MS:
            continue
        bend, fall = _contour(frames.pitch[first:end])
        change = _change(frames.bands[first:end])
        if bend > MOST_BEND or not -MOST_RISE <= fall <= MOST_FALL or change > MOST_CHANGE:
            continue
        start_ms = gap.start_ms + first * _HOP_MS + (_WINDOW_MS - _HOP_MS) // 2
        yield (
            Span(start_ms, start_ms + length_ms),
            {
                "pitch_hz": round(float(np.median(frames.pitch[first:end])), 1),
                "bend_semitones": round(bend, 2),
                "fall": round(fall, 1),
                "change": round(change, 3),
                "voiced": round(float(frames.voiced[first:end].mean()), 2),
            },
        )


def _frames(audio: Float32) -> _Frames:
    count = 1 + (len(audio) - _WINDOW) // _HOP
    places = np.arange(count)[:, None] * _HOP + np.arange(_WINDOW)[None, :]
    windows = audio[places].astype(np.float64)
    level = 10 * np.log10(np.square(windows).mean(axis=1) + 1e-10)
    windows = (windows - windows.mean(axis=1, keepdims=True)) * np.hanning(_WINDOW)
    spectrum = np.abs(np.fft.rfft(windows, _TRANSFORM)) ** 2
    # The autocorrelation of a windowed sound falls with the lag; that of the window takes this out
    # (Boersma 1993, Accurate short-term analysis of the fundamental frequency).
    fall = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(_WINDOW), _TRANSFORM)) ** 2)
    alike = np.fft.irfft(spectrum)
    shortest, longest = SAMPLE_RATE // _HIGHEST_HZ, SAMPLE_RATE // _LOWEST_HZ
    lags = alike[:, shortest:longest] / (alike[:, :1] + 1e-12) / (fall[shortest:longest] / fall[0])
    # Of peaks nearly as high the shortest lag is the pitch; longer ones are its octaves below.
    best = lags.max(axis=1)
    first = np.argmax(lags >= 0.9 * best[:, None], axis=1)
    peak = np.array([row[place : place + 8].argmax() + place for row, place in zip(lags, first, strict=True)])
    pitch = SAMPLE_RATE / (peak + shortest)
    edges = np.geomspace(100, _TOP_HZ, _BANDS + 1) / SAMPLE_RATE * _TRANSFORM
    bins = edges.round().astype(int)
    sums = np.add.reduceat(spectrum[:, : bins[-1]], bins[:-1], axis=1)
    return _Frames(np.clip(best, 0, 1), pitch, level, 10 * np.log10(sums + 1e-9))


def _within_octave(octaves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intervals without their whole octaves, from minus a half to a half."""
    return octaves - np.round(octaves)


def _bridged(steady: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same with gaps of up to ``_BRIDGED`` frames filled."""
    filled = steady.copy()
    for first, end in runs_of(~steady):
        if first > 0 and end < len(steady) and end - first <= _BRIDGED:
            filled[first:end] = True
    return filled


def _contour(pitch: NDArray[np.float64]) -> tuple[float, float]:
    """The spread of the pitch around a straight line, in semitones, and how steeply the line falls, a second."""
    octaves = np.log2(pitch)
    semitones = 12 * (np.median(octaves) + _within_octave(octaves - np.median(octaves)))
    seconds = np.arange(len(pitch)) * _HOP_MS / 1000
    slope, start = np.polyfit(seconds, semitones, 1)
    # The middle of the distances: a frame or two that were measured wrongly say nothing of the voice.
    bend = 1.4826 * np.median(np.abs(semitones - start - slope * seconds))
    return float(bend), float(-slope)


def _change(bands: NDArray[np.float64]) -> float:
    """How much the spectrum changes: 0 when it is held, about 0.5 in running speech."""
    centred = bands - bands.mean(axis=1, keepdims=True)
    unit = centred / (np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9)
    return float(1 - (unit[_APART:] * unit[:-_APART]).sum(axis=1).mean())


def _marker(
    span: Span, evidence: dict[str, float], turns: Sequence[Turn], utterances: Sequence[Utterance]
) -> Marker:
    middle = (span.start_ms + span.end_ms) // 2
    speaker = next((turn.speaker for turn in turns if turn.start_ms <= middle < turn.end_ms), None)
    of = next((one.id for one in utterances if one.start_ms <= middle < one.end_ms), None)
    sure = 1 - evidence["change"] / MOST_CHANGE
    return Marker(
        kind=MarkerKind.FILLER,
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        speaker=speaker,
        strength=round(span.length_ms / 1000, 3),
        confidence=round(0.5 + 0.5 * max(0.0, sure), 3),
        rules=RULES_VERSION,
        utterance=of,
        evidence=evidence,
    )
