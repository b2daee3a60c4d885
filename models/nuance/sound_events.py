"""Which sounds are heard, by YAMNet: laughter, coughs, breath, and what they are mistaken for.

The front end is that of YAMNet (Hershey et al. 2017, CNN architectures for large-scale audio classification; the
parameters are those of the published model): windows of 25 ms every 10 ms, 64 mel bands from 125 to 7,500 Hz, the
logarithm of their sum. The network takes 0.96 s at a time and gives a score for each class of AudioSet.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from models.nuance.track import EVENT_STEP, EVENT_ZERO
from models.values import SAMPLE_RATE

CLASSES = (
    "Speech", "Shout", "Screaming", "Whispering", "Laughter", "Baby laughter", "Giggle", "Snicker", "Belly laugh",
    "Chuckle, chortle", "Crying, sobbing", "Whimper", "Wail, moan", "Sigh", "Singing", "Humming", "Groan", "Grunt",
    "Breathing", "Wheeze", "Snoring", "Gasp", "Pant", "Snort", "Cough", "Throat clearing", "Sneeze", "Sniff", "Music",
    "Silence",
)  # fmt: skip
"""The classes a track keeps, by AudioSet's names."""

PATCH = 96
"""Spectra the network hears at once: 0.96 s."""

_STEP = 160
_WINDOW = 400
_TRANSFORM = 512
_MELS, _LOWEST_HZ, _HIGHEST_HZ = 64, 125.0, 7_500.0
# Scale of the 8-bit network's input: what a step is, and which step is 0.
_IN_STEP, _IN_ZERO = 0.04794, 144
_MODEL, _CLASS_MAP = "model.onnx", "yamnet_class_map.csv"

Float32 = NDArray[np.float32]


class SoundEvents:
    """YAMNet from an installed folder."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            str(folder / _MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        with (folder / _CLASS_MAP).open(encoding="utf-8", newline="") as handle:
            places = {row["display_name"]: int(row["index"]) for row in csv.DictReader(handle)}
        self._chosen = [places[name] for name in CLASSES]

    def score(self, spectra: Float32) -> Float32:
        """Logits of :data:`CLASSES` for spectra of 0.96 s, shaped (count, 96, 64)."""
        stepped = np.clip(np.round(spectra / _IN_STEP + _IN_ZERO), 0, 255).astype(np.uint8)
        rows = [self._session.run(None, {self._input: one[None, None]})[0].reshape(-1) for one in stepped]
        if not rows:
            return np.zeros((0, len(CLASSES)), np.float32)
        chosen: Float32 = np.stack(rows)[:, self._chosen].astype(np.float32)
        logits: Float32 = np.float32(EVENT_STEP) * (chosen - np.float32(EVENT_ZERO))
        return logits


def log_mel(audio: Float32) -> Float32:
    """Spectra every 10 ms, shaped (count, 64), of samples from -1 to 1."""
    if len(audio) < _WINDOW:
        return np.zeros((0, _MELS), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(audio, _WINDOW)[::_STEP]
    magnitude = np.abs(np.fft.rfft(windows * _HANN, _TRANSFORM, axis=1)).astype(np.float32)
    spectra: Float32 = np.log(magnitude @ _MEL + np.float32(0.001)).astype(np.float32)
    return spectra


def _mel_bands() -> Float32:
    hertz = np.linspace(0, SAMPLE_RATE / 2, _TRANSFORM // 2 + 1)
    low, high = _mel(np.array([_LOWEST_HZ, _HIGHEST_HZ]))
    edges = np.linspace(low, high, _MELS + 2)
    places = _mel(hertz)[:, None]
    rising = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    bands = np.maximum(0, np.minimum(rising, falling))
    bands[0] = 0
    whole: Float32 = bands.astype(np.float32)
    return whole


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """O'Shaughnessy's scale as HTK has it."""
    mels: NDArray[np.float64] = 1127 * np.log1p(hertz / 700)
    return mels


_MEL = _mel_bands()
_HANN = np.hanning(_WINDOW + 1)[:_WINDOW].astype(np.float32)
