"""Which of the local speakers of all windows are the same person."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyannote.audio.pipelines.clustering import AgglomerativeClustering
from pyannote.core import SlidingWindow, SlidingWindowFeature

NOBODY = -2
"""The voice of a local speaker who is silent in the window."""

# Of pyannote's tuned recipe with CAM++ vectors, see docs/benchmarks.md.
THRESHOLD = 0.7
MIN_CLUSTER_SIZE = 12
# Clustering takes memory with the square of the vectors: 6,000 take 150 MB. More are thinned out evenly for
# finding the voices; all are assigned.
_MOST_VECTORS = 6_000
# A quarter of a window of 10 s: 2.5 s of speech know a voice well.
_LONG_SHARE = 0.25
# Told to find two, clustering splits one person's speech too. The halves lie close (cosine distance of the mean
# vectors, measured on 16 single voices: 0.04-0.20, once 0.34), two people far (12 pairs: 0.58-0.90).
SAME_VOICE_BELOW = 0.42


class _Thinned(AgglomerativeClustering):
    def filter_embeddings(
        self,
        embeddings: NDArray[Any],
        segmentations: SlidingWindowFeature | None = None,
        min_active_ratio: float = 0.2,
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        kept, windows, speakers = super().filter_embeddings(embeddings, segmentations, min_active_ratio)
        if not len(kept):
            # Nobody speaks long enough alone: every vector there is must do.
            windows, speakers = np.where(~np.isnan(embeddings).any(axis=2))
            kept = embeddings[windows, speakers]
        chosen = np.unique(np.linspace(0, len(kept) - 1, _MOST_VECTORS).astype(int))
        return kept[chosen], windows[chosen], speakers[chosen]


def cluster_voices(
    vectors: NDArray[np.float32], local: NDArray[np.float32], speakers: int | None
) -> NDArray[np.int8]:
    """The person behind each (window, local speaker): numbers from 0, :data:`NOBODY` where nobody is.

    ``vectors`` (windows, local speakers, dimension) may hold NaN; ``local`` (windows, frames, local
    speakers) is 0 and 1. With a given number of ``speakers`` that many are found, unless the voices
    are the same person's.
    """
    silent = local.sum(axis=1) == 0
    unknown = np.isnan(vectors).any(axis=2)
    if unknown.all():
        return np.where(silent, NOBODY, 0).astype(np.int8)
    assigned = _assign(vectors, local, speakers)
    if speakers == 2 and assigned.max() == 1 and _same_voice(vectors, assigned, unknown | silent):
        assigned = np.zeros_like(assigned)
    assigned[silent] = NOBODY
    return assigned.astype(np.int8)


def _assign(
    vectors: NDArray[np.float32], local: NDArray[np.float32], speakers: int | None
) -> NDArray[np.int64]:
    clustering = _Thinned(metric="cosine")
    clustering.instantiate(
        {"method": "centroid", "threshold": THRESHOLD, "min_cluster_size": MIN_CLUSTER_SIZE}
    )
    windows = SlidingWindowFeature(local, SlidingWindow(start=0.0, duration=1.0, step=1.0))
    # pyannote reports on standard output, which is not its own here.
    with contextlib.redirect_stdout(io.StringIO()):
        assigned, _, _ = clustering(embeddings=vectors.copy(), segmentations=windows, num_clusters=speakers)
    return np.asarray(assigned, dtype=np.int64)


def _same_voice(
    vectors: NDArray[np.float32], assigned: NDArray[np.int64], left_out: NDArray[np.bool_]
) -> bool:
    return voice_distance(vectors, assigned, left_out) < SAME_VOICE_BELOW


def mean_voices(
    vectors: NDArray[np.float32], local: NDArray[np.float32], voices: NDArray[np.int8]
) -> dict[str, NDArray[np.float32]]:
    """What each voice sounds like: the mean of its vectors, those of little speech left out if there are others."""
    known = (voices != NOBODY) & ~np.isnan(vectors).any(axis=2)
    long = local.sum(axis=1) >= _LONG_SHARE * local.shape[1]
    means: dict[str, NDArray[np.float32]] = {}
    for voice in np.unique(voices[known]):
        own = known & (voices == voice)
        chosen = vectors[own & long] if (own & long).any() else vectors[own]
        means[str(voice)] = (chosen / np.linalg.norm(chosen, axis=1, keepdims=True)).mean(axis=0)
    return means


def voice_distance(
    vectors: NDArray[np.float32], assigned: NDArray[np.int64], left_out: NDArray[np.bool_]
) -> float:
    """The cosine distance, 0 to 2, of the mean vectors of voices 0 and 1; 0 when one has none."""
    groups = [vectors[(assigned == voice) & ~left_out] for voice in (0, 1)]
    if any(not len(group) for group in groups):
        return 0.0
    first, second = (group.mean(axis=0, dtype=np.float64) for group in groups)
    return float(1 - first @ second / np.linalg.norm(first) / np.linalg.norm(second))
