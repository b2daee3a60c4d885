"""Measures how the manner of speaking is told: part of ``scripts/bench markers``.

There are no references for most of it, so real reading is edited by a known amount: words made louder and higher, ends
ramped down, pitch made to jump, voice taken away; melodies, and ways of speaking from some moment on, are edited in the
track. What is marked without an edit counts as false, though what is read aloud holds real emphasis. Readers are in two
halves: thresholds that were chosen at all were chosen on the first.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from markers import (
    HIGH,
    LIBRARIES,
    LOW,
    PAUSE_MS,
    Int16,
    Interview,
    Kept,
    Label,
    Row,
    auc,
    bootstrap,
    known,
    measured_clips,
    poisson,
    read_sound,
    wilson,
)
from numpy.typing import NDArray
from page import machine

from models.audio.samples import Samples
from models.intervals import joined, overlap_ms
from models.loudness import Levels
from models.markers.activation import WEIGHTS, activation_of, find_activation
from models.markers.emphasis import LEAST_WORDS, find_emphasis
from models.markers.fading import LEAST_ENDS, find_fading
from models.markers.latency import find_latencies
from models.markers.manner import MANNERS, find_manners, name_of
from models.markers.material import Material
from models.markers.melody import find_melodies
from models.markers.shifts import SIDE, find_shifts
from models.markers.stretches import Stretch
from models.markers.voice_breaks import find_voice_breaks
from models.nuance.measure import measure_track
from models.nuance.runs import runs_of
from models.nuance.speech_edges import with_exact_edges
from models.nuance.summary import (
    LEAST_UTTERANCES,
    Baseline,
    Feature,
    Usual,
    make_baseline,
    summarise,
)
from models.nuance.track import FRAME_MS, VOICED, Track
from models.redacted_sound.voice_change import VoiceChange, VoicePart, VoiceShift
from models.values import SAMPLE_RATE, Marker, MarkerKind, Span, Word

FINDERS = (
    find_manners,
    find_melodies,
    find_emphasis,
    find_fading,
    find_voice_breaks,
    find_latencies,
    find_activation,
    find_shifts,
)
HALVES = ("first half", "other half")

# A word of each so many is edited, so that the rest says what is usual.
_EACH_WORD, _EACH_END = 25, 5
_LEAST_WORD_MS, _LEAST_LETTERS = 200, 4
_FADE_MS, _LEAST_END_MS = 1_200, 3_000
_LOST_MS = 100
_EDGE_MS = 8
# Voiced without a gap, so that a break in its middle is one.
_LEAST_VOICED_FRAMES = 14

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Heard:
    """An interview, whose voice is which reader's, and what is marked in it as it is."""

    interview: Interview
    readers: Mapping[str, str]
    found: tuple[Marker, ...]


@dataclass(frozen=True)
class Sizes:
    """How far things are edited."""

    louder_db: float
    higher_semitones: float
    fall_db: float
    fall_semitones: float
    jump_semitones: float
    lost_db: float


SIZES = (Sizes(4, 2, 10, 2, 5, 6), Sizes(6, 4, 15, 3, 7, 3), Sizes(9, 6, 20, 4, 10, 0))


def material_of(kept: Kept, track: Track) -> Material:
    spoken = kept.transcript
    speech = joined(with_exact_edges(spoken.speech, track))
    return Material(
        spoken.utterances, speech, spoken.turns, Levels(()), PAUSE_MS, (), track, kept.diarization.at_once
    )


def readers_of(interview: Interview, folder: Path) -> Mapping[str, str]:
    """The reader who has most of each speaker's utterances."""
    rows = [line.split() for line in (folder / f"{interview.name}.rttm").read_text().splitlines()]
    spans = [
        (row[7], round(float(row[3]) * 1000), round((float(row[3]) + float(row[4])) * 1000)) for row in rows
    ]
    shared: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in interview.kept.transcript.utterances:
        for reader, start, end in spans:
            shared[one.speaker][reader] += overlap_ms(one.start_ms, one.end_ms, start, end)
    return {speaker: max(own, key=lambda name: own[name]) for speaker, own in shared.items()}


