"""Measures how well voices are told apart across recordings, and what the thresholds of `models.voice_match` rest on.

    scripts/bench voices [FOLDER] [--no-write]

FOLDER holds recordings with references (NAME.flac, NAME.rttm) in which the same people are heard in several; the
default is the evaluation set beside the checkout. Every voice that diarization finds gets voiceprints of all of its
speech and of less of it, as it was recorded, through a telephone band, and in noise. Each pair of voices of two
recordings is a trial: the same person or two, by the reference.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from page import PAGE, machine, write_section
from scipy.signal import butter, sosfilt

from models.audio.samples import SamplesWriter, open_samples
from models.host import ModelHost
from models.intervals import overlap_ms
from models.speaker_embedding import SpeakerEmbedder
from models.values import SAMPLE_RATE, Span, Turn, Voiceprint
from models.voice_match import DIFFERENT_BELOW, SAME_FROM, VoiceDecision, compare
from models.voiceprint import make_voiceprints, own_speech
from service.pipeline.stages import models_config
from service.settings import Settings

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "audio" / "interviews" / "dev"
PLOT = PAGE.with_name("benchmarks-voices.svg")
AMOUNTS_S = (None, 30, 10, 5)
"""Of each voice: all there is, and less."""

LIBRARIES = ("torch", "torchaudio", "pyannote.audio", "scipy")
SOUNDS = ("as recorded", "telephone", "noise")
_NOISE_DB = 10


@dataclass(frozen=True)
class Heard:
    """A voice of a recording, who it is by the reference, and its print."""

    recording: str
    person: str
    interviewer: bool
    sound: str
    amount_s: int | None
    voice: Voiceprint


@dataclass(frozen=True)
class Trial:
    """Two voices of two recordings."""

    first: Heard
    second: Heard
    score: float

    @property
    def same(self) -> bool:
        return self.first.person == self.second.person


def people_of(rttm: Path) -> list[tuple[Span, str]]:
    """Who speaks when, by the reference."""
    rows = [line.split() for line in rttm.read_text().splitlines() if line.strip()]
    return [
        (Span(round(float(row[3]) * 1000), round((float(row[3]) + float(row[4])) * 1000)), row[7])
        for row in rows
    ]


def person_of(turns: Sequence[Turn], label: str, people: Sequence[tuple[Span, str]]) -> str:
    """The person who speaks most in the turns of a label."""
    shares: dict[str, int] = {}
    for turn in turns:
        for span, person in people:
            if turn.speaker == label:
                shared = overlap_ms(turn.start_ms, turn.end_ms, span.start_ms, span.end_ms)
                shares[person] = shares.get(person, 0) + shared
    return max(shares, key=lambda person: shares[person])


def changed(pcm: NDArray[np.float32], sound: str, seed: int) -> NDArray[np.float32]:
    """The recording as another way of recording would have it."""
    if sound == "telephone":
        band = butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE, output="sos")
        return np.asarray(sosfilt(band, pcm), dtype=np.float32)
    if sound == "noise":
        noise = np.random.default_rng(seed).standard_normal(len(pcm)).astype(np.float32)
        loud = np.sqrt(np.mean(pcm[np.abs(pcm) > np.abs(pcm).mean()] ** 2))
        return np.asarray(np.clip(pcm + noise * loud * 10 ** (-_NOISE_DB / 20), -1, 1), dtype=np.float32)
    return pcm


def less(turns: Sequence[Turn], speech: Sequence[Span], label: str, seconds: int | None) -> list[Turn]:
    """The label's first turns of so many seconds of own speech, taken from the middle of the recording on."""
    own = own_speech(turns, speech, label)
    if seconds is None:
        return [turn for turn in turns if turn.speaker == label]
    middle = len(own) // 2
    chosen: list[Turn] = []
    left = seconds * 1000
    for span in (*own[middle:], *own[:middle]):
        if left <= 0:
            break
        chosen.append(Turn(span.start_ms, min(span.end_ms, span.start_ms + left), label))
        left -= chosen[-1].end_ms - chosen[-1].start_ms
    return sorted(chosen, key=lambda turn: turn.start_ms) if left <= 0 else []


def hear(folder: Path) -> Iterator[Heard]:
    """Every voice of every recording, in every sound and amount."""
    host = ModelHost(models_config(Settings()))
    embedder: SpeakerEmbedder = host._embedder
    for number, source in enumerate(sorted(folder.glob("*.flac"))):
        people = people_of(source.with_suffix(".rttm"))
        with tempfile.TemporaryDirectory(prefix="lytt-voices-") as kept:
            work = Path(kept)
            decoded = host.decode(source, work)
            samples = open_samples(work / decoded.samples)
            speech = host.detect_speech(work / decoded.samples)
            found = host.diarize(work / decoded.samples, speech, decoded.separate_channels)
            labels = sorted({turn.speaker for turn in found.turns})
            said = {
                label: sum(span.length_ms for span in own_speech(found.turns, speech, label))
                for label in labels
            }
            for sound in SOUNDS:
                pcm = np.rint(changed(samples.read(), sound, number) * 32767).astype(np.int16)
                with (work / "changed.wav").open("wb") as handle:
                    writer = SamplesWriter(handle, 1)
                    writer.add(pcm[:, None])
                    writer.finish()
                heard = open_samples(work / "changed.wav")
                for label in labels:
                    person = person_of(found.turns, label, people)
                    asks = said[label] < max(said.values())
                    for amount in AMOUNTS_S:
                        turns = less(found.turns, speech, label, amount)
                        # The others' turns say where somebody else speaks too; less() left those out already.
                        given = found.turns if amount is None else turns
                        for voice in (
                            make_voiceprints(heard, given, speech, [label], embedder, "bench")
                            if turns
                            else ()
                        ):
                            yield Heard(source.stem, person, asks, sound, amount, voice)


