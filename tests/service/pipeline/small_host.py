"""A small real host: it hears beeps as words, without any model. Files in its folder tell it to misbehave.

Files of ``models_dir``: ``hold/METHOD`` keeps the method (``...-later``: any chunk but the first) computing
until the file is gone; ``crash/METHOD`` makes the process kill itself there; ``calls`` gets a line a call.
"""

from __future__ import annotations

import os
import signal
import time
import wave
from collections.abc import Sequence
from pathlib import Path

from models.anonymisation.known import KnownEntity
from models.audio.files import Outlet, Readable
from models.audio.samples import frames_of, open_samples
from models.config import ModelsConfig
from models.guide_questions import AskedPlace, GuideQuestion
from models.nuance.blanking import blanked
from models.nuance.measure import measure_track
from models.nuance.track import encode
from models.problems import ProblemCode, RecordingProblem
from models.redacted_sound.check import Checked, check_redactions
from models.redacted_sound.editing import MaskSound
from models.redacted_sound.masks import Mask
from models.redacted_sound.rendition import redact_sound
from models.redacted_sound.voice_change import VoicePart
from models.values import (
    TRANSCRIPT_FORMAT,
    Anonymisation,
    DecodedAudio,
    Diarization,
    Expected,
    LanguageFound,
    Progress,
    Provenance,
    RecognisedChunk,
    RecognisedWord,
    Redaction,
    Role,
    Span,
    Speaker,
    Transcript,
    Turn,
    Utterance,
    Voiceprint,
    Word,
)

SECRET = "Kari said she met Ola in Bergen"
"""Stands for what somebody said: it must be in no log and no table of the queue."""