def half_of(reader: str, readers: Sequence[str]) -> str:
    return HALVES[sorted(readers).index(reader) % 2]


# --- reading as it is


def measure_reading(heard: Sequence[Heard]) -> Iterator[Row]:
    names = sorted({name for one in heard for name in one.readers.values()})
    minutes: dict[str, float] = defaultdict(float)
    for one in heard:
        for utterance in one.interview.kept.transcript.utterances:
            half = half_of(one.readers[utterance.speaker], names)
            minutes[half] += (utterance.end_ms - utterance.start_ms) / 60_000
    kinds: dict[str, Callable[[Marker], bool]] = {
        "emphasis": lambda one: one.kind is MarkerKind.EMPHASIS,
        "monotone, lively": lambda one: one.subtype in ("monotone", "lively"),
        "dying away": lambda one: one.kind is MarkerKind.FADING,
        "breaks of the voice": lambda one: one.kind is MarkerKind.VOICE_BREAK,
        "early or late answers": lambda one: one.kind is MarkerKind.LATENCY and one.subtype is not None,
        "activation high or low": lambda one: one.kind is MarkerKind.ACTIVATION and one.subtype is not None,
        "shifts": lambda one: one.kind is MarkerKind.SHIFT,
    }
    kinds["all manner kinds together, without emphasis"] = lambda one: (
        one.kind is not MarkerKind.EMPHASIS
        and not (one.kind in (MarkerKind.LATENCY, MarkerKind.ACTIVATION) and one.subtype is None)
    )
    for name, counts in kinds.items():
        told = []
        most = 0.0
        for half in HALVES:
            count = sum(
                counts(marker) and half_of(one.readers[marker.speaker], names) == half
                for one in heard
                for marker in one.found
                if marker.speaker is not None
            )
            told.append(f"{half} {poisson(count, minutes[half])}")
            most = max(most, count / minutes[half])
        yield Row(f"{name}: marked in reading, a minute", "<= 1", "; ".join(told), most <= 1)


# --- edited sound


@dataclass
class Edited:
    """The sound of an interview with the places that were edited, by what was done."""

    pcm: Floats
    words: list[Word]
    ends: list[int]
    jumps: list[int]
    losses: list[int]


