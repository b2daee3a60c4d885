"""Filler sounds put between the words of interviews, to measure how many of those the recogniser misses are found.

The sounds are real ones (of meetings, whose words have times, and of one speaker's clips) and, a lesser source,
those of speech synthesisers. They are put where the speaker pauses, or right at the end of a word, in memory.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from models.forced_alignment.pocketsphinx_aligner import PocketSphinxAligner
from models.intervals import covered_ms, joined
from models.values import SAMPLE_RATE, Marker, Span, Transcript, Turn, Utterance

FILLERS = frozenset({"uh", "um", "er", "erm", "hm"})
GAINS_DB = (0.0, -6.0)
"""Of a filler's loud moments against those of the speech around it: fillers are as loud as speech, or softer."""

TOUCHING_EVERY = 3
"""One filler in so many follows a word without a pause."""

_APART_MS = 8_000
_SILENCE_MS = 300
_AFTER_WORD_MS = 40
_RANGE_DB = 25.0
_SHORTEST_MS, _LONGEST_MS = 150, 1_200
_FLITE = ("slt", "rms", "awb", "kal16")
_ESPEAK = ("en-us+f2", "en-us+m3", "en-gb+f4", "en-gb+m7")
_WORDS = ("uh", "um", "er")

Int16 = NDArray[np.int16]
Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FillerSound:
    """One filler: whose it is, whether a person made it, and its samples at 16 kHz."""

    voice: str
    real: bool
    sound: Float32


@dataclass(frozen=True)
class Placed:
    """Where a filler was put, and whether it touches the word before."""

    voice: str
    real: bool
    touching: bool
    span: Span


@dataclass(frozen=True, eq=False)
class FillerMix:
    """A recording with fillers put in, its words and turns moved accordingly, and where the fillers are."""

    name: str
    pcm: Int16
    spoken: Transcript
    turns: tuple[Turn, ...]
    fillers: tuple[Placed, ...]


def filler_sounds(folder: Path, aligner: PocketSphinxAligner) -> list[FillerSound]:
    """Those of meetings and of the clips that hold them, and by turns with them those of synthesisers."""
    real = [*_of_meetings(folder / "real" / "dev"), *_of_clips(folder / "nuance" / "dev", aligner)]
    return [one for number, made in enumerate(_spoken()) for one in (real[number % len(real)], made)]


def put_fillers_in(
    name: str,
    pcm: Int16,
    spoken: Transcript,
    turns: Sequence[Turn],
    sounds: Sequence[FillerSound],
    first: int,
) -> FillerMix:
    """The recording with a filler every eight seconds or so, taken in turn from the ``first`` on.

    ``turns`` are as diarization labelled them, before the transcript named its speakers.
    """
    parts: list[Int16] = []
    fillers: list[Placed] = []
    cuts: list[tuple[int, int]] = []
    at_frame = added = 0
    for number, (at_ms, touching) in enumerate(_places(spoken)):
        chosen = sounds[(first + number) % len(sounds)]
        gain = GAINS_DB[(first + number) % len(GAINS_DB)]
        cut = at_ms * SAMPLE_RATE // 1000
        around = pcm[max(0, cut - 4 * SAMPLE_RATE) : cut + 4 * SAMPLE_RATE].astype(np.float32)
        sound = chosen.sound * 10 ** ((_loud_db(around) + gain - _loud_db(chosen.sound)) / 20)
        # The room goes on beneath it.
        room = pcm[cut : cut + len(sound)].astype(np.float32)
        quiet = _quietest(around, len(sound)) if len(room) else room
        put = np.rint(np.clip(sound + quiet[: len(sound)], -32768, 32767)).astype(np.int16)
        parts += [pcm[at_frame:cut], put]
        length = len(put) * 1000 // SAMPLE_RATE
        fillers.append(
            Placed(chosen.voice, chosen.real, touching, Span(at_ms + added, at_ms + added + length))
        )
        cuts.append((at_ms, length))
        at_frame, added = cut, added + length
    parts.append(pcm[at_frame:])
    return FillerMix(
        name, np.concatenate(parts), _moved(spoken, cuts), _moved_turns(turns, cuts), tuple(fillers)
    )


def counted(
    mix_of: FillerMix, spoken: Transcript, found: Sequence[Marker]
) -> tuple[list[Placed], list[Placed], int]:
    """Of the fillers that the transcript has no word for: all, and those that are marked; and how many marks are wrong.

    A filler has a word where words fill half of it or more. A mark on a filler that was written is not counted: it
    lies beside a word's time.
    """
    words = joined(Span(word.start_ms, word.end_ms) for one in spoken.utterances for word in one.words)
    missed = [one for one in mix_of.fillers if covered_ms(one.span, words) < one.span.length_ms / 2]
    marked = [one for one in missed if any(_meets(one.span, mark) for mark in found)]
    wrong = sum(not any(_meets(one.span, mark) for one in mix_of.fillers) for mark in found)
    return missed, marked, wrong


def _meets(span: Span, mark: Marker) -> bool:
    return min(span.end_ms, mark.end_ms) - max(span.start_ms, mark.start_ms) > 50


