"""Emphasis: a word that is louder and higher than the words beside it, by more than this speaker's words are.

Prominence is heard from pitch, loudness and length together (Terken & Hermes 2000; Kochanski et al. 2005). Each word
is held against the middle of its neighbours in the utterance, so that a melody that falls over the whole of it makes
no word stand out, and the difference against those of the speaker's words in this recording: of the words that begin a
phrase for one that does, since they start high and loud after a breath, and of those that end one likewise (the melody
is reset and falls: Ladd 2008, Intonational Phonology, ch. 2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from math import log2

import numpy as np
from numpy.typing import NDArray

from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.nuance.track import VOICED, Track
from models.values import Marker, MarkerKind, Word

NEIGHBOURS = 4
"""Words on either side that a word is held against: a phrase or so."""

LEAST_WORDS = 100
"""Fewer words of a speaker do not tell how far their words differ anyhow."""

LEAST_SCORE = 5.1
"""Of 9: level and pitch up to 4 spreads each, and half of the length's up to 2. Chosen for less than one a minute of
reading in either half of the readers of docs/benchmarks.md ("Ways of speaking")."""

_PHRASE_GAP_MS = 250
# Fewer words at the beginnings of phrases do not tell how these usually are.
_LEAST_OF_PLACE = 10
_LEAST_EACH = 1.3
_MOST_EACH = 4.0
_LEAST_DB, _LEAST_SEMITONES = 4.0, 2.0
_LEAST_FRAMES = 4
_LEAST_NEIGHBOURS = 3
_WITHIN_DB = 15.0
# Spreads count as at least so much: dB, semitones, powers of two.
_LEAST_SPREADS = np.array([1.5, 1.0, 0.2])
_MAD_TO_SD = 1.4826
_SEMITONE_ZERO_HZ = 27.5

Floats = NDArray[np.float64]


class _Place(Enum):
    """Where in a phrase a word stands: in what is said without a silence of a quarter of a second."""

    FIRST = auto()
    LAST = auto()
    WITHIN = auto()


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word and how far it is above its neighbours: dB, semitones, powers of two of the length a letter."""

    word: Word
    utterance: int
    place: _Place
    over: Floats


def find_emphasis(material: Material) -> Iterator[Marker]:
    """Strength: how far level, pitch and length together stand out, in the speaker's own spreads, at most 9."""
    if material.track is None:
        return
    for speaker in sorted({one.speaker for one in material.utterances}):
        placed = [
            one
            for utterance in material.utterances
            if utterance.speaker == speaker
            for one in _placed(material.track, utterance.id, utterance.words)
        ]
        if len(placed) < LEAST_WORDS:
            continue
        beyond = _beyond_usual(placed)
        strays = np.abs(beyond - np.median(beyond, axis=0))
        spread = np.maximum(_MAD_TO_SD * np.median(strays, axis=0), _LEAST_SPREADS)
        for one, (level, pitch, length) in zip(placed, (beyond / spread).tolist(), strict=True):
            score = min(level, _MOST_EACH) + min(pitch, _MOST_EACH) + max(-1.0, min(1.0, length / 2))
            if (
                score >= LEAST_SCORE
                and min(level, pitch) >= _LEAST_EACH
                and one.over[0] >= _LEAST_DB
                and one.over[1] >= _LEAST_SEMITONES
            ):
                yield _marker(one, speaker, score, len(placed))


def _beyond_usual(placed: Sequence[_Placed]) -> Floats:
    """How far each word is above what is usual at its place in a phrase."""
    over = np.array([one.over for one in placed])
    usual = np.tile(np.median(over, axis=0), (len(placed), 1))
    for place in (_Place.FIRST, _Place.LAST):
        there = np.array([one.place is place for one in placed])
        if there.sum() >= _LEAST_OF_PLACE:
            usual[there] = np.median(over[there], axis=0)
    beyond: Floats = over - usual
    return beyond


def _place(words: Sequence[Word], number: int) -> _Place:
    if not number or words[number].start_ms - words[number - 1].end_ms >= _PHRASE_GAP_MS:
        return _Place.FIRST
    if number == len(words) - 1 or words[number + 1].start_ms - words[number].end_ms >= _PHRASE_GAP_MS:
        return _Place.LAST
    return _Place.WITHIN


def _marker(one: _Placed, speaker: str, score: float, words: int) -> Marker:
    return Marker(
        kind=MarkerKind.EMPHASIS,
        start_ms=one.word.start_ms,
        end_ms=one.word.end_ms,
        speaker=speaker,
        strength=round(score, 2),
        confidence=round(min(0.9, 0.5 + (score - LEAST_SCORE) / 7) * one.word.confidence, 3),
        rules=RULES_VERSION,
        utterance=one.utterance,
        evidence={
            "louder_db": round(float(one.over[0]), 1),
            "higher_semitones": round(float(one.over[1]), 1),
            "times_as_long": round(float(2 ** one.over[2]), 2),
            "words": float(words),
        },
    )


def _placed(track: Track, utterance: int, words: Sequence[Word]) -> Iterator[_Placed]:
    measured = np.array([_measured(track, word) for word in words])
    for place, word in enumerate(words):
        beside = np.concatenate(
            (measured[max(0, place - NEIGHBOURS) : place], measured[place + 1 : place + 1 + NEIGHBOURS])
        )
        known = ~np.isnan(beside)
        if np.isnan(measured[place]).any() or (known.sum(axis=0) < _LEAST_NEIGHBOURS).any():
            continue
        over = measured[place] - np.nanmedian(beside, axis=0)
        yield _Placed(word, utterance, _place(words, place), over)


def _measured(track: Track, word: Word) -> tuple[float, float, float]:
    """Level in dB, pitch in semitones, length a letter as a power of two; not a number where there is too little."""
    rows = track.rows(word.start_ms, word.end_ms)
    level, pitch = track.level[rows], track.pitch[rows]
    letters = sum(one.isalnum() for one in word.text)
    if len(level) < _LEAST_FRAMES or not letters:
        return float("nan"), float("nan"), float("nan")
    loud = float(np.quantile(level, 0.8))
    voiced = (track.voicing[rows] >= VOICED) & (pitch > 0) & (level > loud - _WITHIN_DB)
    if voiced.sum() < _LEAST_FRAMES:
        return loud, float("nan"), float("nan")
    high = float(np.quantile(12 * np.log2(pitch[voiced] / _SEMITONE_ZERO_HZ), 0.8))
    # A word's first sounds take time however short it is.
    return loud, high, log2((word.end_ms - word.start_ms) / (letters + 2))
