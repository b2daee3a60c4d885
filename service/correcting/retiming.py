"""Exact times for corrected words: the words around them are laid onto the sound once more."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from models.audio.files import Readable
from models.audio.samples import open_samples
from models.loudness import Levels, measure_levels
from models.problems import RecordingProblem
from models.registry.locate import locate
from models.registry.manifest import Task
from models.values import RecognisedWord, Span, Timing, Utterance, Word
from service.encrypted_files import EncryptedFile
from service.settings import Settings

if TYPE_CHECKING:
    from models.forced_alignment.aligner import Aligner

CONTEXT_WORDS = 4
"""On each side of what was corrected: enough for the aligner to find its place."""

# Words may begin a little before and end a little after the utterance they were put into.
_REACH_MS = 300
_LEAST_WORD_MS = 30
_ALIGNED = frozenset({Timing.POCKETSPHINX, Timing.CTC})


class Retimer:
    """Aligns with the models of the settings; loads them at the first correction. Any thread may call."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._aligner: Aligner | None = None

    def retimed(
        self,
        samples: Readable,
        utterance: Utterance,
        changed: frozenset[int],
        language: str,
        others: Sequence[Utterance],
    ) -> Utterance:
        """The utterance with the times of its changed words aligned; unchanged where that fails.

        Words that were not changed keep their times. ``others`` are all utterances of the interview: the words don't
        reach into them.
        """
        places = [place for place, word in enumerate(utterance.words) if word.id in changed]
        if not places:
            return utterance
        first = max(0, places[0] - CONTEXT_WORDS)
        end = min(len(utterance.words), places[-1] + 1 + CONTEXT_WORDS)
        words = utterance.words[first:end]
        room = _room(utterance, others)
        window = Span(
            utterance.words[first - 1].end_ms if first else room.start_ms,
            utterance.words[end].start_ms if end < len(utterance.words) else room.end_ms,
        )
        heard = [
            RecognisedWord(word.start_ms, word.end_ms, word.text, word.confidence, word.timing)
            for word in words
        ]
        try:
            with self._lock:
                aligned = self._loaded().realign(open_samples(samples), heard, window, language)
        except (RecordingProblem, OSError):
            # Without the sound or the model, words keep the times they were given between their neighbours.
            return utterance
        fitted = _fitted(words, aligned, changed, window)
        whole = (*utterance.words[:first], *fitted, *utterance.words[end:])
        return replace(utterance, start_ms=whole[0].start_ms, end_ms=whole[-1].end_ms, words=whole)

    def _loaded(self) -> Aligner:
        if self._aligner is None:
            from models.forced_alignment.aligner import Aligner

            settings = self._settings
            folder = settings.models_folder
            other = settings.alignment_model
            self._aligner = Aligner(
                locate(settings.pronunciation_model, folder, Task.PRONUNCIATION),
                locate(other, folder, Task.ALIGNMENT) if other else None,
            )
        return self._aligner


@lru_cache(maxsize=4)
def levels_of(samples: EncryptedFile) -> Levels:
    """How loud the recording is; kept for the interviews that are being corrected."""
    return measure_levels(open_samples(samples))


def _room(utterance: Utterance, others: Sequence[Utterance]) -> Span:
    """How far the utterance's words may reach: up to the neighbours, and not far beyond where they were."""
    start = max(
        [
            0,
            utterance.start_ms - _REACH_MS,
            *(o.end_ms for o in others if o.id != utterance.id and o.end_ms <= utterance.start_ms),
        ]
    )
    end = min(
        [
            utterance.end_ms + _REACH_MS,
            *(o.start_ms for o in others if o.id != utterance.id and o.start_ms >= utterance.end_ms),
        ]
    )
    return Span(start, end)


def _fitted(
    words: Sequence[Word], aligned: Sequence[RecognisedWord], changed: frozenset[int], window: Span
) -> list[Word]:
    """The changed words at their new times, if these lie between the words around that keep theirs."""
    result = list(words)
    place = 0
    while place < len(words):
        if words[place].id not in changed:
            place += 1
            continue
        end = place
        while end < len(words) and words[end].id in changed:
            end += 1
        floor = words[place - 1].end_ms if place else window.start_ms
        ceiling = words[end].start_ms if end < len(words) else window.end_ms
        run = [
            replace(
                word,
                start_ms=max(floor, found.start_ms),
                end_ms=min(ceiling, found.end_ms),
                timing=found.timing,
            )
            for word, found in zip(words[place:end], aligned[place:end], strict=True)
        ]
        if all(one.timing in _ALIGNED and one.end_ms - one.start_ms >= _LEAST_WORD_MS for one in run):
            result[place:end] = run
        place = end
    return result
