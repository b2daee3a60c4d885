"""Which models run, where, and with which parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ModelsConfig:
    """Everything a :class:`models.host.ModelHost` needs to know. Plain, so that it crosses processes.

    ``speakers`` is the number of people in a recording, or None to estimate it; ``language`` an
    ISO 639-1 code or ``auto``; ``threads`` 0 for all cores; ``diarization_step`` the step of the
    diarization window as a share of its length; ``pronunciation_model`` says English words outside the dictionary for
    the alignment of words, ``alignment_model`` is a network for other languages, or None; ``vocabulary`` are words to
    expect; ``expected_languages`` those a recording may be in, empty for any; ``entity_model`` names one model or
    several with ``+`` between them; ``text_model`` makes vectors of sentences; ``sound_model`` hears sounds that are no
    words, ``none`` for no such model; ``emotion_model`` is the folder of a dimensional emotion model, or None; words
    believed less than ``unsure_below`` are redacted, unless they are everyday ones.
    """

    models_dir: Path
    recognition_model: str = "whisper-base"
    diarization_model: str = "segmentation-3.0+campplus"
    entity_model: str = "spacy-en-md+rampart"
    device: str = "auto"
    threads: int = 0
    language: str = "auto"
    expected_languages: tuple[str, ...] = ()
    speakers: int | None = 2
    diarization_step: float = 0.5
    pronunciation_model: str = "g2p-en"
    alignment_model: str | None = None
    vocabulary: tuple[str, ...] = ()
    pause_ms: int = 1000
    text_model: str = "minilm-l6"
    sound_model: str = "yamnet"
    unsure_below: float = 0.6
    emotion_model: Path | None = None
