"""The recipe most tools use, with Lytt's weights, to measure Lytt against.

    plain_recipe.py FILE... --json OUT_DIR

faster-whisper one window after the other behind its speech filter, pyannote's diarization pipeline with its own steps
and a threshold tuned for these vectors, and for each word the speaker whose turns overlap it most. Writes the JSON that
the scorer reads. Models are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from models.registry.offline import OFFLINE_ENVIRONMENT

# Read when the libraries below are imported.
os.environ.update(OFFLINE_ENVIRONMENT)

import numpy as np
import torch
from faster_whisper import WhisperModel, decode_audio
from numpy.typing import NDArray
from pyannote.audio.pipelines import speaker_diarization
from pyannote.core import Annotation

from models.registry.locate import locate
from models.registry.manifest import Task
from models.speaker_embedding import DIMENSION, SpeakerEmbedder, fbank
from models.values import SAMPLE_RATE
from models.voices import MIN_CLUSTER_SIZE, THRESHOLD
from service.settings import Settings

_BATCH = 32


class WindowEmbedding:
    """CAM++ in the form in which pyannote asks for vectors: features anew for every window and speaker."""

    sample_rate = SAMPLE_RATE
    dimension = DIMENSION
    metric = "cosine"
    min_num_samples = SAMPLE_RATE // 10

    def __init__(self, weights: Path) -> None:
        self._embedder = SpeakerEmbedder(weights)

    def to(self, _device: torch.device) -> WindowEmbedding:
        return self

    def __call__(self, waveforms: torch.Tensor, masks: torch.Tensor) -> NDArray[np.float32]:
        stretches = []
        for waveform, mask in zip(waveforms[:, 0], masks, strict=True):
            features = fbank(waveform)
            wanted = torch.nn.functional.interpolate(mask[None, None], size=len(features))[0, 0] > 0.5
            stretches.append(features[wanted])
        vectors: NDArray[np.float32] = self._embedder.embed(stretches).numpy()
        return vectors


def diarization_pipeline(segmentation: Path, embedding: Path) -> Any:
    """pyannote's pipeline around local weights: its constructor knows hub models only."""
    with (
        patch.object(
            speaker_diarization, "PretrainedSpeakerEmbedding", lambda *_a, **_k: WindowEmbedding(embedding)
        ),
        patch.object(speaker_diarization, "get_plda", lambda *_a, **_k: None),
    ):
        pipeline = speaker_diarization.SpeakerDiarization(
            segmentation=str(segmentation),
            embedding="local",
            embedding_exclude_overlap=True,
            clustering="AgglomerativeClustering",
            embedding_batch_size=_BATCH,
            segmentation_batch_size=_BATCH,
        )
    return pipeline.instantiate(
        {
            "segmentation": {"min_duration_off": 0.0},
            "clustering": {
                "method": "centroid",
                "threshold": THRESHOLD,
                "min_cluster_size": MIN_CLUSTER_SIZE,
            },
        }
    )


def speaker_of(start_s: float, end_s: float, turns: Annotation) -> str | None:
    """Whose turns overlap the word most."""
    held: dict[str, float] = {}
    for segment, _, label in turns.itertracks(yield_label=True):
        shared = min(end_s, segment.end) - max(start_s, segment.start)
        if shared > 0:
            held[str(label)] = held.get(str(label), 0.0) + shared
    return max(held, key=lambda label: held[label]) if held else None


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("files", nargs="+", type=Path)
    arguments.add_argument("--json", type=Path, required=True)
    given = arguments.parse_args()
    given.json.mkdir(parents=True, exist_ok=True)
    folder = Settings().models_folder
    recogniser = WhisperModel(
        str(locate("whisper-base", folder, Task.RECOGNITION)),
        device="cpu",
        compute_type="int8",
        local_files_only=True,
    )
    pipeline = diarization_pipeline(
        locate("segmentation-3.0", folder, Task.SEGMENTATION) / "pytorch_model.bin",
        locate("campplus", folder, Task.EMBEDDING) / "campplus_cn_en_common.pt",
    )
    for file in given.files:
        began = time.monotonic()
        audio = decode_audio(str(file), sampling_rate=SAMPLE_RATE)
        segments, _ = recogniser.transcribe(audio, beam_size=5, word_timestamps=True, vad_filter=True)
        words = [word for segment in segments for word in segment.words or ()]
        found = pipeline(
            {"waveform": torch.from_numpy(audio)[None], "sample_rate": SAMPLE_RATE}
        ).speaker_diarization
        document = {
            "duration": len(audio) / SAMPLE_RATE,
            "words": [
                {
                    "start": word.start,
                    "end": word.end,
                    "text": word.word.strip(),
                    "speaker": speaker_of(word.start, word.end, found) or "nobody",
                }
                for word in words
            ],
            "turns": [
                {"start": segment.start, "end": segment.end, "speaker": str(label)}
                for segment, _, label in found.itertracks(yield_label=True)
            ],
            "seconds": time.monotonic() - began,
        }
        (given.json / f"{file.stem}.json").write_text(json.dumps(document))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
