"""Breaks of the voice within a word: the pitch jumps, or the voice is gone for a moment while the sound goes on.

Within a vowel the pitch glides: by at most 50 to 100 semitones a second (Xu & Sun 2002), which is 1.6 semitones from
frame to frame. A jump between two steady pitches is the change of register that a listener hears as a break.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.nuance.runs import runs_of
from models.nuance.track import FRAME_MS, VOICED, Track
from models.values import Marker, MarkerKind, Utterance, Word

JUMP, LOSS = "jump", "loss"

LEAST_SEMITONES = 4.0
"""More than the steps of a lively melody between two syllables, in a sixteenth of a second."""

MOST_SEMITONES = 9.5
"""From here to beyond the octave the pitch detector's errors and the doubled periods of creak are as many as breaks."""

MOST_A_MINUTE = 6.0
"""More in a minute of words is no voice that breaks: the pitch is that of music, of noise, or of two voices."""

# Voiced frames on either side, of a pitch that hardly moves, and how much of the jump lies between two frames.
_SIDE = 3
_STEADY_SEMITONES = 2.5
_AT_ONCE = 0.8

# A voice that is gone for 48 to 190 ms; a voiceless consonant is so too, but softer or with its energy high up.
_LOST = 0.45
_LEAST_LOST, _MOST_LOST = 3, 12
_BESIDE = 4
_CLEAR = 0.6
_MOST_DIP_DB, _LEAST_TILT_DB = 8.0, 5.0


@dataclass(frozen=True, slots=True)
class _Break:
    name: str
    start_ms: int
    end_ms: int
    strength: float
    confidence: float
    evidence: dict[str, float]


def find_voice_breaks(material: Material) -> Iterator[Marker]:
    """Strength: semitones of a ``jump`` (up positive), seconds of a ``loss``."""
    track = material.track
    if track is None:
        return
    for speaker in sorted({one.speaker for one in material.utterances}):
        own = [one for one in material.utterances if one.speaker == speaker]
        found = [
            _marker(one, utterance)
            for utterance in own
            for word in utterance.words
            for one in (*_jumps(track, word), *_losses(track, word))
        ]
        spoken_ms = sum(word.end_ms - word.start_ms for utterance in own for word in utterance.words)
        if len(found) <= max(1.0, MOST_A_MINUTE * spoken_ms / 60_000):
            yield from found


def _marker(one: _Break, utterance: Utterance) -> Marker:
    return Marker(
        kind=MarkerKind.VOICE_BREAK,
        subtype=one.name,
        start_ms=one.start_ms,
        end_ms=one.end_ms,
        speaker=utterance.speaker,
        strength=one.strength,
        confidence=one.confidence,
        rules=RULES_VERSION,
        utterance=utterance.id,
        evidence=one.evidence,
    )


def _jumps(track: Track, word: Word) -> Iterator[_Break]:
    rows = track.rows(word.start_ms, word.end_ms)
    pitch = track.pitch[rows]
    voiced = (pitch > 0) & (track.voicing[rows] >= VOICED)
    semitones = 12 * np.log2(np.maximum(pitch, 1.0))
    free = 0
    for place in range(_SIDE + 1, len(pitch) - _SIDE):
        # The frame before the jump and the one at it may hear both pitches.
        sides = slice(place - _SIDE - 1, place - 1), slice(place + 1, place + 1 + _SIDE)
        before, after = semitones[sides[0]], semitones[sides[1]]
        jump = float(after.mean() - before.mean())
        steps = np.abs(np.diff(semitones[place - 2 : place + 2]))
        if (
            place < free
            or not (voiced[sides[0]].all() and voiced[sides[1]].all() and pitch[place - 1 : place + 1].all())
            or not LEAST_SEMITONES <= abs(jump) <= MOST_SEMITONES
            or max(np.ptp(before), np.ptp(after)) > _STEADY_SEMITONES
            or steps.max() < _AT_ONCE * abs(jump)
        ):
            continue
        free = place + 2 * _SIDE
        at = (rows.start + place) * FRAME_MS
        yield _Break(
            JUMP,
            round(at - (_SIDE + 1) * FRAME_MS),
            round(at + (_SIDE + 1) * FRAME_MS),
            round(jump, 1),
            0.5,
            {
                "before_hz": round(float(2 ** (before.mean() / 12)), 1),
                "after_hz": round(float(2 ** (after.mean() / 12)), 1),
                "jump_semitones": round(jump, 1),
            },
        )


def _losses(track: Track, word: Word) -> Iterator[_Break]:
    rows = track.rows(word.start_ms, word.end_ms)
    voicing, level, tilt = track.voicing[rows], track.level[rows], track.tilt[rows]
    for first, end in runs_of(voicing < _LOST):
        sides = [*range(first - _BESIDE - 1, first - 1), *range(end + 1, end + 1 + _BESIDE)]
        if not _LEAST_LOST <= end - first <= _MOST_LOST or sides[0] < 0 or sides[-1] >= len(voicing):
            continue
        dip = float(np.median(level[sides]) - level[first:end].min())
        balance = float(np.median(tilt[first:end]))
        if voicing[sides].min() < _CLEAR or dip >= _MOST_DIP_DB or balance < _LEAST_TILT_DB:
            continue
        seconds = (end - first) * FRAME_MS / 1000
        yield _Break(
            LOSS,
            round((rows.start + first) * FRAME_MS),
            round((rows.start + end) * FRAME_MS),
            round(seconds, 3),
            0.4,
            {
                "lost_ms": round(1000 * seconds, 1),
                "dip_db": round(dip, 1),
                "tilt_db": round(balance, 1),
            },
        )
