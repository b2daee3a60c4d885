"""``lytt process``: files into JSON files, without server or database.

The stages are those of :mod:`service.pipeline.stages`; nothing is kept but the result. Words and voices are worked on
side by side, each with half of the cores: models use one core better than two share one model.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from service.wording import STAGES, notice

if TYPE_CHECKING:
    from models.audio.files import Outlet, Readable
    from models.host import ModelHost
    from models.redacted_sound.masks import Mask
    from models.values import (
        Anonymisation,
        DecodedAudio,
        Progress,
        Provenance,
        RecognisedChunk,
        RecognisedWord,
        Transcript,
        Voiceprint,
    )
    from service.settings import Settings

Stage = Callable[[str, int], "Progress"]
"""Begins a stage of so many ms of audio; what it returns is told how far it is."""

# Shares of the time a recording takes, measured (docs/benchmarks.md).
_SHARES = {
    "decode": 0.03,
    "speech": 0.05,
    "language": 0.05,
    "transcribe": 0.42,
    "diarize": 0.30,
    "align": 0.08,
    "track": 0.03,
    "assemble": 0.02,
    "entities": 0.02,
    "redact": 0.03,
}
REDACTED_SUFFIX = ".redacted.ogg"
_SAID = STAGES | {"redact": "taking out what identifies someone"}
_SIDE_BY_SIDE = ("language", "transcribe", "diarize", "align")


@dataclass(frozen=True)
class Wanted:
    """What is written beside words and speakers.

    ``voiceprints``: one of each speaker, which identifies a person, as the recording does. ``redacted_audio``: the
    sound without what identifies someone, as ``NAME.redacted.ogg``.
    """

    voiceprints: bool = False
    redacted_audio: bool = False


@dataclass(frozen=True)
class Redacted:
    """What identifies somebody in a transcript, and what is masked of the sound for it."""

    found: Anonymisation
    masks: tuple[Mask, ...]


def process(files: list[Path], json_dir: Path, model: str | None = None, wanted: Wanted = Wanted()) -> None:
    """Write ``NAME.json`` into ``json_dir`` for each file, in order; docs/format.md describes it.

    A file that can't be used is reported and the next one goes on. Raises ``typer.Exit`` with code 1
    when there was any.
    """
    try:
        json_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        typer.echo(f"The folder for the results can't be used: {error.strerror}.", err=True)
        raise typer.Exit(1) from None
    settings = _settings()
    host = _host(settings, model)
    results = [
        _process_or_tell(host, settings, file, target, wanted)
        for file, target in zip(files, _targets(files, json_dir), strict=True)
    ]
    if not all(results):
        raise typer.Exit(1)


def _process_or_tell(host: ModelHost, settings: Settings, file: Path, target: Path, wanted: Wanted) -> bool:
    """Whether the file was processed; if not, why is said on standard error."""
    from models.audio.container import problem_of
    from models.problems import ProblemCode, RecordingProblem, describe

    try:
        _process_one(host, settings, file, target, wanted)
    except RecordingProblem as problem:
        reason = str(problem)
    except MemoryError:
        reason = describe(ProblemCode.OUT_OF_MEMORY)
    except OSError as error:
        reason = str(problem_of(error))
    except Exception as error:
        # The next file must have its turn. An error's own words may hold what was said, so only its kind is told.
        reason = f"{describe(ProblemCode.INTERNAL)} ({type(error).__name__})"
    else:
        return True
    typer.echo(f"{file.name}: {reason}", err=True)
    return False


def _settings() -> Settings:
    from service.settings import Settings

    return Settings()


def _host(settings: Settings, model: str | None) -> ModelHost:
    from models.host import ModelHost
    from service.pipeline.stages import models_config

    config = models_config(settings)
    return ModelHost(replace(config, recognition_model=model) if model else config)


def _targets(files: list[Path], json_dir: Path) -> list[Path]:
    """A file each, named after the recording; of two with the same stem the second keeps its extension too."""
    taken: set[str] = set()
    targets: list[Path] = []
    for file in files:
        name = file.stem
        if name in taken:
            name = file.name
        number = 2
        while name in taken:
            name = f"{file.name}-{number}"
            number += 1
        taken.add(name)
        targets.append(json_dir / f"{name}.json")
    return targets


def _process_one(host: ModelHost, settings: Settings, file: Path, target: Path, wanted: Wanted) -> None:
    from models.audio.atomic import written_whole
    from models.audio.files import DECODED_NAMES, TRACK_NAME
    from service.encrypted_files import Scratch
    from service.transcript.export import clean_reading

    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="lytt-process-") as folder,
        _shown_progress(file.name) as stage,
    ):
        # Nothing plain is written to the disk; what a crash leaves there nobody can read.
        scratch = Scratch.of(Path(folder), (*DECODED_NAMES, TRACK_NAME))
        decoded = host.decode(file, scratch, stage("decode", 0))
        samples = scratch.written(decoded.samples)
        transcript, heard = transcribe_recording(host, settings, decoded, samples, stage, scratch)
        voices = host.voiceprints(samples, transcript) if wanted.voiceprints else None
        redacted = _find_redactions(host, transcript, heard, stage)
        if wanted.redacted_audio:
            _write_redacted(host, settings, file, transcript, redacted, target, stage)
    seconds = time.monotonic() - began
    shown = transcript if settings.verbatim else clean_reading(transcript)
    document = as_document(shown, seconds, redacted, voices)
    with written_whole(target) as handle:
        handle.write(json.dumps(document, ensure_ascii=False, indent=1).encode())
    for code in transcript.notices:
        typer.echo(f"{file.name}: {notice(code)}", err=True)


def _find_redactions(
    host: ModelHost, transcript: Transcript, heard: Sequence[RecognisedWord], stage: Stage
) -> Redacted:
    from models.redacted_sound.masks import plan_masks

    reached = stage("entities", transcript.duration_ms)
    found = host.find_entities(transcript)
    reached(transcript.duration_ms)
    return Redacted(found, plan_masks(transcript, found.redactions, heard))


def _write_redacted(
    host: ModelHost,
    settings: Settings,
    file: Path,
    transcript: Transcript,
    redacted: Redacted,
    target: Path,
    stage: Stage,
) -> None:
    """The listening copy without what is masked, beside the JSON file."""
    from models.audio.atomic import written_whole
    from models.audio.files import DECODED_NAMES
    from models.redacted_sound.masks import masked_spans
    from service.encrypted_files import Scratch
    from service.redacted_sound.making import changed_voices

    with tempfile.TemporaryDirectory(prefix="lytt-process-") as folder:
        scratch = Scratch.of(Path(folder), DECODED_NAMES)
        made = host.redact_sound(
            file,
            scratch,
            masked_spans(redacted.masks),
            settings.redacted_sound,
            changed_voices(settings.redacting),
            progress=stage("redact", transcript.duration_ms),
        )
        with (
            scratch.written(made.listening).open("rb") as written,
            written_whole(target.with_suffix(REDACTED_SUFFIX)) as handle,
        ):
            shutil.copyfileobj(written, handle)


def transcribe_recording(
    host: ModelHost, settings: Settings, decoded: DecodedAudio, samples: Readable, stage: Stage, out: Outlet
) -> tuple[Transcript, tuple[RecognisedWord, ...]]:
    """Find speech, tell the voices apart while words are written down in their language, put it together.

    ``out`` takes the track that markers are found in. Also gives the words with the recogniser's own times. Raises
    RecordingProblem.
    """
    from models.chunking import plan_chunks

    duration = decoded.duration_ms
    speech = host.detect_speech(samples, stage("speech", duration))
    diarized = stage("diarize", duration)
    with ThreadPoolExecutor(1) as voices:
        # The one thread takes its work in this order: the voices, then the words that are written down by then.
        who = voices.submit(host.diarize, samples, speech, decoded.separate_channels, diarized)
        stage("language", duration)
        language = host.detect_language(samples, speech)
        chunks = plan_chunks(speech, duration, settings.chunk_seconds * 1000) if speech else ()
        channels = range(2) if decoded.separate_channels else (None,)
        parts = [(chunk, channel) for chunk in chunks for channel in channels]
        transcribed, aligned = stage("transcribe", duration), stage("align", duration)
        timed: list[Future[RecognisedChunk]] = []
        heard: list[RecognisedWord] = []
        for chunk, channel in parts:
            begin = chunk.start_ms
            written = host.transcribe(
                samples, chunk, speech, language.language or None, _from(begin, transcribed), channel
            )
            heard += written.words
            timed.append(voices.submit(host.align, samples, written, speech, _from(begin, aligned)))
        diarization, words = who.result(), tuple(one.result() for one in timed)
    track = out.written(host.measure_track(samples, out, stage("track", duration)))
    stage("assemble", duration)
    transcript = host.assemble(samples, decoded, speech, language, words, diarization, track=track)
    return transcript, tuple(heard)


def _from(begin_ms: int, reached: Progress) -> Progress:
    """Progress of a stretch as progress of the whole."""
    return lambda ms: reached(begin_ms + ms)


def as_document(
    transcript: Transcript,
    seconds: float,
    redacted: Redacted,
    voiceprints: Sequence[Voiceprint] | None = None,
) -> dict[str, object]:
    """The JSON of ``lytt process``: times in seconds; see docs/format.md.

    With ``voiceprints``, speakers have ``seconds``, ``voiceprint`` and ``voiceprint_model``; null where one is missing.
    """
    voices = {one.label: one for one in voiceprints or ()}
    words = [
        {
            "id": word.id,
            "start": word.start_ms / 1000,
            "end": word.end_ms / 1000,
            "text": word.text,
            "speaker": word.speaker,
            "confidence": word.confidence,
            "speaker_confidence": word.speaker_confidence,
            "speaker_margin": word.speaker_margin,
            "timing": str(word.timing),
            "disfluency": None if word.disfluency is None else str(word.disfluency),
        }
        for utterance in transcript.utterances
        for word in utterance.words
    ]
    return {
        "format": transcript.format,
        "duration": transcript.duration_ms / 1000,
        "seconds": round(seconds, 3),
        "language": transcript.language,
        "notices": list(transcript.notices),
        "speakers": [
            {
                "label": one.label,
                "role": str(one.role),
                "suggested": one.suggested,
                "speech": one.speech_ms / 1000,
                "words": one.words,
            }
            | ({} if voiceprints is None else _voice(voices.get(one.label)))
            for one in transcript.speakers
        ],
        "words": sorted(words, key=lambda word: (word["start"], word["id"])),
        "utterances": [
            {
                "id": one.id,
                "start": one.start_ms / 1000,
                "end": one.end_ms / 1000,
                "speaker": one.speaker,
                "text": one.text,
                "words": [word.id for word in one.words],
            }
            for one in transcript.utterances
        ],
        "turns": [
            {"start": turn.start_ms / 1000, "end": turn.end_ms / 1000, "speaker": turn.speaker}
            for turn in transcript.turns
        ],
        "markers": [
            {
                "kind": str(marker.kind),
                "subtype": marker.subtype,
                "start": marker.start_ms / 1000,
                "end": marker.end_ms / 1000,
                "speaker": marker.speaker,
                "strength": marker.strength,
                "confidence": marker.confidence,
                "rules": marker.rules,
                "utterance": marker.utterance,
                "evidence": dict(marker.evidence),
            }
            for marker in transcript.markers
        ],
        "dropped": [
            {
                "start": one.start_ms / 1000,
                "end": one.end_ms / 1000,
                "text": one.text,
                "reason": str(one.reason),
                "confidence": one.confidence,
            }
            for one in transcript.dropped
        ],
        "redactions": _redactions(redacted),
        "models": {
            made.stage: {"model": made.model, "version": made.version, "parameters": dict(made.parameters)}
            for made in (*transcript.provenance, redacted.found.provenance, _masks_provenance())
        },
    }


def _redactions(redacted: Redacted) -> list[dict[str, object]]:
    """The masked stretches of each redaction, in order of time; those of two redactions may overlap."""
    labels = {one.id: one.label for one in redacted.found.redactions}
    return [
        {"start": mask.start_ms / 1000, "end": mask.end_ms / 1000, "label": labels[mask.redaction]}
        for mask in redacted.masks
    ]


def _masks_provenance() -> Provenance:
    from models.redacted_sound.masks import RULES_VERSION
    from models.values import Provenance

    return Provenance("redact", "rules", RULES_VERSION)


def _voice(voice: Voiceprint | None) -> dict[str, object]:
    if voice is None:
        return {"seconds": 0.0, "voiceprint": None, "voiceprint_model": None}
    return {
        "seconds": voice.speech_ms / 1000,
        "voiceprint": list(voice.vector),
        "voiceprint_model": voice.model,
    }


class _shown_progress:  # noqa: N801 - used as a context manager, reads as a verb
    """One bar for the recording on standard error; nothing when that isn't a terminal."""

    def __init__(self, title: str) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        console = Console(stderr=True)
        self._bar = Progress(
            *columns, TimeRemainingColumn(), console=console, disable=not sys.stderr.isatty()
        )
        self._title = escape(title)
        self._task = self._bar.add_task(self._title, total=1.0)
        self._shares: dict[str, float] = {}

    def __enter__(self) -> Stage:
        self._bar.start()
        return self._stage

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def _stage(self, name: str, duration_ms: int) -> Progress:
        order = list(_SHARES)
        for earlier in order[: order.index(name)]:
            if earlier not in _SIDE_BY_SIDE or name not in _SIDE_BY_SIDE:
                self._shares[earlier] = 1.0
        self._bar.update(self._task, description=f"{self._title}: {_SAID[name]}")
        self._show()

        def reached(ms: int) -> None:
            if duration_ms:
                self._shares[name] = max(self._shares.get(name, 0.0), min(1.0, ms / duration_ms))
                self._show()

        return reached

    def _show(self) -> None:
        self._bar.update(
            self._task, completed=sum(_SHARES[name] * share for name, share in self._shares.items())
        )
