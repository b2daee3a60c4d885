"""An interview that waits for its review: names found by several detectors, by one only, wrongly, and not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from models.anonymisation.second_look import second_looks
from models.values import Provenance, Redaction, Transcript
from service.review.keeping import keep_found
from service.settings import Settings
from service.vault.interviews import find_interview
from service.vault.store import open_vault
from tests.e2e.study_seed import add_interview, make_sound
from tests.service.conftest import make_transcript

LINES = (
    ("S1", "How did you come to work with Ingrid Solberg?"),
    ("S2", "She taught me at first. Ingrid was strict, and I liked it. We met in Drammen every week."),
    ("S1", "And later?"),
    (
        "S2",
        "Later it was Anders who asked, and the clinic at Vestlia. Hope kept me going, and my brother Torbjorn.",
    ),
    ("S1", "Was Ingrid there?"),
    ("S2", "Ingrid was always there. Torbjorn too."),
)
FOUND = (
    (("Ingrid", "Solberg"), "NAME", "[NAME-1]", 0.95, ("spacy-en-md", "rampart")),
    (("Ingrid",), "NAME", "[NAME-1]", 0.9, ("spacy-en-md", "rampart")),
    (("Drammen",), "PLACE", "[PLACE-1]", 0.85, ("spacy-en-md", "rampart")),
    (("Anders",), "NAME", "[NAME-2]", 0.5, ("rampart",)),
    (("Hope",), "NAME", "[NAME-3]", 0.4, ("rampart",)),
)
"""Nobody finds Vestlia and Torbjorn."""


def mentions(told: Transcript) -> tuple[Redaction, ...]:
    """Everything of ``FOUND`` wherever it is said."""
    found: list[Redaction] = []
    covered: set[int] = set()
    for said, label, placeholder, confidence, detectors in FOUND:
        for utterance in told.utterances:
            words = utterance.words
            for at in range(len(words) - len(said) + 1):
                run = words[at : at + len(said)]
                if tuple(word.text.strip(".,?") for word in run) != said or covered & {
                    word.id for word in run
                }:
                    continue
                covered |= {word.id for word in run}
                found.append(
                    Redaction(
                        len(found),
                        label,
                        placeholder,
                        run[0].start_ms,
                        run[-1].end_ms,
                        tuple(word.id for word in run),
                        confidence,
                        detectors[0],
                        detectors=detectors,
                        rarity=0.6,
                    )
                )
    return tuple(found)


def transcript() -> Transcript:
    told = make_transcript(*LINES, word_ms=330, gap_ms=900)
    searched = Provenance("entities", "spacy-en-md+rampart", "1", {"names_searched": "yes"})
    return replace(told, provenance=(*told.provenance, searched))


def seed_review(data_dir: Path) -> None:
    """D03-T2 as the pipeline leaves it, and D03-T3, in which nothing was found."""
    vault = open_vault(Settings(data_dir=data_dir))
    try:
        told = transcript()
        sound = make_sound(vault, told.duration_ms)
        plain = replace(
            make_transcript(("S1", "how was it"), ("S2", "it was all right")), provenance=told.provenance
        )
        for number, (name, one, found) in enumerate(
            (("D03-T2", told, mentions(told)), ("D03-T3", plain, ()))
        ):
            add_interview(vault, name, number, one, sound, None)
            with vault.engine.begin() as connection:
                interview = find_interview(connection, name)
                assert interview is not None
                looked = second_looks(one.utterances, "en")
                keep_found(connection, interview.id, found, looked)
    finally:
        vault.close()
