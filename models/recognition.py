"""What was said: Whisper over the speech of a chunk, every word with its time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.audio.samples import Float32, Samples, frames_of
from models.channel_turns import channel_speech, read_own
from models.chunking import plan_chunks
from models.excerpt import Excerpt, excerpt_of
from models.intervals import grouped, joined, without
from models.plausibility import (
    Judged,
    dropped,
    is_invented,
    same_word,
    settled,
    without_loops,
    without_overlaps,
    wordless,
)
from models.problems import ProblemCode, RecordingProblem
from models.values import Dropped, DropReason, Progress, RecognisedChunk, RecognisedWord, Span
from models.window_decoding import BEAM_SIZE, LANES, WORD_BONUS, WORKERS, DecodedWord, Sentence, WindowDecoder

UNKNOWN_LANGUAGE = "und"  # ISO 639-2: undetermined

# Several places of an interview tell its language better than its first words. Whisper hears 30 s at a time, which
# takes as long for less; so four places are put into one window, and heard whole only if that leaves doubt.
_LANGUAGE_PLACES = 4
_LANGUAGE_MS = 30_000
SURE_OF_LANGUAGE = 0.7
"""Whisper's probability from which a language is believed."""

# A lane of two minutes has at least four windows; much shorter ones have a larger share of sound heard twice.
LONGEST_LANE_MS = 120_000
SHORTEST_LANE_MS = 30_000
WINDOW_MS = 29_000
# A word found at the second try must be more likely than not.
LEAST_CONFIDENCE_AGAIN = 0.5
SAME_WORD_MS = 1_000

PARAMETERS = {
    "beam_size": str(BEAM_SIZE),
    "lanes": str(LANES),
    "word_bonus": str(WORD_BONUS),
    "compute_type": "int8",
    "condition_on_previous_text": "false",
    "word_timestamps": "true",
}


