"""Measures what is marked in plain reading against one interview's baseline and against that of all waves.

    scripts/bench baselines [FOLDER] [--no-write]

FOLDER holds `interviews` as the evaluation set beside the checkout does, which is the default. Of it the participants
with four recordings each are measured; words are those of the references, aligned to the sound. What is marked in
reading is mostly false. Another microphone is made of the same recordings: a response that falls off below 200 Hz and
above 2 kHz, 12 dB less, noise 25 dB below the speech; a telephone: 300 to 3,400 Hz at 8 kHz, in the 256 steps of G.711.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from markers import DEFAULT, InMemory, Int16, read_sound
from numpy.typing import NDArray
from page import machine, write_section
from scipy import signal

from models.audio.samples import Samples
from models.host import ModelHost
from models.intervals import joined
from models.loudness import Levels
from models.markers import find_against_baselines
from models.markers.material import Material
from models.nuance.measure import measure_track
from models.nuance.sessions import Session, Shift, baseline_in, shifts_of
from models.nuance.summary import Baseline, Feature, make_baseline
from models.nuance.track import Track
from models.values import (
    SAMPLE_RATE,
    Marker,
    MarkerKind,
    RecognisedChunk,
    RecognisedWord,
    Span,
    Turn,
    Utterance,
    Word,
)
from service.baselines.measures import sessions_in
from service.pipeline.stages import models_config
from service.settings import Settings

LIBRARIES = ("swift-f0", "numpy", "scipy")

Way = Callable[[Sequence[Session], int], Baseline]
WAYS: Mapping[str, Way] = {
    "this interview only": lambda sessions, here: baseline_in([sessions[here]], 0),
    "all waves, put together as they are": lambda sessions, here: make_baseline(
        [one for session in sessions for one in session.summaries]
    ),
    "all waves, each recording centred": baseline_in,
}


def as_it_is(pcm: Int16) -> Int16:
    return pcm


def other_microphone(pcm: Int16) -> Int16:
    frequencies = np.array([0, 100, 200, 1_000, 2_000, 4_000, 8_000]) / 8_000
    gains = 10 ** (np.array([-12, -8, 0, 0, -6, -9, -14]) / 20)
    heard = signal.lfilter(signal.firwin2(255, frequencies, gains), 1, pcm.astype(np.float64)) * 10 ** (
        -12 / 20
    )
    return with_noise(heard, 25)


def loud_noise(pcm: Int16) -> Int16:
    return with_noise(pcm.astype(np.float64), 3)


def with_noise(sound: NDArray[np.float64], below_db: float) -> Int16:
    """With noise of a room, ``below_db`` under the louder half of the samples."""
    speech = np.sqrt(np.mean(sound[np.abs(sound) > np.median(np.abs(sound))] ** 2))
    noise = signal.lfilter([1], [1, -0.8], np.random.default_rng(1).standard_normal(len(sound)))
    return _whole(sound + noise * speech * 10 ** (-below_db / 20) / noise.std())


def telephone(pcm: Int16) -> Int16:
    band = signal.butter(4, [300, 3_400], "bandpass", fs=SAMPLE_RATE, output="sos")
    narrow = np.clip(signal.resample_poly(signal.sosfilt(band, pcm.astype(np.float64)), 1, 2) / 32_768, -1, 1)
    steps = np.round(127 * np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256)) / 127
    return _whole(signal.resample_poly(np.sign(steps) * (256 ** np.abs(steps) - 1) / 255 * 32_768, 2, 1))


def _whole(sound: NDArray[np.float64]) -> Int16:
    return np.clip(np.rint(sound), -32_768, 32_767).astype(np.int16)


Heard = Callable[[Int16], Int16]
CONDITIONS: Mapping[str, tuple[Heard, Heard, Heard, Heard]] = {
    "one microphone": (as_it_is, as_it_is, as_it_is, as_it_is),
    "the last wave by another microphone": (as_it_is, as_it_is, as_it_is, other_microphone),
    "every other wave by another microphone": (as_it_is, other_microphone, as_it_is, other_microphone),
    "the last wave by telephone": (as_it_is, as_it_is, as_it_is, telephone),
    "every other wave by telephone": (as_it_is, telephone, as_it_is, telephone),
    "the last wave in loud noise": (as_it_is, as_it_is, as_it_is, loud_noise),
}


@dataclass
class Recording:
    """One recording: its references, and its tracks as they are measured under each condition."""

    pcm: Int16
    speech: tuple[Span, ...]
    utterances: tuple[Utterance, ...]
    tracks: dict[Heard, Track]

    def material(self, heard: Heard) -> Material:
        if heard not in self.tracks:
            self.tracks[heard] = measure_track(Samples(heard(self.pcm)[:, None]), None)
        turns = [Turn(one.start_ms, one.end_ms, one.speaker) for one in self.utterances]
        return Material(
            self.utterances, joined(self.speech), turns, Levels(()), 1_000, track=self.tracks[heard]
        )


def read_recording(host: ModelHost, file: Path) -> Recording:
    """The recording with the words of its references, aligned."""
    pcm = read_sound(file)
    samples = InMemory(pcm)
    speech = host.detect_speech(samples)
    rough: list[tuple[RecognisedWord, int, str]] = []
    for number, line in enumerate(file.with_suffix(".stm").read_text().splitlines()):
        _, _, speaker, start, end, _, text = line.split(None, 6)
        start_ms, length_ms = float(start) * 1000, (float(end) - float(start)) * 1000
        words, passed = text.split(), 0
        for word in words:
            edges = [
                round(start_ms + length_ms * at / sum(map(len, words))) for at in (passed, passed + len(word))
            ]
            rough.append((RecognisedWord(edges[0], max(edges[0] + 1, edges[1]), word, 1.0), number, speaker))
            passed += len(word)
    rough.sort(key=lambda one: one[0].start_ms)
    length = len(pcm) * 1000 // SAMPLE_RATE
    aligned = host.align(
        samples, RecognisedChunk(Span(0, length), "en", 1.0, tuple(one for one, _, _ in rough)), speech
    ).words
    spoken: dict[int, list[Word]] = {}
    for place, (word, (_, number, speaker)) in enumerate(zip(aligned, rough, strict=True)):
        made = Word(place, word.start_ms, word.end_ms, word.text, speaker, 1.0, 1.0)
        spoken.setdefault(number, []).append(made)
    utterances = tuple(
        Utterance(number, held[0].speaker, held[0].start_ms, max(one.end_ms for one in held), tuple(held))
        for number, held in sorted(spoken.items())
    )
    return Recording(pcm, tuple(speech), utterances, {})


def marked(recordings: Sequence[Recording], heard: Sequence[Heard], person: str, way: Way) -> list[Marker]:
    """What is marked of the person in all recordings."""
    materials = [one.material(how) for one, how in zip(recordings, heard, strict=True)]
    sessions = [sessions_in(one)[person] for one in materials]
    return [
        marker
        for place, material in enumerate(materials)
        for marker in find_against_baselines(replace(material, given={person: way(sessions, place)}))
    ]


def shifts(
    recordings: Sequence[Recording], heard: Sequence[Heard], person: str
) -> list[Mapping[Feature, Shift]]:
    """How each recording of the person differs from the others."""
    sessions = [sessions_in(one.material(how))[person] for one, how in zip(recordings, heard, strict=True)]
    return [shifts_of(sessions, place) for place in range(len(sessions))]


def slower(recording: Recording, up: int = 28, down: int = 25) -> Recording:
    """The recording played slower."""

    def later(ms: int) -> int:
        return ms * up // down

    return Recording(
        _whole(signal.resample_poly(recording.pcm.astype(np.float64), up, down)),
        tuple(Span(later(one.start_ms), later(one.end_ms)) for one in recording.speech),
        tuple(
            replace(
                one,
                start_ms=later(one.start_ms),
                end_ms=later(one.end_ms),
                words=tuple(
                    replace(word, start_ms=later(word.start_ms), end_ms=later(word.end_ms))
                    for word in one.words
                ),
            )
            for one in recording.utterances
        ),
        {},
    )


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    arguments.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = arguments.parse_args()
    home = given.folder / "interviews" / "dev"
    if not (home / "serial_sets.json").exists():
        print(f"There are no serial sets in {home}.", file=sys.stderr)
        return 2
    host = ModelHost(models_config(Settings()))
    sets = [
        (
            one["participant"],
            [read_recording(host, home / f"{each['name']}.flac") for each in one["recordings"]],
        )
        for one in json.loads((home / "serial_sets.json").read_text())
    ]
    speech_ms = sum(
        sessions_in(one.material(as_it_is))[person].speech_ms for person, held in sets for one in held
    )
    rows = []
    for condition, heard in CONDITIONS.items():
        cells = []
        for way in WAYS.values():
            found = [marker for person, held in sets for marker in marked(held, heard, person, way)]
            loud = sum(marker.kind is MarkerKind.VOLUME for marker in found)
            cells.append(f"{len(found) * 60_000 / speech_ms:.2f} ({len(found)}, {loud} of volume)")
        told = sum(
            one.clear
            for person, held in sets
            for found in shifts(held, heard, person)
            for one in found.values()
        )
        rows.append(f"| {condition} | {' | '.join(cells)} | {told} |")
    told = 0
    for person, held in sets:
        changed = [*held[:-1], slower(held[-1])]
        last = shifts(changed, (as_it_is,) * len(changed), person)[-1]
        told += sum(last[feature].clear for feature in (Feature.PITCH, Feature.RATE) if feature in last)
    recordings = sum(len(held) for _, held in sets)
    minutes = sum(len(one.pcm) for _, held in sets for one in held) / SAMPLE_RATE / 60
    text = "\n".join(
        [
            machine(LIBRARIES),
            "",
            f"{len(sets)} people in {recordings} recordings of {minutes:.0f} minutes, "
            f"{speech_ms / 60_000:.1f} of which are their speech; markers are counted a minute of that.",
            "",
            f"| recorded | {' | '.join(f'marked a minute: {name}' for name in WAYS)} | changes told between waves |",
            "|---|" + "---|" * (len(WAYS) + 1),
            *rows,
            "",
            "The last wave played slower by 12 %, which lowers the voice by 2 semitones: "
            f"{told} of {2 * len(sets)} such changes of tempo and pitch are told.",
        ]
    )
    print(text)
    if not given.no_write:
        write_section("baselines", text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