class SmallHost:
    def __init__(self, config: ModelsConfig) -> None:
        self.folder = config.models_dir

    def decode(
        self, source: Readable, out: Outlet, progress: Progress, more: Sequence[Readable] = ()
    ) -> DecodedAudio:
        self._enter("decode", progress)
        sources = (source, *more)
        starts, duration_ms = [], 0
        for one in sources:
            starts.append(duration_ms)
            with one.open("rb") as handle, wave.open(handle) as sound:
                duration_ms += sound.getnframes() * 1000 // sound.getframerate()
        for name in ("samples.wav", "listening.ogg", "peaks.bin"):
            with out.writing(name) as handle:
                handle.write(name.encode())
                for one in sources:
                    with one.open("rb") as heard:
                        handle.write(heard.read())
        progress(duration_ms)
        return DecodedAudio(
            "samples.wav",
            "listening.ogg",
            "peaks.bin",
            duration_ms,
            1,
            False,
            part_starts_ms=tuple(starts),
        )

    def detect_speech(self, samples: Readable, progress: Progress) -> tuple[Span, ...]:
        self._enter("speech", progress)
        with samples.open("rb") as handle:
            seconds = handle.seek(0, os.SEEK_END) // 16000
        return tuple(Span(second * 1000 + 100, second * 1000 + 600) for second in range(0, seconds, 2))

    def detect_language(
        self, samples: Readable, speech: tuple[Span, ...], expected: Expected
    ) -> LanguageFound:
        self._enter("language")
        return LanguageFound(expected.language or "en", 0.9)

    def transcribe(
        self,
        samples: Readable,
        chunk: Span,
        speech: tuple[Span, ...],
        language: str | None,
        progress: Progress,
        channel: int | None = None,
    ) -> RecognisedChunk:
        heard = [span for span in speech if chunk.start_ms <= span.start_ms < chunk.end_ms]
        self._enter("transcribe-later" if chunk.start_ms else "transcribe-first", progress)
        words = tuple(
            RecognisedWord(span.start_ms, span.end_ms, f"beep{span.start_ms // 1000}", 0.9) for span in heard
        )
        return RecognisedChunk(chunk, language or "en", 0.9, words, channel)

    def align(
        self, samples: Readable, chunk: RecognisedChunk, speech: tuple[Span, ...], progress: Progress
    ) -> RecognisedChunk:
        self._enter("align-later" if chunk.span.start_ms else "align-first", progress)
        return chunk

    def begin_diarization(
        self, samples: Readable, speech: tuple[Span, ...], separate_channels: bool, expected: Expected
    ) -> None:
        """Nothing is gained by beginning early with beeps."""

    def diarize(
        self,
        samples: Readable,
        speech: tuple[Span, ...],
        separate_channels: bool,
        progress: Progress,
        expected: Expected,
    ) -> Diarization:
        self._enter("diarize", progress)
        voices = expected.speakers or 2
        turns = tuple(Turn(span.start_ms, span.end_ms, f"S{1 + i % voices}") for i, span in enumerate(speech))
        return Diarization(turns, turns)

    def measure_track(self, samples: Readable, out: Outlet, progress: Progress) -> str:
        self._enter("track", progress)
        with out.writing("track.bin") as handle, samples.open("rb") as heard:
            handle.write(b"track of " + heard.read(16))
        return "track.bin"

    def assemble(
        self,
        samples: Readable,
        audio: DecodedAudio,
        speech: tuple[Span, ...],
        language: LanguageFound,
        chunks: tuple[RecognisedChunk, ...],
        diarization: Diarization,
        expected: Expected,
        track: Readable,
    ) -> Transcript:
        self._enter("assemble")
        with track.open("rb") as handle:
            assert handle.read().startswith(b"track of ")
        words = [word for chunk in chunks for word in chunk.words]
        utterances = []
        for number, (word, turn) in enumerate(zip(words, diarization.turns, strict=True), start=1):
            spoken = Word(number, word.start_ms, word.end_ms, word.text, turn.speaker, word.confidence, 1.0)
            utterances.append(Utterance(number, turn.speaker, word.start_ms, word.end_ms, (spoken,)))
        labels = sorted({turn.speaker for turn in diarization.turns})
        return Transcript(
            format=TRANSCRIPT_FORMAT,
            duration_ms=audio.duration_ms,
            language=language.language,
            speakers=tuple(Speaker(label, Role.UNKNOWN, True, 500, 1) for label in labels),
            utterances=tuple(utterances),
            turns=diarization.turns,
            markers=(),
            speech=speech,
            notices=() if words else ("no_speech",),
            provenance=(Provenance("transcribe", "beeps", "1"),),
        )

    def find_entities(self, transcript: Transcript, known: Sequence[KnownEntity] = ()) -> Anonymisation:
        """The first word is a name, and so is every word that is known."""
        self._enter("entities")
        words = [word for one in transcript.utterances for word in one.words]
        names = {words[0].text, *(word for one in known for word in one.form)}
        redactions = tuple(
            Redaction(
                number, "NAME", "[?]", word.start_ms, word.end_ms, (word.id,), 0.9, "beeps", (word.text,)
            )
            for number, word in enumerate(words)
            if word.text in names
        )
        return Anonymisation(redactions, Provenance("entities", "beeps", "1"))

    def voiceprints(self, samples: Readable, transcript: Transcript) -> tuple[Voiceprint, ...]:
        self._enter("voices")
        return tuple(
            Voiceprint(one.label, 60_000, (1.0, 0.0) if one.label == "S1" else (0.0, 1.0), "beeps@1")
            for one in transcript.speakers
        )

    def find_questions(
        self, questions: list[GuideQuestion], utterances: tuple[Utterance, ...]
    ) -> tuple[AskedPlace, ...]:
        self._enter("guide")
        first = utterances[0]
        return tuple(AskedPlace(one.id, first.id, first.start_ms, first.end_ms, 0.9) for one in questions)

    def redact_sound(
        self,
        source: Readable,
        out: Outlet,
        spans: Sequence[Span],
        sound: str,
        voices: Sequence[VoicePart],
        progress: Progress,
        more: Sequence[Readable] = (),
    ) -> DecodedAudio:
        """The real one: beeps are sound enough."""
        self._enter("redact", progress)
        return redact_sound(source, out, spans, MaskSound(sound), voices, progress, more)

    def measure_redacted_track(
        self, samples: Readable, masked: Sequence[Span], out: Outlet, progress: Progress
    ) -> str:
        """The real one, without scores of sounds."""
        with out.writing("track.bin") as handle:
            handle.write(encode(blanked(measure_track(open_samples(samples), None), masked)))
        return "track.bin"

    def check_redactions(
        self,
        samples: Readable,
        transcript: Transcript,
        redactions: Sequence[Redaction],
        masks: Sequence[Mask],
        progress: Progress,
    ) -> tuple[Checked, ...]:
        """The real check; hears the word of each beep that is not wholly silent."""
        recording = open_samples(samples)
        words = [word for utterance in transcript.utterances for word in utterance.words]

        def listen(window: Span) -> list[RecognisedWord]:
            return [
                RecognisedWord(word.start_ms, word.end_ms, word.text, 0.9)
                for word in words
                if window.start_ms <= word.start_ms
                and word.end_ms <= window.end_ms
                and recording.read_frames(*frames_of(Span(word.start_ms, word.end_ms))).any()
            ]

        return check_redactions(transcript, redactions, masks, listen, progress)

    def spin(self, progress: Progress) -> None:
        """Computes for ever."""
        began = time.monotonic()
        while True:
            progress(int((time.monotonic() - began) * 1000))
            sum(range(10_000))

    def spin_in_silence(self, begun: Path) -> None:
        """Computes for ever, and tells nobody."""
        begun.touch()
        while True:
            sum(range(10_000))

    def process_id(self) -> int:
        return os.getpid()

    def environment(self, name: str) -> str | None:
        return os.environ.get(name)

    def fail_with(self, code: str) -> None:
        raise RecordingProblem(ProblemCode(code))

    def blunder(self) -> None:
        raise ValueError(SECRET)

    def run_out_of_memory(self) -> None:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:75] DefaultCPUAllocator: can't allocate memory")

    def fill_the_disk(self) -> None:
        raise OSError(28, "No space left on device", SECRET)

    def die(self, number: int, deaths: Path, times: int) -> str:
        """Ends this process by a signal, as often as ``times``; then answers."""
        before = len(deaths.read_text()) if deaths.exists() else 0
        if before < times:
            deaths.write_text("x" * (before + 1))
            os.kill(os.getpid(), number)
        return "alive"

    def _enter(self, method: str, progress: Progress | None = None) -> None:
        with (self.folder / "calls").open("a") as calls:
            calls.write(f"{method}\n")
        if (self.folder / "crash" / method).exists():
            os.kill(os.getpid(), signal.SIGKILL)
        reached = 0
        while (self.folder / "hold" / method).exists():
            reached += 50
            if progress is not None:
                progress(reached)
            sum(range(50_000))
