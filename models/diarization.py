"""Who spoke when: pyannote's segmentation in windows, a voice vector for each local speaker, clustering.

The method is that of Bredin, "pyannote.audio 2.1 speaker diarization pipeline: principle, benchmark, and recipe"
(Interspeech 2023), put together from the parts of pyannote.audio 4. Here the features are computed once, windows
are read from disk as they come, and voice vectors are computed in batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from pyannote.audio import Inference, Model, Pipeline
from pyannote.audio.pipelines.utils import SpeakerDiarizationMixin
from pyannote.audio.utils.powerset import Powerset
from pyannote.core import Annotation, SlidingWindow, SlidingWindowFeature

from models.audio.samples import Samples
from models.change_points import refine_changes
from models.intervals import exclusive_turns, filled_turns
from models.overlapped_speech import overlaps_of
from models.speaker_embedding import FRAMES_PER_SECOND, SpeakerEmbedder, fbank
from models.values import SAMPLE_RATE, Diarization, Progress, Span, Turn
from models.voice_check import check_voices
from models.voices import NOBODY, cluster_voices, mean_voices

WITHIN_TURN_MS = 500
"""A shorter silence doesn't end a turn: most pauses within one are shorter (Heldner & Edlund 2010)."""

_BATCH = 32
# Voices of so many windows are put into batches together: enough to find others of similar length.
_WINDOWS_AT_ONCE = 128
_FEATURE_BLOCK_S = 300
# Shares of the work, measured, for a progress that moves evenly.
_SEGMENTATION_SHARE = 0.45
# Less than this of a voice says nothing about whose it is: 3D-Speaker trains on 3 s; below 0.1 s there is one syllable
# at most.
_LEAST_FEATURES = 10
# With this much speech of the speaker alone, the speech of two at once is left out of the vector.
_ENOUGH_ALONE = 50


class Diarizer(Protocol):
    """Finds the turns in one-channel samples."""

    def diarize(
        self, samples: Samples, speech: Sequence[Span], speakers: int | None, progress: Progress
    ) -> Diarization:
        """The turns; ``speakers`` is the number of people, or None to estimate it."""
        ...


