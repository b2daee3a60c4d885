"""Measures what can still be heard of redacted words.

    scripts/bench redaction [FOLDER] [--meetings FOLDER] [--sentences FILE] [--keep FOLDER] [--no-write]

FOLDER holds recordings with the true times of some words (NAME.flac, NAME.anchors.ctm): each of these words is taken as
if it were a name. The meetings have all words timed (NAME.ctm). The sentences, with what identifies someone marked in
them, are said by speech synthesisers (scripts/benchmarks/spoken_names.py) and go through all of `lytt process`. What
is found of the words when the masked sound is recognised again widens the masks, as in the service. With --keep,
transcripts and what was measured are kept there and used again, so that a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from page import PAGE, machine, write_section
from spoken_names import Spoken, SpokenWord, read_sentences, say, voices

from models.anonymisation.mentions import Label
from models.anonymisation.unsure import find_unsure
from models.audio.files import Folder
from models.audio.samples import Samples, frames_of, open_samples
from models.codec import from_json, to_json
from models.forced_alignment.pocketsphinx_aligner import PocketSphinxAligner
from models.forced_alignment.pronunciation import Pronouncer
from models.host import ModelHost
from models.intervals import covered_ms, joined, overlap_ms
from models.redacted_sound.check import Verdict, fold
from models.redacted_sound.masks import MARGINS_MS, Mask, masked_spans, plan_masks
from models.redacted_sound.rounds import mask_until_quiet
from models.redacted_sound.voice_change import VoicePart, VoiceShift
from models.registry.locate import locate
from models.registry.manifest import Task
from models.values import DecodedAudio, RecognisedWord, Redaction, Span, Transcript, Word
from models.voice_match import compare
from service.cli.process import transcribe_recording
from service.pipeline.stages import models_config
from service.settings import Settings

SHARED = Path(__file__).resolve().parents[3] / "shared"
PLOT = PAGE.with_name("benchmarks-redaction.svg")
LIBRARIES = ("faster-whisper", "pocketsphinx", "av", "numpy")
AUDIBLE_SHARE = 0.2
# As long as names are; shorter words of meetings are "the" and "of".
_NAME_LIKE_MS = 300
# Sound within 35 dB of a word's loudest 10 ms is heard as a part of it.
_HEARD_DB = 35.0
_FRAME_MS = 10
SCALES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_APART_MS = 3_600_000
_DOUBTFUL = 1_000_000
PADS_MS = (0, 50, 100, 150, 200, 300)
WITHOUT, REVIEWED = "without a person", "with the reference"


@dataclass(frozen=True)
class Recording:
    """A recording and what came of it."""

    name: str
    source: Path
    folder: Path
    transcript: Transcript
    heard: tuple[RecognisedWord, ...]

    @property
    def samples(self) -> Samples:
        return open_samples(self.folder / "samples.wav")

    @property
    def words(self) -> list[Word]:
        return [word for utterance in self.transcript.utterances for word in utterance.words]


@dataclass(frozen=True)
class Kept:
    """What is kept of a transcription."""

    transcript: Transcript
    heard: tuple[RecognisedWord, ...]
    decoded: DecodedAudio


@dataclass(frozen=True)
class Target:
    """A word with its true time that is to be masked, and the transcript's words that stand for it.

    ``written`` says whether they read as it does."""

    recording: Recording
    true: Span
    word_ids: tuple[int, ...]
    written: bool
    placed: Span | None


@dataclass(frozen=True)
class Result:
    """Of words that the transcript has: how many stay audible, and how much is masked for how much."""

    words: int
    audible: int
    masked_ms: int
    true_ms: int

    @property
    def leak(self) -> float:
        return 100 * self.audible / self.words

    @property
    def cost(self) -> float:
        return self.masked_ms / self.true_ms


def transcribed(host: ModelHost, source: Path, work: Path) -> Recording:
    """The recording through all stages, or as it was kept."""
    folder = work / source.stem
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "kept.json"
    if store.exists():
        kept = from_json(Kept, store.read_bytes())
    else:
        decoded = host.decode(source, folder)
        transcript, heard = transcribe_recording(
            host,
            Settings(),
            decoded,
            folder / decoded.samples,
            lambda _name, _ms: lambda _reached: None,
            Folder(folder),
        )
        kept = Kept(transcript, heard, decoded)
        store.write_bytes(to_json(kept))
    return Recording(source.stem, source, folder, kept.transcript, kept.heard)


def targets(recording: Recording, ctm: Path, least_ms: int = 0) -> list[Target]:
    """The timed words, each with what the transcript has for it: the nearest such word, or what stands at its time."""
    found = []
    for line in ctm.read_text().splitlines():
        _, _, start, length, text, *_ = line.split()
        true = Span(round(float(start) * 1000), round((float(start) + float(length)) * 1000))
        if true.length_ms >= least_ms:
            found.append(_target(recording, true, text))
    return found


def _target(recording: Recording, true: Span, text: str) -> Target:
    def off(one: Word | RecognisedWord) -> int:
        return abs(one.start_ms - true.start_ms) + abs(one.end_ms - true.end_ms)

    def same(one: Word | RecognisedWord) -> bool:
        return fold(one.text) == fold(text) and off(one) < 1_000

    written = [word for word in recording.words if same(word)]
    heard = [word for word in recording.heard if same(word)]
    placed = min(heard, key=off) if heard else None
    ids = (min(written, key=off).id,) if written else standing_at(recording, true)
    return Target(
        recording, true, ids, bool(written), Span(placed.start_ms, placed.end_ms) if placed else None
    )


def standing_at(recording: Recording, true: Span) -> tuple[int, ...]:
    """The words of the transcript that share a third of their own or of that time."""
    return tuple(
        word.id
        for word in recording.words
        if overlap_ms(word.start_ms, word.end_ms, true.start_ms, true.end_ms)
        > min(true.length_ms, word.end_ms - word.start_ms) / 3
    )


def redaction(number: int, word_ids: Sequence[int], at: Span) -> Redaction:
    return Redaction(number, "NAME", "[NAME]", at.start_ms, at.end_ms, tuple(word_ids), 1.0, "reference")


def by_rules(target: Target, scale: float) -> tuple[Span, ...]:
    """What the rules mask, with margins so many times as wide."""
    margins = {timing: round(margin * scale) for timing, margin in MARGINS_MS.items()}
    masks = plan_masks(
        target.recording.transcript,
        [redaction(0, target.word_ids, target.true)],
        target.recording.heard,
        margins,
    )
    return masked_spans(masks)


def by_recogniser(target: Target, pad_ms: int) -> tuple[Span, ...]:
    """The recogniser's own time of the word and a fixed margin."""
    if target.placed is None:
        return ()
    return (Span(target.placed.start_ms - pad_ms, target.placed.end_ms + pad_ms),)


