"""Speech that dies away: the end of an utterance falls in level and pitch by more than the speaker's ends do.

Level and pitch fall towards the end of every sentence (Vaissiere 1983: declination), so each end is held against the
same speaker's other ends in this recording.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from models.intervals import within
from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.nuance.track import FRAME_MS, VOICED, Track
from models.values import Marker, MarkerKind, Span, Utterance

LEAST_ENDS = 15
"""Ends of a speaker that tell what is usual: with fewer, the spread is off by more than a quarter."""

FAR = 2.5
"""Spreads beyond usual; pitch must fall beyond usual as well, so that one condition less strict than 3 is enough."""

LEAST_DB = 4.0
"""Beyond usual: a listener notices."""

_TAIL_MS, _BODY_MS, _LEAST_SPEECH_MS = 800, 3_000, 2_500
_LEAST_VOICED = 6
_LEAST_SPREAD_DB, _LEAST_SPREAD_SEMITONES = 1.5, 0.6
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class _End:
    """How far the last 0.8 s of an utterance's speech lie below the three seconds before."""

    utterance: Utterance
    start_ms: int
    fall_db: float
    fall_semitones: float
    """Not a number where the end, or what comes before it, has no pitch."""


def find_fading(material: Material) -> Iterator[Marker]:
    """Strength: the speaker's own spreads beyond their usual fall of level."""
    if material.track is None:
        return
    for speaker in sorted({one.speaker for one in material.utterances}):
        own = [one for one in material.utterances if one.speaker == speaker]
        ends = [end for one in own if (end := _end(material.track, one, material.speech)) is not None]
        if len(ends) < LEAST_ENDS:
            continue
        usual_db, spread_db = _usual([one.fall_db for one in ends], _LEAST_SPREAD_DB)
        usual_semitones, _ = _usual([one.fall_semitones for one in ends], _LEAST_SPREAD_SEMITONES)
        for one in ends:
            z = (one.fall_db - usual_db) / spread_db
            # A voice that has died away has no pitch any more.
            pitch_falls = np.isnan(one.fall_semitones) or one.fall_semitones > usual_semitones
            if z >= FAR and one.fall_db - usual_db >= LEAST_DB and pitch_falls:
                yield _marker(one, z, usual_db, usual_semitones, len(ends))


def _marker(one: _End, z: float, usual_db: float, usual_semitones: float, ends: int) -> Marker:
    evidence = {"fall_db": round(one.fall_db, 1), "usual_db": round(usual_db, 1), "ends": float(ends)}
    if not np.isnan(one.fall_semitones):
        evidence |= {
            "fall_semitones": round(one.fall_semitones, 1),
            "usual_semitones": round(usual_semitones, 1),
        }
    return Marker(
        kind=MarkerKind.FADING,
        start_ms=one.start_ms,
        end_ms=one.utterance.words[-1].end_ms,
        speaker=one.utterance.speaker,
        strength=round(z, 2),
        confidence=round(min(1.0, 0.5 + (z - FAR) / 10) * min(1.0, 0.5 + ends / 100), 3),
        rules=RULES_VERSION,
        utterance=one.utterance.id,
        evidence=evidence,
    )


def _usual(values: Sequence[float], least: float) -> tuple[float, float]:
    """The middle and the spread of what is known."""
    known = np.array([value for value in values if not np.isnan(value)])
    if not len(known):
        return 0.0, least
    middle = float(np.median(known))
    return middle, max(least, _MAD_TO_SD * float(np.median(np.abs(known - middle))))


def _end(track: Track, utterance: Utterance, speech: Sequence[Span]) -> _End | None:
    spoken = within(Span(utterance.start_ms, utterance.words[-1].end_ms), speech)
    if sum(one.length_ms for one in spoken) < _LEAST_SPEECH_MS:
        return None
    count = len(track.level)
    pieces = [np.arange(count)[track.rows(one.start_ms, one.end_ms)] for one in spoken]
    rows = np.concatenate(pieces)
    tail_frames = round(_TAIL_MS / FRAME_MS)
    tail, body = rows[-tail_frames:], rows[-tail_frames - round(_BODY_MS / FRAME_MS) : -tail_frames]
    if not len(body):
        return None
    fall = float(np.quantile(track.level[body], 0.7) - np.quantile(track.level[tail], 0.7))
    return _End(utterance, round(float(tail[0]) * FRAME_MS), fall, _pitch(track, body) - _pitch(track, tail))


def _pitch(track: Track, rows: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> float:
    """The middle pitch in semitones; not a number without voice."""
    pitch = track.pitch[rows]
    voiced = pitch[(track.voicing[rows] >= VOICED) & (pitch > 0)]
    return float(np.median(12 * np.log2(voiced))) if len(voiced) >= _LEAST_VOICED else float("nan")
