"""Whisper over several stretches at once: each keeps its own place, and one call decodes a window of each.

Whisper's batched decoding as it is usually done gives every 30 s window to the decoder on its own and without
timestamps: whatever the decoder leaves out at the end of a window is lost. Measured here, that is a tenth of the
words (docs/benchmarks.md). Sequential decoding loses nothing, because each window begins where the last
complete sentence of the one before ended; but it decodes one window at a time. Here several stretches go
forward side by side, each by its own timestamps, so that the decoder works on a batch and nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.audio.samples import Float32

LANES = 4
"""Stretches decoded side by side: more than four gain nothing on 2 cores (docs/benchmarks.md)."""
WORKERS = 2
"""Threads that share the lanes, each with a batch of its own: a core that telling the voices apart leaves is used."""

BEAM_SIZE = 5
WORD_BONUS = 1.0
"""Nats for each word when hypotheses are compared: without, one that stops early can win (docs/benchmarks.md)."""
# Where the first try is too repetitive or too improbable (limits of openai/whisper, transcribe.py) the window is
# searched again in other ways. Sampling, as the reference does here, would make another transcript of the same
# recording each time.
_OTHER_WAYS: tuple[Mapping[str, float], ...] = (
    {"beam_size": BEAM_SIZE, "repetition_penalty": 1.1},
    {"beam_size": BEAM_SIZE, "no_repeat_ngram_size": 4},
    {"beam_size": 1},
)
MOST_COMPRESSION = 2.4
LEAST_LOGPROB = -1.0
SURELY_SILENT = 0.6
_LATEST_FIRST_TIMESTAMP = 50  # 1 s, in steps of 20 ms
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class DecodedWord:
    """A piece of text that Whisper separates by spaces, in seconds of its lane, with its leading space."""

    start_s: float
    end_s: float
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """What Whisper put between two of its timestamps."""

    words: tuple[DecodedWord, ...]
    is_silence: bool
    """Of a window in which Whisper itself hears nobody, though it put words there."""


@dataclass
class _Lane:
    """A stretch on its way through the decoder: ``seek`` is the frame (10 ms) its next window begins at."""

    number: int
    features: NDArray[np.float32]
    seek: int = 0
    last_speech_s: float = 0.0
    sentences: list[Sentence] = field(default_factory=list)
    rewound: bool = False

    @property
    def frames(self) -> int:
        return int(self.features.shape[-1]) - 1


@dataclass(frozen=True)
class _Result:
    """One decoded window."""

    tokens: list[int]
    logprob: float
    compression: float
    no_speech: float

    @property
    def is_poor(self) -> bool:
        return self.compression > MOST_COMPRESSION or (
            self.logprob < LEAST_LOGPROB and self.no_speech <= SURELY_SILENT
        )

    @property
    def is_silence(self) -> bool:
        return self.no_speech > SURELY_SILENT and self.logprob <= LEAST_LOGPROB


class WindowDecoder:
    """Decodes with one loaded faster-whisper model, in one language."""

    def __init__(self, model: Any, language: str, vocabulary: Sequence[str] = ()) -> None:
        """``vocabulary`` are words to expect: names of methods, places, drugs."""
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        self._model = model
        multilingual = model.model.is_multilingual
        self._tokenizer: Any = Tokenizer(
            model.hf_tokenizer, multilingual, task="transcribe", language=language if multilingual else "en"
        )
        self._suppressed = get_suppressed_tokens(self._tokenizer, [-1])
        self._prompt: list[int] = model.get_prompt(
            self._tokenizer, [], hotwords=", ".join(vocabulary) or None
        )

    def decode(
        self, lanes: Sequence[Float32], progress: Callable[[int, float], None] = lambda _lane, _s: None
    ) -> list[tuple[Sentence, ...]]:
        """The sentences of each lane (16 kHz samples), in order.

        ``progress`` gets the number of a lane and the seconds of it that are decoded, from several threads.
        """
        every = [_Lane(number, self._model.feature_extractor(audio)) for number, audio in enumerate(lanes)]
        with ThreadPoolExecutor(WORKERS) as workers:
            # Which lanes share a batch is fixed, so that the same input gives the same words.
            shares = [every[worker::WORKERS] for worker in range(WORKERS)]
            for done in [workers.submit(self._decode_share, share, progress) for share in shares]:
                done.result()
        return [tuple(lane.sentences) for lane in every]

    def _decode_share(self, share: Sequence[_Lane], progress: Callable[[int, float], None]) -> None:
        """The lanes of one worker, some of them side by side."""
        waiting = list(share)
        active: list[_Lane] = []
        while waiting or active:
            free = LANES // WORKERS - len(active)
            active, waiting = active + waiting[:free], waiting[free:]
            active = [lane for lane in active if lane.seek < lane.frames]
            if active:
                self._step(active)
                for lane in active:
                    progress(lane.number, min(lane.seek, lane.frames) / self._model.frames_per_second)

    def _step(self, lanes: Sequence[_Lane]) -> None:
        """One window of each lane."""
        from faster_whisper.audio import pad_or_trim

        width = self._model.feature_extractor.nb_max_frames
        for lane in lanes:
            self._fill_last_window(lane, width)
        sizes = [min(width, lane.frames - lane.seek) for lane in lanes]
        encoded = [
            self._encode(pad_or_trim(lane.features[:, lane.seek : lane.seek + size]))
            for lane, size in zip(lanes, sizes, strict=True)
        ]
        results = self._generate(np.concatenate(encoded), beam_size=BEAM_SIZE)
        for lane, size, heard, first in zip(lanes, sizes, encoded, results, strict=True):
            self._take(lane, size, heard, self._again(heard, first) if first.is_poor else first)

    def _fill_last_window(self, lane: _Lane, width: int) -> None:
        """Begin the last window of a lane at an earlier sentence, if it would be short.

        With little to hear, Whisper hears it badly: sentences decoded alone had twice the errors (docs/benchmarks.md).
        """
        if lane.rewound or lane.frames - lane.seek >= width:
            return
        lane.rewound = True
        per_second = self._model.frames_per_second
        for number in range(len(lane.sentences)):
            start_s = lane.sentences[number].words[0].start_s
            before_s = lane.sentences[number - 1].words[-1].end_s if number else 0.0
            frame = round((before_s + start_s) / 2 * per_second)
            if lane.frames - frame <= width:
                lane.seek = min(lane.seek, frame)
                lane.last_speech_s = before_s
                del lane.sentences[number:]
                return

    def _encode(self, features: NDArray[np.float32]) -> NDArray[Any]:
        encoded: NDArray[Any] = np.array(self._model.model.encode(_view(features[None]), to_cpu=True))
        return encoded

    def _generate(self, encoded: NDArray[Any], **options: Any) -> list[_Result]:
        raw = self._model.model.generate(
            _view(encoded),
            [self._prompt] * len(encoded),
            max_length=self._model.max_length,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
            max_initial_timestamp_index=_LATEST_FIRST_TIMESTAMP,
            num_hypotheses=options["beam_size"],
            **options,
        )
        return [self._best(one) for one in raw]

    def _best(self, found: Any) -> _Result:
        """The most probable hypothesis, with a bonus for each word; one that repeats itself comes last."""
        from faster_whisper.transcribe import get_compression_ratio

        def worth(one: tuple[_Result, float]) -> tuple[bool, float]:
            return one[0].compression <= MOST_COMPRESSION, one[1]

        ranked: list[tuple[_Result, float]] = []
        for tokens, score in zip(found.sequences_ids, found.scores, strict=True):
            text = self._tokenizer.decode(tokens).strip()
            # The score is the mean over the tokens without the last, which ends the text.
            total = score * len(tokens)
            logprob = total / (len(tokens) + 1)
            result = _Result(tokens, logprob, get_compression_ratio(text), found.no_speech_prob)
            ranked.append((result, total + WORD_BONUS * len(text.split())))
        return max(ranked, key=worth)[0]

    def _again(self, encoded: NDArray[Any], first: _Result) -> _Result:
        """The first of the other ways that is not poor; else the most probable that does not repeat itself."""
        tried = [first]
        for way in _OTHER_WAYS:
            (result,) = self._generate(encoded, **way)
            if not result.is_poor:
                return result
            tried.append(result)
        varied = [one for one in tried if one.compression <= MOST_COMPRESSION]
        return max(varied or tried, key=lambda one: one.logprob)

    def _take(self, lane: _Lane, size: int, encoded: NDArray[Any], result: _Result) -> None:
        """The sentences of a window into its lane, and the lane on to where the next window begins."""
        per_second = self._model.frames_per_second
        begin_s = lane.seek / per_second
        before = lane.seek
        parts, lane.seek, closed = self._model._split_segments_by_timestamps(
            self._tokenizer, result.tokens, begin_s, size, size / per_second, lane.seek
        )
        last_speech_s = (
            self._model.add_word_timestamps(
                [parts], self._tokenizer, _view(encoded), size, _PREPENDED, _APPENDED, lane.last_speech_s
            )
            or lane.last_speech_s
        )
        said = [
            tuple(
                DecodedWord(word["start"], word["end"], word["word"], float(word["probability"]))
                for word in part["words"]
            )
            for part in parts
        ]
        last_s = max((words[-1].end_s for words in said if words), default=begin_s)
        if not result.is_silence:
            lane.last_speech_s = last_speech_s
            if not closed and last_s > begin_s:
                lane.seek = round(last_s * per_second)
        if result.is_silence or lane.seek <= before:
            lane.seek = before + size
        lane.sentences += [
            Sentence(words, result.is_silence)
            for part, words in zip(parts, said, strict=True)
            if words and part["start"] != part["end"]
        ]


def _view(array: NDArray[Any]) -> Any:
    import ctranslate2

    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))
