"""Which markers a person may add."""

from __future__ import annotations

from collections.abc import Mapping

from models.values import MarkerKind

MEASURES = frozenset(
    {
        MarkerKind.RATE,
        MarkerKind.LOUDNESS,
        MarkerKind.LATENCY,
        MarkerKind.ACTIVATION,
        MarkerKind.DIMENSIONS,
    }
)
"""Kinds that are a number of every utterance, stretch or answer: there is nothing to add."""

SUBTYPES: Mapping[MarkerKind, tuple[str, ...]] = {
    MarkerKind.PAUSE: ("within_turn", "between_turns", "before_answer", "after_question"),
    MarkerKind.VOLUME: ("raised", "lowered"),
    MarkerKind.TEMPO: ("faster", "slower"),
    MarkerKind.PITCH: ("higher", "lower", "monotone", "lively"),
    MarkerKind.VOICE: ("whisper", "creak", "falsetto"),
    MarkerKind.DISFLUENCY: ("repetition", "false_start", "cut_off"),
    MarkerKind.VOICE_BREAK: ("jump", "loss"),
    MarkerKind.SHIFT: ("pitch", "level", "tempo", "pausing"),
}
"""What refines a kind. Of a kind that is not here there is one sort only."""

ADDABLE = tuple(kind for kind in MarkerKind if kind not in MEASURES)
"""The kinds a person may add, in the order of docs/markers.md."""

SHORTEST_MS, LONGEST_MS = 50, 600_000
"""A marker is of a moment: between what one can hear apart and ten minutes."""
LONGEST_NOTE = 2_000


class JudgementRefused(Exception):  # noqa: N818 - reads as what happened
    """The judgement can't be made; ``str()`` says why, without a word of the transcript."""


def check_addable(
    kind: MarkerKind, subtype: str | None, start_ms: int, end_ms: int, duration_ms: int
) -> None:
    """Raises :class:`JudgementRefused` when no such marker can be added there."""
    if kind in MEASURES:
        raise JudgementRefused("This is measured wherever it can be. It can't be added by hand.")
    known = SUBTYPES.get(kind, ())
    if subtype is None and known and kind is not MarkerKind.PAUSE:
        raise JudgementRefused(f"Say which: {', '.join(known)}.")
    if subtype is not None and subtype not in known:
        raise JudgementRefused("There is no such sort of this kind of marker.")
    if not SHORTEST_MS <= end_ms - start_ms <= LONGEST_MS:
        raise JudgementRefused("A marker lasts from 50 ms to ten minutes.")
    if end_ms > duration_ms:
        raise JudgementRefused("The marker would end after the interview does.")
