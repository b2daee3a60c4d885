"""Rate and loudness of every utterance: what a line over the interview is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from models.intervals import covered_ms, within
from models.loudness import Levels
from models.markers.rules import RULES_VERSION
from models.values import Marker, MarkerKind, Span, Utterance

# Fewer words or less speech say nothing about a person's rate or level.
_LEAST_WORDS = 3
_LEAST_SPEECH_MS = 500


def find_rates(utterances: Sequence[Utterance], speech: Sequence[Span]) -> Iterator[Marker]:
    """Words a second of speech, pauses left out, for each utterance long enough. Strength: words/s."""
    for utterance in utterances:
        spoken_ms = covered_ms(Span(utterance.start_ms, utterance.end_ms), speech)
        if len(utterance.words) < _LEAST_WORDS or spoken_ms < _LEAST_SPEECH_MS:
            continue
        yield Marker(
            kind=MarkerKind.RATE,
            start_ms=utterance.start_ms,
            end_ms=utterance.end_ms,
            speaker=utterance.speaker,
            strength=round(len(utterance.words) * 1000 / spoken_ms, 3),
            confidence=round(sum(word.confidence for word in utterance.words) / len(utterance.words), 3),
            rules=RULES_VERSION,
            utterance=utterance.id,
            evidence={"words": float(len(utterance.words)), "speech_ms": float(spoken_ms)},
        )


def find_loudness(
    utterances: Sequence[Utterance], speech: Sequence[Span], levels: Levels
) -> Iterator[Marker]:
    """Level of each utterance against the median of its speaker's. Strength: dB, above the median positive."""
    measured: list[tuple[Utterance, int, float]] = []
    for utterance in utterances:
        whole = Span(utterance.start_ms, utterance.end_ms)
        heard = within(whole, speech)
        spoken_ms = sum(span.length_ms for span in heard)
        level = levels.of(heard)
        if spoken_ms >= _LEAST_SPEECH_MS and level is not None:
            measured.append((utterance, spoken_ms, level))
    usual = {
        speaker: median(level for utterance, _, level in measured if utterance.speaker == speaker)
        for speaker in {utterance.speaker for utterance, _, _ in measured}
    }
    for utterance, spoken_ms, level in measured:
        yield Marker(
            kind=MarkerKind.LOUDNESS,
            start_ms=utterance.start_ms,
            end_ms=utterance.end_ms,
            speaker=utterance.speaker,
            strength=round(level - usual[utterance.speaker], 1),
            # A level settles within a few seconds of speech.
            confidence=round(min(1.0, spoken_ms / 2_000), 3),
            rules=RULES_VERSION,
            utterance=utterance.id,
            evidence={"level_db": round(level, 1), "median_db": round(usual[utterance.speaker], 1)},
        )
