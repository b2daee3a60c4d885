"""Words that are taken back, and places where such words and silences come thick."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from models.markers.rules import RULES_VERSION
from models.values import Disfluency, Marker, MarkerKind, Utterance, Word

# So many signs within so long are heard as hesitating. Read sentences have about one in a hundred words (Shriberg 1994
# counts six in talk), so three within five seconds of talk (some 15 words) are three times what is usual.
CLUSTER = 3
CLUSTER_MS = 5_000
# A silence between words from half a second on is heard as one even where a phrase goes on (Heldner & Edlund 2010).
_SILENCE_MS = 500

_TAKEN_BACK = (Disfluency.REPETITION, Disfluency.FALSE_START, Disfluency.CUT_OFF)


def find_disfluencies(utterances: Sequence[Utterance]) -> Iterator[Marker]:
    """Runs of words said again, given up or cut off, by what they are. Strength: words."""
    for utterance in utterances:
        for what, group in groupby(utterance.words, key=lambda word: word.disfluency):
            if what not in _TAKEN_BACK:
                continue
            words = tuple(group)
            yield Marker(
                kind=MarkerKind.DISFLUENCY,
                subtype=str(what),
                start_ms=words[0].start_ms,
                end_ms=words[-1].end_ms,
                speaker=utterance.speaker,
                strength=float(len(words)),
                confidence=round(sum(word.confidence for word in words) / len(words), 3),
                rules=RULES_VERSION,
                utterance=utterance.id,
                evidence={"words": float(len(words))},
            )


def find_hesitations(utterances: Sequence[Utterance]) -> Iterator[Marker]:
    """Stretches of an utterance with three signs of hesitating or more within five seconds. Strength: signs."""
    for utterance in utterances:
        signs = sorted(_signs(utterance.words))
        first = 0
        while first < len(signs):
            end = first + 1
            # Goes on as long as the next sign lies within five seconds of the last but one.
            while end < len(signs) and (
                signs[end][1] - signs[max(first, end - CLUSTER + 1)][0] <= CLUSTER_MS
            ):
                end += 1
            if end - first >= CLUSTER:
                cluster = signs[first:end]
                yield Marker(
                    kind=MarkerKind.HESITATION,
                    start_ms=cluster[0][0],
                    end_ms=max(one[1] for one in cluster),
                    speaker=utterance.speaker,
                    strength=float(len(cluster)),
                    confidence=round(min(0.9, 0.5 + 0.1 * (len(cluster) - CLUSTER)), 3),
                    rules=RULES_VERSION,
                    utterance=utterance.id,
                    evidence={
                        "signs": float(len(cluster)),
                        "silences": float(sum(silent for _, _, silent in cluster)),
                    },
                )
                first = end
            else:
                first += 1


def _signs(words: Sequence[Word]) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each disfluent run of words and each silence between words, and whether it is a silence."""
    for what, group in groupby(words, key=lambda word: word.disfluency):
        run = tuple(group)
        if what is not None:
            yield run[0].start_ms, run[-1].end_ms, False
    for before, after in pairwise(words):
        if after.start_ms - before.end_ms >= _SILENCE_MS:
            yield before.end_ms, after.start_ms, True