def edited(heard: Heard, sizes: Sizes) -> Edited:
    """A word of each 25 is stressed, one broken and one loses its voice; an end of each five dies away."""
    one = heard.interview
    made = Edited(one.pcm.astype(np.float64), [], [], [], [])
    marked = {marker.start_ms for marker in heard.found if marker.kind is MarkerKind.EMPHASIS}
    place = 0
    utterances = one.kept.transcript.utterances
    ends = Counter(each.speaker for each in utterances if each.end_ms - each.start_ms > _LEAST_END_MS)
    spoken = Counter(each.speaker for each in utterances for _ in each.words)
    for number, utterance in enumerate(utterances):
        if spoken[utterance.speaker] < 1.5 * LEAST_WORDS:
            continue
        for word in utterance.words[1:-1]:
            letters = sum(letter.isalnum() for letter in word.text)
            if word.end_ms - word.start_ms < _LEAST_WORD_MS or letters < _LEAST_LETTERS:
                continue
            place += 1
            middle = voiced_middle(one.track, word)
            if place % _EACH_WORD == 0 and word.start_ms not in marked:
                shift(made.pcm, word.start_ms, word.end_ms, (sizes.higher_semitones,))
                gain(made.pcm, word.start_ms, word.end_ms, sizes.louder_db, sizes.louder_db)
                made.words.append(word)
            elif place % _EACH_WORD == 8 and middle is not None:
                shift(made.pcm, middle, word.end_ms, (sizes.jump_semitones,))
                made.jumps.append(middle)
            elif place % _EACH_WORD == 16 and middle is not None:
                unvoice(made.pcm, middle - _LOST_MS // 2, middle + _LOST_MS // 2, sizes.lost_db)
                made.losses.append(middle)
        end = utterance.words[-1].end_ms
        if (
            number % _EACH_END == 2
            and end - utterance.start_ms > _LEAST_END_MS
            and ends[utterance.speaker] >= LEAST_ENDS
        ):
            steps = tuple(-sizes.fall_semitones * step / 6 for step in range(1, 7))
            shift(made.pcm, end - _FADE_MS, end, steps)
            gain(made.pcm, end - _FADE_MS, end, 0, -sizes.fall_db)
            made.ends.append(utterance.id)
    return made


def voiced_middle(track: Track, word: Word) -> int | None:
    rows = track.rows(word.start_ms, word.end_ms)
    longest = max(
        runs_of((track.voicing[rows] >= VOICED) & (track.pitch[rows] > 0)),
        key=lambda run: run[1] - run[0],
        default=(0, 0),
    )
    if longest[1] - longest[0] < _LEAST_VOICED_FRAMES:
        return None
    return round((float(rows.start) + sum(longest) / 2) * FRAME_MS)


def gain(pcm: Floats, start_ms: int, end_ms: int, first_db: float, last_db: float) -> None:
    first, end = frame(start_ms), frame(end_ms)
    decibels = np.linspace(first_db, last_db, end - first)
    edge = frame(_EDGE_MS)
    if first_db:
        decibels[:edge] *= np.linspace(0, 1, edge)
    decibels[-edge:] *= np.linspace(1, 0, edge) if first_db else 1
    pcm[first:end] *= 10 ** (decibels / 20)


def shift(pcm: Floats, start_ms: int, end_ms: int, semitones: Sequence[float]) -> None:
    """The pitch of a stretch moved in steps of equal length; its edges are faded over."""
    around = 300
    begin = max(0, start_ms - around)
    piece = pcm[frame(begin) : frame(end_ms + around)] / 32768
    step = (end_ms - start_ms) / len(semitones)
    parts = [
        VoicePart(round(start_ms - begin + number * step), VoiceShift(one, 0.0))
        for number, one in enumerate(semitones)
    ]
    change = VoiceChange([VoicePart(0, VoiceShift(semitones[0], 0.0)), *parts], SAMPLE_RATE, 1)
    begun = change.add(piece[:, None].astype(np.float64))
    rest = change.finish()
    made = np.concatenate([begun, rest] if rest is not None else [begun])[: len(piece), 0] * 32768
    made = made[frame(start_ms) - frame(begin) :]
    # Frames laid over one another at other pitches partly cancel: the stretch keeps its energy.
    own, changed = pcm[frame(start_ms) : frame(end_ms)], made[: frame(end_ms) - frame(start_ms)]
    made = made * np.sqrt(np.square(own).mean() / (np.square(changed).mean() + 1e-9))
    mix(pcm, start_ms, end_ms, made)


def unvoice(pcm: Floats, start_ms: int, end_ms: int, softer_db: float) -> None:
    """Noise of the same spectrum instead of the voice."""
    own = pcm[frame(start_ms) : frame(end_ms)]
    size = np.abs(np.fft.rfft(own * np.hanning(len(own))))
    width = max(1, round(400 * len(own) / SAMPLE_RATE))
    smooth = np.sqrt(np.convolve(np.square(size), np.ones(width) / width, mode="same"))
    phases = np.random.default_rng(start_ms).uniform(0, 2 * np.pi, len(size))
    noise = np.fft.irfft(smooth * np.exp(1j * phases), len(own))
    noise *= np.sqrt(np.square(own).mean() / (np.square(noise).mean() + 1e-9)) * 10 ** (-softer_db / 20)
    mix(pcm, start_ms, end_ms, noise)


def mix(pcm: Floats, start_ms: int, end_ms: int, made: Floats) -> None:
    first, end = frame(start_ms), min(len(pcm), frame(end_ms))
    weight = np.ones(end - first)
    edge = frame(_EDGE_MS)
    weight[:edge], weight[-edge:] = np.linspace(0, 1, edge), np.linspace(1, 0, edge)
    pcm[first:end] = pcm[first:end] * (1 - weight) + made[: end - first] * weight


def frame(ms: float) -> int:
    return round(ms * SAMPLE_RATE / 1000)


def measure_edits(heard: Sequence[Heard]) -> Iterator[Row]:
    for sizes in SIZES:
        names = (
            f"a word {sizes.louder_db:g} dB louder and {sizes.higher_semitones:g} semitones higher",
            f"an end that falls by {sizes.fall_db:g} dB and {sizes.fall_semitones:g} semitones more",
            f"a jump by {sizes.jump_semitones:g} semitones within a word",
            f"0.1 s without voice, {sizes.lost_db:g} dB softer",
        )
        counts = {name: [0, 0] for name in names}
        for one in heard:
            made = edited(one, sizes)
            pcm: Int16 = np.rint(np.clip(made.pcm, -32768, 32767)).astype(np.int16)
            material = material_of(one.interview.kept, measure_track(Samples(pcm[:, None]), None))
            stressed = {marker.start_ms for marker in find_emphasis(material)}
            faded = {marker.utterance for marker in find_fading(material)}
            breaks = list(find_voice_breaks(material))
            for name, right in zip(
                names,
                (
                    [word.start_ms in stressed for word in made.words],
                    [number in faded for number in made.ends],
                    [broken_at(at, "jump", breaks) for at in made.jumps],
                    [broken_at(at, "loss", breaks) for at in made.losses],
                ),
                strict=True,
            ):
                counts[name][0] += sum(right)
                counts[name][1] += len(right)
        for name, (right_count, of) in counts.items():
            yield Row(f"{name}: found", "", wilson(right_count, of), None)


def broken_at(at: int, name: str, breaks: Sequence[Marker]) -> bool:
    return any(one.subtype == name and one.start_ms - 80 <= at <= one.end_ms + 80 for one in breaks)


# --- edited tracks


def with_pitch(track: Track, spans: Sequence[Stretch], change: Callable[[Floats], Floats]) -> Track:
    """The track with the pitch of voiced frames in the stretches changed."""
    pitch = track.pitch.copy()
    for one in spans:
        rows = track.rows(one.start_ms, one.end_ms)
        own = pitch[rows]
        own[own > 0] = change(own[own > 0].astype(np.float64))
        pitch[rows] = own
    return replace(track, pitch=pitch)


def measure_melodies(heard: Sequence[Heard]) -> Iterator[Row]:
    """Of four neighbouring stretches the melody is squeezed or widened around its middle."""
    for times in (0.3, 0.5, 2.0, 2.5):
        found = count = 0
        for one in heard:
            material = material_of(one.interview.kept, one.interview.track)
            for speaker, baseline in material.baselines.items():
                own = [
                    piece
                    for piece in material.stretches
                    if piece.speaker == speaker and Feature.RANGE in piece.features
                ]
                if not baseline.is_known:
                    continue
                for place in range(2, len(own) - 6, 8):
                    chosen = own[place : place + 4]

                    def move(pitch: Floats, times: float = times) -> Floats:
                        middle = np.median(pitch)
                        return np.asarray(middle * (pitch / middle) ** times)

                    changed = material_of(one.interview.kept, with_pitch(one.interview.track, chosen, move))
                    marked = [
                        marker
                        for marker in find_melodies(changed)
                        if overlap_ms(marker.start_ms, marker.end_ms, chosen[1].start_ms, chosen[2].end_ms)
                    ]
                    count += 1
                    found += any(
                        marker.subtype == ("lively" if times > 1 else "monotone") for marker in marked
                    )
        yield Row(
            f"four stretches whose pitch moves {times:g} x as much: found", "", wilson(found, count), None
        )


def measure_shifts(heard: Sequence[Heard]) -> Iterator[Row]:
    """From the middle of a speaker's stretches on, pitch or level is another one."""
    for name, size in (("pitch", 2.0), ("pitch", 3.0), ("level", 4.0), ("level", 6.0)):
        found = count = 0
        off: list[int] = []
        for one in heard:
            material = material_of(one.interview.kept, one.interview.track)
            for speaker in sorted(material.baselines):
                own = [piece for piece in material.stretches if piece.speaker == speaker and piece.features]
                middle = len(own) // 2
                if len(own) < 2 * SIDE:
                    continue
                for sign in (-1, 1):
                    changed = material_of(
                        one.interview.kept, shifted(one.interview.track, own[middle:], name, sign * size)
                    )
                    places = {piece.start_ms: place for place, piece in enumerate(own)}
                    near = [
                        abs(places[marker.start_ms] - middle)
                        for marker in find_shifts(changed)
                        if marker.subtype == name
                        and marker.speaker == speaker
                        and (marker.strength > 0) is (sign > 0)
                    ]
                    count += 1
                    if near and min(near) <= SIDE // 2:
                        found += 1
                        off.append(min(near))
        unit = "semitones" if name == "pitch" else "dB"
        where = f", off by {np.median(off):.0f} stretches in the middle" if off else ""
        yield Row(f"a shift of {name} by {size:g} {unit}: found", "", f"{wilson(found, count)}{where}", None)


def shifted(track: Track, spans: Sequence[Stretch], name: str, size: float) -> Track:
    if name == "pitch":
        return with_pitch(track, spans, lambda pitch: np.asarray(pitch * 2 ** (size / 12)))
    level = track.level.copy()
    for one in spans:
        level[track.rows(one.start_ms, one.end_ms)] += size
    return replace(track, level=level)


def measure_tempo(heard: Sequence[Heard]) -> Iterator[Row]:
    """Stretches of known speakers as if they had been spoken faster or slower."""
    tempo = next(one for one in MANNERS if one.feature is Feature.RATE)
    for times in (1.3, 1.5, 1.8, 0.6):
        right = []
        for one in heard:
            material = material_of(one.interview.kept, one.interview.track)
            for piece in material.stretches:
                baseline = material.baselines[piece.speaker]
                rate = piece.features.get(Feature.RATE)
                if rate is None or not baseline.is_known:
                    continue
                said = name_of(tempo, {**piece.features, Feature.RATE: rate * times}, baseline)
                right.append(said == (tempo.more if times > 1 else tempo.less))
        yield Row(f"a stretch {times:g} x as fast: found", "", wilson(sum(right), len(right)), None)


def measure_latencies(heard: Sequence[Heard], folder: Path) -> Iterator[Row]:
    """Against the ends of the references' utterances."""
    off = []
    for one in heard:
        rows = [line.split() for line in (folder / f"{one.interview.name}.rttm").read_text().splitlines()]
        spans = sorted((float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in rows)
        for marker in one.found:
            if marker.kind is not MarkerKind.LATENCY:
                continue
            begun = marker.end_ms if marker.strength > 0 else marker.start_ms
            for before, after in pairwise(spans):
                if before[2] != after[2] and abs(after[0] * 1000 - begun) < 1_000:
                    off.append(abs(1000 * (after[0] - before[1]) - 1000 * marker.strength))
                    break
    if off:
        yield Row(
            "latencies of answers, off from the references'",
            "",
            f"median {np.median(off):.0f} ms, 90 % within {np.quantile(off, 0.9):.0f} ms ({len(off)})",
            None,
        )


# --- acted arousal


def usual_spreads(heard: Sequence[Heard]) -> Mapping[Feature, float]:
    """The middle of the readers' spreads: a handful of clips has none of its own."""
    known_ones = [
        baseline
        for one in heard
        for baseline in material_of(one.interview.kept, one.interview.track).baselines.values()
        if baseline.is_known
    ]
    return {
        feature: float(np.median([one.usual[feature].spread for one in known_ones if feature in one.usual]))
        for feature in WEIGHTS
    }


def with_spreads(baseline: Baseline, spreads: Mapping[Feature, float]) -> Baseline:
    usual = {
        feature: Usual(one.median, spreads[feature])
        for feature, one in baseline.usual.items()
        if feature in spreads
    }
    return Baseline(2 * LEAST_UTTERANCES, usual)


def measure_activation(labels: Sequence[Label], spreads: Mapping[Feature, float]) -> Iterator[Row]:
    """Acted high against low arousal of the same speaker. EmoDB's clips were all made equally loud."""
    clips = [
        (label, {**features, **rate_of(label)})
        for label, features in measured_clips(labels, None)
        if features
    ]
    for corpus, prefix in {"RAVDESS": "ravdess", "EmoDB": "emodb"}.items():
        own = [(label, features) for label, features in clips if label.path.stem.startswith(prefix)]
        if prefix == "emodb":
            own = [
                (label, {what: value for what, value in features.items() if what is not Feature.LEVEL})
                for label, features in own
            ]
        speakers = sorted({label.speaker for label, _ in own})
        usual = {
            speaker: known(make_baseline([row for label, row in own if label.speaker == speaker]))
            for speaker in speakers
        }
        values: dict[str, list[float]] = {"high": [], "low": []}
        rates: dict[str, list[float]] = {"high": [], "low": []}
        named = {"high": [0, 0, 0], "low": [0, 0, 0]}
        for label, features in own:
            emotion = label.what.removeprefix("emotion_")
            side = "high" if emotion in HIGH else "low" if emotion in LOW else None
            found = activation_of(features, usual[label.speaker])
            if side is None or found is None:
                continue
            values[side].append(found.value)
            if Feature.RATE in features:
                rates[side].append(usual[label.speaker].z(Feature.RATE, features[Feature.RATE]))
            calm = [
                row
                for other, row in own
                if other.speaker == label.speaker
                and other is not label
                and other.what.removeprefix("emotion_") in LOW
            ]
            if calm:
                against = activation_of(features, with_spreads(make_baseline(calm), spreads))
                name = against.name if against else None
                named[side][0] += name == side
                named[side][1] += name not in (None, side)
                named[side][2] += 1
        for name, measured in (("activation", values), ("tempo", rates)):
            value = auc(measured["high"], measured["low"])
            low, high = bootstrap(measured["high"], measured["low"])
            counts = f"{len(measured['high'])} and {len(measured['low'])} clips, {len(speakers)} speakers"
            yield Row(
                f"{name}, acted high against low ({corpus}): AUC",
                ">= 0.95",
                f"{value:.2f} ({low:.2f} to {high:.2f}; {counts})",
                value >= 0.95,
            )
        yield Row(
            f"activation against the same speaker's other low clips: named high or low, named the other ({corpus})",
            "",
            "; ".join(
                f"high arousal {right} and {wrong} of {of}"
                if side == "high"
                else f"low arousal {right} and {wrong} of {of}"
                for side, (right, wrong, of) in named.items()
            ),
            None,
        )


RAVDESS_LETTERS = {"01": len("Kidsaretalkingbythedoor"), "02": len("Dogsaresittingbythedoor")}
EMODB_LETTERS = {
    "a01": len("DerLappenliegtaufdemEisschrank"),
    "a02": len("DaswillsieamMittwochabgeben"),
    "a04": len("HeuteabendkönnteichesIhmsagen"),
    "a05": len("DasschwarzeStückPapierbefindetsichdaobennebendemHolzstück"),
    "a07": len("InsiebenStundenwirdessoweitsein"),
    "b01": len("WassinddenndasfürTütendiedaunterdemTischstehen"),
    "b02": len("Siehabenesgeradehochgetragenundjetztgehensiewiederrunter"),
    "b03": len("AndenWochenendenbinichjetztimmernachHausegefahrenundhabeAgnesbesucht"),
    "b09": len("IchwilldasebenwegbringenunddannmitKarlwastrinkengehen"),
    "b10": len("DiewirdaufdemPlatzseinwowirsieimmerhinlegen"),
}
"""Of the sentences the clips are of: both corpora name them in their files' names."""


def rate_of(label: Label) -> dict[Feature, float]:
    """Letters a second from the first loud frame to the last."""
    stem = label.path.stem
    code = stem.split("_")[1]
    letters = RAVDESS_LETTERS.get(code[8:10]) if stem.startswith("ravdess") else EMODB_LETTERS.get(code[2:5])
    if letters is None:
        return {}
    seconds = loud_seconds(label.path)
    return {Feature.RATE: letters / seconds}


def loud_seconds(path: Path) -> float:
    track = measure_track(Samples(read_sound(path)[:, None]), None)
    rows = np.flatnonzero(track.level > track.level.max() - 30)
    return float((rows[-1] + 1 - rows[0]) * FRAME_MS / 1000)


def measure_intervals(heard: Sequence[Heard]) -> Iterator[Row]:
    """How often the interval of one half of a stretch holds the value of its other half."""
    inside = []
    for one in heard:
        material = material_of(one.interview.kept, one.interview.track)
        for piece in material.stretches:
            baseline = material.baselines[piece.speaker]
            middle = (piece.start_ms + piece.end_ms) // 2
            if not baseline.is_known or not piece.features:
                continue
            sides = [
                activation_of(summarise(one.interview.track, [span], letters), baseline)
                for span, letters in (
                    (Span(piece.start_ms, middle), letters_in(piece, piece.start_ms, middle)),
                    (Span(middle, piece.end_ms), letters_in(piece, middle, piece.end_ms)),
                )
                if span.length_ms > 1_200
            ]
            if len(sides) == 2 and sides[0] is not None and sides[1] is not None:
                inside.append(sides[0].low <= sides[1].value <= sides[0].high)
    yield Row(
        "activation of one half of a stretch within the other's interval",
        "",
        wilson(sum(inside), len(inside)),
        None,
    )


def letters_in(piece: Stretch, start_ms: int, end_ms: int) -> int:
    return sum(
        sum(letter.isalnum() for letter in word.text)
        for word in piece.words
        if start_ms <= (word.start_ms + word.end_ms) // 2 < end_ms
    )


# --- all of it


def manner_rows(interviews: Sequence[Interview], labels: Sequence[Label], folder: Path) -> list[Row]:
    """The rows of the table; ``folder`` holds the interviews with their references."""
    began = time.process_time()
    heard = []
    for one in interviews:
        material = material_of(one.kept, one.track)
        found = tuple(marker for find in FINDERS for marker in find(material))
        heard.append(Heard(one, readers_of(one, folder), found))
    share = (time.process_time() - began) / sum(one.minutes * 60 for one in interviews)
    return [
        *measure_reading(heard),
        *measure_edits(heard),
        *measure_melodies(heard),
        *measure_shifts(heard),
        *measure_tempo(heard),
        *measure_latencies(heard, folder),
        *measure_activation(labels, usual_spreads(heard)),
        *measure_intervals(heard),
        Row("processor time of these kinds over the recordings' length", "", f"{share:.4f}", None),
    ]


def manner_table(interviews: Sequence[Interview], labels: Sequence[Label], folder: Path) -> str:
    rows = manner_rows(interviews, labels, folder)
    readers = {name for one in interviews for name in readers_of(one, folder).values()}
    minutes = sum(
        utterance.end_ms - utterance.start_ms
        for one in interviews
        for utterance in one.kept.transcript.utterances
    )
    told = (
        f"{len(interviews)} interviews of {len(readers)} readers, {minutes / 60_000:.0f} minutes of their utterances, "
        "and the acted clips. Intervals of 95 %."
    )
    head = (machine(LIBRARIES), "", told, "", "| measure | must be | is | |", "|---|---|---|---|")
    return "\n".join((*head, *(row.text for row in rows)))