class Recogniser:
    """One loaded Whisper model."""

    def __init__(self, folder: Path, device: str, threads: int, vocabulary: Sequence[str] = ()) -> None:
        """Load it. ``vocabulary`` are words to expect.

        Raises RecordingProblem ``MODEL_DAMAGED`` when the folder is not a model that can be loaded."""
        import ctranslate2
        from faster_whisper import WhisperModel

        self._vocabulary = tuple(vocabulary)
        on_cuda = device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)
        try:
            self._model: Any = WhisperModel(
                str(folder),
                device="cuda" if on_cuda else "cpu",
                # Half the memory and time of float32 on a processor, with the same words (docs/benchmarks.md).
                compute_type="float16" if on_cuda else "int8",
                cpu_threads=max(1, threads // WORKERS),
                num_workers=WORKERS,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise RecordingProblem(_loading_problem(error)) from None

    def detect_language(
        self, samples: Samples, speech: Sequence[Span], expected: Sequence[str] = ()
    ) -> tuple[str, float]:
        """The language of the recording (ISO 639-1) and its probability; ``und`` and 0 where nobody speaks.

        In doubt it is one of the ``expected``, if there are any. A model that knows English only is sure of English.
        """
        if not speech:
            return UNKNOWN_LANGUAGE, 0.0
        if not self._model.model.is_multilingual:
            return "en", 1.0
        brief = self._sounds(samples, speech, _LANGUAGE_MS // _LANGUAGE_PLACES)
        scores = self._languages([np.concatenate(brief)])
        if max(scores.values()) < SURE_OF_LANGUAGE:
            scores = self._languages(self._sounds(samples, speech, _LANGUAGE_MS))
        best = max(scores, key=lambda language: scores[language])
        if scores[best] < SURE_OF_LANGUAGE and expected:
            best = max(expected, key=lambda language: scores.get(language, 0.0))
        return best, scores.get(best, 0.0)

    def _sounds(self, samples: Samples, speech: Sequence[Span], length_ms: int) -> list[Float32]:
        places = _language_places(speech, samples.duration_ms, length_ms)
        return [excerpt_of(speech, place).audio(samples) for place in places]

    def _languages(self, sounds: Sequence[Float32]) -> dict[str, float]:
        """The mean probability of each language over the sounds."""
        scores: dict[str, float] = {}
        for sound in sounds:
            _, _, ranking = self._model.detect_language(audio=sound)
            for language, probability in ranking:
                scores[language] = scores.get(language, 0.0) + probability / len(sounds)
        return scores

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
        heard = speech if channel is None else channel_speech(samples, channel, chunk)
        within = without(heard, _outside(chunk))
        if not within:
            return RecognisedChunk(chunk, language or UNKNOWN_LANGUAGE, 1.0 if language else 0.0, (), channel)
        sure = 1.0
        if language is None:
            language, sure = self.detect_language(samples, within)
        decoder = WindowDecoder(self._model, language, self._vocabulary)
        lanes = _lanes(within, chunk)
        meter = _Meter(progress, chunk)
        judged = _together(self._words(decoder, samples, lanes, [within] * len(lanes), channel, meter))
        found = self._again(decoder, samples, chunk, within, channel, judged)
        progress(chunk.length_ms)
        return RecognisedChunk(chunk, language, sure, found.kept, channel, found.dropped)

    def _words(
        self,
        decoder: WindowDecoder,
        samples: Samples,
        lanes: Sequence[Excerpt],
        speech: Sequence[Sequence[Span]],
        channel: int | None,
        meter: _Meter | None = None,
    ) -> list[Judged]:
        """What is said in each lane, judged by the speech of that lane."""
        decoded = decoder.decode(
            [_audio(samples, lane, channel) for lane in lanes],
            meter.of(lanes) if meter else lambda _lane, _s: None,
        )
        return [_judged(*one) for one in zip(lanes, decoded, speech, strict=True)]

    def _again(
        self,
        decoder: WindowDecoder,
        samples: Samples,
        chunk: Span,
        speech: Sequence[Span],
        channel: int | None,
        first: Judged,
    ) -> Judged:
        """Speech without words is heard once more, in the middle of a window of its own.

        Words found there are taken if they lie where none were; whatever is still without words is marked
        ``[inaudible]`` by :mod:`models.markers`.
        """
        missing = grouped(wordless(speech, first.kept), WINDOW_MS)
        if not missing:
            return first
        windows = [_around(Span(group[0].start_ms, group[-1].end_ms), chunk) for group in missing]
        lanes = [excerpt_of(without(speech, _outside(window)), window) for window in windows]
        second = self._words(decoder, samples, lanes, missing, channel)
        added = [
            word
            for group, judged in zip(missing, second, strict=True)
            for word in judged.kept
            if _is_new(word, group, first.kept)
        ]
        kept = sorted((*first.kept, *added), key=lambda word: (word.start_ms, word.end_ms))
        return Judged(tuple(without_overlaps(kept)), first.dropped)


def _judged(lane: Excerpt, sentences: Sequence[Sentence], speech: Sequence[Span]) -> Judged:
    """The words of a lane in interview time, without what was never said."""
    words: list[RecognisedWord] = []
    left_out: list[Dropped] = []
    for sentence in sentences:
        said = _in_interview_time(sentence.words, lane)
        if said and sentence.is_silence:
            left_out.append(dropped(said, DropReason.NO_SPEECH))
        elif said and is_invented(said):
            left_out.append(dropped(said, DropReason.IMPROBABLE))
        else:
            words += said
    varied = without_loops(words)
    near = settled(varied.kept, speech)
    return Judged(near.kept, (*left_out, *varied.dropped, *near.dropped))


def _together(parts: Sequence[Judged]) -> Judged:
    kept = [word for part in parts for word in part.kept]
    left_out = [one for part in parts for one in part.dropped]
    return Judged(
        tuple(sorted(kept, key=lambda word: (word.start_ms, word.end_ms))),
        tuple(sorted(left_out, key=lambda one: (one.start_ms, one.end_ms, one.reason))),
    )


class _Meter:
    """Progress over lanes that go forward side by side, told by several threads; it never goes back."""

    def __init__(self, progress: Progress, chunk: Span) -> None:
        self._progress = progress
        self._chunk = chunk
        self._telling = threading.Lock()

    def of(self, lanes: Sequence[Excerpt]) -> Callable[[int, float], None]:
        """What a decoder of the lanes reports to: a lane's number, and the seconds of it that are done."""
        whole = max(1, sum(lane.length_ms for lane in lanes))
        done_ms = [0.0] * len(lanes)

        def reached(lane: int, seconds: float) -> None:
            with self._telling:
                done_ms[lane] = max(done_ms[lane], seconds * 1000)
                share = min(1.0, sum(done_ms) / whole)
                self._progress(round(share * self._chunk.length_ms))

        return reached


def _loading_problem(error: Exception) -> ProblemCode:
    return ProblemCode.OUT_OF_MEMORY if "memory" in str(error).lower() else ProblemCode.MODEL_DAMAGED


def _outside(chunk: Span) -> tuple[Span, Span]:
    return Span(0, chunk.start_ms), Span(chunk.end_ms, 1 << 62)


def _audio(samples: Samples, excerpt: Excerpt, channel: int | None) -> Float32:
    if channel is None:
        return excerpt.audio(samples)
    return np.concatenate([read_own(samples, channel, *frames_of(piece.span)) for piece in excerpt.pieces])


def _lanes(speech: Sequence[Span], chunk: Span) -> list[Excerpt]:
    """The chunk cut at silences into stretches that are decoded side by side, without its long silences."""
    lane_ms = min(LONGEST_LANE_MS, max(SHORTEST_LANE_MS, chunk.length_ms // LANES))
    moved = [Span(one.start_ms - chunk.start_ms, one.end_ms - chunk.start_ms) for one in speech]
    lanes = []
    for piece in plan_chunks(moved, chunk.length_ms, lane_ms):
        lane = Span(piece.start_ms + chunk.start_ms, piece.end_ms + chunk.start_ms)
        excerpt = excerpt_of(without(speech, _outside(lane)), lane)
        if excerpt.pieces:
            lanes.append(excerpt)
    return lanes


def _around(stretch: Span, chunk: Span) -> Span:
    """A window with the stretch in its middle: Whisper hears little well without what is around it."""
    margin = max(0, (WINDOW_MS - stretch.length_ms) // 2)
    return Span(max(chunk.start_ms, stretch.start_ms - margin), min(chunk.end_ms, stretch.end_ms + margin))


def _is_new(word: RecognisedWord, missing: Sequence[Span], known: Sequence[RecognisedWord]) -> bool:
    """Whether a word lies where none was, and isn't one that stands beside it already."""
    middle = (word.start_ms + word.end_ms) // 2
    if word.confidence < LEAST_CONFIDENCE_AGAIN:
        return False
    if not any(one.start_ms <= middle < one.end_ms for one in missing):
        return False
    return not any(
        same_word(word, other) and abs(other.start_ms - word.start_ms) < SAME_WORD_MS for other in known
    )


def _in_interview_time(words: Sequence[DecodedWord], excerpt: Excerpt) -> list[RecognisedWord]:
    """Whisper's words in interview time, with what it splits from a word ("well" "-known") put back."""
    result: list[RecognisedWord] = []
    for one in words:
        text = one.text.strip()
        if not text:
            continue
        span = excerpt.interview_span(one.start_s * 1000, one.end_s * 1000)
        confidence = round(one.probability, 4)
        attached = not one.text[0].isspace() and not one.text[0].isalnum()
        if attached and result:
            last = result.pop()
            span = Span(last.start_ms, max(span.end_ms, last.end_ms))
            text, confidence = last.text + text, min(last.confidence, confidence)
        result.append(RecognisedWord(span.start_ms, span.end_ms, text, confidence))
    return result


def _language_places(speech: Sequence[Span], duration_ms: int, length_ms: int) -> list[Span]:
    """Up to four stretches of the length, of speech or silence, spread over where there is speech."""
    phrases = joined(speech, 2_000)
    total = sum(span.length_ms for span in phrases)
    count = max(1, min(_LANGUAGE_PLACES, total // length_ms))
    places: list[Span] = []
    for number in range(count):
        passed, wanted = 0, total * number // count
        for span in phrases:
            if passed + span.length_ms > wanted:
                start = span.start_ms + wanted - passed
                places.append(Span(start, min(duration_ms, start + length_ms)))
                break
            passed += span.length_ms
    return places
