"""One recording through all the speech stages, by the real models."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.audio.samples import wav_header
from models.chunking import plan_chunks
from models.host import ModelHost
from models.values import DecodedAudio, RecognisedChunk, Span, Transcript


def write_wav(path: Path, *channels: np.ndarray) -> Path:
    pcm = np.stack([np.rint(np.clip(one, -1, 1) * 32767) for one in channels], axis=1).astype("<i2")
    path.write_bytes(wav_header(len(pcm), len(channels)) + pcm.tobytes())
    return path


@dataclass(frozen=True)
class Processed:
    """What came of a recording, and what it was made from."""

    transcript: Transcript
    decoded: DecodedAudio
    folder: Path
    speech: tuple[Span, ...]
    reached: dict[str, list[int]]


def process(host: ModelHost, source: Path, folder: Path, chunk_ms: int = 180_000) -> Processed:
    reached: dict[str, list[int]] = {name: [] for name in ("decode", "speech", "transcribe", "diarize")}
    decoded = host.decode(source, folder, reached["decode"].append)
    samples = folder / decoded.samples
    speech = host.detect_speech(samples, reached["speech"].append)
    language = host.detect_language(samples, speech)
    channels = (0, 1) if decoded.separate_channels else (None,)
    chunks: list[RecognisedChunk] = [
        host.align(
            samples,
            host.transcribe(samples, chunk, speech, language.language, reached["transcribe"].append, channel),
            speech,
        )
        for chunk in (plan_chunks(speech, decoded.duration_ms, chunk_ms) if speech else ())
        for channel in channels
    ]
    who = host.diarize(samples, speech, decoded.separate_channels, reached["diarize"].append)
    transcript = host.assemble(samples, decoded, speech, language, chunks, who)
    return Processed(transcript, decoded, folder, speech, reached)


def plain(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())
