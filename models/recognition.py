"""What was said: Whisper over the speech of a chunk, every word with its time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.audio.samples import Float32, Samples, frames_of
from models.channel_turns import channel_speech, read_own
from models.excerpt import Excerpt, excerpt_of
from models.intervals import joined, without
from models.plausibility import is_invented, settled, without_loops
from models.problems import ProblemCode, RecordingProblem
from models.values import Progress, RecognisedChunk, RecognisedWord, Span

UNKNOWN_LANGUAGE = "und"  # ISO 639-2: undetermined

# Whisper hears 30 s at a time; several places of an interview tell its language better than its first words.
_LANGUAGE_PLACES = 4
_LANGUAGE_MS = 30_000

PARAMETERS = {
    "beam_size": "5",
    "compute_type": "int8",
    "condition_on_previous_text": "false",
    "word_timestamps": "true",
}


class Recogniser:
    """One loaded Whisper model."""

    def __init__(self, folder: Path, device: str, threads: int) -> None:
        """Load it. Raises RecordingProblem ``MODEL_DAMAGED`` when the folder is not a model that can be loaded."""
        import ctranslate2
        from faster_whisper import WhisperModel

        on_cuda = device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)
        try:
            self._model: Any = WhisperModel(
                str(folder),
                device="cuda" if on_cuda else "cpu",
                # Half the memory and time of float32 on a processor, with the same words (docs/benchmarks.md).
                compute_type="float16" if on_cuda else "int8",
                cpu_threads=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise RecordingProblem(_loading_problem(error)) from None

    def detect_language(self, samples: Samples, speech: Sequence[Span]) -> tuple[str, float]:
        """The language of the recording (ISO 639-1) and its probability; ``und`` and 0 where nobody speaks.

        A model that knows English only is sure of English.
        """
        if speech and not self._model.model.is_multilingual:
            return "en", 1.0
        scores: dict[str, float] = {}
        places = _language_places(speech, samples.duration_ms)
        for place in places:
            audio = excerpt_of(speech, place).audio(samples)
            _, _, ranking = self._model.detect_language(audio=audio)
            for language, probability in ranking:
                scores[language] = scores.get(language, 0.0) + probability / len(places)
        if not scores:
            return UNKNOWN_LANGUAGE, 0.0
        best = max(scores, key=lambda language: scores[language])
        return best, scores[best]

    def transcribe(
        self,
        samples: Samples,
        chunk: Span,
        speech: Sequence[Span],
        language: str | None,
        progress: Progress,
        channel: int | None = None,
    ) -> RecognisedChunk:
        """The words of ``chunk``. The same input gives the same words.

        ``language`` None detects it in the chunk. With ``channel``, only what that channel's own speaker
        says. ``progress`` gets ms from the start of the chunk.
        """
        import ctranslate2

        heard = speech if channel is None else channel_speech(samples, channel, chunk)
        within = without(heard, _outside(chunk))
        excerpt = excerpt_of(within, chunk)
        if not excerpt.pieces:
            return RecognisedChunk(chunk, language or UNKNOWN_LANGUAGE, 1.0 if language else 0.0, (), channel)
        # Where the first try fails, Whisper samples: seeded, so that a second run says the same.
        ctranslate2.set_random_seed(0)
        segments, info = self._model.transcribe(
            _audio(samples, excerpt, channel),
            language=language,
            beam_size=5,
            word_timestamps=True,
            # Each window stands for itself: conditioning carries an error through the rest of the recording.
            condition_on_previous_text=False,
            vad_filter=False,
        )
        words: list[RecognisedWord] = []
        for segment in segments:
            sentence = _words(segment.words or (), excerpt)
            if not is_invented(sentence):
                words += sentence
            progress(excerpt.interview_ms(segment.end * 1000) - chunk.start_ms)
        kept = settled(without_loops(words), within)
        progress(chunk.length_ms)
        return RecognisedChunk(chunk, info.language, float(info.language_probability), kept, channel)


def _loading_problem(error: Exception) -> ProblemCode:
    return ProblemCode.OUT_OF_MEMORY if "memory" in str(error).lower() else ProblemCode.MODEL_DAMAGED


def _outside(chunk: Span) -> tuple[Span, Span]:
    return Span(0, chunk.start_ms), Span(chunk.end_ms, 1 << 62)


def _audio(samples: Samples, excerpt: Excerpt, channel: int | None) -> Float32:
    if channel is None:
        return excerpt.audio(samples)
    return np.concatenate([read_own(samples, channel, *frames_of(piece.span)) for piece in excerpt.pieces])


def _words(raw: Iterable[Any], excerpt: Excerpt) -> list[RecognisedWord]:
    """Whisper's words in interview time, with what it splits from a word ("well" "-known") put back."""
    words: list[RecognisedWord] = []
    for one in raw:
        text = one.word.strip()
        if not text:
            continue
        span = excerpt.interview_span(one.start * 1000, one.end * 1000)
        confidence = round(float(one.probability), 4)
        attached = not one.word[0].isspace() and not one.word[0].isalnum()
        if attached and words:
            last = words.pop()
            span = Span(last.start_ms, max(span.end_ms, last.end_ms))
            text, confidence = last.text + text, min(last.confidence, confidence)
        words.append(RecognisedWord(span.start_ms, span.end_ms, text, confidence))
    return words


def _language_places(speech: Sequence[Span], duration_ms: int) -> list[Span]:
    """Up to four stretches of 30 s of speech or silence, spread over where there is speech."""
    if not speech:
        return []
    phrases = joined(speech, 2_000)
    total = sum(span.length_ms for span in phrases)
    count = max(1, min(_LANGUAGE_PLACES, total // _LANGUAGE_MS))
    places: list[Span] = []
    for number in range(count):
        passed, wanted = 0, total * number // count
        for span in phrases:
            if passed + span.length_ms > wanted:
                start = span.start_ms + wanted - passed
                places.append(Span(start, min(duration_ms, start + _LANGUAGE_MS)))
                break
            passed += span.length_ms
    return places
