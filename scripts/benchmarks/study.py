"""A made study to measure queries on: 66 interviews of 75 minutes, 12,000 words each.

    .venv/bin/python scripts/benchmarks/study.py DATA_DIR

The words are drawn by Zipf's law from a made vocabulary; everything is the same at every run.
"""

from __future__ import annotations

import itertools
import random
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from models.values import (
    TRANSCRIPT_FORMAT,
    Marker,
    MarkerKind,
    Provenance,
    Role,
    Span,
    Speaker,
    Transcript,
    Turn,
    Utterance,
    Word,
)
from service.naming import InterviewName
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.vault import tables
from service.vault.recordings import now
from service.vault.store import Vault, open_vault

GROUPS = 11
EXPECTED = [("T", 1), ("T", 2), ("T", 3), ("T", 4), ("C", 1), ("C", 2)]
MINUTES = 75
WORDS_A_MINUTE = 160
_CONSONANTS, _VOWELS = "bdfghjklmnprstv", "aeiou"


def vocabulary(chance: random.Random, size: int = 8000) -> list[str]:
    words = {"held", "my", "hand", "and", "the", "i", "it", "he"}
    while len(words) < size:
        syllables = chance.randint(1, 3)
        words.add("".join(chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(syllables)))
    return sorted(words)


def utterances(chance: random.Random, words: list[str]) -> Iterator[Utterance]:
    weights = [1 / (rank + 1) for rank in range(len(words))]
    end = MINUTES * 60_000
    ms, number, line = 500, 0, 0
    step = 60_000 // WORDS_A_MINUTE
    while ms < end - 40_000:
        line += 1
        speaker = "S1" if chance.random() < 0.3 else "S2"
        spoken = []
        tokens = chance.choices(words, weights, k=chance.randint(2, 30))
        if line % 200 == 0:
            tokens[:3] = ["held", "my", "hand"]
        for token in tokens:
            number += 1
            spoken.append(Word(number, ms, ms + step - 60, token, speaker, 0.9, 1.0))
            ms += step
        yield Utterance(line, speaker, spoken[0].start_ms, spoken[-1].end_ms, tuple(spoken))
        ms += chance.choice((50, 100, 200, 1500))


def interview(seed: int, words: list[str]) -> Transcript:
    lines = tuple(utterances(random.Random(seed), words))
    markers = [
        Marker(
            MarkerKind.PAUSE,
            first.end_ms,
            second.start_ms,
            None,
            gap / 1000,
            1.0,
            "1",
            subtype="between_turns",
        )
        for first, second in itertools.pairwise(lines)
        if (gap := second.start_ms - first.end_ms) >= 1000
    ]
    markers += [
        Marker(MarkerKind.RATE, line.start_ms, line.end_ms, line.speaker, 2.6, 1.0, "1", utterance=line.id)
        for line in lines
    ]
    return Transcript(
        format=TRANSCRIPT_FORMAT,
        duration_ms=MINUTES * 60_000,
        language="en",
        speakers=(
            Speaker(
                "S1", Role.INTERVIEWER, True, 1_000_000, sum(len(u.words) for u in lines if u.speaker == "S1")
            ),
            Speaker(
                "S2", Role.PARTICIPANT, True, 3_000_000, sum(len(u.words) for u in lines if u.speaker == "S2")
            ),
        ),
        utterances=lines,
        turns=tuple(Turn(line.start_ms, line.end_ms, line.speaker) for line in lines),
        markers=tuple(sorted(markers, key=lambda marker: marker.start_ms)),
        speech=tuple(Span(line.start_ms, line.end_ms) for line in lines),
        notices=(),
        provenance=(Provenance("transcribe", "made", "1"),),
    )


def fill(vault: Vault) -> int:
    """Write the study into the vault; returns the number of words."""
    words = vocabulary(random.Random(1))
    total = 0
    for group in range(1, GROUPS + 1):
        for place, (role, wave) in enumerate(EXPECTED):
            name = InterviewName(f"D{group:02d}", role, wave)
            transcript = interview(group * 100 + place, words)
            interview_id = uuid.uuid5(uuid.NAMESPACE_OID, name.study_id).hex
            total += sum(len(line.words) for line in transcript.utterances)
            with vault.engine.begin() as connection:
                connection.execute(
                    sa.insert(tables.interview).values(
                        id=interview_id,
                        name=name.study_id,
                        group_code=name.group,
                        role_code=name.role,
                        wave=name.wave,
                        title=name.study_id,
                        created_at=now(),
                    )
                )
                keep_transcript(connection, interview_id, transcript, ())
    return total


if __name__ == "__main__":
    made = open_vault(Settings(data_dir=Path(sys.argv[1])))
    print(f"{GROUPS * len(EXPECTED)} interviews, {fill(made)} words")
    made.close()