def trials(heard: Sequence[Heard]) -> list[Trial]:
    """Every pair of voices of two recordings with the same amount of speech."""
    return [
        Trial(one, other, compare(one.voice, other.voice))
        for one, other in combinations(heard, 2)
        if one.recording != other.recording and one.amount_s == other.amount_s
    ]


def equal_error_rate(chosen: Sequence[Trial]) -> float:
    """Where as many of the same are missed as of two people are taken for one, as a share."""
    same = np.array([trial.score for trial in chosen if trial.same])
    two = np.array([trial.score for trial in chosen if not trial.same])
    rates = [max(float((same < at).mean()), float((two >= at).mean())) for at in np.unique(np.r_[same, two])]
    return min(rates)


def interviewers_found(heard: Sequence[Heard]) -> tuple[int, int]:
    """In how many recordings, of how many, the voice likest to a confirmed interviewer's is the interviewer's."""
    plain = [one for one in heard if one.sound == "as recorded" and one.amount_s is None]
    confirmed: dict[str, Heard] = {}
    right = asked = 0
    for recording in dict.fromkeys(one.recording for one in plain):
        voices = [one for one in plain if one.recording == recording]
        asker = next(one for one in voices if one.interviewer)
        if asker.person not in confirmed:
            confirmed[asker.person] = asker
            continue
        best = max(
            voices, key=lambda one: max(compare(one.voice, known.voice) for known in confirmed.values())
        )
        asked += 1
        right += best is asker
    return right, asked


def table(found: Sequence[Trial]) -> list[str]:
    rows = [
        "| speech | sound | same / two people | equal error rate | same: lowest, median | two: median, 99 %, highest "
        "| taken for the same wrongly | taken for two wrongly | not decided |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for amount in AMOUNTS_S:
        for sounds in (("as recorded",), SOUNDS):
            chosen = [
                trial
                for trial in found
                if trial.first.amount_s == amount and {trial.first.sound, trial.second.sound} <= set(sounds)
            ]
            same = [trial.score for trial in chosen if trial.same]
            two = [trial.score for trial in chosen if not trial.same]
            decided = [(VoiceDecision.between(t.first.voice, t.second.voice), t.same) for t in chosen]
            wrong_same = sum(decision is VoiceDecision.SAME and not same for decision, same in decided)
            wrong_two = sum(decision is VoiceDecision.DIFFERENT and same for decision, same in decided)
            unsure = sum(decision is VoiceDecision.UNCLEAR for decision, _ in decided)
            rows.append(
                f"| {f'{amount} s' if amount else 'all'} | {'as recorded' if len(sounds) == 1 else 'any two sounds'} "
                f"| {len(same)} / {len(two)} | {100 * equal_error_rate(chosen):.1f} % "
                f"| {min(same):.2f}, {np.median(same):.2f} "
                f"| {np.median(two):.2f}, {np.quantile(two, 0.99):.2f}, {max(two):.2f} "
                f"| {wrong_same} | {wrong_two} | {100 * unsure / len(chosen):.1f} % |"
            )
    return rows


def plot(found: Sequence[Trial]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "lytt"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(len(AMOUNTS_S), 1, figsize=(7, 7), sharex=True)
    bins = np.linspace(-0.2, 1.0, 61)
    for axis, amount in zip(axes, AMOUNTS_S, strict=True):
        chosen = [trial for trial in found if trial.first.amount_s == amount]
        for same, colour, name in ((False, "#b4532a", "two people"), (True, "#2a6f97", "the same person")):
            scores = [trial.score for trial in chosen if trial.same is same]
            axis.hist(scores, bins, density=True, color=colour, alpha=0.75, label=name)
        axis.axvline(DIFFERENT_BELOW, color="#555", linestyle=":")
        axis.axvline(SAME_FROM, color="#555", linestyle="--")
        axis.set_ylabel(f"{amount} s" if amount else "all speech")
        axis.set_yticks([])
    axes[0].legend(frameon=False)
    axes[-1].set_xlabel("score (cosine); dotted: below are two people; dashed: from here on the same")
    figure.tight_layout()
    figure.savefig(PLOT, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description="How well voices are told apart across recordings.")
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = parser.parse_args()
    heard = list(hear(given.folder))
    found = trials(heard)
    right, asked = interviewers_found(heard)
    text = [
        f"Measured on {machine(LIBRARIES)} {len({one.recording for one in heard})} recordings, "
        f"{len({one.person for one in heard})} people.",
        "",
        *table(found),
        "",
        "Which voice is the interviewer, once one recording of each interviewer is confirmed: "
        f"right in {right} of {asked}.",
    ]
    print("\n".join(text))
    if not given.no_write:
        plot(found)
        write_section("voices", "\n".join([*text, "", f"![Scores of pairs of voices]({PLOT.name})"]))


if __name__ == "__main__":
    main()