class BundledDiarizer:
    """segmentation-3.0 and CAM++."""

    def __init__(self, segmentation: Path, embedding: Path, step: float, device: torch.device) -> None:
        """Load both models. ``step`` is the step of the window as a share of its length."""
        # Weights come verified from the registry; the checkpoint holds its task's settings beside tensors.
        model: Any = Model.from_pretrained(segmentation, map_location="cpu", strict=False)
        self._window_s = float(model.specifications.duration)
        self._step_s = step * self._window_s
        self._inference = Inference(
            model,
            duration=self._window_s,
            step=self._step_s,
            skip_aggregation=True,
            batch_size=_BATCH,
            device=device,
            skip_conversion=True,
        )
        self._powerset: Any = Powerset(
            len(model.specifications.classes), model.specifications.powerset_max_classes
        )
        self._frames: SlidingWindow = model.receptive_field
        self._embedder = SpeakerEmbedder(embedding, device)

    def diarize(
        self, samples: Samples, speech: Sequence[Span], speakers: int | None, progress: Progress
    ) -> Diarization:
        local, at_once = self._segment(samples, progress)
        if not local.data.any():
            return Diarization((), ())
        features = _features(samples)
        vectors = self._embed(features, local.data, samples.duration_ms, progress)
        voices = cluster_voices(vectors, local.data, speakers)
        found = self._reconstruct(local, voices, samples.duration_ms)

        def embed(spans: Sequence[Span]) -> NDArray[np.float32]:
            frames_per_ms = FRAMES_PER_SECOND / 1000
            return self._vectors(
                [features[round(s.start_ms * frames_per_ms) : round(s.end_ms * frames_per_ms)] for s in spans]
            )

        means = mean_voices(vectors, local.data, voices)
        checked = refine_changes(check_voices(found, speech, means, embed), speech, means, embed)
        overlaps = overlaps_of(
            at_once, self._step_s, self._frames.step, self._frames.duration / 2, samples.duration_ms
        )
        return replace(
            checked,
            turns=filled_turns(checked.turns, WITHIN_TURN_MS),
            at_once=overlaps if voices.max() > 0 else (),
        )

    def _segment(
        self, samples: Samples, progress: Progress
    ) -> tuple[SlidingWindowFeature, NDArray[np.float32]]:
        """Which of up to three local speakers is active: (windows, frames, 3) of 0 and 1.

        And how probably two are at once: (windows, frames).
        """
        size, step = round(self._window_s * SAMPLE_RATE), round(self._step_s * SAMPLE_RATE)
        total = len(samples.pcm)
        count = 1 + max(0, -(-(total - size) // step))
        rows: list[NDArray[np.float32]] = []
        at_once: list[NDArray[np.float32]] = []
        several = self._powerset.mapping.sum(dim=1) > 1
        for first in range(0, count, _BATCH):
            batch = torch.zeros(min(_BATCH, count - first), 1, size)
            for row in range(len(batch)):
                window = samples.read_frames((first + row) * step, (first + row) * step + size)
                batch[row, 0, : len(window)] = torch.from_numpy(window)
            scores = torch.from_numpy(np.asarray(self._inference.infer(batch)))
            rows.append(self._powerset.to_multilabel(scores).numpy())
            at_once.append(scores.exp()[..., several].sum(dim=-1).numpy())
            done = min(1.0, (first + len(batch)) / count)
            progress(round(samples.duration_ms * _SEGMENTATION_SHARE * done))
        window = SlidingWindow(start=0.0, duration=self._window_s, step=self._step_s)
        return SlidingWindowFeature(np.concatenate(rows), window), np.concatenate(at_once)

    def _vectors(self, stretches: Sequence[torch.Tensor]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self._embedder.embed(stretches).numpy()
        return vectors

    def _embed(
        self, features: torch.Tensor, local: NDArray[np.float32], duration_ms: int, progress: Progress
    ) -> NDArray[np.float32]:
        """A vector for each (window, local speaker): (windows, 3, 192), NaN where there is too little."""
        count, _, speakers = local.shape
        vectors = np.full((count, speakers, 192), np.nan, dtype=np.float32)
        width = round(self._window_s * FRAMES_PER_SECOND)
        for first in range(0, count, _WINDOWS_AT_ONCE):
            where: list[tuple[int, int]] = []
            stretches: list[torch.Tensor] = []
            for index in range(first, min(count, first + _WINDOWS_AT_ONCE)):
                start = round(index * self._step_s * FRAMES_PER_SECOND)
                window = features[start : start + width]
                for speaker, chosen in enumerate(_own_frames(local[index], width)):
                    stretch = window[torch.from_numpy(chosen[: len(window)])]
                    if len(stretch) >= _LEAST_FEATURES:
                        where.append((index, speaker))
                        stretches.append(stretch)
            for place, vector in zip(where, self._vectors(stretches), strict=True):
                vectors[place] = vector
            done = _SEGMENTATION_SHARE + (1 - _SEGMENTATION_SHARE) * min(
                1.0, (first + _WINDOWS_AT_ONCE) / count
            )
            progress(round(duration_ms * done))
        return vectors

    def _reconstruct(
        self, local: SlidingWindowFeature, voices: NDArray[np.int8], duration_ms: int
    ) -> Diarization:
        """Turns from the windows' votes."""
        count = SpeakerDiarizationMixin.speaker_count(local, self._frames, warm_up=(0.0, 0.0))
        people = int(voices.max()) + 1
        if people <= 0:
            return Diarization((), ())
        votes = np.full((*local.data.shape[:2], people), np.nan, dtype=np.float32)
        for index, assigned in enumerate(voices):
            for person in set(assigned.tolist()) - {NOBODY}:
                votes[index, :, person] = local.data[index][:, assigned == person].max(axis=1)
        clustered = SlidingWindowFeature(votes, local.sliding_window)
        count.data = np.minimum(count.data, people).astype(np.int8)
        overlapping = SpeakerDiarizationMixin.to_diarization(clustered, count)
        count.data = np.minimum(count.data, 1).astype(np.int8)
        exclusive = SpeakerDiarizationMixin.to_diarization(clustered, count)
        return Diarization(
            turns=turns_of(SpeakerDiarizationMixin.to_annotation(overlapping), duration_ms),
            exclusive=turns_of(SpeakerDiarizationMixin.to_annotation(exclusive), duration_ms),
        )


class PipelineDiarizer:
    """Any pyannote pipeline, from a local folder or a fetched hub repository."""

    def __init__(self, folder: Path, device: torch.device) -> None:
        """Load the pipeline. It must lie on this machine: nothing is fetched."""
        pipeline = Pipeline.from_pretrained(folder)
        assert pipeline is not None
        self._pipeline: Any = pipeline.to(device)

    def diarize(
        self, samples: Samples, speech: Sequence[Span], speakers: int | None, progress: Progress
    ) -> Diarization:
        waveform = torch.from_numpy(samples.read())[None]

        def hook(step: str, *_: object, completed: int = 0, total: int = 0, **__: object) -> None:
            share = {"segmentation": 0.0, "embeddings": _SEGMENTATION_SHARE}.get(step)
            if share is not None and total:
                weight = _SEGMENTATION_SHARE if step == "segmentation" else 1 - _SEGMENTATION_SHARE
                progress(round(samples.duration_ms * (share + weight * min(1.0, completed / total))))

        given = {"waveform": waveform, "sample_rate": SAMPLE_RATE, "uri": "recording"}
        found = self._pipeline(given, num_speakers=speakers, hook=hook)
        overlapping = getattr(found, "speaker_diarization", found)
        exclusive = getattr(found, "exclusive_speaker_diarization", None)
        turns = turns_of(overlapping, samples.duration_ms)
        if exclusive is None:
            return Diarization(turns, exclusive_turns(turns))
        return Diarization(turns, turns_of(exclusive, samples.duration_ms))


def turns_of(annotation: Annotation, duration_ms: int) -> tuple[Turn, ...]:
    """The annotation's tracks as turns, in order of time, within the recording: the last window reaches beyond it."""
    tracks = annotation.itertracks(yield_label=True)
    turns = [
        Turn(max(0, round(track.start * 1000)), min(duration_ms, round(track.end * 1000)), str(label))
        for track, _, label in tracks
    ]
    kept = [turn for turn in turns if turn.end_ms > turn.start_ms]
    return tuple(sorted(kept, key=lambda turn: (turn.start_ms, turn.end_ms, turn.speaker)))


def _features(samples: Samples) -> torch.Tensor:
    """The features of the whole recording, in half precision: 58 MB an hour."""
    total = len(samples.pcm)
    block = _FEATURE_BLOCK_S * SAMPLE_RATE
    # Blocks overlap by what a frame is longer than its step, so that no frame is lost between them.
    parts = [
        fbank(torch.from_numpy(samples.read_frames(start, min(total, start + block) + 240))).half()
        for start in range(0, total, block)
    ]
    return torch.cat(parts)


def _own_frames(active: NDArray[np.float32], width: int) -> Iterator[NDArray[np.bool_]]:
    """For each local speaker, the features that are theirs: alone if that is enough, else with overlap."""
    nearest = np.minimum((np.arange(width) + 0.5) * len(active) / width, len(active) - 1).astype(int)
    alone = active * (active.sum(axis=1, keepdims=True) < 2)
    for speaker in range(active.shape[1]):
        chosen = alone[nearest, speaker] > 0.5
        yield chosen if chosen.sum() >= _ENOUGH_ALONE else active[nearest, speaker] > 0.5
