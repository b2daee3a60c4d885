"""Sentences as vectors that lie close when they mean the same, and so does each of their words."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.problems import ProblemCode, RecordingProblem

_BATCH = 32


@dataclass(frozen=True, slots=True)
class TextVectors:
    """Texts as vectors: each as a whole, and each of its word pieces where it stands."""

    texts: NDArray[np.float32]
    """(texts, dimension)"""
    pieces: tuple[tuple[int, ...], ...]
    """The numbers of each text's word pieces in the model's vocabulary."""
    piece_vectors: tuple[NDArray[np.float32], ...]
    """(pieces, dimension) for each text"""


def unit_vectors(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same vectors (rows) of length 1; what has no direction stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: NDArray[np.float32] = (vectors / np.where(lengths == 0, 1.0, lengths)).astype(np.float32)
    return result


class TextEmbedder:
    """A sentence-transformers model in a local folder."""

    def __init__(self, folder: Path) -> None:
        """Load it. Raises RecordingProblem ``MODEL_DAMAGED`` when it is not what it should be."""
        # It reports every load and encode at these levels, with a bar of its own.
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        silence: Any = transformers_logging.disable_progress_bar
        silence()
        try:
            self._model: Any = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, trust_remote_code=False
            )
        except (OSError, ValueError, KeyError, RuntimeError):
            raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None

    def embed(self, texts: Sequence[str]) -> TextVectors:
        """The vectors of each text, in their order. A text that occurs often is computed once."""
        if not texts:
            return TextVectors(np.zeros((0, 1), dtype=np.float32), (), ())
        once = list(dict.fromkeys(texts))
        found = dict(
            zip(
                once,
                self._model.encode(once, batch_size=_BATCH, output_value=None, show_progress_bar=False),
                strict=True,
            )
        )
        special = set(self._model.tokenizer.all_special_ids) - {self._model.tokenizer.unk_token_id}
        whole: list[NDArray[np.float32]] = []
        pieces: list[tuple[int, ...]] = []
        vectors: list[NDArray[np.float32]] = []
        for text in texts:
            one = found[text]
            numbers = one["input_ids"].tolist()
            # A text of nothing but blanks still has the marks of its beginning and end.
            kept = [place for place, number in enumerate(numbers) if number not in special] or [0]
            whole.append(one["sentence_embedding"].numpy())
            pieces.append(tuple(numbers[place] for place in kept))
            vectors.append(one["token_embeddings"][kept].numpy())
        return TextVectors(np.stack(whole), tuple(pieces), tuple(vectors))
