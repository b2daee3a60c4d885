"""Values of a dimensional emotion model for stretches of a recording; what it was trained on decides what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.audio.samples import Samples
from models.dimensions.described import DIMENSIONS, checked
from models.problems import ProblemCode, RecordingProblem
from models.values import Marker, MarkerKind, Provenance, Span, Utterance

LEAST_MS = 1_000
"""Less speech than this says little: models of this kind are trained on utterances of seconds."""

UNCERTAIN = 0.5
"""Such a model does not say how sure it is, and nobody measured it on these voices."""

Float32 = NDArray[np.float32]


class DimensionModel:
    """An ONNX network from a folder with its ``model.toml``. Raises :class:`RecordingProblem` when it can't be used."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.described = checked(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / self.described.file), options, providers=["CPUExecutionProvider"]
            )
        except Exception:
            raise RecordingProblem(ProblemCode.MODEL_DAMAGED) from None
        names = {one.name for one in self._session.get_outputs()}
        inputs = {one.name for one in self._session.get_inputs()}
        wanted = {one.output for one in self.described.outputs.values()}
        if not wanted <= names or inputs != {self.described.input}:
            raise RecordingProblem(ProblemCode.MODEL_DAMAGED)

    @property
    def provenance(self) -> Provenance:
        """What made the values, with the licence they come under."""
        known = self.described
        return Provenance(
            "dimensions",
            known.name,
            known.version,
            {"licence": known.licence, "attribution": known.attribution, "sha256": known.sha256},
        )

    def estimate(self, audio: Float32) -> dict[str, float]:
        """Each dimension the model has, 0 to 1, of samples of one channel at 16 kHz from -1 to 1."""
        heard = audio
        if self.described.normalised:
            heard = (audio - audio.mean()) / np.sqrt(audio.var() + np.float32(1e-7))
        wanted = sorted({one.output for one in self.described.outputs.values()})
        given = self._session.run(wanted, {self.described.input: heard[None].astype(np.float32)})
        flat = {name: np.asarray(value).reshape(-1) for name, value in zip(wanted, given, strict=True)}
        values = {}
        for name in DIMENSIONS:
            output = self.described.outputs.get(name)
            if output is None:
                continue
            if output.index >= len(flat[output.output]):
                raise RecordingProblem(ProblemCode.MODEL_DAMAGED)
            share = (float(flat[output.output][output.index]) - output.low) / (output.high - output.low)
            values[name] = round(min(1.0, max(0.0, share)), 3)
        return values


def find_dimensions(
    model: DimensionModel, samples: Samples, utterances: Iterable[Utterance]
) -> Iterator[Marker]:
    """A marker for each stretch of an utterance: utterances of a second or more, in equal pieces that the model takes.

    Strength: the first dimension the model has, 0 to 1. Who else speaks meanwhile is heard too.
    """
    window_ms = round(model.described.window_s * 1000)
    for utterance in utterances:
        for span in _pieces(utterance, window_ms):
            values = model.estimate(samples.read(span))
            yield Marker(
                MarkerKind.DIMENSIONS,
                span.start_ms,
                span.end_ms,
                utterance.speaker,
                next(iter(values.values())),
                UNCERTAIN,
                model.described.made_by,
                utterance=utterance.id,
                evidence=values,
            )


def _pieces(utterance: Utterance, window_ms: int) -> Iterator[Span]:
    length_ms = utterance.end_ms - utterance.start_ms
    if length_ms < LEAST_MS:
        return
    count = -(-length_ms // window_ms)
    for number in range(count):
        start = utterance.start_ms + number * length_ms // count
        yield Span(start, utterance.start_ms + (number + 1) * length_ms // count)