def measure(
    chosen: Sequence[Target], mask: Callable[[Target], tuple[Span, ...]], sounding: bool = False
) -> Result:
    """``sounding``: only the part of a word's true time in which there is sound counts."""
    audible = masked_ms = true_ms = 0
    for target in chosen:
        spans = mask(target)
        parts = _sounding(target) if sounding else (target.true,)
        whole = sum(part.length_ms for part in parts)
        left = whole - sum(covered_ms(part, spans) for part in parts)
        audible += left >= AUDIBLE_SHARE * whole
        masked_ms += sum(span.length_ms for span in spans)
        true_ms += target.true.length_ms
    return Result(len(chosen), audible, masked_ms, true_ms)


def _sounding(target: Target) -> tuple[Span, ...]:
    start, end = frames_of(target.true)
    block = target.recording.samples.read_frames(start, end)
    step = _FRAME_MS * 16
    frames = block[: len(block) // step * step].reshape(-1, step)
    levels = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-12)
    loud = np.flatnonzero(levels > levels.max() - _HEARD_DB)
    return joined(
        Span(target.true.start_ms + int(place) * _FRAME_MS, target.true.start_ms + int(place + 1) * _FRAME_MS)
        for place in loud
    )


@dataclass(frozen=True)
class Left:
    """Of spoken words that identify someone: how many can still be heard, or be read, or either."""

    words: int
    audible: int
    readable: int
    either: int

    @property
    def row(self) -> str:
        if not self.words:
            return "0 | | | |"
        shares = (100 * one / self.words for one in (self.audible, self.readable, self.either))
        return " | ".join((str(self.words), *(f"{share:.1f} %" for share in shares))) + " |"


