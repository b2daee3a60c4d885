"""How much texts mean the same: by their vectors as wholes, and word by word.

As wholes, texts on the same subject are alike although one lacks what the other is about ("Have you been around
anyone?", "Have you been abroad?"). So each word is also laid on the most similar word of the other text, in both
directions, and counts the more the rarer it is (BERTScore: Zhang et al., ICLR 2020). What all of them have in common is
taken out of the vectors first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.text_embedding import TextVectors

_ROWS_AT_A_TIME = 4096  # of word pieces: 16 MB for a guide of a thousand


def likeness(said: TextVectors, asked: TextVectors) -> NDArray[np.float64]:
    """How alike each text of ``said`` is to each of ``asked``: (said, asked), mostly 0 to 1, below 0 when opposed.

    The mean of two: the cosine of the texts, and that of their words.
    """
    return (_wholes(said, asked) + _words(said, asked)) / 2


def _wholes(said: TextVectors, asked: TextVectors) -> NDArray[np.float64]:
    by_text: NDArray[np.float64] = _without_common(said.texts) @ _without_common(asked.texts).T
    return by_text


def _words(said: TextVectors, asked: TextVectors) -> NDArray[np.float64]:
    if not said.pieces or not asked.pieces:
        return np.zeros((len(said.pieces), len(asked.pieces)))
    vectors = np.concatenate([*said.piece_vectors, *asked.piece_vectors])
    centred = _without_common(vectors).astype(np.float32)
    weight_of = _weights([*said.pieces, *asked.pieces])
    weights = [
        np.array([weight_of[piece] for piece in text], dtype=np.float64)
        for text in (*said.pieces, *asked.pieces)
    ]
    said_weights, asked_weights = weights[: len(said.pieces)], weights[len(said.pieces) :]
    said_starts, asked_starts = _starts(said.pieces), _starts(asked.pieces)
    split = sum(len(text) for text in said.pieces)
    asked_vectors = centred[split:].T
    # For each word the nearest of the other text.
    of_said = np.empty((split, len(asked.pieces)), dtype=np.float32)
    of_asked = np.empty((len(said.pieces), asked_vectors.shape[1]), dtype=np.float32)
    for first, last in _portions(said.pieces):
        rows = slice(said_starts[first], said_starts[last] if last < len(said_starts) else split)
        near = centred[rows] @ asked_vectors
        of_said[rows] = np.maximum.reduceat(near, asked_starts, axis=1)
        of_asked[first:last] = np.maximum.reduceat(near, said_starts[first:last] - rows.start, axis=0)
    in_said = np.add.reduceat(of_said * np.concatenate(said_weights)[:, None], said_starts, axis=0)
    in_asked = np.add.reduceat(of_asked * np.concatenate(asked_weights)[None, :], asked_starts, axis=1)
    in_said /= np.array([one.sum() for one in said_weights])[:, None]
    in_asked /= np.array([one.sum() for one in asked_weights])[None, :]
    mean: NDArray[np.float64] = (in_said + in_asked) / 2
    return mean


def _portions(texts: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The texts in portions of few enough words for the memory."""
    found: list[tuple[int, int]] = []
    first, words = 0, 0
    for place, text in enumerate(texts):
        words += len(text)
        if words >= _ROWS_AT_A_TIME or place == len(texts) - 1:
            found.append((first, place + 1))
            first, words = place + 1, 0
    return found


def _starts(texts: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    return np.cumsum([0, *(len(text) for text in texts)])[:-1]


def _weights(texts: Sequence[Sequence[int]]) -> dict[int, float]:
    """How much a word piece counts: the logarithm of how few of the texts have it."""
    having = Counter(piece for text in texts for piece in set(text))
    return {piece: float(np.log((len(texts) + 1) / (count + 0.5))) for piece, count in having.items()}


def _without_common(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The vectors without their mean, of length 1 again. One alone has nothing in common with others."""
    centred = vectors.astype(np.float64)
    if len(vectors) > 1:
        centred = centred - centred.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return centred / np.where(lengths == 0, 1.0, lengths)
