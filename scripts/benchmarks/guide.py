"""Measures how well the questions of a guide are found where they were asked in other words.

    scripts/bench guide [FOLDER] [--results FOLDER] [--no-write]

Spoken consultations (transcripts with speakers, one JSON object a line) are searched for the questions of a guide that
was written without their words; who asked what in which turn was labelled by hand. And the recordings in FOLDER
(default: the evaluation set beside the checkout) go through `lytt process`; a guide asks in other words for what their
interviewers say, and every recording is searched for the questions of all. See guide_consultations.py and
guide_recordings.py.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from guide_consultations import FIRST, FRESH, GUIDE, UNCLEAR, Labels
from guide_recordings import READ
from page import PAGE, machine, write_section

from models.guide_questions import ASKED_FROM, AskedPlace, Embed, GuideQuestion, find_asked
from models.registry.locate import locate
from models.registry.manifest import Task
from models.text_embedding import TextEmbedder
from models.values import Utterance, Word
from service.settings import Settings

SHARED = Path(__file__).resolve().parents[3] / "shared"
CONSULTATIONS = SHARED / "text" / "primock57_conversations_unlabelled.jsonl"
LIBRARIES = ("torch", "transformers", "sentence-transformers")
PLOT = PAGE.with_name("benchmarks-guide.svg")
BAR = 0.85
LENGTH_MIN = 90
_WORDS_A_MINUTE = 150
_HALF = 0.5


@dataclass(frozen=True)
class Interview:
    """What who asks said in one interview, the guide, and where its questions were asked."""

    name: str
    said: tuple[Utterance, ...]
    guide: tuple[GuideQuestion, ...]
    asked: frozenset[str]
    is_there: Callable[[AskedPlace], bool]
    """Whether the place's question was asked at the place."""
    is_unclear: Callable[[AskedPlace], bool]

    def with_one_wording(self) -> Interview:
        guide = tuple(GuideQuestion(one.id, one.wordings[:1]) for one in self.guide)
        return Interview(self.name, self.said, guide, self.asked, self.is_there, self.is_unclear)

    def with_own_and_as_many(self) -> Interview:
        """The guide with the questions that were asked, and as many of those that were not."""
        own = [one for one in self.guide if one.id in self.asked]
        others = [one for one in self.guide if one.id not in self.asked]
        step = max(1, len(others) // max(1, len(own)))
        guide = (*own, *others[::step][: len(own)])
        return Interview(self.name, self.said, guide, self.asked, self.is_there, self.is_unclear)


@dataclass(frozen=True)
class Outcome:
    """The surest place of one question in one interview."""

    score: float
    asked: bool
    right: bool
    right_anywhere: bool
    """Whether one of its places, at most three, is right."""


@dataclass(frozen=True)
class Tally:
    """How often a question was rightly found, found where it was not asked, and overlooked."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    def row(self, name: str, bar: bool = True) -> str:
        holds = "holds" if min(self.precision, self.recall) >= BAR else "not reached"
        return (
            f"| {name} | {self.right + self.missed} | {self.right} | {self.wrong} | {self.missed} "
            f"| {self.precision:.2f} | {self.recall:.2f} | {holds if bar else ''} |"
        )


def outcomes(interviews: Sequence[Interview], embed: Embed) -> list[Outcome]:
    """The surest place of every question of every interview, however unsure it is."""
    found: list[Outcome] = []
    for one in interviews:
        places: dict[str, list[AskedPlace]] = {}
        for place in find_asked(one.guide, one.said, embed, asked_from=-math.inf):
            places.setdefault(place.question, []).append(place)
        for question, its in places.items():
            if question not in one.asked and one.is_unclear(its[0]):
                continue
            found.append(
                Outcome(
                    its[0].score,
                    question in one.asked,
                    one.is_there(its[0]),
                    any(one.is_there(place) for place in its if place.score >= ASKED_FROM),
                )
            )
    return found


def tally(found: Sequence[Outcome], asked_from: float = ASKED_FROM) -> Tally:
    """A place elsewhere is wrong, and its question overlooked."""
    shown = [one for one in found if one.score >= asked_from]
    right = sum(one.right for one in shown)
    return Tally(right, len(shown) - right, sum(one.asked for one in found) - right)


def consultations(labels: Labels) -> list[Interview]:
    """The labelled conversations with their guide."""
    turns = {
        row["id"]: row["turns"]
        for row in map(json.loads, CONSULTATIONS.read_text().splitlines())
        if row["id"] in labels
    }
    guide = tuple(GuideQuestion(name, wordings) for name, wordings in GUIDE.items())
    return [_consultation(name, turns[name], guide, labels[name]) for name in labels]


def _consultation(
    name: str,
    turns: Sequence[Mapping[str, str]],
    guide: tuple[GuideQuestion, ...],
    asked: Mapping[str, Sequence[int]],
) -> Interview:
    said = tuple(
        _utterance(number, turn["text"])
        for number, turn in enumerate(turns)
        if turn["speaker"] == "doctor" and turn["text"].split()
    )
    unclear = UNCLEAR.get(name, {})
    return Interview(
        name,
        said,
        guide,
        frozenset(asked),
        lambda place: place.utterance in asked.get(place.question, ()),
        lambda place: place.utterance in unclear.get(place.question, ()),
    )


def _utterance(number: int, text: str) -> Utterance:
    words = tuple(
        Word(place, place, place + 1, token, "S1", 1.0, 1.0) for place, token in enumerate(text.split())
    )
    return Utterance(number, "S1", 0, len(words), words)


def recordings(folder: Path, results: Path) -> list[Interview]:
    """Every recording with the questions of all; those of the others were not asked in it."""
    guide = tuple(
        GuideQuestion(f"{name}/{number}", wordings)
        for name, questions in READ.items()
        for number, wordings in enumerate(questions)
    )
    return [
        _recording(name, folder / f"{name}.stm", results / f"{name}.json", guide, list(questions.values()))
        for name, questions in READ.items()
    ]


def _recording(
    name: str,
    reference: Path,
    result: Path,
    guide: tuple[GuideQuestion, ...],
    seconds: Sequence[tuple[int, ...]],
) -> Interview:
    spoken = [
        (round(float(fields[3]) * 1000), round(float(fields[4]) * 1000))
        for fields in (line.split() for line in reference.read_text().splitlines())
        if "interviewer" in fields[5]
    ]
    asked = {
        f"{name}/{number}": [
            min(spoken, key=lambda span, at=second * 1000: abs(span[0] - at)) for second in each
        ]
        for number, each in enumerate(seconds)
    }
    return Interview(
        name,
        _said(json.loads(result.read_text())),
        guide,
        frozenset(asked),
        lambda place: any(_is_at(place, span) for span in asked.get(place.question, ())),
        lambda place: False,
    )


def _said(document: Mapping[str, Any]) -> tuple[Utterance, ...]:
    """What the one who speaks least said, as `lytt process` heard it: the interviewer."""
    asker = min(document["speakers"], key=lambda one: one["speech"])["label"]
    words = {
        one["id"]: Word(one["id"], *_times(one), one["text"], asker, 1.0, 1.0) for one in document["words"]
    }
    return tuple(
        Utterance(one["id"], asker, *_times(one), tuple(words[number] for number in one["words"]))
        for one in document["utterances"]
        if one["speaker"] == asker
    )


def _times(one: Mapping[str, Any]) -> tuple[int, int]:
    return round(one["start"] * 1000), round(one["end"] * 1000)


def _is_at(place: AskedPlace, span: tuple[int, int]) -> bool:
    """Whether most of the shorter of the two lies in the other: a sentence may be cut or joined."""
    common = min(place.end_ms, span[1]) - max(place.start_ms, span[0])
    return common > _HALF * min(place.end_ms - place.start_ms, span[1] - span[0])


def long_interview(interviews: Sequence[Interview]) -> tuple[Utterance, ...]:
    """As much as who asks says in a talk of ninety minutes, when half of all words are theirs."""
    wanted = LENGTH_MIN * _WORDS_A_MINUTE // 2
    said: list[Utterance] = []
    words = 0
    for utterance in (one for interview in interviews for one in interview.said):
        if words >= wanted:
            break
        said.append(Utterance(len(said), utterance.speaker, words, words + 1, utterance.words))
        words += len(utterance.words)
    return tuple(said)


def seconds_of_a_long_one(interviews: Sequence[Interview], folder: Path) -> float:
    """How long thirty questions take on one core, the model loaded."""
    import torch

    torch.set_num_threads(1)
    embed = TextEmbedder(folder).embed
    guide = [
        GuideQuestion(f"q{number}", tuple(wordings))
        for number, wordings in enumerate([*GUIDE.values(), *GUIDE.values()][:30])
    ]
    said = long_interview(interviews)
    find_asked(guide[:1], said[:2], embed)
    begin = time.process_time()
    find_asked(guide, said, embed)
    return time.process_time() - begin


def remembering(embed: Embed) -> Embed:
    """The same for texts that were embedded before: an interview is searched for several guides."""
    known = cache(embed)
    return lambda texts: known(tuple(texts))


def plot(curves: Mapping[str, Sequence[Outcome]]) -> None:
    """Precision over recall of every material, for all thresholds."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "lytt"
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(7, 4.5))
    for (name, found), colour in zip(curves.items(), ("#2a6f97", "#b4532a", "#4a7c3a"), strict=True):
        points = [tally(found, level) for level in sorted({one.score for one in found if one.score > 0.3})]
        axis.plot([one.recall for one in points], [one.precision for one in points], color=colour, label=name)
        chosen = tally(found)
        axis.plot([chosen.recall], [chosen.precision], "o", color=colour)
    axis.axhline(BAR, color="#555", linestyle=":")
    axis.axvline(BAR, color="#555", linestyle=":")
    axis.set(xlim=(0.4, 1.0), ylim=(0.4, 1.0), xlabel="recall; dots: as it is set", ylabel="precision")
    axis.legend(frameon=False, loc="lower left")
    figure.tight_layout()
    figure.savefig(PLOT, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description="How well the questions of a guide are found.")
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED / "audio" / "interviews" / "dev")
    parser.add_argument(
        "--results", type=Path, help="JSON files that `lytt process` made of the folder before"
    )
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = parser.parse_args()
    folder = locate("minilm-l6", Settings().models_folder, Task.TEXT_EMBEDDING)
    embed = remembering(TextEmbedder(folder).embed)
    with tempfile.TemporaryDirectory(prefix="lytt-guide-") as made:
        results = given.results or Path(made)
        if given.results is None:
            files = [str(given.folder / f"{name}.flac") for name in READ]
            lytt = Path(sys.executable).with_name("lytt")
            subprocess.run([lytt, "process", *files, "--json", made], check=True)
        heard = recordings(given.folder, results)
    first, fresh = consultations(FIRST), consultations(FRESH)
    materials = {
        f"consultations the rules were first chosen on ({len(first)})": first,
        f"other consultations ({len(fresh)})": fresh,
        f"recordings, read speech ({len(heard)})": heard,
    }
    found = {name: outcomes(interviews, embed) for name, interviews in materials.items()}
    rows = [tally(its).row(name) for name, its in found.items()]
    own = outcomes([one.with_own_and_as_many() for one in heard], embed)
    rows.append(tally(own).row("the recordings, each with its own questions and as many others"))
    for name, interviews in materials.items():
        alone = outcomes([one.with_one_wording() for one in interviews], embed)
        rows.append(tally(alone).row(f"one wording a question: {name}", bar=False))
    shown = ", ".join(
        f"{sum(one.right_anywhere for one in its) / sum(one.asked for one in its):.2f}"
        for its in found.values()
    )
    took = seconds_of_a_long_one([*first, *fresh], folder)
    text = "\n".join(
        [
            machine(LIBRARIES),
            "",
            "| material | asked | found rightly | found wrongly | overlooked | precision | recall | at least 0.85 |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"One of the places shown (at most three) is right, of the questions asked in the first three: {shown}.",
            f"Thirty questions in the words of who asks in {LENGTH_MIN} minutes: {took:.0f} s on one core.",
            "",
            f"![Precision over recall]({PLOT.name})",
        ]
    )
    print(text)
    if not given.no_write:
        plot(found)
        write_section("guide", text)


if __name__ == "__main__":
    main()