def left_of(
    recording: Recording, spoken: Spoken, redactions: Sequence[Redaction], spans: Sequence[Span]
) -> dict[SpokenWord, str]:
    """What is left of each word after the redactions: ``audible``, ``readable`` (and audible or not), or nothing."""
    hidden = {word_id for one in redactions for word_id in one.word_ids}
    found = {}
    for one in spoken.identities:
        readable = any(
            word.id not in hidden
            and fold(word.text) == fold(one.text)
            and overlap_ms(word.start_ms, word.end_ms, one.start_ms - 200, one.end_ms + 200) > 0
            for word in recording.words
        )
        audible = _is_audible(one, spans)
        found[one] = ("audible " if audible else "") + ("readable" if readable else "")
    return found


def counted(left: Mapping[SpokenWord, str], chosen: Callable[[SpokenWord], bool]) -> Left:
    some = [what for word, what in left.items() if chosen(word)]
    return Left(
        len(some),
        sum("audible" in what for what in some),
        sum("readable" in what for what in some),
        sum(bool(what) for what in some),
    )


def _bar(way: str, name: str, left: Left) -> str:
    if name != "all":
        return "|"
    most = 3.0 if way == WITHOUT else 0.0
    said = "0" if way == REVIEWED else "at most 3 %"
    return f"{said} | {'holds' if 100 * left.either <= most * left.words else 'missed'}"


def _is_audible(word: SpokenWord, spans: Sequence[Span]) -> bool:
    true = Span(word.start_ms, word.end_ms)
    return true.length_ms - covered_ms(true, spans) >= AUDIBLE_SHARE * true.length_ms


def by_reference(recording: Recording, spoken: Spoken) -> list[Redaction]:
    """What a person with the reference would redact: the words that stand there, and the time where none does."""
    return [
        redaction(number, standing_at(recording, true), true)
        for number, word in enumerate(spoken.identities)
        for true in [Span(word.start_ms, word.end_ms)]
    ]


