"""Stores and transcripts that the service's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
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
from service.database import open_database
from service.sealed import seal_columns
from service.vault import tables
from service.vault.chain import Anchor
from service.vault.events import EventLog, keep_log
from service.vault.fields import FieldSealer
from service.vault.sealing import Sealer

INTERVIEW = "5f0c" * 8
KEY = b"k" * 32
"""The data key of the vault that tests make without its files."""


def make_transcript(*lines: tuple[str, str], word_ms: int = 400, gap_ms: int = 1500) -> Transcript:
    """A transcript of (speaker, text) lines: words follow each other, lines are ``gap_ms`` apart."""
    ms, number = 1000, 0
    utterances, turns, markers = [], [], []
    for line, (speaker, text) in enumerate(lines):
        words = []
        for token in text.split():
            number += 1
            words.append(Word(number, ms, ms + word_ms, token, speaker, 0.9, 1.0))
            ms += word_ms
        utterances.append(Utterance(line, speaker, words[0].start_ms, words[-1].end_ms, tuple(words)))
        turns.append(Turn(words[0].start_ms, words[-1].end_ms, speaker))
        markers.append(
            Marker(
                MarkerKind.PAUSE,
                ms,
                ms + gap_ms,
                None,
                gap_ms / 1000,
                1.0,
                "1",
                subtype="between_turns",
                evidence={"length_ms": float(gap_ms)},
            )
        )
        ms += gap_ms
    labels = sorted({speaker for speaker, _ in lines})
    return Transcript(
        format=TRANSCRIPT_FORMAT,
        duration_ms=ms,
        language="en",
        speakers=tuple(
            Speaker(
                label,
                Role.INTERVIEWER if place == 0 else Role.PARTICIPANT,
                True,
                sum(t.end_ms - t.start_ms for t in turns if t.speaker == label),
                sum(len(u.words) for u in utterances if u.speaker == label),
            )
            for place, label in enumerate(labels)
        ),
        utterances=tuple(utterances),
        turns=tuple(turns),
        markers=tuple(markers),
        speech=tuple(Span(t.start_ms, t.end_ms) for t in turns),
        notices=(),
        provenance=(Provenance("transcribe", "whisper-base", "1", {"beam": "5"}),),
    )


CONVERSATION = (
    ("S1", "How did it begin, Kari?"),
    ("S2", "He held my hand. I don't know why, but he held my hand."),
    ("S1", "And naïve as it sounds: did it help?"),
    ("S2", "Yes."),
)


@pytest.fixture
def conversation() -> Transcript:
    return make_transcript(*CONVERSATION)


@pytest.fixture
def database(tmp_path: Path) -> sa.Engine:
    """An empty vault database, its columns sealed under a key of its own."""
    engine = open_database(f"sqlite:///{tmp_path / 'vault.sqlite'}")
    tables.metadata.create_all(engine)
    seal_columns(engine, FieldSealer(KEY))
    keep_log(engine, EventLog(lambda: Sealer(KEY), Anchor(tmp_path / "event_log.head")))
    return engine
