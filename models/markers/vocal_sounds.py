"""Sounds of a person that are no words: laughter, crying, breath, coughs.

Scores are YAMNet's logits for windows of 0.96 s every 0.48 s (:mod:`models.nuance.sound_events`). In a pause little
else sounds, so less is asked there than over words. Thresholds: chosen on the development clips, docs/markers.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.intervals import covered_ms, exclusive_turns, joined
from models.markers.material import Material
from models.markers.rules import RULES_VERSION
from models.nuance.runs import runs_of
from models.nuance.track import EVENT_MS, EVENT_WINDOW_MS, FRAME_MS, VOICED, Track
from models.values import Marker, MarkerKind, Span, Turn, Utterance


@dataclass(frozen=True, slots=True)
class VocalSound:
    """A kind of sound: its classes, and the least logit in pauses and over words (None: never marked there)."""

    kind: MarkerKind
    classes: tuple[str, ...]
    in_pause: float
    over_words: float | None


LAUGHTER = VocalSound(
    MarkerKind.LAUGHTER,
    ("Laughter", "Baby laughter", "Giggle", "Snicker", "Belly laugh", "Chuckle, chortle"),
    -2.4,
    -3.2,
)
CRYING = VocalSound(MarkerKind.CRYING, ("Crying, sobbing", "Whimper", "Wail, moan"), -2.4, None)
BREATH = VocalSound(
    MarkerKind.BREATH, ("Sigh", "Breathing", "Wheeze", "Gasp", "Pant", "Snort", "Sniff"), -0.8, None
)
COUGH = VocalSound(MarkerKind.COUGH, ("Cough", "Throat clearing", "Sneeze"), -0.1, 1.4)
VOCAL_SOUNDS = (LAUGHTER, CRYING, BREATH, COUGH)

# Over words a sound must stand out among the others: read speech has scores as high, but never alone. So must weak
# laughter in a pause.
_STANDS_OUT = 2.0
_WEAK_LAUGHTER = -4.0
# Laughter from afar or beside others' speech is fainter still. It counts where it is the strongest of the sounds and
# speech, which it sounds like, is no more than so much above it.
_FAINT_LAUGHTER, _FAINT_BELOW_SPEECH, _FAINT_STANDS_OUT = -4.6, 4.0, 0.7
_FAINT_OVER_WORDS, _OVER_WORDS_BELOW_SPEECH, _OVER_WORDS_STANDS_OUT = -3.9, 5.4, 2.2
# Coughs come with breath and sound like it: they are named only where they are clearly more.
_MORE_THAN_BREATH = 2.9
# Laughter has something of crying and of breath, and these of it: how much higher the others may be.
_LESS_THAN_CRYING, _LESS_THAN_BREATH = 1.6, 2.0
# Panting is breath with a little voice: crying has as much of the one as of the other.
_CRYING_IN_BREATH = 1.0
# Sobbing is breath and voice in turn: in a sound this long crying is a candidate beside breath.
_SOBBING_MS = 2_500
_SOBBING = -1.6
_LEAST_FREE = 0.5
_MUSIC = ("Music", "Singing")
_SPEECH = ("Speech",)
# No class finds throat clearing, which scores as breath. It is short and begins at once, with some voice in it; breath
# has none and swells.
_LONGEST_THROAT_MS = 1_200
_LEAST_VOICED = 0.1
_ONSET_DB, _ONSET_FRAMES = 28.0, 2
_WORD_EDGE_MS = 60
# The track alone told it from breath, on few people.
_MOST_SURE_OF_THROAT = 0.45
# How far below its loudest moment a sound still counts.
_RANGE_DB = 20.0

Float32 = NDArray[np.float32]
Flags = NDArray[np.bool_]
_Scores = Mapping[MarkerKind, Float32]


def find_vocal_sounds(material: Material) -> Iterator[Marker]:
    """One marker for each sound, and a second one where it may be crying as well. Strength: seconds."""
    track = material.track
    if track is None or not track.classes:
        return
    scores = {one.kind: _score(track, one.classes) for one in VOCAL_SOUNDS}
    words = joined(
        Span(word.start_ms, word.end_ms) for utterance in material.utterances for word in utterance.words
    )
    windows = [Span(row * EVENT_MS, row * EVENT_MS + EVENT_WINDOW_MS) for row in range(len(track.events))]
    free = np.array([1 - covered_ms(window, words) / EVENT_WINDOW_MS for window in windows])
    in_pause = free >= _LEAST_FREE
    musical = _score(track, _MUSIC) >= np.max(list(scores.values()), axis=0) + _STANDS_OUT
    floor = exclusive_turns(material.turns)
    for first, end in runs_of(_heard(scores, _score(track, _SPEECH), in_pause) & ~musical):
        rows = slice(first, end)
        paused = bool(in_pause[rows].any())
        span = _sounding(track, rows, words if paused else ())
        for kind in _kinds(
            {one: float(of[rows].max()) for one, of in scores.items()}, paused, span.length_ms
        ):
            marker = _marker(kind, span, rows, scores, paused, material, floor)
            yield _as_throat(marker, track, words) if kind is MarkerKind.BREATH else marker


def _heard(scores: _Scores, speech: Float32, in_pause: Flags) -> Flags:
    """The windows in which some sound is heard."""
    heard: Flags = np.zeros(len(in_pause), dtype=bool)
    for sound in VOCAL_SOUNDS:
        own = scores[sound.kind]
        others = np.max([scores[one] for one in scores if one is not sound.kind], axis=0)
        heard |= in_pause & (own >= sound.in_pause)
        if sound.over_words is not None:
            heard |= ~in_pause & (own >= sound.over_words) & (own >= others + _STANDS_OUT)
        if sound is LAUGHTER:
            heard |= in_pause & (own >= _WEAK_LAUGHTER) & (own >= others + _STANDS_OUT)
            heard |= (
                in_pause
                & (own >= _FAINT_LAUGHTER)
                & (own >= others + _FAINT_STANDS_OUT)
                & (own >= speech - _FAINT_BELOW_SPEECH)
            )
            heard |= (
                ~in_pause
                & (own >= _FAINT_OVER_WORDS)
                & (own >= others + _OVER_WORDS_STANDS_OUT)
                & (own >= speech - _OVER_WORDS_BELOW_SPEECH)
            )
    return heard


def _kinds(best: Mapping[MarkerKind, float], paused: bool, length_ms: int) -> tuple[MarkerKind, ...]:
    """What a sound is called, by its highest scores."""
    laughter, crying, breath, cough = (best[sound.kind] for sound in VOCAL_SOUNDS)
    laughs = laughter >= crying - _LESS_THAN_CRYING and laughter >= breath - _LESS_THAN_BREATH
    if cough >= COUGH.in_pause and cough >= breath + _MORE_THAN_BREATH and cough > laughter + _STANDS_OUT:
        return (MarkerKind.COUGH,)
    if laughs and (laughter >= _WEAK_LAUGHTER or laughter > max(crying, breath, cough)):
        return (MarkerKind.LAUGHTER,)
    if not paused:
        return ()
    if crying >= CRYING.in_pause and crying >= breath - _CRYING_IN_BREATH:
        return (MarkerKind.CRYING,)
    sound = MarkerKind.BREATH if max(breath, cough) >= BREATH.in_pause else MarkerKind.CRYING
    if sound is MarkerKind.BREATH and crying >= _SOBBING and length_ms >= _SOBBING_MS:
        return (sound, MarkerKind.CRYING)
    return (sound,) if best[sound] >= CRYING.in_pause or sound is MarkerKind.BREATH else ()


def _marker(
    kind: MarkerKind,
    span: Span,
    rows: slice,
    scores: _Scores,
    paused: bool,
    material: Material,
    floor: Sequence[Turn],
) -> Marker:
    own = float(scores[kind][rows].max())
    other = max(float(scores[one][rows].max()) for one in scores if one is not kind)
    middle = (span.start_ms + span.end_ms) // 2
    # Where nobody has the turn nobody is named: anybody may have laughed.
    speaker = next((one.speaker for one in floor if one.start_ms <= middle < one.end_ms), None)
    return Marker(
        kind=kind,
        subtype="in_pause" if paused else "over_words",
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        speaker=speaker,
        strength=round(span.length_ms / 1000, 3),
        confidence=_confidence(kind, own, own - other),
        rules=RULES_VERSION,
        utterance=_utterance_at(material.utterances, middle, speaker),
        evidence={"score": round(own, 2), "other": round(other, 2)},
    )


def _as_throat(breath: Marker, track: Track, words: Sequence[Span]) -> Marker:
    """The breath as a cough, where the track shows what a throat clearing is."""
    rows = _beside(breath, track, words)
    level = track.level[rows]
    if len(level) <= _ONSET_FRAMES:
        return breath
    loud = level >= level.max() - _RANGE_DB
    voiced = float(np.mean(track.voicing[rows][loud] >= VOICED))
    onset = float(np.max(level[_ONSET_FRAMES:] - level[:-_ONSET_FRAMES]))
    if np.count_nonzero(loud) * FRAME_MS > _LONGEST_THROAT_MS or voiced < _LEAST_VOICED or onset < _ONSET_DB:
        return breath
    return replace(
        breath,
        kind=MarkerKind.COUGH,
        confidence=min(breath.confidence, _MOST_SURE_OF_THROAT),
        evidence={**breath.evidence, "voiced": round(voiced, 2), "onset_db": round(onset, 1)},
    )


def _beside(sound: Marker, track: Track, words: Sequence[Span]) -> slice:
    """The sound's frames with how it begins and ends, but with nothing of words beside it."""
    before = Span(sound.start_ms - _WORD_EDGE_MS, sound.start_ms)
    after = Span(sound.end_ms, sound.end_ms + _WORD_EDGE_MS)
    return track.rows(
        sound.start_ms + (_WORD_EDGE_MS if covered_ms(before, words) else -_WORD_EDGE_MS),
        sound.end_ms + (-_WORD_EDGE_MS if covered_ms(after, words) else _WORD_EDGE_MS),
    )


