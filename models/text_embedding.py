"""Sentences as vectors that lie close when they mean the same."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.problems import ProblemCode, RecordingProblem

_BATCH = 64


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

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A vector of length 1 for each text: (len(texts), dimension), in their order."""
        if not texts:
            return np.zeros((0, 1), dtype=np.float32)
        vectors: NDArray[np.float32] = self._model.encode(
            list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors
