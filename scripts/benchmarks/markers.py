"""Measures the markers against their bars; into docs/benchmarks.md.

    scripts/bench markers [FOLDER] [--keep FOLDER] [--no-write]

FOLDER holds `nuance`, `interviews` and `real` as the evaluation set beside the checkout does, which is the default.
Sounds are put into pauses of the interviews, and over their words, in memory: nothing of them is written anywhere.
`--keep` remembers there what the speech models found in each interview, no sound, and takes it from there next time.
Most thresholds were chosen on these same clips: what they say of others is in docs/markers.md.
"""

from __future__ import annotations

import argparse
import csv
import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
from filler_mixes import (
    FillerMix,
    Placed,
    counted,
    filler_sounds,
    put_fillers_in,
)
from numpy.typing import NDArray
from page import PAGE, machine, write_section
from pause_references import aligned_silences, gaps, placed_silences
from scipy.signal import butter, lfilter, sosfilt

from models.audio.samples import Samples, wav_header
from models.chunking import plan_chunks
from models.codec import from_json, to_json
from models.fillers import find_fillers
from models.forced_alignment.pocketsphinx_aligner import PocketSphinxAligner
from models.forced_alignment.pronunciation import Pronouncer
from models.host import ModelHost
from models.intervals import covered_ms, exclusive_turns, joined
from models.loudness import measure_levels
from models.markers import find_markers
from models.markers.vocal_sounds import VOCAL_SOUNDS
from models.markers.voice_quality import quality_of
from models.nuance.measure import measure_track
from models.nuance.sound_events import SoundEvents
from models.nuance.speech_edges import with_exact_edges
from models.nuance.summary import Baseline, Feature, make_baseline, summarise
from models.nuance.track import EVENT_MS, EVENT_WINDOW_MS, Track
from models.registry.locate import locate
from models.registry.manifest import Task
from models.values import (
    SAMPLE_RATE,
    DecodedAudio,
    Diarization,
    LanguageFound,
    Marker,
    MarkerKind,
    RecognisedChunk,
    Span,
    Transcript,
    Turn,
    Utterance,
    Word,
)
from service.pipeline.stages import models_config
from service.settings import Settings

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "audio"
PLOT = PAGE.with_name("benchmarks-markers.svg")
LIBRARIES = ("swift-f0", "onnxruntime", "numpy")
PAUSE_MS = 1_000
SHORT_MS = 400
GAINS_DB = (0.0, -10.0)
"""Of an inserted sound, its loud moments against those of the speech around it."""

SOUNDS = {
    "laughter": MarkerKind.LAUGHTER,
    "crying": MarkerKind.CRYING,
    "sigh": MarkerKind.BREATH,
    "panting": MarkerKind.BREATH,
    "cough": MarkerKind.COUGH,
    "throat_clearing": MarkerKind.COUGH,
}
RECOGNISED = ("interview_dev02", "serial_p1272_s1", "serial_p1462_s1", "serial_p1462_s4")
"""Interviews that are recognised once more with fillers in them."""

WITHHELD = 10
BAD_INPUT_S = 150
HIGH, LOW = ("angry", "fearful", "happy"), ("neutral", "calm", "sad")
_AROUND_MS = 8_000
_RESAMPLES = 1_000

Int16 = NDArray[np.int16]


@dataclass(frozen=True)
class InMemory:
    """Samples that open like a file."""

    pcm: Int16

    def open(self, mode: str, /) -> io.BytesIO:
        assert mode == "rb"
        return io.BytesIO(wav_header(len(self.pcm), 1) + self.pcm.astype("<i2").tobytes())


@dataclass(frozen=True)
class Label:
    """A row of the label file. ``path`` is that of the sound."""

    path: Path
    what: str
    span: Span
    speaker: str


@dataclass(frozen=True)
class Kept:
    """What the speech models found in one interview."""

    transcript: Transcript
    diarization: Diarization


@dataclass(frozen=True)
class Interview:
    """An interview with what is known of it."""

    name: str
    pcm: Int16
    kept: Kept
    track: Track
    markers: tuple[Marker, ...]

    @property
    def minutes(self) -> float:
        return len(self.pcm) / SAMPLE_RATE / 60


@dataclass(frozen=True)
class Row:
    """One line of the table: what must be reached, and what was."""

    name: str
    bar: str
    found: str
    holds: bool | None
    """None where nothing must be reached."""

    @property
    def text(self) -> str:
        verdict = "" if self.holds is None else "holds" if self.holds else "not reached"
        return f"| {self.name} | {self.bar} | {self.found} | {verdict} |"


def read_labels(folder: Path) -> list[Label]:
    """The development labels; times in the sound."""
    home = folder / "nuance" / "dev"
    with (home / "labels.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return [
        Label(
            (home / row["path"]).resolve(),
            row["label"],
            Span(round(float(row["start"]) * 1000), round(float(row["end"]) * 1000)),
            row["speaker"],
        )
        for row in rows
    ]


def read_sound(path: Path) -> Int16:
    """16 kHz, one channel."""
    pcm, rate = soundfile.read(path, dtype="int16", always_2d=True)
    if rate != SAMPLE_RATE:
        raise ValueError(f"{path.name} is not at 16 kHz")
    return np.asarray(pcm[:, 0])


def process(
    host: ModelHost, name: str, pcm: Int16, keep: Path | None, turns: Sequence[Turn] | None = None
) -> Kept:
    """What the speech models find, or found before; ``turns`` instead of the diarization's own where they are given."""
    file = keep / f"{name}.json" if keep else None
    if file is not None and file.exists():
        return from_json(Kept, file.read_bytes())
    samples = InMemory(pcm)
    speech = host.detect_speech(samples)
    language = host.detect_language(samples, speech)
    if turns is None:
        diarization = host.diarize(samples, speech, False)
    else:
        diarization = Diarization(tuple(turns), exclusive_turns(turns))
    length = len(pcm) * 1000 // SAMPLE_RATE
    chunks: list[RecognisedChunk] = []
    for chunk in plan_chunks(speech, length, 180_000) if speech else ():
        heard = host.transcribe(samples, chunk, speech, language.language or None)
        chunks.append(host.align(samples, heard, speech))
    decoded = DecodedAudio("", "", "", length, 1, False)
    found = LanguageFound(language.language, language.confidence)
    kept = Kept(host.assemble(samples, decoded, speech, found, chunks, diarization), diarization)
    if file is not None:
        file.write_bytes(to_json(kept))
    return kept


def markers_of(kept: Kept, pcm: Int16, track: Track) -> tuple[Marker, ...]:
    spoken = kept.transcript
    return find_markers(
        spoken.utterances,
        with_exact_edges(spoken.speech, track, word_spans(spoken)),
        spoken.turns,
        measure_levels(Samples(pcm[:, None])),
        PAUSE_MS,
        track=track,
        at_once=kept.diarization.at_once,
    )


def word_spans(spoken: Transcript) -> list[Span]:
    return [Span(word.start_ms, word.end_ms) for one in spoken.utterances for word in one.words]


# --- arithmetic of the table


def wilson(right: int, of: int) -> str:
    """A share with its interval of 95 % (Wilson 1927)."""
    if not of:
        return "none"
    z, share = 1.96, right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.2f} ({max(0, middle - half):.2f} to {min(1, middle + half):.2f}; {right} of {of})"


def poisson(count: int, length: float, decimals: int = 2) -> str:
    """A rate a unit of length with its interval of 95 % (Byar's approximation, Breslow & Day 1987)."""
    if not length:
        return "none"
    low = count * (1 - 1 / (9 * count) - 1.96 / (3 * count**0.5)) ** 3 if count else 0.0
    more = count + 1
    high = more * (1 - 1 / (9 * more) + 1.96 / (3 * more**0.5)) ** 3
    rate, least, most = (f"{value / length:.{decimals}f}" for value in (count, low, high))
    return f"{rate} ({least} to {most}; {count})"


def matched(
    found: Sequence[Span], real: Sequence[Span], good: Callable[[Span, Span], bool]
) -> tuple[int, int]:
    """How many of the found are real, and how many of the real were found."""
    return (
        sum(any(good(one, other) for other in real) for one in found),
        sum(any(good(one, other) for one in found) for other in real),
    )


def shares_time(one: Span, other: Span) -> bool:
    return min(one.end_ms, other.end_ms) > max(one.start_ms, other.start_ms)


def auc(high: Sequence[float], low: Sequence[float]) -> float:
    """How often the first is above the second."""
    return float(np.mean([(one > other) + 0.5 * (one == other) for one in high for other in low]))


# --- interviews


def spans_of(markers: Sequence[Marker], kind: MarkerKind, least_ms: int = 0) -> list[Span]:
    return [
        Span(one.start_ms, one.end_ms)
        for one in markers
        if one.kind is kind and one.end_ms - one.start_ms >= least_ms
    ]


@dataclass(frozen=True)
class PauseEdges:
    """How far the edges of marked pauses are from those of a reference, in ms, ends of the same pause together."""

    name: str
    off: tuple[tuple[int, int], ...]

    @property
    def worst(self) -> list[int]:
        return sorted(max(abs(start), abs(end)) for start, end in self.off)


def measure_pauses(
    interviews: Sequence[Interview], labels: Sequence[Label], folder: Path, aligner: PocketSphinxAligner
) -> tuple[list[Row], list[PauseEdges]]:
    """Pauses against the reference's words laid onto the sound; against the times sentences were placed at; and
    against the level, which is loud up to the last and from the first moment 10 dB above the silence."""
    found = right = real = heard = nearly = placed = exact = placed_heard = marked_level = right_level = 0
    shorter = shorter_heard = 0
    halves = [[0, 0], [0, 0]]
    halves_found = [[0, 0], [0, 0]]
    off: dict[str, list[tuple[int, int]]] = {"aligned words": [], "placed": [], "level": []}
    for number, one in enumerate(interviews):
        home = folder / "interviews" / "dev"
        by_words = aligned_silences(home / f"{one.name}.stm", one.pcm, aligner)
        everything = spans_of(one.markers, MarkerKind.PAUSE)
        marked = [span for span in everything if by_words.knows(span)]
        here = matched(marked, by_words.silences, near)[0]
        found, right = found + len(marked), right + here
        halves[number % 2][0] += here
        halves[number % 2][1] += len(marked)
        long = [span for span in by_words.silences if span.length_ms >= PAUSE_MS and by_words.knows(span)]
        real += len(long)
        here = matched(marked, long, near)[1]
        heard += here
        halves_found[number % 2][0] += here
        halves_found[number % 2][1] += len(long)
        silent = gaps(
            with_exact_edges(one.kept.transcript.speech, one.track, word_spans(one.kept.transcript))
        )
        nearly += matched(silent, long, near)[1]
        short = [
            span
            for span in by_words.silences
            if SHORT_MS <= span.length_ms < PAUSE_MS and by_words.knows(span)
        ]
        shorter += len(short)
        shorter_heard += matched(silent, short, near)[1]
        by_level = level_silences(one.pcm, everything)
        marked_level += len(everything)
        right_level += matched(everything, by_level, near)[0]
        own = [label.span for label in labels if label.what == "long_pause" and label.path.stem == one.name]
        placed += len(own)
        placed_heard += matched(everything, own, shares_time)[1]
        exact += matched(everything, own, near)[1]
        for name, reference in (
            ("aligned words", by_words.silences),
            ("placed", placed_silences(home / f"{one.name}.rttm")),
            ("level", by_level),
        ):
            for span in marked:
                other = max(reference, key=lambda real, span=span: shared_ms(real, span), default=None)
                if other is not None and shared_ms(other, span) > 0:
                    off[name].append((span.start_ms - other.start_ms, span.end_ms - other.end_ms))
    edges = [PauseEdges(name, tuple(values)) for name, values in off.items()]
    return [
        Row(
            "pauses >= 1 s, both ends within 100 ms of the aligned words': right",
            ">= 0.97",
            wilson(right, found),
            right >= 0.97 * found,
        ),
        Row("... found", ">= 0.97", wilson(heard, real), heard >= 0.97 * real),
        Row("... found, or as a silence of somewhat less than 1 s", "", wilson(nearly, real), None),
        *(
            Row(f"... {what} in {name}", "", wilson(*half), None)
            for what, counted_in in (("right", halves), ("found", halves_found))
            for name, half in zip(("every other interview", "the rest of them"), counted_in, strict=True)
        ),
        Row(
            "silences of 0.4 to 1 s, both ends within 100 ms: found", "", wilson(shorter_heard, shorter), None
        ),
        *(
            Row(
                f"... edges off from {one.name}: median, 90 of 100",
                "",
                f"{np.median(one.worst):.0f} ms, {np.quantile(one.worst, 0.9):.0f} ms",
                None,
            )
            for one in edges
        ),
        Row(
            "pauses that were placed: found",
            ">= 0.97",
            wilson(placed_heard, placed),
            placed_heard >= 0.97 * placed,
        ),
        Row("... both ends within 100 ms of where sentences were placed", "", wilson(exact, placed), None),
        Row(
            "pauses >= 1 s, both ends within 100 ms of the level's",
            "",
            wilson(right_level, marked_level),
            None,
        ),
    ], edges


def shared_ms(one: Span, other: Span) -> int:
    return min(one.end_ms, other.end_ms) - max(one.start_ms, other.start_ms)


def level_silences(pcm: Int16, marked: Sequence[Span]) -> list[Span]:
    """Around each marked silence, the silence that the level shows: from and to what is 10 dB above its middle."""
    step = SAMPLE_RATE // 100
    whole = len(pcm) // step * step
    power = np.square(pcm[:whole].astype(np.float32).reshape(-1, step)).mean(axis=1)
    level = 10 * np.log10(power + 1e-3)
    silences = []
    for span in marked:
        first, end = span.start_ms // 10, span.end_ms // 10
        middle = (first + end) // 2
        loud = level >= np.median(level[first + 10 : end - 10]) + 10
        before, after = np.flatnonzero(loud[:middle]), np.flatnonzero(loud[middle:])
        if len(before) and len(after):
            silences.append(Span((int(before[-1]) + 1) * 10, (middle + int(after[0])) * 10))
    return silences


def near(one: Span, other: Span) -> bool:
    return abs(one.start_ms - other.start_ms) <= 100 and abs(one.end_ms - other.end_ms) <= 100


def measure_overlaps(interviews: Sequence[Interview], labels: Sequence[Label]) -> list[Row]:
    found = real = right = covered = 0
    for one in interviews:
        reference = [
            label.span
            for label in labels
            if label.what == "overlap" and label.path.stem == one.name and label.span.length_ms >= 295
        ]
        marked = spans_of(one.markers, MarkerKind.OVERLAP)
        here, there = matched(marked, reference, shares_time)
        found, right, real, covered = (
            found + len(marked),
            right + here,
            real + len(reference),
            covered + there,
        )
    return [
        Row("overlaps >= 0.3 s: right", ">= 0.8", wilson(right, found), right >= 0.8 * found),
        Row("... found", ">= 0.8", wilson(covered, real), covered >= 0.8 * real),
    ]


def measure_false(interviews: Sequence[Interview]) -> list[Row]:
    """What is marked in read speech, which holds none of it."""
    minutes = sum(one.minutes for one in interviews)
    everything = [marker for one in interviews for marker in one.markers]

    def count(*kinds: MarkerKind) -> int:
        return sum(marker.kind in kinds for marker in everything)

    rows = [
        Row(
            f"{name} marked in plain speech, an hour",
            f"<= {most}",
            poisson(n, minutes / 60, 1),
            60 * n / minutes <= most,
        )
        for name, n, most in (
            ("laughter", count(MarkerKind.LAUGHTER), 1),
            ("breath", count(MarkerKind.BREATH), 2),
            ("coughs", count(MarkerKind.COUGH), 2),
            ("crying", count(MarkerKind.CRYING), 2),
        )
    ]
    for name, kind in (
        ("hesitations", MarkerKind.HESITATION),
        ("words taken back", MarkerKind.DISFLUENCY),
        ("interruptions", MarkerKind.INTERRUPTION),
        ("words while listening", MarkerKind.BACKCHANNEL),
    ):
        n = count(kind)
        rows.append(Row(f"{name} in read interviews, a minute", "", poisson(n, minutes), None))
    manners = count(MarkerKind.VOLUME, MarkerKind.TEMPO, MarkerKind.PITCH)
    voices = count(MarkerKind.VOICE)
    rows += [
        Row(f"{name} in neutral reading, a minute", "<= 1", poisson(n, minutes), n / minutes <= 1)
        for name, n in (
            ("raised, faster, higher and their like", manners),
            ("whisper, creak, falsetto", voices),
        )
    ]
    return rows


# --- sounds put into interviews


@dataclass(frozen=True)
class Mixed:
    """A piece of an interview with a sound in it."""

    label: Label
    pcm: Int16
    kept: Kept
    sound: Span