def _confidence(kind: MarkerKind, own: float, margin: float) -> float:
    """From 0.3 for what might as well be another sound to 0.95 for what is loud and clear."""
    sure = 0.5 + 0.1 * margin + 0.05 * own
    # Crying is always for a person to judge: half of what was marked in the development clips was another sound.
    return round(float(np.clip(sure, 0.3, 0.5 if kind is MarkerKind.CRYING else 0.95)), 3)


def _sounding(track: Track, rows: slice, words: Sequence[Span]) -> Span:
    """The windows' time, without the silence and the words at its edges."""
    start, end = rows.start * EVENT_MS, (rows.stop - 1) * EVENT_MS + EVENT_WINDOW_MS
    middle = (start + end) // 2
    for word in words:
        if start < word.end_ms <= middle:
            start = word.end_ms
        if middle <= word.start_ms < end:
            end = word.start_ms
            break
    end = min(end, track.duration_ms)
    frames = track.rows(start, end)
    level = track.level[frames]
    if len(level):
        loud = np.flatnonzero(level >= level.max() - _RANGE_DB)
        start = round((frames.start + int(loud[0])) * FRAME_MS)
        end = min(end, round((frames.start + int(loud[-1]) + 1) * FRAME_MS))
    return Span(min(start, track.duration_ms - 1), max(end, min(start, track.duration_ms - 1) + 1))


def _utterance_at(utterances: Sequence[Utterance], ms: int, speaker: str | None) -> int | None:
    """The utterance around the moment, else the last one before it."""
    before = [one for one in utterances if one.start_ms <= ms and speaker in (None, one.speaker)]
    return before[-1].id if before else None


def _score(track: Track, classes: Sequence[str]) -> Float32:
    chosen = [track.classes.index(name) for name in classes]
    best: Float32 = track.events[:, chosen].max(axis=1, initial=-100)
    return best