def make_spoken(host: ModelHost, sentences: Path, folder: Path) -> list[Spoken]:
    """The sentences, shared out over pairs of voices."""
    config = models_config(Settings())
    pronouncer = Pronouncer(locate(config.pronunciation_model, config.models_dir, Task.PRONUNCIATION))
    aligner = PocketSphinxAligner(pronouncer)
    speaking = list(voices().items())
    pairs = [(speaking[place], speaking[-1 - place]) for place in range(len(speaking) // 2)]
    chosen = read_sentences(sentences)
    made = []
    for number, pair in enumerate(pairs):
        print("says", *(name for name, _ in pair), sep=", ", flush=True)
        made.append(
            say(
                f"spoken{number}",
                pair,
                chosen[number :: len(pairs)],
                folder,
                aligner,
            )
        )
    return made


@dataclass(frozen=True)
class Listened:
    """What is masked in a rendition after it was listened to, how many redactions' masks grew for that, and how many
    redactions have which verdict in the end."""

    spans: tuple[Span, ...]
    widened: int
    verdicts: dict[Verdict, int]


def listened(host: ModelHost, recording: Recording, redactions: Sequence[Redaction], name: str) -> Listened:
    """The redactions taken out of the sound and listened to again, as the service does it, or as it was kept."""
    store = recording.folder / f"listened-{name}.json"
    told = to_json(Given(tuple(redactions)))
    asked = recording.folder / f"listened-{name}-of.json"
    if store.exists() and asked.exists() and asked.read_bytes() == told:
        return from_json(Listened, store.read_bytes())
    out = recording.folder / "redacted"
    out.mkdir(exist_ok=True)
    found = mask_until_quiet(
        plan_masks(recording.transcript, redactions, recording.heard),
        recording.transcript.duration_ms,
        lambda spans: host.redact_sound(recording.source, out, spans),
        lambda made, masks: host.check_redactions(
            out / made.samples, recording.transcript, redactions, masks
        ),
    )
    verdicts = {verdict: sum(one.verdict is verdict for one in found.checked) for verdict in Verdict}
    result = Listened(masked_spans(found.masks), found.widened, verdicts)
    asked.write_bytes(told)
    store.write_bytes(to_json(result))
    return result


@dataclass(frozen=True)
class Given:
    """The redactions that a kept result is of."""

    redactions: tuple[Redaction, ...]


@dataclass(frozen=True)
class Changed:
    """A recording with its voices changed: how it is understood and recognised."""

    words_wrong: float
    scores: tuple[float, ...]
    melody: float


def change_voices(host: ModelHost, recording: Recording, reference: list[str], shift: VoiceShift) -> Changed:
    """The recording with everybody's voice changed so, or as it was kept."""
    store = recording.folder / f"changed{shift.pitch_semitones:+g}{shift.formant_semitones:+g}.json"
    if store.exists():
        return from_json(Changed, store.read_bytes())
    result = _changed(host, recording, reference, shift)
    store.write_bytes(to_json(result))
    return result


def _changed(host: ModelHost, recording: Recording, reference: list[str], shift: VoiceShift) -> Changed:
    out = recording.folder / "changed"
    out.mkdir(exist_ok=True)
    made = host.redact_sound(recording.source, out, (), voices=(VoicePart(0, shift),))
    speech = host.detect_speech(out / made.samples)
    whole = Span(0, made.duration_ms)
    heard = host.transcribe(out / made.samples, whole, speech, "en")
    before = host.voiceprints(recording.folder / "samples.wav", recording.transcript)
    after = host.voiceprints(out / made.samples, recording.transcript)
    return Changed(
        100 * _errors(reference, _plain(word.text for word in heard.words)) / len(reference),
        tuple(compare(one, two) for one, two in zip(before, after, strict=True)),
        _melody(recording.samples, open_samples(out / made.samples), shift),
    )


def _plain(texts: Iterable[str]) -> list[str]:
    return re.findall(r"[a-z']+", " ".join(texts).lower())


def _errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Words to put in, leave out or replace (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, wanted in enumerate(reference, 1):
        before, row = row, [number]
        for place, word in enumerate(heard, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (wanted != word)))
    return row[-1]


def _melody(before: Samples, after: Samples, shift: VoiceShift) -> float:
    """The correlation of the pitch contours, in semitones, where both have a pitch and it moved by about the shift."""
    one, two = _pitch(before), _pitch(after)
    both = (one > 0) & (two > 0)
    moved = 12 * np.log2(two[both] / one[both])
    fitting = np.abs(moved - shift.pitch_semitones) < 2
    return float(np.corrcoef(np.log(one[both][fitting]), np.log(two[both][fitting]))[0, 1])


def _pitch(samples: Samples) -> np.ndarray:
    """Every 10 ms: Hz by the autocorrelation of 50 ms, 0 where there is none."""
    sound = samples.read().astype(np.float64)
    frames = np.lib.stride_tricks.sliding_window_view(sound, 800)[::160]
    found = []
    for start in range(0, len(frames), 3_000):
        block = frames[start : start + 3_000]
        block = block - block.mean(axis=1, keepdims=True)
        power = np.abs(np.fft.rfft(block, 2048)) ** 2
        auto = np.fft.irfft(power)[:, :400]
        lags = auto[:, 40:267] / (auto[:, :1] + 1e-9)
        best = np.argmax(lags, axis=1)
        voiced = (lags[np.arange(len(lags)), best] > 0.45) & (auto[:, 0] > 800 * 1e-5)
        found.append(np.where(voiced, 16_000 / (40 + best), 0.0))
    return np.concatenate(found)


def plot(interviews: Sequence[Target], meetings: Sequence[Target]) -> None:
    """What stays audible against what is masked, as margins grow."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "lytt"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    curves = (
        (
            "interviews, Lytt",
            "#1f6f5c",
            "o",
            [measure(interviews, lambda t, s=s: by_rules(t, s)) for s in SCALES],
        ),
        (
            "interviews, recogniser's times",
            "#9a9a9a",
            "o",
            [measure(interviews, lambda t, p=p: by_recogniser(t, p)) for p in PADS_MS],
        ),
        (
            "meetings, Lytt",
            "#1f6f5c",
            "^",
            [measure(meetings, lambda t, s=s: by_rules(t, s), True) for s in SCALES],
        ),
        (
            "meetings, recogniser's times",
            "#9a9a9a",
            "^",
            [measure(meetings, lambda t, p=p: by_recogniser(t, p), True) for p in PADS_MS],
        ),
    )
    for name, colour, mark, results in curves:
        axes.plot(
            [one.cost for one in results],
            [max(0.1, one.leak) for one in results],
            mark + "-",
            color=colour,
            label=name,
        )
    axes.axhline(1, color="#303030", linewidth=0.8)
    axes.axvline(1.5, color="#303030", linewidth=0.8)
    axes.set_yscale("log")
    axes.set_xlabel("masked, as a multiple of the words' true length")
    axes.set_ylabel("words still audible, %")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(PLOT, metadata={"Date": None})


def rows_of_words(name: str, chosen: Sequence[Target], sounding: bool) -> list[str]:
    known = [one for one in chosen if one.word_ids]
    written = [one for one in known if one.written]
    rows = []
    for what, some in (("", known), (", written rightly", written)):
        made = measure(some, lambda t: by_rules(t, 1.0))
        heard = measure(some, lambda t: by_rules(t, 1.0), sounding=True) if sounding else made
        shown = f"{made.leak:.1f} %" + (f" ({heard.leak:.1f} % where there is sound)" if sounding else "")
        bar = ""
        if name == "interviews" and not what:
            bar = f"at most 1 % at 1.5 | {'holds' if made.leak <= 1 and made.cost <= 1.5 else 'missed'}"
        rows.append(f"| {name}{what} | {len(some)} | {shown} | {made.cost:.2f} | {bar or '|'} |")
    raw = measure([one for one in written if one.placed], lambda t: by_recogniser(t, 0), sounding)
    padded = measure([one for one in written if one.placed], lambda t: by_recogniser(t, 200), sounding)
    rows.append(f"| {name}, recogniser's times | {raw.words} | {raw.leak:.1f} % | {raw.cost:.2f} | | |")
    rows.append(
        f"| {name}, recogniser's times and 0.2 s | {padded.words} | {padded.leak:.1f} % | {padded.cost:.2f} | | |"
    )
    rows.append(f"| {name}, nothing recognised there | {len(chosen) - len(known)} | not masked | | | |")
    return rows


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folder", nargs="?", type=Path, default=SHARED / "audio" / "interviews" / "dev")
    arguments.add_argument("--meetings", type=Path, default=SHARED / "audio" / "real" / "dev")
    arguments.add_argument(
        "--sentences", type=Path, default=SHARED / "text" / "synthetic_interview_sentences.jsonl"
    )
    arguments.add_argument("--keep", type=Path, help="keep transcripts here, and use what is there")
    arguments.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = arguments.parse_args()
    if not list(given.folder.glob("*.anchors.ctm")) or not list(given.meetings.glob("*.ctm")):
        print(f"There are no timed words in {given.folder} or {given.meetings}.", file=sys.stderr)
        return 2
    host = ModelHost(models_config(Settings()))
    with tempfile.TemporaryDirectory(prefix="lytt-bench-") as scratch:
        work = given.keep or Path(scratch)
        interviews, recordings = [], {}
        for ctm in sorted(given.folder.glob("*.anchors.ctm")):
            name = ctm.name.removesuffix(".anchors.ctm")
            recordings[name] = transcribed(host, given.folder / f"{name}.flac", work)
            interviews += targets(recordings[name], ctm)
        meetings = []
        for ctm in sorted(given.meetings.glob("*.ctm")):
            meetings += targets(
                transcribed(host, given.meetings / f"{ctm.stem}.flac", work), ctm, _NAME_LIKE_MS
            )
        text = [
            machine(LIBRARIES),
            "",
            "| words | how many | still audible | masked, times their length | must be | |",
            "|---|---|---|---|---|---|",
            *rows_of_words("interviews", interviews, sounding=False),
            *rows_of_words("meetings", meetings, sounding=True),
            "",
            f"![What stays audible against what is masked]({PLOT.name})",
            "",
        ]
        (work / "spoken").mkdir(exist_ok=True)
        spoken = make_spoken(host, given.sentences, work / "spoken")
        text += _spoken_section(host, spoken, work)
        text += _unsure_section(host, list(recordings.values()), spoken, work)
        text += _checked_section(host, list(recordings.values()), interviews)
        text += _voices_section(host, recordings["interview_dev02"], given.folder)
    print("\n".join(text))
    if not given.no_write:
        plot([one for one in interviews if one.word_ids], [one for one in meetings if one.word_ids])
        write_section("redaction", "\n".join(text))
    return 0


def _spoken_section(host: ModelHost, made: Sequence[Spoken], work: Path) -> list[str]:
    left: dict[str, dict[SpokenWord, str]] = {WITHOUT: {}, REVIEWED: {}}
    untimed: Counter[str] = Counter()
    verdicts = {way: dict.fromkeys(Verdict, 0) for way in left}
    grown = dict.fromkeys(left, 0)
    without_words = 0
    # Two recordings may have a word of the same time and text: each is looked up by its own.
    for place, spoken in enumerate(made):
        recording = transcribed(host, spoken.path, work)
        untimed += spoken.untimed
        reference = by_reference(recording, spoken)
        without_words += sum(not one.word_ids for one in reference)
        found = host.find_entities(recording.transcript).redactions
        for way, redactions in zip(left, (found, reference), strict=True):
            heard = listened(host, recording, redactions, way.replace(" ", "-"))
            left[way] |= {
                replace(word, start_ms=word.start_ms + place * _APART_MS): what
                for word, what in left_of(recording, spoken, redactions, heard.spans).items()
            }
            grown[way] += heard.widened
            for verdict, count in heard.verdicts.items():
                verdicts[way][verdict] += count
    groups: dict[str, Callable[[SpokenWord], bool]] = {
        "all": lambda _: True,
        "names of people": lambda word: word.label == "PERSON",
        "by espeak-ng, which times them itself": lambda word: word.synthesiser == "espeak-ng",
    }
    for other in sorted({word.synthesiser for word in left[WITHOUT]} - {"espeak-ng"}):
        groups[f"by {other}, timed by alignment"] = lambda word, other=other: word.synthesiser == other  # type: ignore[misc]
    rows = [
        f"| {way} | {name} | {counted(words, chosen).row} {_bar(way, name, counted(words, chosen))} |"
        for way, words in left.items()
        for name, chosen in groups.items()
    ]
    missing = ", ".join(f"{count} of {name}" for name, count in sorted(untimed.items())) or "none"
    return [
        f"Spoken by {', '.join(voices())}. Left out, since they could not be timed: {missing}.",
        "",
        "| redacted | words | how many | still audible | still readable | still either | must be | |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        "",
        f"With the reference, {without_words} words for which nothing was recognised are marked by their time.",
        *(
            f"Listened to again {way}: {grown[way]} masks were widened, then " + _said(verdicts[way]) + "."
            for way in left
        ),
        "",
    ]


UNSURE_BELOW = (0.0, 0.4, 0.5, 0.6, 0.7)


def _unsure_section(
    host: ModelHost, interviews: Sequence[Recording], spoken: Sequence[Spoken], work: Path
) -> list[str]:
    """What redacting unsure words gains on the spoken names, and costs of the interviews' words and speech."""
    told = [(one, transcribed(host, one.path, work)) for one in spoken]
    everything = [recording for _, recording in told] + list(interviews)
    sure = {
        recording.name: [
            one
            for one in host.find_entities(recording.transcript).redactions
            if one.label != Label.UNSURE.value
        ]
        for recording in everything
    }
    rows = []
    for below in UNSURE_BELOW:
        masked = {one.name: _with_unsure(one, sure[one.name], below) for one in everything}
        names = [
            _is_audible(word, masked_spans(_planned(recording, masked[recording.name])))
            for one, recording in told
            for word in one.identities
        ]
        words = hidden = speech_ms = more_ms = 0
        for recording in interviews:
            some, more = sure[recording.name], masked[recording.name]
            words += len(recording.words)
            hidden += sum(len(one.word_ids) for one in more[len(some) :])
            spans, wider = masked_spans(_planned(recording, some)), masked_spans(_planned(recording, more))
            for span in joined(recording.transcript.speech):
                speech_ms += span.length_ms
                more_ms += covered_ms(span, wider) - covered_ms(span, spans)
        shares = (sum(names) / len(names), hidden / words, more_ms / speech_ms)
        rows.append(f"| {below:g} | " + " | ".join(f"{100 * share:.1f} %" for share in shares) + " |")
    return [
        "| `LYTT_UNSURE_BELOW` | names still audible, without a person | words of the interviews hidden for it "
        "| of their speech |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _with_unsure(recording: Recording, sure: Sequence[Redaction], below: float) -> list[Redaction]:
    taken = {word_id for one in sure for word_id in one.word_ids}
    runs = find_unsure(recording.transcript.utterances, taken, recording.transcript.language, below)
    unsure = [
        redaction(_DOUBTFUL + run[0].id, [word.id for word in run], Span(run[0].start_ms, run[-1].end_ms))
        for run in runs
    ]
    return [*sure, *unsure]


def _planned(recording: Recording, redactions: Sequence[Redaction]) -> tuple[Mask, ...]:
    return plan_masks(recording.transcript, redactions, recording.heard)


def _checked_section(host: ModelHost, recordings: Sequence[Recording], chosen: Sequence[Target]) -> list[str]:
    verdicts = dict.fromkeys(Verdict, 0)
    grown = 0
    for recording in recordings[:3]:
        own = [one for one in chosen if one.recording is recording and one.word_ids]
        redactions = [redaction(number, one.word_ids, one.true) for number, one in enumerate(own)]
        heard = listened(host, recording, redactions, "anchors")
        grown += heard.widened
        for verdict, count in heard.verdicts.items():
            verdicts[verdict] += count
    return [
        f"Listened to again, three interviews with their timed words masked: {grown} masks were widened, then "
        + _said(verdicts)
        + ".",
        "",
    ]


def _said(verdicts: dict[Verdict, int]) -> str:
    return (
        f"of {sum(verdicts.values())} redactions {verdicts[Verdict.WORD]} left a word that could be recognised, "
        f"{verdicts[Verdict.SOUNDS_ALIKE]} one that sounds alike"
    )


def _voices_section(host: ModelHost, recording: Recording, folder: Path) -> list[str]:
    lines = (folder / f"{recording.name}.stm").read_text().splitlines()
    reference = _plain(line.split(None, 6)[6] for line in lines)
    rows = []
    for pitch, formants in ((0.0, 0.0), (2.0, 2.0), (3.0, 2.0), (-3.0, -2.0), (4.0, 3.0)):
        made = change_voices(host, recording, reference, VoiceShift(pitch, formants))
        scores = ", ".join(f"{score:.2f}" for score in made.scores)
        rows.append(
            f"| {pitch:+g} | {formants:+g} | {made.words_wrong:.1f} % | {scores} | {made.melody:.3f} |"
        )
    return [
        f"Voices changed, {recording.name}:",
        "",
        "| pitch, semitones | formants | words wrong | score against the own voiceprint | melody's correlation |",
        "|---|---|---|---|---|",
        *rows,
    ]


if __name__ == "__main__":
    raise SystemExit(main())
