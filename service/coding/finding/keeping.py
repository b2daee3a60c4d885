"""Keeping the vectors of released interviews up to date, in the background."""

from __future__ import annotations

import numpy as np

from service.coding.finding.meaning import Meanings, keep_meaning, utterance_texts, waiting_interview
from service.coding.store import CodingStore
from service.coding.writing import writing

_AT_ONCE = 64
"""Utterances between which somebody who asks has their turn."""


class KeepingMeanings:
    """Makes the vectors of one interview after the other."""

    def __init__(self, store: CodingStore, meanings: Meanings) -> None:
        self._store = store
        self._meanings = meanings

    def look(self) -> bool:
        """Make the vectors of an interview that has none, or other ones than it needs; whether there was one.

        Vectors of interviews that were taken back are forgotten.
        """
        model = self._meanings.model
        with self._store.engine.connect() as connection:
            self._meanings.forget_gone(connection)
            if model.missing is not None:
                return False
            found = waiting_interview(connection, model)
            if found is None:
                return False
            interview_id, revision = found
            said = utterance_texts(connection, interview_id)
        made = [
            model.vectors([text for _, _, text in said[start : start + _AT_ONCE]])
            for start in range(0, len(said), _AT_ONCE)
        ]
        vectors = np.concatenate(made) if made else np.zeros((0, 1), dtype=np.float32)
        with writing(self._store.engine) as connection:
            keep_meaning(connection, interview_id, revision, model.name, said, vectors)
        return True