def _places(spoken: Transcript) -> Iterator[tuple[int, bool]]:
    """Moments between words of one speaker at least eight seconds apart, and whether right after a word."""
    last, number = 0, 0
    for utterance in spoken.utterances:
        for before, after in pairwise(utterance.words):
            touching = number % TOUCHING_EVERY == TOUCHING_EVERY - 1
            gap = after.start_ms - before.end_ms
            if before.end_ms - last < _APART_MS or gap < (_AFTER_WORD_MS if touching else _SILENCE_MS):
                continue
            yield (before.end_ms + (_AFTER_WORD_MS if touching else gap // 2)), touching
            last, number = before.end_ms, number + 1


def _moved(spoken: Transcript, cuts: Sequence[tuple[int, int]]) -> Transcript:
    """Words, turns and speech later by what was put in before them; turns and speech go on over it."""

    def moved(ms: int) -> int:
        return _later(ms, cuts)

    utterances: list[Utterance] = []
    for one in spoken.utterances:
        words = tuple(
            replace(word, start_ms=moved(word.start_ms), end_ms=moved(word.end_ms)) for word in one.words
        )
        utterances.append(replace(one, start_ms=moved(one.start_ms), end_ms=moved(one.end_ms), words=words))
    return replace(
        spoken,
        duration_ms=moved(spoken.duration_ms),
        utterances=tuple(utterances),
        turns=_moved_turns(spoken.turns, cuts),
        speech=tuple(Span(moved(one.start_ms), moved(one.end_ms)) for one in spoken.speech),
        markers=(),
    )


def _moved_turns(turns: Sequence[Turn], cuts: Sequence[tuple[int, int]]) -> tuple[Turn, ...]:
    return tuple(Turn(_later(one.start_ms, cuts), _later(one.end_ms, cuts), one.speaker) for one in turns)


def _later(ms: int, cuts: Sequence[tuple[int, int]]) -> int:
    return ms + sum(length for at, length in cuts if at < ms)


# --- where the sounds come from


def _of_meetings(folder: Path) -> Iterator[FillerSound]:
    """The fillers that nobody speaks over."""
    for file in sorted(folder.glob("ami_*.ctm")):
        rows = [line.split() for line in file.read_text().splitlines() if line.strip()]
        words = [
            (
                round(float(row[2]) * 1000),
                round((float(row[2]) + float(row[3])) * 1000),
                row[4].lower(),
                row[7],
            )
            for row in rows
        ]
        pcm = _read(file.with_suffix(".flac"))
        for start, end, text, speaker in words:
            alone = not any(other[3] != speaker and other[0] < end and other[1] > start for other in words)
            if text in FILLERS and alone:
                yield from _cut(f"meeting {speaker}", True, pcm, Span(start, end))


def _of_clips(folder: Path, aligner: PocketSphinxAligner) -> Iterator[FillerSound]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["label"] == "filler"]
    for row in rows:
        pcm = _read(folder / row["path"])
        texts = row["transcript"].split()
        for text, span in zip(texts, aligner.align(pcm, texts) or (), strict=False):
            if text in FILLERS and span is not None:
                yield from _cut(f"clip {row['speaker']}", True, pcm, span)


def _spoken() -> Iterator[FillerSound]:
    """By each voice of the synthesisers, a word that is nothing but the filler."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "said.wav"
        for number, voice in enumerate((*_FLITE, *_ESPEAK)):
            if shutil.which("flite" if voice in _FLITE else "espeak-ng") is None:
                continue
            for word in _WORDS:
                command = (
                    ["flite", "-voice", voice, "-t", word, "-o", str(target)]
                    if voice in _FLITE
                    else [
                        "espeak-ng",
                        "-v",
                        voice,
                        "-s",
                        str(90 + 10 * (number % 4)),
                        "-w",
                        str(target),
                        word,
                    ]
                )
                subprocess.run(command, check=True, capture_output=True)
                pcm = _read(target)
                yield from _cut(f"synthesiser {voice}", False, pcm, Span(0, len(pcm) * 1000 // SAMPLE_RATE))


def _cut(voice: str, real: bool, pcm: Float32, span: Span) -> Iterator[FillerSound]:
    """The sound without the silence at its ends, if it is as long as fillers are."""
    audio = pcm[span.start_ms * SAMPLE_RATE // 1000 : span.end_ms * SAMPLE_RATE // 1000]
    step = SAMPLE_RATE // 100
    whole = len(audio) // step * step
    if not whole:
        return
    level = 10 * np.log10(np.square(audio[:whole].reshape(-1, step)).mean(axis=1) + 1e-12)
    loud = np.flatnonzero(level >= level.max() - _RANGE_DB)
    sound = audio[loud[0] * step : (loud[-1] + 1) * step].copy()
    if not _SHORTEST_MS <= len(sound) * 1000 / SAMPLE_RATE <= _LONGEST_MS:
        return
    edge = np.linspace(0, 1, step, dtype=np.float32)
    sound[:step] *= edge
    sound[-step:] *= edge[::-1]
    yield FillerSound(voice, real, sound * 32768)


def _read(path: Path) -> Float32:
    pcm, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = pcm[:, 0]
    if rate != SAMPLE_RATE:
        mono = resample_poly(mono, SAMPLE_RATE, rate)
    return np.asarray(mono, dtype=np.float32)


def _quietest(around: Float32, length: int) -> Float32:
    """The quietest tenth of a second around, as often as it takes."""
    step = SAMPLE_RATE // 10
    whole = len(around) // step * step
    pieces = around[:whole].reshape(-1, step)
    quiet = pieces[np.square(pieces).mean(axis=1).argmin()]
    return np.resize(np.concatenate((quiet, quiet[::-1])), length)


def _loud_db(audio: Float32) -> float:
    """The level of the loudest fifth of 20 ms pieces, in dB."""
    whole = len(audio) // 320 * 320
    power = np.sort(np.square(audio[:whole].reshape(-1, 320)).mean(axis=1))
    return float(10 * np.log10(power[-max(1, len(power) // 5) :].mean() + 1e-9))
