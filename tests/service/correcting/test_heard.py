"""Markers that are heard stay with their words through corrections, and come back when those are undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.loudness import Levels
from models.markers import in_order_of_time
from models.values import Marker, MarkerKind, Role, Span, Speaker, Transcript, Turn, Utterance, Word
from service.correcting import edits
from service.correcting.applying import applied
from service.correcting.edits import Edit, Scope
from service.correcting.heard import with_heard

SILENCE = Levels(())


def heard(
    kind: MarkerKind, start_ms: int, end_ms: int, utterance: int | None, speaker: str | None = "S1"
) -> Marker:
    return Marker(kind, start_ms, end_ms, speaker, 1.0, 0.8, "4", utterance=utterance)


@pytest.fixture
def talk() -> Transcript:
    """Two utterances of S1 with four words each, then one of S2."""
    made = []
    for number, (speaker, start) in enumerate((("S1", 0), ("S1", 5_000), ("S2", 10_000))):
        words = tuple(
            Word(
                number * 4 + place, start + place * 500, start + place * 500 + 400, "word", speaker, 0.9, 1.0
            )
            for place in range(4)
        )
        made.append(Utterance(number, speaker, start, words[-1].end_ms, words))
    turns = tuple(Turn(one.start_ms, one.end_ms, one.speaker) for one in made)
    speakers = tuple(Speaker(label, Role.UNKNOWN, True, 0, 0) for label in ("S1", "S2"))
    speech = tuple(Span(turn.start_ms, turn.end_ms) for turn in turns)
    whole = Transcript(1, 15_000, "en", speakers, tuple(made), turns, (), speech, (), ())
    markers = (
        heard(MarkerKind.LAUGHTER, 200, 600, 0),
        heard(MarkerKind.VOLUME, 5_000, 6_900, 1),
        heard(MarkerKind.BREATH, 7_500, 8_000, 1, None),
        heard(MarkerKind.OVERLAP, 9_500, 9_900, None, None),
    )
    counted = applied(whole, edits.Part(), edits.Part(), SILENCE)
    return replace(counted, markers=in_order_of_time((*counted.markers, *markers)))


def kept(transcript: Transcript) -> dict[MarkerKind, Marker]:
    kinds = (MarkerKind.LAUGHTER, MarkerKind.VOLUME, MarkerKind.BREATH, MarkerKind.OVERLAP)
    return {one.kind: one for one in transcript.markers if one.kind in kinds}


def done_and_undone(talk: Transcript, edit: Edit) -> Transcript:
    edit = with_heard(talk, edit)
    new = applied(talk, edit.before, edit.after, SILENCE)
    assert applied(new, edit.after, edit.before, SILENCE).markers == talk.markers
    ids = {utterance.id for utterance in new.utterances}
    assert all(marker.utterance is None or marker.utterance in ids for marker in new.markers)
    return new


def test_a_corrected_word_leaves_them_as_they_are(talk: Transcript) -> None:
    new = done_and_undone(talk, edits.change_words(talk, 1, [5], "other", 100))
    assert kept(new) == kept(talk)


def test_in_a_merged_utterance_they_stand_at_that_one(talk: Transcript) -> None:
    new = done_and_undone(talk, edits.merge(talk, 0, 1))
    assert kept(new)[MarkerKind.VOLUME].utterance == 0
    assert kept(new)[MarkerKind.BREATH].utterance is None
    assert kept(new)[MarkerKind.LAUGHTER] == kept(talk)[MarkerKind.LAUGHTER]


def test_after_a_split_each_stands_where_its_words_are(talk: Transcript) -> None:
    new = done_and_undone(talk, edits.split(talk, 0, 1))
    second = next(one.id for one in new.utterances if one.start_ms == 500)
    assert kept(new)[MarkerKind.LAUGHTER].utterance in (0, second)


def test_what_is_against_a_speakers_usual_goes_with_the_words_of_another(talk: Transcript) -> None:
    new = done_and_undone(talk, edits.give_to(talk, "S2", Scope.UTTERANCE, 1))
    assert MarkerKind.VOLUME not in kept(new)
    assert kept(new)[MarkerKind.OVERLAP] == kept(talk)[MarkerKind.OVERLAP]


def test_laughter_in_words_given_to_another_is_the_others(talk: Transcript) -> None:
    new = done_and_undone(talk, edits.give_to(talk, "S2", Scope.UTTERANCE, 0))
    assert kept(new)[MarkerKind.LAUGHTER].speaker == "S2"
