"""The text model of this machine, in a process of its own, for whoever compares texts by what they mean."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.problems import RecordingProblem
from models.registry.locate import locate
from models.registry.manifest import Task, default_manifest
from service.settings import Settings

if TYPE_CHECKING:
    from service.pipeline.child import ModelChild

HOST = "models.host:ModelHost"
NOT_INSTALLED = (
    "Meaning can't be compared here: the text model is not installed on this machine. Run: lytt models fetch. "
    "Or look for words."
)
NOT_POSSIBLE = (
    "Meaning can't be compared here: this installation runs no models. "
    "Look for words, such as feel* or word~."
)


class LocalTextModel:
    """A :class:`service.coding.finding.meaning.TextModel`. Any thread may ask; one is answered at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._child: ModelChild | None = None

    @property
    def name(self) -> str:
        return self._settings.text_model

    @property
    def missing(self) -> str | None:
        """Why it can't be used, and what to do; None where it can."""
        if find_spec("sentence_transformers") is None:
            return NOT_POSSIBLE
        try:
            locate(self._settings.text_model, self._settings.models_folder, Task.TEXT_EMBEDDING)
        except RecordingProblem:
            return NOT_INSTALLED
        return None

    def knows(self, language: str | None) -> bool:
        """Whether texts in ``language`` can be compared: unless the model is said to be for others only."""
        model = default_manifest().find(self._settings.text_model)
        return model is None or not model.languages or language in (None, "", *model.languages)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The texts as vectors of length 1: (texts, dimension). Raises RecordingProblem where the model can't work."""
        from service.pipeline.child import ModelChild
        from service.pipeline.stages import models_config

        with self._lock:
            if self._child is None:
                self._child = ModelChild(HOST, models_config(self._settings))
            found: NDArray[np.float32] = self._child.call("text_vectors", list(texts))
            return found

    def rest(self) -> None:
        """Give the memory of the model back when it was not asked for a while."""
        if self._child is not None:
            self._child.release_if_idle()

    def close(self) -> None:
        """End its process."""
        if self._child is not None:
            self._child.close()