def put_in(interview: Interview, at_ms: int, label: Label, gain_db: float, over: bool) -> Mixed:
    """The surroundings of a moment of an interview, with the labelled sound put in there, or laid over it."""
    sound = read_sound(label.path)[_frame(label.span.start_ms) : _frame(label.span.end_ms)].astype(np.float32)
    length = len(sound) * 1000 // SAMPLE_RATE
    start, end = max(0, at_ms - _AROUND_MS), min(len(interview.pcm) * 1000 // SAMPLE_RATE, at_ms + _AROUND_MS)
    around = interview.pcm[_frame(start) : _frame(end)].astype(np.float32)
    sound *= 10 ** ((loud_db(around) + gain_db - loud_db(sound)) / 20)
    cut = _frame(at_ms - start)
    if over:
        mixed = around.copy()
        reach = min(len(sound), len(mixed) - cut)
        mixed[cut : cut + reach] += sound[:reach]
        moved = 0
    else:
        mixed = np.concatenate((around[:cut], sound, around[cut:]))
        moved = length
    pcm = np.rint(np.clip(mixed, -32768, 32767)).astype(np.int16)
    return Mixed(
        label,
        pcm,
        _moved(interview.kept, start, end, at_ms, moved),
        Span(at_ms - start, at_ms - start + length),
    )


def _moved(kept: Kept, start: int, end: int, at: int, by: int) -> Kept:
    """The words between two times, from the piece's start on, those after ``at`` later by ``by``."""

    def moved(ms: int) -> int:
        return ms - start + (by if ms > at else 0)

    utterances: list[Utterance] = []
    for one in kept.transcript.utterances:
        words = tuple(
            replace(word, start_ms=moved(word.start_ms), end_ms=moved(word.end_ms))
            for word in one.words
            if word.start_ms >= start and word.end_ms <= end
        )
        if words:
            utterances.append(replace(one, start_ms=words[0].start_ms, end_ms=words[-1].end_ms, words=words))
    spoken = replace(kept.transcript, utterances=tuple(utterances), speech=(), turns=())
    return Kept(spoken, Diarization((), (), at_once=()))


def _frame(ms: int) -> int:
    return ms * SAMPLE_RATE // 1000


def loud_db(audio: NDArray[np.float32]) -> float:
    """The level of the loudest fifth of 20 ms pieces, in dB."""
    whole = len(audio) // 320 * 320
    power = np.sort(np.square(audio[:whole].reshape(-1, 320)).mean(axis=1))
    return float(10 * np.log10(power[-max(1, len(power) // 5) :].mean() + 1e-9))


def wordy_moments(interview: Interview) -> list[int]:
    """Moments from which words go on for two seconds and a half."""
    found = []
    words = [word for one in interview.kept.transcript.utterances for word in one.words]
    for place, word in enumerate(words):
        end = word.end_ms
        for later in words[place + 1 :]:
            if later.start_ms - end > 300:
                break
            end = later.end_ms
        if end - word.start_ms >= 2_500 and word.start_ms > _AROUND_MS:
            found.append(word.start_ms)
    return found


def mixes(interviews: Sequence[Interview], labels: Sequence[Label], over: bool) -> Iterator[Mixed]:
    sounds = [label for label in labels if label.what in SOUNDS and label.path.parent.parent.name == "nuance"]
    pauses = [
        (one, (label.span.start_ms + label.span.end_ms) // 2)
        for one in interviews
        for label in labels
        if label.what == "long_pause" and label.path.stem == one.name
    ]
    wordy = [(one, at) for one in interviews for at in wordy_moments(one)[::7]]
    places = wordy if over else pauses
    number = 0
    for gain in (0.0,) if over else GAINS_DB:
        for label in sounds:
            if over and label.what != "laughter":
                continue
            for _ in range(2 if over else 1):
                interview, at = places[number * 5 % len(places)]
                number += 1
                yield put_in(interview, at, label, gain, over)


@dataclass(frozen=True)
class Put:
    """A mix, what was marked where the sound was put, and the highest score of each kind there."""

    mixed: Mixed
    heard: tuple[Marker, ...]
    scores: dict[MarkerKind, float]


def heard_in(mixed: Mixed, sounds: SoundEvents) -> Put:
    track = measure_track(Samples(mixed.pcm[:, None]), sounds)
    heard = tuple(
        marker
        for marker in markers_of(mixed.kept, mixed.pcm, track)
        if marker.kind in SOUNDS.values() and shares_time(Span(marker.start_ms, marker.end_ms), mixed.sound)
    )
    rows = slice(
        max(0, (mixed.sound.start_ms - EVENT_WINDOW_MS // 2) // EVENT_MS), mixed.sound.end_ms // EVENT_MS + 1
    )
    return Put(mixed, heard, {kind: float(column[rows].max()) for kind, column in scores_of(track).items()})


def scores_of(track: Track) -> dict[MarkerKind, NDArray[np.float32]]:
    return {
        one.kind: track.events[:, [track.classes.index(name) for name in one.classes]].max(axis=1)
        for one in VOCAL_SOUNDS
    }


def measure_held_out(interviews: Sequence[Interview], paused: Sequence[Put]) -> list[Row]:
    """Thresholds chosen on half of the people and interviews, tried on the other half, and the other way round.

    The threshold is the lowest with which the pauses of the half's interviews hold one sound. A sound counts as found
    by its own score alone, whatever other sounds it resembles.
    """
    rows = []
    quiet = {one.name: pause_scores(one) for one in interviews}
    for kind, name in (
        (MarkerKind.LAUGHTER, "laughter"),
        (MarkerKind.CRYING, "crying"),
        (MarkerKind.BREATH, "breath or sigh"),
        (MarkerKind.COUGH, "cough or throat clearing"),
    ):
        real = [one for one in paused if SOUNDS[one.mixed.label.what] is kind]
        people = sorted({one.mixed.label.speaker for one in real})
        found = false = 0
        for half in (0, 1):
            chosen_on, tried_on = list(quiet)[half::2], list(quiet)[1 - half :: 2]
            least = np.sort(np.concatenate([quiet[one][kind] for one in chosen_on]))[-2] + 0.1
            found += sum(
                one.scores[kind] >= least for one in real if one.mixed.label.speaker in people[1 - half :: 2]
            )
            false += sum(int((quiet[one][kind] >= least).sum()) for one in tried_on)
        minutes = sum(one.minutes for one in interviews)
        rows.append(
            Row(
                f"{name} in pauses, threshold from other people: found",
                "",
                f"{wilson(found, len(real))}, with {poisson(false, minutes / 60, 1)} false an hour",
                None,
            )
        )
    return rows


def pause_scores(interview: Interview) -> dict[MarkerKind, NDArray[np.float32]]:
    """The scores of the windows that words fill less than half of."""
    words = joined(
        Span(word.start_ms, word.end_ms) for one in interview.kept.transcript.utterances for word in one.words
    )
    starts = [row * EVENT_MS for row in range(len(interview.track.events))]
    free = np.array(
        [covered_ms(Span(start, start + EVENT_WINDOW_MS), words) < EVENT_WINDOW_MS / 2 for start in starts]
    )
    return {kind: column[free] for kind, column in scores_of(interview.track).items()}


def measure_sounds(paused: Sequence[Put], over: Sequence[Put]) -> list[Row]:
    rows = []
    for name, kind, what, most in (
        ("laughter", MarkerKind.LAUGHTER, ("laughter",), 0.85),
        ("crying, as a candidate", MarkerKind.CRYING, ("crying",), 0.8),
        ("breath or sigh", MarkerKind.BREATH, ("sigh", "panting"), 0.8),
        ("cough", MarkerKind.COUGH, ("cough",), 0.8),
        ("throat clearing", MarkerKind.COUGH, ("throat_clearing",), 0.0),
    ):
        real = [one.heard for one in paused if one.mixed.label.what in what]
        n = sum(any(one.kind is kind for one in heard) for heard in real)
        anything = sum(bool(heard) for heard in real)
        bar = f">= {most}" if most else ""
        rows.append(
            Row(
                f"{name} put in pauses: found",
                bar,
                f"{wilson(n, len(real))}, {anything} as some sound",
                n >= most * len(real) if most else None,
            )
        )
    laughs = [(put.mixed, one) for put in paused for one in put.heard if one.kind is MarkerKind.LAUGHTER]
    right = sum(mixed.label.what == "laughter" for mixed, _ in laughs)
    rows.append(
        Row(
            "laughter put in pauses: right",
            ">= 0.75",
            wilson(right, len(laughs)),
            right >= 0.75 * len(laughs),
        )
    )
    certain = [
        (SOUNDS[put.mixed.label.what], one.kind)
        for put in paused
        for one in put.heard
        if one.confidence >= 0.6
    ]
    named = sum(real is said for real, said in certain)
    rows.append(
        Row(
            "the right kind, of those marked with 0.6 or more",
            ">= 0.7",
            wilson(named, len(certain)),
            named >= 0.7 * len(certain),
        )
    )
    n = sum(any(one.kind is MarkerKind.LAUGHTER for one in put.heard) for put in over)
    rows.append(Row("laughter laid over words: found", ">= 0.5", wilson(n, len(over)), n >= 0.5 * len(over)))
    return rows


def measure_meetings(labels: Sequence[Label], folder: Path, sounds: SoundEvents) -> list[Row]:
    """Real laughter in meetings, beside the reference's words."""
    found = real = right = covered = 0
    for path in sorted(folder.glob("real/dev/ami_*.flac")):
        pcm = read_sound(path)
        track = measure_track(Samples(pcm[:, None]), sounds)
        marked = spans_of(
            find_markers(
                meeting_words(path.with_suffix(".ctm")),
                (),
                (),
                measure_levels(Samples(pcm[:, None])),
                PAUSE_MS,
                track=track,
                at_once=(),
            ),
            MarkerKind.LAUGHTER,
        )
        reference = [
            label.span for label in labels if label.path == path.resolve() and label.what == "laughter"
        ]
        here, there = matched(marked, reference, shares_time)
        found, right, real, covered = (
            found + len(marked),
            right + here,
            real + len(reference),
            covered + there,
        )
    return [
        Row("real laughter in meetings: found", ">= 0.45", wilson(covered, real), covered >= 0.45 * real),
        Row("... right", ">= 0.9", wilson(right, found), right >= 0.9 * found if found else None),
    ]


def meeting_words(ctm: Path) -> tuple[Utterance, ...]:
    """The reference's words, each an utterance."""
    made = []
    for number, line in enumerate(ctm.read_text(encoding="utf-8").splitlines(), start=1):
        row = line.split()
        start = round(float(row[2]) * 1000)
        end = max(start + 1, round((float(row[2]) + float(row[3])) * 1000))
        made.append(
            Utterance(number, row[7], start, end, (Word(number, start, end, row[4], row[7], 1.0, 1.0),))
        )
    return tuple(made)


# --- ways of speaking


def measured_clips(labels: Sequence[Label], sounds: SoundEvents) -> list[tuple[Label, dict[Feature, float]]]:
    found = []
    for label in labels:
        if not label.what.startswith("emotion_"):
            continue
        pcm = read_sound(label.path)
        track = measure_track(Samples(pcm[:, None]), None)
        loud = track.level > track.level.max() - 35
        rows = np.flatnonzero(loud)
        span = Span(round(int(rows[0]) * 16), round((int(rows[-1]) + 1) * 16))
        found.append((label, dict(summarise(track, [span]))))
    return found


def measure_arousal(labels: Sequence[Label], sounds: SoundEvents) -> list[Row]:
    """Acted high against low arousal of the same speaker, by each speaker's own spreads."""
    clips = [(label, features) for label, features in measured_clips(labels, sounds) if features]
    corpora = {"RAVDESS": "ravdess", "EmoDB": "emodb"}
    rows = []
    for corpus, prefix in corpora.items():
        own = [(label, features) for label, features in clips if label.path.stem.startswith(prefix)]
        speakers = sorted({label.speaker for label, _ in own})
        usual = {
            speaker: make_baseline([features for label, features in own if label.speaker == speaker])
            for speaker in speakers
        }
        # EmoDB's clips were all made equally loud.
        for feature in (Feature.PITCH, Feature.LEVEL) if prefix == "ravdess" else (Feature.PITCH,):
            values: dict[str, list[float]] = {"high": [], "low": []}
            for label, features in own:
                emotion = label.what.removeprefix("emotion_")
                side = "high" if emotion in HIGH else "low" if emotion in LOW else None
                if side and feature in features:
                    values[side].append(usual[label.speaker].z(feature, features[feature]))
            value = auc(values["high"], values["low"])
            low, high = bootstrap(values["high"], values["low"])
            counts = f"{len(values['high'])} and {len(values['low'])} clips, {len(speakers)} speakers"
            name = "pitch" if feature is Feature.PITCH else "level"
            rows.append(
                Row(
                    f"{name}, acted high against low ({corpus}): AUC",
                    ">= 0.95",
                    f"{value:.2f} ({low:.2f} to {high:.2f}; {counts})",
                    value >= 0.95,
                )
            )
    return rows


def bootstrap(high: Sequence[float], low: Sequence[float]) -> tuple[float, float]:
    """The interval of 95 % of the AUC, by drawing clips again."""
    random = np.random.default_rng(0)
    drawn = [
        auc(random.choice(high, len(high)).tolist(), random.choice(low, len(low)).tolist())
        for _ in range(_RESAMPLES)
    ]
    return float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))


def pieces(
    track: Track, span: Span, length_ms: int = 2_000, step_ms: int = 1_000
) -> Iterator[dict[Feature, float]]:
    """Features of pieces of a clip in which somebody speaks at least half of the time."""
    for start in range(span.start_ms, max(span.start_ms + 1, span.end_ms - length_ms + 1), step_ms):
        end = min(span.end_ms, start + length_ms)
        features = summarise(track, [Span(start, end)])
        level = track.level[track.rows(start, end)]
        if features and np.mean(level > track.level.max() - 30) > 0.5:
            yield dict(features)


def measure_voices(labels: Sequence[Label]) -> list[Row]:
    """One speaker's other voices against his usual one. What is usual comes of his other clips."""
    own = [label for label in labels if label.path.stem.startswith("mfa_")]
    usual: list[dict[Feature, float]] = []
    special: dict[str, list[dict[Feature, float]]] = {}
    for label in own:
        track = measure_track(Samples(read_sound(label.path)[:, None]), None)
        found = list(pieces(track, label.span))
        if label.what in ("whisper", "creaky", "falsetto"):
            special[label.what.replace("creaky", "creak")] = found
        else:
            usual += found
    half = make_baseline(usual[::2]), usual[1::2]
    baseline = make_baseline(usual)
    named = {
        what: [quality_of(features, known(baseline)) for features in found] for what, found in special.items()
    }
    right = sum(any(one == what for one in said) for what, said in named.items())
    false = sum(quality_of(features, known(half[0])) is not None for features in half[1])
    minutes = len(half[1]) / 60
    detail = ", ".join(
        f"{what}: {sum(one == what for one in said)} of {len(said)} pieces" for what, said in named.items()
    )
    return [
        Row(
            "whisper, creak, falsetto of one speaker: clips right",
            "all",
            f"{right} of {len(named)} ({detail})",
            right == len(named),
        ),
        Row(
            "... false in his usual voice, a minute (other half)",
            "<= 1",
            f"{false / minutes:.1f} ({false} of {len(half[1])} pieces)",
            false / minutes <= 1,
        ),
    ]


def known(baseline: Baseline) -> Baseline:
    """The same as if it rested on enough speech: these clips are short."""
    return replace(baseline, utterances=max(30, baseline.utterances))


# --- fillers, cost


@dataclass
class FillersHeard:
    """Of fillers without a word, all and the marked ones; marks on something else; and the scores of all marks."""

    missed: list[Placed]
    marked: list[Placed]
    wrong: int
    scores: list[tuple[float, bool]]
    put: int = 0

    def add(self, mixed: FillerMix, spoken: Transcript) -> None:
        found = find_fillers(Samples(mixed.pcm[:, None]), spoken)
        missed, marked, wrong = counted(mixed, spoken, found)
        self.missed += missed
        self.marked += marked
        self.wrong += wrong
        self.put += len(mixed.fillers)
        self.scores += [
            (
                mark.confidence,
                any(shares_time(Span(mark.start_ms, mark.end_ms), one.span) for one in mixed.fillers),
            )
            for mark in found
        ]


def measure_fillers(
    interviews: Sequence[Interview],
    host: ModelHost,
    folder: Path,
    aligner: PocketSphinxAligner,
    keep: Path | None,
) -> tuple[list[Row], Curve]:
    """Fillers put into the interviews: with their words known, and as the recogniser writes four of them down."""
    sounds = filler_sounds(folder, aligner)
    known, written = FillersHeard([], [], 0, []), FillersHeard([], [], 0, [])
    for interview in interviews:
        kept = interview.kept
        mixed = put_fillers_in(
            interview.name, interview.pcm, kept.transcript, kept.diarization.turns, sounds, known.put
        )
        known.add(mixed, mixed.spoken)
        if interview.name in RECOGNISED:
            heard = process(host, f"fillers_{interview.name}", mixed.pcm, keep, mixed.turns)
            written.add(mixed, heard.transcript)
    rows = []
    for name, of in (("", written), (", words known", known)):
        all_found = len(of.marked) + of.wrong
        rows += [
            Row(
                f"fillers {'put between known words' if name else 'the recogniser missed'}: right",
                "" if name else ">= 0.8",
                wilson(len(of.marked), all_found),
                None if name else len(of.marked) >= 0.8 * all_found,
            ),
            Row(
                "... found",
                "" if name else ">= 0.7",
                f"{wilson(len(of.marked), len(of.missed))}; {of.put} were put in",
                None if name else len(of.marked) >= 0.7 * len(of.missed),
            ),
        ]
    rows.insert(
        2,
        Row(
            "... found, real ones",
            "",
            wilson(sum(one.real for one in written.marked), sum(one.real for one in written.missed)),
            None,
        ),
    )
    for name, chosen in (
        ("real ones", lambda one: one.real),
        ("of synthesisers", lambda one: not one.real),
        ("right after a word", lambda one: one.touching),
    ):
        rows.append(
            Row(
                f"... found, {name}",
                "",
                wilson(sum(map(chosen, known.marked)), sum(map(chosen, known.missed))),
                None,
            )
        )
    taken, lost = 0, 0
    for interview in interviews:
        short, withheld = without_some_words(interview.kept.transcript)
        lost += withheld
        taken += len(find_fillers(Samples(interview.pcm[:, None]), short))
    rows.append(Row("words withheld that are marked as fillers", "", wilson(taken, lost), None))
    minutes = sum(one.minutes for one in interviews)
    n = sum(len(find_fillers(Samples(one.pcm[:, None]), one.kept.transcript)) for one in interviews)
    rows.append(Row("filler sounds marked in read speech, an hour", "", poisson(n, minutes / 60, 1), None))
    return rows, Curve("filler, words known", tuple(known.scores), len(known.missed))


def without_some_words(spoken: Transcript) -> tuple[Transcript, int]:
    """The transcript without every tenth word, as if the recogniser had lost it, and how many those are."""
    utterances, number, lost = [], 0, 0
    for one in spoken.utterances:
        words = []
        for word in one.words:
            number += 1
            if number % WITHHELD:
                words.append(word)
            else:
                lost += 1
        if words:
            utterances.append(replace(one, words=tuple(words)))
    return replace(spoken, utterances=tuple(utterances)), lost


def measure_cost(interviews: Sequence[Interview], sounds: SoundEvents) -> list[Row]:
    longest = max(interviews, key=lambda one: one.minutes)
    began = time.process_time()
    track = measure_track(Samples(longest.pcm[:, None]), sounds)
    markers_of(longest.kept, longest.pcm, track)
    find_fillers(Samples(longest.pcm[:, None]), longest.kept.transcript)
    share = (time.process_time() - began) / (longest.minutes * 60)
    return [
        Row(
            "processor time over the recording's length, one core",
            "<= 0.04 (0.02 on two)",
            f"{share:.4f}",
            share <= 0.04,
        )
    ]


def measure_bad_input(interview: Interview, sounds: SoundEvents) -> list[Row]:
    """The first minutes of an interview as bad recordings have them, its words known: sounds marked a minute."""
    spoken = [one for one in interview.kept.transcript.utterances if one.end_ms <= BAD_INPUT_S * 1000]
    end_ms = max(one.end_ms for one in spoken)
    plain = interview.pcm[: _frame(end_ms)].astype(np.float32)
    seconds = np.arange(len(plain)) / SAMPLE_RATE
    random = np.random.default_rng(0)
    # Chords that change every half second: no recording of music comes with the project.
    roots = 220 * 2 ** (random.integers(0, 12, BAD_INPUT_S * 2)[(seconds * 2).astype(int)] / 12)
    music = sum(np.sin(2 * np.pi * np.cumsum(roots * ratio) / SAMPLE_RATE) for ratio in (1, 1.26, 1.5, 2))
    loud = 10 ** (loud_db(plain) / 20)
    band = butter(4, (300, 3_400), "bandpass", fs=SAMPLE_RATE, output="sos")
    second = lfilter([1.0], [1.0, -0.6], plain) * 0.25 + random.normal(0, loud * 0.01, len(plain))
    first_speaker = interview.kept.transcript.utterances[0].speaker
    alone = [one for one in spoken if one.speaker == first_speaker]
    kept_only = np.zeros_like(plain)
    for one in alone:
        kept_only[_frame(one.start_ms) : _frame(one.end_ms)] = plain[
            _frame(one.start_ms) : _frame(one.end_ms)
        ]
    made: list[tuple[str, NDArray[np.float32], list[Utterance]]] = [
        ("as it is", plain, spoken),
        ("silence", np.zeros_like(plain), []),
        ("one speaker, digital silence between", kept_only, alone),
        ("music under speech", plain + music * loud * 0.1, spoken),
        ("clipped", np.clip(plain * 10, -32768, 32767), spoken),
        ("telephone, 8 kHz", np.asarray(sosfilt(band, plain), np.float32), spoken),
        ("another microphone from the middle on", np.where(seconds < end_ms / 2000, plain, second), spoken),
    ]
    rows = []
    for name, audio, utterances in made:
        pcm = np.rint(np.clip(audio, -32768, 32767)).astype(np.int16)
        track = measure_track(Samples(pcm[:, None]), sounds)
        spoken_there = replace(
            interview.kept.transcript,
            utterances=tuple(utterances),
            speech=tuple(span for span in interview.kept.transcript.speech if span.end_ms <= end_ms)
            if utterances
            else (),
            turns=(),
        )
        markers = markers_of(replace(interview.kept, transcript=spoken_there), pcm, track)
        fillers = find_fillers(Samples(pcm[:, None]), spoken_there)
        heard = [one for one in markers if one.kind in SOUNDS.values()]
        certain = sum(one.confidence >= 0.6 for one in heard)
        rows.append(
            Row(
                f"{name}: sounds marked a minute",
                "",
                f"{(len(heard) + len(fillers)) * 60_000 / end_ms:.1f} ({len(heard)} and {len(fillers)} fillers; "
                f"{certain} with 0.6 or more)",
                None,
            )
        )
    return rows


def measure_memory(folder: Path) -> list[Row]:
    """In a process of its own: an hour of noise that is made as it is read."""
    script = (
        "import re, sys, numpy as np\n"
        "from pathlib import Path\n"
        "from models.audio.samples import Samples\n"
        "from models.nuance.measure import measure_track\n"
        "from models.nuance.sound_events import SoundEvents\n"
        "class Hour:\n"
        "    shape = (16000 * 3600, 1)\n"
        "    def __len__(self): return self.shape[0]\n"
        "    def __getitem__(self, rows):\n"
        "        start, end, _ = rows.indices(len(self))\n"
        "        noise = np.random.default_rng(start).standard_normal(max(0, end - start))\n"
        "        return (noise * 500).astype('i2')[:, None]\n"
        "def most(): return int(re.search('VmHWM: *\\\\s*([0-9]+)', open('/proc/self/status').read())[1]) / 1024\n"
        "before = most()\n"
        "measure_track(Samples(Hour()), SoundEvents(Path(sys.argv[1])))\n"
        "print(most() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, folder], check=True, capture_output=True, text=True)
    beyond = float(done.stdout)
    return [Row("memory beyond the sound, an hour", "<= 500 MB", f"{beyond:.0f} MB", beyond <= 500)]


# --- curves


@dataclass(frozen=True)
class Curve:
    """What was marked as one kind, with its score and whether it was right, and how many there really were."""

    name: str
    marked: tuple[tuple[float, bool], ...]
    real: int

    def points(self) -> tuple[list[float], list[float]]:
        """Recall and precision, as the least score falls to that of the rules."""
        recall, precision = [], []
        right = 0
        for number, (_, good) in enumerate(sorted(self.marked, reverse=True), start=1):
            right += good
            recall.append(right / self.real)
            precision.append(right / number)
        return recall, precision


def curves_of(interviews: Sequence[Interview], labels: Sequence[Label], paused: Sequence[Put]) -> list[Curve]:
    """Sounds put in pauses, with all that is marked in plain speech against them, and overlaps."""
    plain = [marker for one in interviews for marker in one.markers]
    curves = []
    for kind in (MarkerKind.LAUGHTER, MarkerKind.CRYING, MarkerKind.BREATH, MarkerKind.COUGH):
        marked: list[tuple[float, bool]] = []
        for put in paused:
            scores = [one.evidence["score"] for one in put.heard if one.kind is kind]
            if scores:
                marked.append((max(scores), SOUNDS[put.mixed.label.what] is kind))
        marked += [(one.evidence["score"], False) for one in plain if one.kind is kind]
        real = sum(SOUNDS[put.mixed.label.what] is kind for put in paused)
        curves.append(Curve(f"{kind}, in pauses", tuple(marked), real))
    overlaps: list[tuple[float, bool]] = []
    for one in interviews:
        real_spans = [
            label.span for label in labels if label.what == "overlap" and label.path.stem == one.name
        ]
        overlaps += [
            (
                marker.confidence,
                any(shares_time(Span(marker.start_ms, marker.end_ms), span) for span in real_spans),
            )
            for marker in one.markers
            if marker.kind is MarkerKind.OVERLAP
        ]
    curves.append(Curve("overlap", tuple(overlaps), sum(label.what == "overlap" for label in labels)))
    return curves


def plot(curves: Sequence[Curve], edges: Sequence[PauseEdges], target: Path) -> None:
    """Precision over recall of each kind, as its threshold is moved, and how many pauses are off by how much."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "lytt"
    from matplotlib import pyplot

    figure, (axes, beside) = pyplot.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
    for curve in curves:
        axes.plot(*curve.points(), marker=".", linewidth=1, label=curve.name)
    axes.set_xlabel("recall")
    axes.set_ylabel("precision")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.legend(frameon=False, loc="lower left")
    for one in edges:
        beside.step(
            one.worst, np.arange(1, len(one.worst) + 1) / len(one.worst), where="post", label=one.name
        )
    beside.axvline(100, color="grey", linewidth=0.5)
    beside.set_xlabel("the worse edge of a pause is off by, ms")
    beside.set_ylabel("share of the pauses")
    beside.set_xlim(0, 600)
    beside.set_ylim(0, 1.02)
    beside.legend(frameon=False, loc="lower right")
    for one_axes in (axes, beside):
        one_axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(target, metadata={"Date": None})


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument("--keep", type=Path, help="a folder for what the speech models found")
    arguments.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = arguments.parse_args()
    if not (given.folder / "nuance" / "dev" / "labels.csv").exists():
        print(f"There are no labels in {given.folder}.", file=sys.stderr)
        return 2
    from manners import manner_table

    config = models_config(Settings())
    host = ModelHost(config)
    sounds = SoundEvents(config.models_dir / config.sound_model)
    labels = read_labels(given.folder)
    interviews = []
    for file in sorted((given.folder / "interviews" / "dev").glob("*.flac")):
        pcm = read_sound(file)
        kept = process(host, file.stem, pcm, given.keep)
        track = measure_track(Samples(pcm[:, None]), sounds)
        interviews.append(Interview(file.stem, pcm, kept, track, markers_of(kept, pcm, track)))
    paused = [heard_in(mixed, sounds) for mixed in mixes(interviews, labels, over=False)]
    over = [heard_in(mixed, sounds) for mixed in mixes(interviews, labels, over=True)]
    aligner = PocketSphinxAligner(
        Pronouncer(locate(config.pronunciation_model, config.models_dir, Task.PRONUNCIATION))
    )
    pauses, edges = measure_pauses(interviews, labels, given.folder, aligner)
    fillers, filler_curve = measure_fillers(interviews, host, given.folder, aligner, given.keep)
    rows = [
        *pauses,
        *measure_overlaps(interviews, labels),
        *measure_sounds(paused, over),
        *measure_held_out(interviews, paused),
        *measure_meetings(labels, given.folder, sounds),
        *measure_false(interviews),
        *measure_arousal(labels, sounds),
        *measure_voices(labels),
        *fillers,
        *measure_bad_input(interviews[0], sounds),
        *measure_cost(interviews, sounds),
        *measure_memory(config.models_dir / config.sound_model),
    ]
    minutes = sum(one.minutes for one in interviews)
    text = "\n".join(
        [
            machine(LIBRARIES),
            "",
            f"{len(interviews)} interviews, {minutes:.0f} minutes, and the development clips. Intervals of 95 %.",
            "",
            "| measure | must be | is | |",
            "|---|---|---|---|",
            *(row.text for row in rows),
            "",
            f"![Precision over recall, and how far the edges of pauses are off]({PLOT.name})",
        ]
    )
    print(text)
    if not given.no_write:
        plot([*curves_of(interviews, labels, paused), filler_curve], edges, PLOT)
        write_section("markers", text)
        write_section("manners", manner_table(interviews, labels, given.folder / "interviews" / "dev"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
