"""Transcripts made of plain sentences."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import Marker, MarkerKind, Role, Span, Speaker, Transcript, Turn, Utterance, Word

WORD_MS = 300

Say = Callable[..., Transcript]


def transcript_of(*spoken: tuple[str, str] | str, language: str = "en") -> Transcript:
    """A transcript of utterances: sentences of speaker S1, or pairs of speaker and sentence. Ids start at 100."""
    utterances, at, word_id = [], 0, 100
    for number, said in enumerate(spoken):
        speaker, sentence = ("S1", said) if isinstance(said, str) else said
        words = []
        for text in sentence.split():
            words.append(Word(word_id, at, at + WORD_MS - 50, text, speaker, 0.9, 0.8))
            at, word_id = at + WORD_MS, word_id + 1
        utterances.append(Utterance(number, speaker, words[0].start_ms, words[-1].end_ms, tuple(words)))
        at += 700
    turns = tuple(Turn(u.start_ms, u.end_ms, u.speaker) for u in utterances)
    return Transcript(
        format=1,
        duration_ms=at,
        language=language,
        speakers=tuple(
            Speaker(name, Role.UNKNOWN, True, 0, 0) for name in sorted({u.speaker for u in utterances})
        ),
        utterances=tuple(utterances),
        turns=turns,
        markers=(Marker(MarkerKind.PAUSE, 0, 1000, None, 1.0, 1.0, "1"),),
        speech=(Span(0, at),),
        notices=("a_notice",),
        provenance=(),
    )


@pytest.fixture(scope="session")
def say() -> Say:
    return transcript_of
